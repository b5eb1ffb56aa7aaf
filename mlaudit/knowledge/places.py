"""Where do paths and URLs lead: to one machine, to a platform, to what moves?"""

import re
from functools import cache
from typing import NamedTuple

from mlaudit.knowledge import table_of

DRIVE = re.compile(r"[A-Za-z]:[\\/](?![\\/])|\\\\[^\\]+\\|//[^/]+/[^/]")
# Branches that move by their name. Others may be tags, which seldom do.
BRANCHES = frozenset(
    {"main", "master", "head", "HEAD", "latest", "raw", "dev", "develop", "trunk", "gh-pages", "nightly"}
)


class Platform(NamedTuple):
    """A platform that has folders of its own: how paths in them begin, and the files by which a repository says that it
    is made for it."""

    name: str
    paths: tuple[str, ...]
    files: str


def is_of_a_machine(path: str) -> bool:
    """Whether a path names a place that one machine has: a home, a mount, a drive."""
    path = re.sub(r"^file://(?:localhost)?(?:/(?=[A-Za-z]:))?", "", path)
    is_bound = DRIVE.match(path) or path.startswith(_machine())
    return bool(is_bound) and not any(re.search(pattern, path) for pattern in table_of("places")["unless"])


def is_made_by_tools(path: str) -> bool:
    """Whether a path lies in a folder, or is a file, that tools make by themselves when they run."""
    return any(part in _made() for part in re.split(r"[\\/]", path))


def is_placeholder(path: str) -> bool:
    """Whether a path or URL only shows where the reader's own is to stand."""
    return re.search(table_of("places")["placeholder"], path) is not None


def platform(path: str) -> Platform | None:
    """The platform in whose folders a path lies; None where it lies in none."""
    return next((each for each in _platforms() if path.startswith(each.paths)), None)


def moving_branch(url: str) -> tuple[str, str] | None:
    """The host and the branch or alias that a URL names; None where what it names stays."""
    url = without_user(url)
    for entry in table_of("places")["branches"]:
        if (match := re.match(entry["pattern"], url)) and match[1] in BRANCHES:
            return entry["host"], match[1]
    return None


def without_user(url: str) -> str:
    """A URL without what stands before its host."""
    return re.sub(r"(?<=://)[^/]*@", "", url)


@cache
def _machine() -> tuple[str, ...]:
    return tuple(table_of("places")["machine"].split())


@cache
def _made() -> frozenset[str]:
    return frozenset(table_of("places")["made"].split())


@cache
def _platforms() -> tuple[Platform, ...]:
    return tuple(
        Platform(each["name"], tuple(each["paths"]), each["files"]) for each in table_of("places")["platforms"]
    )
