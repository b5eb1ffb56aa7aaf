"""Which files does a repository tell its reader to get by hand, or leave to code that nothing follows?"""

import re
from typing import NamedTuple

from mlaudit.facts import Repo, Told, Unreadable
from mlaudit.lineage.places import is_above
from mlaudit.lineage.references import Reference
from mlaudit.values import ROOT

# A name that means one thing: `data` and `train` may be those of anything.
DISTINCT = re.compile(r"(?=.*[A-Z\d_.-]).{4}")
PACKED = (".zip", ".gz", ".tar", ".tar.gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")


class Place(NamedTuple):
    """A text that tells, and the parts of the paths that it names."""

    path: str
    parts: frozenset[str]
    is_code: bool


def is_in_doubt(repo: Repo, reference: Reference, text: str) -> bool:
    """Whether a notebook may put a file there by what nothing follows: a comment, code that it writes down, or a cell
    above that cannot be parsed."""
    at = reference.at
    is_broken = any(each.at.path == at.path and each.at.line < at.line for each in repo.all(Unreadable))
    return is_broken or _is_told(repo, reference, text, is_code=True)


def is_got_by_hand(repo: Repo, reference: Reference, text: str) -> bool:
    """Whether a README above the program, or the prose of its notebook, tells how the file is to be had."""
    return _is_told(repo, reference, text, is_code=False)


def _is_told(repo: Repo, reference: Reference, text: str, *, is_code: bool) -> bool:
    return any(
        place.is_code == is_code and _speaks_of(place.parts, text, reference.program)
        for place in repo.view(_places)
        if place.path in (reference.program, reference.at.path)
        or (not place.path.endswith(".ipynb") and is_above(place.path, reference.program))
    )


def _places(repo: Repo) -> list[Place]:
    return [
        Place(told.at.path, frozenset(part for word in told.words for part in re.split(r"[\\/]", word)), told.is_code)
        for told in repo.all(Told)
    ]


def _speaks_of(parts: frozenset[str], text: str, program: str) -> bool:
    """Whether a file, a folder above it, or an archive of either is named. The program's own folders say nothing."""
    own = program.split("/")
    for piece in re.split(r"[\\/]", text.removeprefix(ROOT)):
        if piece and piece not in own and not parts.isdisjoint(piece + ending for ending in PACKED):
            return True
        if piece in parts and piece not in own and DISTINCT.match(piece):
            return True
    return False
