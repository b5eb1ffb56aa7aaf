"""What is known of machines: which environment variables are everybody's, what do builds make?"""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache

from mlaudit.knowledge import table_of


def is_known_variable(name: str) -> bool:
    """Whether systems, launchers, services or libraries set a variable, or document it under its name."""
    names, beginnings = _variables()
    return name in names or name.startswith(beginnings)


@cache
def _variables() -> tuple[frozenset[str], tuple[str, ...]]:
    words = [word for group in table_of("variables").values() for word in group.split()]
    exact = frozenset(word for word in words if not word.endswith("*"))
    return exact, tuple(word[:-1] for word in words if word.endswith("*"))


def is_made_by_builds(path: str) -> bool:
    """Whether a path is one that build tools make, or lies below one."""
    made = table_of("machines")["builds"]["made"].split()
    return any(fnmatchcase(part, name) for part in path.split("/") for name in made)


def describes_machine(path: str) -> bool:
    """Whether a file at this path describes a whole machine: a container, Nix, Vagrant and the like."""
    return _described().search(path) is not None


def fixes_machine(lock: str) -> bool:
    """Whether locks of a format fix what lies below Python too."""
    return lock in table_of("machines")["described"]["locks"]


def serves(module: str) -> bool:
    """Whether programs that import a module answer requests, or show a model."""
    return any(module == name or module.startswith(f"{name}.") for name in table_of("machines")["serving"]["modules"])


def holds_models(module: str) -> bool:
    """Whether a module trains, loads or runs models."""
    return module.partition(".")[0] in table_of("machines")["serving"]["models"]


def installs_nothing(words: Sequence[str]) -> bool:
    """Whether a command, by its words, is one of shells and systems that installs nothing of Python."""
    program = next((word for word in words if word != "sudo" and "=" not in word), "")
    return program in _plain()


def is_bare(image: str) -> bool:
    """Whether an image of this name holds a system, or Python alone, and no packages. A tag may follow the name."""
    name = image.partition("@")[0]
    return any(
        re.search(pattern, name.rpartition(":")[0] or name) for pattern in table_of("machines")["builds"]["bare"]
    )


@cache
def _described() -> re.Pattern[str]:
    return re.compile("|".join(table_of("machines")["described"]["files"]))


@cache
def _plain() -> frozenset[str]:
    return frozenset(table_of("machines")["builds"]["plain"].split()) | {""}
