"""What do programs write down of a model: with which library, and with how much of the state of a run?"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Import, Repo
from mlaudit.facts.place import Location
from mlaudit.knowledge import models
from mlaudit.lineage.references import READING, WRITING, Reference, in_own_code
from mlaudit.values import GAP, Asked, Known, Record

PICKLE = re.compile(r"\.(?:pkl|pickle|joblib|sav|p)$", re.IGNORECASE)
PICKLED = re.compile(
    r"model|clf|classif|estimator|pipeline|scaler|encoder|vectori[sz]er|regress|forest|svm|xgb|lgb|kmeans|pca|tfidf",
    re.IGNORECASE,
)
MODEL = re.compile(
    r"model|net|state|weights|params|generator|discriminator|coder|backbone|policy|actor|critic", re.IGNORECASE
)
PROGRESS = re.compile(r"epoch|step|iter", re.IGNORECASE)
STATES = (
    ("optimizer", re.compile(r"opt", re.IGNORECASE)),
    ("random state", re.compile(r"rng|random|seed", re.IGNORECASE)),
)


class Pickled(NamedTuple):
    """A model that a program pickles or reads, and the library, by its distribution's name, that must be the same."""

    at: Location
    name: str
    path: str
    library: str


class Bare(NamedTuple):
    """A checkpoint of a run that keeps not all that a resumed run needs."""

    at: Location
    name: str
    missing: str


def pickled(repo: Repo) -> Iterator[Pickled]:
    """Pickled models, the first of each file and library."""
    imported: dict[str, set[str]] = {}
    for each in repo.all(Import):
        imported.setdefault(each.at.path, set()).add(each.module.partition(".")[0])
    libraries = models.pickled()
    told: set[tuple[str, str]] = set()
    for reference in repo.view(in_own_code):
        text = _model_of(reference)
        for module in sorted(imported.get(reference.at.path, set()) & libraries.keys()) if text else ():
            if (reference.at.path, module) not in told:
                told.add((reference.at.path, module))
                yield Pickled(reference.at, reference.name, text.replace(GAP, "…"), libraries[module])


def _model_of(reference: Reference) -> str:
    """The path of a pickled model that a call reads or writes; "" for anything else."""
    if reference.role not in (READING, WRITING):
        return ""
    is_saver = reference.name.startswith("joblib.")
    found = (text for text in reference.texts if PICKLED.search(text) and (is_saver or PICKLE.search(text)))
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
