"""What do the names of images, their tags and the refs of CI say by themselves?"""

import re
from functools import cache

from mlaudit.knowledge import table_of

DIGITS = re.compile(r"\d")
PARTS = re.compile(r"[-_.+]")
# v4, 1.2.3, 2024-06-01, release-1.2
RELEASE = re.compile(r"[A-Za-z_-]{0,20}[-/]?v?\d+(?:[._-]\w+)*$")
BRANCH_FOLDER = re.compile(r"(?:heads|refs/heads|release|releases|feature|features|fix|bugfix|hotfix|users?)/")


@cache
def _words(table: str, key: str) -> frozenset[str]:
    return frozenset(table_of("containers")[table][key])


def names_version(tag: str) -> bool:
    """Whether a tag says which version it is; one of unknown words may be the name of a release: `bookworm`."""
    words = [word for word in PARTS.split(tag.lower()) if word]
    if not {"latest", "nightly"}.isdisjoint(words):
        return False
    known = _words("tags", "moving") | _words("tags", "variants")
    return not words or any(DIGITS.search(word) and word not in known for word in words) or not known.issuperset(words)


def is_pulled(name: str) -> bool:
    """Whether an image of this name comes from a registry: it has a user or a host, or is one of the official ones."""
    return "/" in name or name in _words("official", "names")


def platform_of(name: str) -> str:
    """The platform of an image whose name says it: `arm64v8/python` is for linux/arm64; "" for others."""
    users = name.split("/")[:-1]
    platforms: dict[str, str] = table_of("containers")["platforms"]
    return platforms.get(users[-1], "") if users else ""


def is_branch(ref: str) -> bool:
    """Whether a ref is that of a branch, as far as its name says."""
    return ref.lower() in _words("branches", "names") or (BRANCH_FOLDER.match(ref) is not None)


def is_release(ref: str) -> bool:
    """Whether a ref is a tag as releases have it: `v4`, `1.2.3`, `refs/tags/x`."""
    return RELEASE.match(ref) is not None or ref.startswith("refs/tags/")
