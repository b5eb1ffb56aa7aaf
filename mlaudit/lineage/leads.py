"""What leads elsewhere than into the commit: a path or URL, and the call or command that uses it."""

import re
from typing import NamedTuple

from mlaudit.facts.place import Location
from mlaudit.knowledge.places import is_placeholder, without_user

# Endings of files that are data, where a URL alone must tell.
DATA = re.compile(
    r"\.(?:csv|tsv|json|jsonl|parquet|feather|xlsx?|txt|zip|tar|t?gz|bz2|xz|7z|npy|npz|h5|hdf5|mat|pkl|pickle|pt|pth|bin|"
    r"onnx|safetensors|ckpt|model|vec|wav|mp3|mp4|png|jpe?g|tif+|nc|db|sqlite)(?:\?.*)?$",
    re.IGNORECASE,
)
OBJECT = re.compile(r"(?:s3a?|s3n|gs|gcs|az|abfss?|wasbs?|adl)://", re.IGNORECASE)
# A part of a name that is empty: a form that the reader fills in.
NAMELESS = re.compile(r"://[^/]*//|:///")
# What shows that an object's name is that of one version: a date, a digest, a version, a commit.
VERSIONED = re.compile(r"\d{4}[-_/]?\d{2}[-_/]?\d{2}|[0-9a-f]{32,}|\bv\d+|version|@|snapshot|\0[^/]*$", re.IGNORECASE)


# Software, by how files of it are named: what is no data.
SOFTWARE = re.compile(
    r"linux|darwin|macos|win64|x86_64|amd64|aarch64|arm64|[-_]sdk|[-_]cli[-_.]|conda\d*-|/archive/(?:refs/tags/)?v?\d[^/]*$|"
    r"\.(?:whl|deb|rpm|sh|run|exe|dmg|jar|AppImage)$",
    re.IGNORECASE,
)


def is_software(text: str) -> bool:
    """Whether a URL names a program or a library, not data."""
    return SOFTWARE.search(text) is not None


def is_open_object(text: str) -> bool:
    """Whether a text names an object of a store under which another may be written."""
    is_object = OBJECT.match(text) is not None and not is_placeholder(text) and not NAMELESS.search(text)
    return is_object and not VERSIONED.search(without_user(text))


class Lead(NamedTuple):
    """A path or URL, and the call that uses it: `does` is read, written, fetched. `detail` says where it leads."""

    at: Location
    name: str
    path: str
    does: str
    detail: str = ""
    level: str = ""
    confidence: str = ""
