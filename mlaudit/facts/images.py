"""Which name, tag and digest has a reference to an image?

The grammar is that of https://github.com/distribution/reference.
"""

import re

from mlaudit.facts.environment import ImageRef
from mlaudit.facts.place import Location

LONGEST = 1000
# registry:5000/python is a port and no tag: a tag has no slash after it.
REFERENCE = re.compile(r"(?P<name>[^@]*?)(?::(?P<tag>[^:/@]+))?(?:@(?P<digest>\S+))?$")
HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+|:\d+)(?::\d+)?|localhost)"
PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
TAG = r":[\w][\w.-]{0,127}"
DIGEST = r"@[A-Za-z0-9+._-]+:[0-9a-fA-F]{32,}"
WHOLE = re.compile(rf"(?:{HOST}/)?{PART}(?:/{PART})*(?:{TAG})?(?:{DIGEST})?$")
# What forms take in which a reference names its transport: `docker://python:3.12`.
TRANSPORT = re.compile(r"(?:docker|oras|library|docker-daemon|docker-archive)://")


def image(reference: str, at: Location, origin: str, *, stage: bool = False, role: str = "base") -> ImageRef:
    """The parts of a reference such as `registry:5000/team/python:3.12@sha256:…`."""
    match = REFERENCE.match(reference)
    name, tag, digest = (match["name"], match["tag"], match["digest"]) if match else (reference, None, None)
    return ImageRef(at, name, tag or "", digest or "", origin, stage, is_whole(reference), role)


def is_whole(reference: str) -> bool:
    """Whether a text is a reference and nothing in it is left to be put in: no `$TAG`, `{{ tag }}`, `YOUR_IMAGE`."""
    return len(reference) <= LONGEST and WHOLE.match(reference) is not None
