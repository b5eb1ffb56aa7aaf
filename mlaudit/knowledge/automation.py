"""What runs programs: files of services and pipelines, commands of tests, the words in which a README says how?"""

import re
from functools import cache

from mlaudit.knowledge import table_of


def is_ci(path: str) -> bool:
    """Whether a file tells a service of continuous integration what to run."""
    return _pattern("ci").search(path) is not None


def is_pipeline(path: str) -> bool:
    """Whether a file declares in which order things run."""
    return _pattern("pipelines").search(path) is not None


def declares_order(module: str) -> bool:
    """Whether a module that code imports is one by which pipelines are declared."""
    return any(module == each or module.startswith(f"{each}.") for each in _words("modules"))


def runs_tests(words: tuple[str, ...]) -> bool:
    """Whether a command runs tests: by its program, or as a module of Python."""
    tests = _words("tests")
    first = words[0].rpartition("/")[2]
    return first in tests or any(word in tests for word in words[1:6]) or "test" in words[1:3]


def runs_pipeline(program: str) -> bool:
    """Whether a program runs a pipeline that the repository declares."""
    return program.rpartition("/")[2] in _words("runs_pipeline")


def is_opaque(program: str) -> bool:
    """Whether a program may run anything, and what is not read."""
    return program.rpartition("/")[2] in _words("opaque")


def is_install(words: tuple[str, ...]) -> bool:
    """Whether a command of a README installs what is needed, or runs where it is."""
    return _begins(words, "installs", r"\b")


def only_installs(words: tuple[str, ...]) -> bool:
    """Whether a command of a README runs nothing of the project itself."""
    return _begins(words, "only_installs")


def _begins(words: tuple[str, ...], kind: str, end: str = "") -> bool:
    """Whether a command begins with what the table says of a kind, with or without the path of its program."""
    written = table_of("automation")[kind].strip()
    return re.match(rf"(?:\S*/)?(?:python\S* (?:-m )?)?(?:{written}){end}", " ".join(words)) is not None


def says(what: str, text: str) -> bool:
    """Whether a heading or link speaks of how to `install`, or to `run`."""
    return _pattern(f"says_{what}").search(text) is not None


def is_moving(name: str) -> bool:
    """Whether a call by its full name gives another value in each run."""
    return name in _words("moving")


def moving_text(text: str) -> re.Match[str] | None:
    """The part of a command or a configuration's value that is another in each run."""
    return _pattern("moving_text").search(text)


def only_names(key: str) -> bool:
    """Whether what stands under a key or option only names something: a folder, a run, a log."""
    return _pattern("names").search(key) is not None


def defines_pipeline(name: str) -> bool:
    """Whether a call by its full name defines a pipeline, or a parameter of one."""
    return name in _words("definers")


def defaults() -> str:
    """The name of dictionaries that are handed to what defines pipelines."""
    return str(table_of("automation")["defaults"])


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(table_of("automation")[name].split())


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(table_of("automation")[name], re.IGNORECASE)
