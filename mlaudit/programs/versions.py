"""Which version of a library does a file of the repository use, where a lock, a pin or the code itself says so?"""

import posixpath
import re
from collections.abc import Iterator

from mlaudit.facts import Code, Lock, Repo, Requirement
from mlaudit.facts.syntax import Call, nodes
from mlaudit.knowledge import packages_of
from mlaudit.knowledge.streams import gone

# The first version of a module that does as another package's module of that name always did: `tensorflow.keras`.
BESIDE = {"keras": (2, 4)}
# Packages whose versions a module's go by, too.
OTHERS = {"lightning": ("pytorch-lightning",), "keras": ("tensorflow", "tensorflow-gpu", "tensorflow-cpu")}
Release = tuple[int, ...]


class Versions:
    """The versions that locks and exact pins name: those of the nearest folder around a file; others only where none
    of these folders declares the package. Where none is named, names that later versions do not have tell; else the
    newest is meant."""

    def __init__(self, repo: Repo) -> None:
        self._codes = {code.at.path: code for code in repo.all(Code)}
        self._pinned: dict[str, dict[str, Release]] = {}
        self._declared: dict[str, set[str]] = {}
        self._known: dict[tuple[str, str], Release | None] = {}
        for requirement in repo.all(Requirement):
            folder = posixpath.dirname(requirement.at.path)
            self._declared.setdefault(requirement.name, set()).add(folder)
            for comparison in requirement.comparisons:
                if comparison.operator in ("==", "===", "=") and "*" not in comparison.version:
                    self._pinned.setdefault(requirement.name, {}).setdefault(folder, _release(comparison.version))
        for lock in repo.all(Lock):
            folder = posixpath.dirname(lock.at.path)
            for locked in lock.packages:
                self._pinned.setdefault(locked.name, {})[folder] = _release(locked.version)

    def fits(self, name: str, since: str, until: str, path: str = "") -> bool:
        """Whether the version at hand, for a file, of the library of a full name lies in [since, until)."""
        if not since and not until:
            return True
        key = (name.partition(".")[0], path)
        if key not in self._known:
            found = self._of(*key)
            least = BESIDE.get(key[0])
            is_least = found and least and found < least and not self._has(path, key[0])
            self._known[key] = least if is_least else found
        found = self._known[key]
        if found is None:
            return not until
        return (not since or found >= _release(since)) and (not until or found < _release(until))

    def _of(self, module: str, path: str) -> Release | None:
        packages = sorted({*packages_of(module), module.replace("_", "-"), *OTHERS.get(module, ())})
        for folder in _around(path):
            for package in packages:
                if folder in self._pinned.get(package, ()):
                    return self._pinned[package][folder]
        if any(folder in self._declared.get(package, ()) for folder in _around(path) for package in packages):
            return None
        elsewhere = next((each for package in packages for each in self._pinned.get(package, {}).values()), None)
        return elsewhere or self._told(packages, path)

    def _has(self, path: str, module: str) -> bool:
        """Whether a file imports a module of this very name."""
        return path in self._codes and _imports(self._codes[path], module)

    def _told(self, packages: list[str], path: str) -> Release | None:
        """The last version that has all names which a file uses of one of some packages."""
        code = self._codes.get(path)
        if code is None:
            return None
        found = (each for each in gone() if each.module in packages and _imports(code, each.module))
        words = {*code.words}
        old = (
            each for each in found if (each.names & words or each.keywords & _given(code)) and not each.unless & words
        )
        return next((_release(each.last) for each in old), None)


def _imports(code: Code, module: str) -> bool:
    return any(dotted.partition(".")[0] == module for dotted in code.modules)


def _given(code: Code) -> set[str]:
    """The names of all keyword arguments in a file."""
    return {name for each in nodes(code.body) if isinstance(each, Call) for name, _ in each.keywords}


def _around(path: str) -> Iterator[str]:
    """The folders around a file, nearest first."""
    while path:
        path = posixpath.dirname(path)
        yield path


def _release(version: str) -> Release:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
