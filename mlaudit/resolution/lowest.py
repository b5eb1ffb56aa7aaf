"""Which is the lowest version of a package that the declarations near a file admit?"""

import posixpath
from typing import NamedTuple

from mlaudit.facts import Lock, PythonVersion, Repo, Requirement
from mlaudit.resolution.pins import pypi_name
from mlaudit.resolution.projects import home
from mlaudit.resolution.pythons import WANTED, admitted
from mlaudit.resolution.versions import release

PYTHON = "python"
# Operators whose version is the lowest that they admit.
LOWEST = ("==", "===", "=", ">=", "~=", "^", "~")
# Folders whose requirements are those of something else than the code.
ASIDE = frozenset({"docs", "doc", ".github", "ci", ".ci", ".circleci", "build"})


class Named(NamedTuple):
    """The lowest version that is admitted, "" where none is named, and the file that says so."""

    version: str
    path: str


class Lowest:
    """The lowest versions by folder: what locks fix, else what requirements name. The nearest folder that speaks of a
    package decides."""

    def __init__(self, repo: Repo) -> None:
        self._folders: dict[str, dict[str, Named]] = {}
        for requirement in repo.all(Requirement):
            if requirement.role not in ("build", "constraint") and ASIDE.isdisjoint(requirement.at.path.split("/")):
                self._add(home(requirement.at.path), pypi_name(requirement), _named(requirement))
        for lock in repo.all(Lock):
            locked = {each.name: "" for each in lock.packages}
            for each in lock.packages:
                locked[each.name] = min(filter(None, (locked[each.name], each.version)), key=_key, default="")
            for name, version in locked.items():
                self._folders.setdefault(home(lock.at.path), {})[name] = Named(version, lock.at.path)
        self._pythons = [each for each in repo.all(PythonVersion) if each.origin in WANTED]

    def of(self, package: str, path: str) -> Named | None:
        """The lowest version for a file; None where the nearest folder that names the package leaves it open."""
        if package == PYTHON:
            return self._python(path)
        for folder in _above(path):
            if found := self._folders.get(folder, {}).get(package):
                return found if found.version else None
        return None

    def names(self, package: str, path: str) -> bool:
        """Whether anything near a file asks for a package."""
        return bool(package) and any(package in self._folders.get(folder, {}) for folder in _above(path))

    def _add(self, folder: str, package: str, named: Named) -> None:
        """Of several versions the lowest counts; of one and none, the one."""
        before = self._folders.setdefault(folder, {}).get(package)
        is_lower = (
            before is None or not before.version or (named.version and _key(named.version) < _key(before.version))
        )
        if is_lower:
            self._folders[folder][package] = named

    def _python(self, path: str) -> Named | None:
        """The lowest Python that all statements of the nearest folder admit."""
        for folder in _above(path):
            said = [each for each in self._pythons if home(each.at.path) == folder]
            if said:
                common = frozenset.intersection(*map(admitted, said))
                if not common:
                    return None
                lowest = min(common)
                decides = max(said, key=lambda each: min(admitted(each), default=(0, 0)))
                return Named(".".join(map(str, lowest)), decides.at.path)
        return None


def _named(requirement: Requirement) -> Named:
    found = [
        each.version for each in requirement.comparisons if each.operator in LOWEST and release(_plain(each.version))
    ]
    return Named(max(map(_plain, found), key=_key, default=""), requirement.at.path)


def _plain(version: str) -> str:
    return version.removesuffix(".*").partition("+")[0]


def _key(version: str) -> tuple[int, ...]:
    return release(_plain(version)) or ()


def _above(path: str) -> list[str]:
    folder = posixpath.dirname(path)
    found = [folder]
    while folder:
        folder = posixpath.dirname(folder)
        found.append(folder)
    return found
