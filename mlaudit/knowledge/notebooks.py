"""What does a notebook's kernel bring: which names, what do its magics do to names, and who else has it?"""

import re
from collections.abc import Iterable
from functools import cache

from mlaudit.knowledge import table_of

NOTHING, ANY, CLEARS, RUNS, WORDS = "nothing", "any", "clears", "runs", "words"


def is_there(name: str, is_old: bool) -> bool:
    """Whether a name is there without any cell; `is_old` for Python 2."""
    return name in _names(is_old) or _pattern().fullmatch(name) is not None


def brought_by(packages: Iterable[str]) -> frozenset[str]:
    """The names that a project's framework binds in its notebooks."""
    frameworks = table_of("notebooks")["frameworks"]
    return frozenset(name for package in packages for name in frameworks.get(package, "").split())


def does(magic: str, arguments: str) -> str:
    """What a magic does to names: one of the words above."""
    if magic in ("load_ext", "reload_ext"):
        return ANY if arguments.split(" ", maxsplit=1)[0] in _words("extensions") else NOTHING
    return next((what for what in (NOTHING, ANY, CLEARS, RUNS) if magic in _words(what)), WORDS)


def changes_folder(magic: str) -> bool:
    """Whether a magic changes the folder in which the kernel works."""
    return magic in _words("folder")


def changes_environment(magic: str) -> bool:
    """Whether a magic sets a variable of the environment."""
    return magic in _words("environment")


def reloads(magic: str) -> bool:
    """Whether a magic reloads modules that have changed since."""
    return magic in _words("reloading")


def is_known_kernel(name: str) -> bool:
    """Whether a kernel of this name comes with a language or with a platform."""
    return any(re.fullmatch(pattern, name) for pattern in table_of("notebooks")["kernels"]["known"])


@cache
def _names(is_old: bool) -> frozenset[str]:
    lists = table_of("notebooks")["names"]
    parts = ("ipython", "python", "automagic", "spark", *(["python2"] if is_old else []))
    return frozenset(name for part in parts for name in lists[part].split())


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(table_of("notebooks")["names"]["pattern"])


@cache
def _words(what: str) -> frozenset[str]:
    return frozenset(table_of("notebooks")["magics"][what].split())
