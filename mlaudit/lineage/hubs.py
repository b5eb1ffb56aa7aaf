"""Which datasets and models come from a hub or a package, and is it fixed which version of them?"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Repo, Requirement, canonical
from mlaudit.facts.place import Location
from mlaudit.lineage.places import is_in_repository
from mlaudit.lineage.references import Reference, in_own_code
from mlaudit.programs.texts import text_of
from mlaudit.values import GAP, Asked, Either, Known, Value

# Names of branches and aliases: what stands under them moves.
MOVING = frozenset({"main", "master", "latest", "head", "dev", "nightly", "staging", "production", "champion"})
NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)*$")
FILE = re.compile(
    r"\.(?:pt|pth|bin|ckpt|safetensors|h5|keras|onnx|pkl|joblib|zip|tar|tgz|gz|json|csv|txt|py|yaml|yml)$"
)


class Origin(NamedTuple):
    """A dataset or model that a program takes from a hub by its `thing`, and the revision under which it asks for it,
    "" where it names none."""

    at: Location
    role: str
    name: str
    thing: str
    revision: str
    is_asked: bool


def moving(repo: Repo, role: str) -> Iterator[Origin]:
    """What is taken from a hub under a name whose content may be another tomorrow. `role` is datasets or models."""
    for reference in repo.view(in_own_code):
        if reference.role == role and reference.row.kind != "hosted":
            yield from _origins(repo, reference)


def _origins(repo: Repo, reference: Reference) -> Iterator[Origin]:
    revision = _revision(reference)
    if revision is None:
        return
    for text in reference.texts:
        thing, own = _split(text, reference)
        if _is_elsewhere(repo, reference, thing) or _is_fixed(own):
            continue
        yield Origin(reference.at, reference.role, reference.name, thing, own or revision, reference.is_asked)
        return


def _revision(reference: Reference) -> str | None:
    """The branch or alias that a call asks for, "" where it names none; None where what it asks for is fixed, or cannot
    be seen."""
    value = reference.given(*reference.row.revision)
    if value is None or value == Known(None):
        return None if reference.is_open() else ""
    if isinstance(value, Asked) and value.default == Known(None):
        return ""
    text = _text(value)
    return text if text.lower() in MOVING else None


def _text(value: Value) -> str:
    return text_of(value) or "" if not isinstance(value, Either) else ""


def _split(text: str, reference: Reference) -> tuple[str, str]:
    """A name, and the version that is written in it."""
    separator = reference.row.separator
    name, found, version = text.partition(separator) if separator else (text, "", "")
    return (name, version) if found else (text, "")


def _is_fixed(version: str) -> bool:
    return bool(version) and version.lower() not in MOVING


def _is_elsewhere(repo: Repo, reference: Reference, thing: str) -> bool:
    """Whether a name is none of a hub's: a file or folder of one's own, a URL, a package, or not known."""
    if not thing or GAP in thing or thing in reference.row.local or not NAME.match(thing) or thing.startswith("."):
        return True
    return bool(FILE.search(thing)) or is_in_repository(repo, reference, thing) or _is_required(repo, thing)


def _is_required(repo: Repo, thing: str) -> bool:
    """Whether a manifest asks for a package of this name, as spaCy's models are packages."""
    return canonical(thing) in repo.view(_required)


def _required(repo: Repo) -> frozenset[str]:
    return frozenset(canonical(requirement.name) for requirement in repo.all(Requirement))
