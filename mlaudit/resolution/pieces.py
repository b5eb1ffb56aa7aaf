"""Which pieces of CI may be other code in the next run?"""

from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import ActionRef, Location, Repo
from mlaudit.knowledge.containers import is_branch
from mlaudit.patterns import pattern

COMMIT = pattern(r"(?:[0-9a-f]{40}|[0-9a-f]{64})$")
# A version of an orb that is published once and for all, and one that takes the newest of several.
WHOLE = pattern(r"\d+\.\d+\.\d+$")
PART = pattern(r"\d+(?:\.\d+)?$")


class Piece(NamedTuple):
    """A piece of CI at the first place of a file that takes it, and the other places; `moving` says why it may change,
    `level` as in Hit."""

    at: Location
    written: str
    others: tuple[Location, ...]
    moving: str
    level: str = ""


def moving(repo: Repo) -> Iterator[Piece]:
    """Pieces of CI that are taken by anything but a commit, those of one file and one ref together."""
    found: dict[tuple[str, str, str], list[ActionRef]] = {}
    for piece in repo.all(ActionRef):
        if not COMMIT.match(piece.ref):
            found.setdefault((piece.at.path, piece.name, piece.ref), []).append(piece)
    for first, *others in found.values():
        level, why = _orb(first.ref) if first.kind == "orb" else _judged(first.ref)
        if why:
            yield Piece(first.at, _written(first), tuple(piece.at for piece in others), why, level)


def _judged(ref: str) -> tuple[str, str]:
    if not ref:
        return "", "at no version, so at the newest code"
    if is_branch(ref) or ref.startswith("~"):
        return "", f"at the branch `{ref}`, whose code changes"
    return "note", f"at `{ref}`, a name that can be set to other code"


def _orb(ref: str) -> tuple[str, str]:
    if WHOLE.match(ref):
        return "", ""
    if PART.match(ref):
        return "note", f"at the newest version of `{ref}`"
    return "", f"at `{ref}`, whose code changes" if ref else "at no version, so at the newest code"


def _written(piece: ActionRef) -> str:
    return f"{piece.name}@{piece.ref}" if piece.ref and piece.kind != "remote" else piece.name
