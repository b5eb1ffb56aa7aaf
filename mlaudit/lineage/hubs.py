"""Which datasets and models come from a hub or a package, and is it fixed which version of them?"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Repo, Requirement, canonical
from mlaudit.facts.place import Location
from mlaudit.knowledge.models import is_alias
from mlaudit.lineage.places import is_folder_of_ours
from mlaudit.lineage.references import Reference, in_own_code
from mlaudit.programs.texts import text_of
from mlaudit.values import GAP, Asked, Either, Known, Value

# Names of branches and aliases: what stands under them moves.
MOVING = frozenset({"main", "master", "latest", "head", "dev", "nightly", "staging", "production", "champion"})
NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)*$")
FILE = re.compile(
    r"\.(?:pt|pth|bin|ckpt|safetensors|h5|keras|onnx|pkl|joblib|zip|tar|tgz|gz|json|csv|txt|py|yaml|yml)$"
)
# Names of registries: an alias or stage stands where a version could.
REGISTERED = re.compile(r"^models:/[^/@]+(?:/(?P<stage>[A-Za-z]\w*)|@(?P<alias>[\w.-]+))$")
ARTIFACT = re.compile(r"^[\w.-]+(?:/[\w.-]+)*:(?P<alias>(?!v\d+$)[A-Za-z][\w.-]*)$")


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
    told: set[Location] = set()
    for reference in repo.view(in_own_code):
        if reference.role == role and reference.row.kind != "hosted" and not reference.row.fixed:
            for origin in _origins(repo, reference):
                if origin.at not in told:
                    told.add(origin.at)
                    yield origin


def named(repo: Repo, role: str) -> Iterator[Origin]:
    """Every dataset or model that is taken by a name, with what is asked for of it. `role` is datasets or models."""
    for reference in repo.view(in_own_code):
        if reference.role == role:
            asked = reference.given(*reference.row.revision)
            for text in reference.texts:
                thing, own = _split(text, reference)
                if not _is_elsewhere(repo, reference, thing):
                    revision = own or (_text(asked) if asked is not None else "")
                    yield Origin(reference.at, role, reference.name, thing, revision, reference.is_asked)


def aliases(repo: Repo) -> Iterator[Origin]:
    """Models and artifacts of a registry that are asked for by an alias or a stage."""
    for reference in repo.view(in_own_code):
        if reference.role in ("models", "datasets", "artifacts"):
            for text in reference.texts:
                pattern = ARTIFACT if reference.row.kind == "artifact" else REGISTERED
                if match := pattern.match(text):
                    alias = next(each for each in match.groupdict().values() if each)
                    shown = text.replace(GAP, "…")
                    yield Origin(reference.at, reference.role, reference.name, shown, alias, reference.is_asked)
                    break


def hosted(repo: Repo) -> Iterator[Origin]:
    """Models behind an API that are asked for by a name that moves."""
    for reference in repo.view(in_own_code):
        if reference.role == "models" and reference.row.kind == "hosted":
            text = next((text for text in reference.texts if is_alias(text)), "")
            if text:
                yield Origin(reference.at, reference.role, reference.name, text, "", reference.is_asked)


def chosen_weights(repo: Repo) -> Iterator[Origin]:
    """Weights that the library's version chooses: `DEFAULT`, `pretrained=True`."""
    for reference in repo.view(in_own_code):
        value = reference.given(reference.row.argument) if reference.role == "weights" else None
        if isinstance(value, Known) and value.value in reference.row.values:
            written = f'{reference.row.argument}="{value.value}"' if isinstance(value.value, str) else ""
            thing = written or f"{reference.row.argument}={value.value}"
            yield Origin(reference.at, reference.role, reference.name, thing, "", is_asked=False)


def _origins(repo: Repo, reference: Reference) -> Iterator[Origin]:
    revision = _revision(reference)
    if revision is None:
        return
    for text in reference.texts:
        thing, own = _split(text, reference)
        if _is_elsewhere(repo, reference, thing) or _is_fixed(own) or _says_version(reference, text):
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


def _says_version(reference: Reference, text: str) -> bool:
    """Whether a name itself says which version it is, as the table of its library knows them."""
    return bool(reference.row.versioned and re.search(reference.row.versioned, text))


def _is_elsewhere(repo: Repo, reference: Reference, thing: str) -> bool:
    """Whether a name is none of a hub's: a file or folder of one's own, a URL, a package, or not known."""
    if not thing or GAP in thing or thing in reference.row.local or not NAME.match(thing) or thing.startswith("."):
        return True
    if thing.count("/") > 1 and "revision" in reference.row.revision:
        return True  # the hub's names have an owner and a name
    if f"{thing}/{thing}.py" in repo.view(scripts):
        return True
    return bool(FILE.search(thing)) or is_folder_of_ours(repo, reference, thing) or _is_required(repo, thing)


def scripts(repo: Repo) -> frozenset[str]:
    """Files that are called as their folder is: what `datasets` loads by the folder's name."""
    return frozenset("/".join(path.split("/")[-2:]) for path in repo.files if path.endswith(".py"))


def _is_required(repo: Repo, thing: str) -> bool:
    """Whether a manifest asks for a package of this name, as spaCy's models are packages."""
    return canonical(thing) in repo.view(_required)


def _required(repo: Repo) -> frozenset[str]:
    return frozenset(canonical(requirement.name) for requirement in repo.all(Requirement))
