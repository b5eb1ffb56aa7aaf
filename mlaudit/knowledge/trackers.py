"""Where do runs write down their metrics and parameters, and what do they leave in the repository?"""

import re
from functools import cache

from mlaudit.knowledge import table_of


def keeps_runs(name: str) -> bool:
    """Whether a module, or a call by its full name, keeps what a run measures."""
    return any(name == each or name.startswith(f"{each}.") for each in (*_words("modules"), *_words("keeps")))


def recording() -> frozenset[str]:
    """Words that show that a run's numbers are kept."""
    return _words("words")


def is_saved(key: str) -> bool:
    """Whether a key of what is saved with a model says what was measured."""
    return re.search(table_of("trackers")["saved"], key) is not None


def names_number(text: str) -> bool:
    """Whether a text, its parts that are put in as braces, names a model by what was measured."""
    return len(text) < 300 and re.search(table_of("trackers")["named"], text) is not None


def saves(name: str) -> bool:
    """Whether a call by its full name saves what it is given."""
    return name in _words("saves")


def parameters() -> frozenset[str]:
    """Words by which trackers are told of parameters."""
    return _words("parameters")


def is_automatic(module: str) -> bool:
    """Whether a module records by itself all that a program is given."""
    return module.partition(".")[0] in _words("automatic")


def starts(name: str) -> bool:
    """Whether a call by its full name starts a run of a tracker."""
    return name in _words("starts")


def output(path: str) -> tuple[str, str] | None:
    """The folder of run output in which a file lies, and the tracker; None for other files."""
    for pattern, tracker in _outputs():
        if match := pattern.match(path):
            return match[1] or path, tracker
    return None


def is_metric(text: str) -> bool:
    """Whether the header of a table names a metric."""
    return re.search(table_of("trackers")["tables"]["metrics"], text) is not None


def is_estimator(name: str) -> bool:
    """Whether a class by its full name is one whose `fit` trains a model."""
    table = table_of("trackers")["estimators"]
    return name.partition(".")[0] in table["modules"].split() and re.search(table["names"], name) is not None


def measures(word: str) -> bool:
    """Whether a word of code is one that measures a model, or keeps it."""
    return re.match(table_of("trackers")["estimators"]["measures"], word) is not None


@cache
def _outputs() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(row["path"]), row["tracker"]) for row in table_of("trackers")["outputs"])


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(table_of("trackers")[name].split())
