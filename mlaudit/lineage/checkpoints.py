"""What do programs write down of a model: with which library, and with how much of the state of a run?"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Import, Repo
from mlaudit.facts.place import Location
from mlaudit.knowledge import models
from mlaudit.lineage.places import may_be_same
from mlaudit.lineage.references import READING, WRITING, Reference, in_own_code
from mlaudit.values import GAP, ROOT, Asked, Known, Record, Series, Thing, Value

PICKLE = re.compile(r"\.(?:pkl|pickle|joblib|sav|p)$", re.IGNORECASE)
PICKLED = re.compile(
    r"model|clf|classif|estimator|pipeline|scaler|encoder|vectori[sz]er|regress|forest|svm|xgb|lgb|kmeans|pca|tfidf",
    re.IGNORECASE,
)
MODEL = re.compile(
    r"model|net|state|weights|params|generator|discriminator|coder|backbone|policy|actor|critic", re.IGNORECASE
)
DEEPEST = 4  # objects in objects
# How far a run was, and no limit that was set for it: `max_iter`, `num_epochs`.
PROGRESS = re.compile(r"^(?!(?:max|min|num|total|warmup)_?|n_)\w*(?:epoch|step|iter)", re.IGNORECASE)
STATES = (
    ("optimizer", re.compile(r"opt", re.IGNORECASE)),
    ("random state", re.compile(r"rng|random|seed", re.IGNORECASE)),
)


class Pickled(NamedTuple):
    """A model that a program pickles or reads, and the libraries, by their distributions' names, of which one made it
    and must be the same."""

    at: Location
    name: str
    path: str
    libraries: tuple[str, ...]


class Bare(NamedTuple):
    """A checkpoint of a run that keeps not all that a resumed run needs."""

    at: Location
    name: str
    missing: str


def pickled(repo: Repo) -> Iterator[Pickled]:
    """Pickled models, the first of each file and choice of libraries."""
    libraries = models.pickled()
    told: set[tuple[str, tuple[str, ...]]] = set()
    for reference in repo.view(in_own_code):
        text = _model_of(reference)
        modules = tuple(sorted(_modules(repo, reference, text) & libraries.keys())) if text else ()
        if modules and (reference.at.path, modules) not in told:
            told.add((reference.at.path, modules))
            shown = posixpath.normpath(text.removeprefix(f"{ROOT}/")).replace(GAP, "…")
            yield Pickled(reference.at, reference.name, shown, tuple(libraries[module] for module in modules))


def _modules(repo: Repo, reference: Reference, text: str) -> set[str]:
    """The libraries whose objects a pickle holds: that of the object that is saved, else those that the file imports;
    of one that is read where no such library is imported, those of what writes it."""
    if held := _held(reference.given("value", "obj") or next(iter(reference.arguments.positional), None)):
        return held
    imported = repo.view(_imported)
    own = imported.get(reference.at.path, set())
    own = models.speaks_of(text) & own or own
    if reference.role == WRITING or own & models.pickled().keys():
        return own
    writers = (each for each in repo.view(in_own_code) if each.role == WRITING and _model_of(each))
    same = [each for each in writers if any(may_be_same(text, other) for other in each.texts)]
    return {module for each in same for module in _modules(repo, each, _model_of(each))}


def _imported(repo: Repo) -> dict[str, set[str]]:
    """The libraries that each file imports."""
    found: dict[str, set[str]] = {}
    for each in repo.all(Import):
        found.setdefault(each.at.path, set()).add(each.module.partition(".")[0])
    return found


def _held(value: Value | None, depth: int = 0) -> set[str]:
    """The libraries of an object, and of those that it was made from."""
    match value:
        case Thing() if value.name.rpartition(".")[2][:1].isupper():
            inner = (_held(each, depth + 1) for each in value.arguments.all()) if depth < DEEPEST else ()
            return {value.name.partition(".")[0]}.union(*inner)
        case Series():
            return set().union(*(_held(each, depth + 1) for each in value.values)) if depth < DEEPEST else set()
    return set()


def _model_of(reference: Reference) -> str:
    """The path of a pickled model that a call reads or writes; "" for anything else."""
    if reference.role not in (READING, WRITING):
        return ""
    is_saver = reference.name.startswith("joblib.")
    named = (text for text in reference.texts if text.rpartition("/")[2].strip(GAP))
    found = (text for text in named if PICKLED.search(text) and (is_saver or PICKLE.search(text)))
    return next(found, "")


def bare(repo: Repo) -> Iterator[Bare]:
    """Checkpoints that say how far a run was, and from which it cannot be taken up as it was."""
    for reference in repo.view(in_own_code):
        if reference.role != WRITING or reference.row.kind != "model":
            continue
        saved = next((value for value in reference.arguments.all() if isinstance(value, Record)), None)
        if saved is None or saved.is_open or not any(map(PROGRESS.search, saved.entries)):
            continue
        if not any(
            MODEL.search(name) and not isinstance(value, Known | Asked) for name, value in saved.entries.items()
        ):
            continue  # settings of a run
        missing = [name for name, pattern in STATES if not any(map(pattern.search, saved.entries))]
        if missing:
            yield Bare(reference.at, reference.name, " and no ".join(missing))
