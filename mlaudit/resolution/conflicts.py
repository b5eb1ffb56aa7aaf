"""Which two requirements for one package cannot both hold in one installation?"""

import posixpath
from bisect import bisect
from collections.abc import Iterable, Iterator
from itertools import combinations

from mlaudit.facts import ImageRef, Include, InstallCommand, Lock, Repo, Requirement
from mlaudit.resolution.pins import is_pinned, pypi_name
from mlaudit.resolution.versions import compatible

# The files that each describe the whole environment of the folder they lie in.
DEFAULTS = frozenset(
    {
        "requirements.txt", "environment.yml", "environment.yaml", "conda.yaml", "conda.yml", "pyproject.toml",
        "setup.py", "setup.cfg", "Pipfile", "pixi.toml", "cog.yaml",
    }
)  # fmt: skip


def pairs(repo: Repo) -> list[tuple[Requirement, Requirement]]:
    """For each package, an earlier requirement and a later one that contradicts it; one of the two is exact.

    Requirements with markers are left out: files for different Pythons and platforms may differ.
    """
    found: dict[Requirement, Requirement] = {}
    for environment in _environments(repo):
        by_name: dict[str, list[Requirement]] = {}
        for requirement in environment:
            if requirement.comparisons and not requirement.url and not requirement.marker:
                by_name.setdefault(pypi_name(requirement), []).append(requirement)
        for name, asked in by_name.items():
            if name and name != "python":
                _add(found, asked)
    return [(first, second) for second, first in sorted(found.items())]


def _add(found: dict[Requirement, Requirement], asked: list[Requirement]) -> None:
    for first, second in combinations(dict.fromkeys(asked), 2):
        if (is_pinned(first) or is_pinned(second)) and compatible(first.comparisons, second.comparisons) is False:
            found.setdefault(second, first)


def _environments(repo: Repo) -> Iterator[list[Requirement]]:
    """What is installed together: a file with all it includes, a folder's default files, a stage, a notebook."""
    files = _Files(repo)
    yield from (files.closure([path]) for path in files.paths())
    yield from files.defaults()
    for commands in _sessions(repo):
        together = files.closure(include.target for command in commands for include in command.files)
        together += [requirement for command in commands for requirement in command.requirements]
        if commands[0].place == "notebook":
            together = files.nearest(commands[0].at.path) + together
        yield together


class _Files:
    """The requirements of each file, without groups that are installed on demand."""

    def __init__(self, repo: Repo) -> None:
        self._compiled = {lock.at.path for lock in repo.all(Lock)}
        self.requirements: dict[str, list[Requirement]] = {}
        for fact in repo.all(Requirement):
            on_demand = fact.group.startswith(("extra:", "group:", "env:", "feature:", "target:"))
            if fact.role in ("requirement", "constraint") and not on_demand and fact.group != "tox":
                self.requirements.setdefault(fact.at.path, []).append(fact)
        self._includes: dict[str, list[str]] = {}
        for include in repo.all(Include):
            self._includes.setdefault(include.at.path, []).append(include.target)

    def paths(self) -> list[str]:
        """Files that require something, or include others."""
        return [*dict.fromkeys([*self.requirements, *self._includes])]

    def closure(self, paths: Iterable[str]) -> list[Requirement]:
        """The requirements of files and of all that they include, the included first."""
        seen: dict[str, None] = {}
        pending = list(paths)
        while pending:
            path = pending.pop()
            if path not in seen:
                seen[path] = None
                pending += self._includes.get(path, [])
        return [requirement for path in reversed(seen) for requirement in self.requirements.get(path, [])]

    def defaults(self) -> Iterator[list[Requirement]]:
        """For each folder, the requirements of the files that all describe its one environment."""
        folders = sorted({posixpath.dirname(path) for path in self.requirements})
        return (self.nearest(f"{folder}/x" if folder else "x", exactly=True) for folder in folders)

    def nearest(self, path: str, exactly: bool = False) -> list[Requirement]:
        """The same for the nearest folder above a file that has such files."""
        folder = posixpath.dirname(path)
        while True:
            named = sorted(posixpath.join(folder, name) for name in DEFAULTS)
            found = [fact for name in named if name not in self._compiled for fact in self.requirements.get(name, [])]
            if found or exactly or not folder:
                return found
            folder = posixpath.dirname(folder)


def _sessions(repo: Repo) -> Iterator[list[InstallCommand]]:
    """Commands that fill one environment: those of a notebook, those of a stage; each other command for itself."""
    stages: dict[str, list[int]] = {}
    for image in repo.all(ImageRef):
        if image.role == "base":
            stages.setdefault(image.at.path, []).append(image.at.line)
    found: dict[tuple[str, int], list[InstallCommand]] = {}
    for command in repo.all(InstallCommand):
        path, line = command.at.path, command.at.line
        key = {"notebook": 0, "dockerfile": bisect(stages.get(path, []), line)}.get(command.place, -line)
        found.setdefault((path, key), []).append(command)
    yield from found.values()
