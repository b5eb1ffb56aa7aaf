"""Which lock answers which manifest, and which packages does it or a constraints file fix?"""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Include, Lock, LockedPackage, Manifest, Repo, Requirement
from mlaudit.resolution.pins import is_pinned

# Which manifests, in the lock's own folder, a lock answers.
ANSWERS = {
    "poetry": {"poetry", "project", "groups"},
    "uv": {"project", "groups", "uv", "setup.py", "setup.cfg"},
    "pdm": {"project", "groups", "pdm", "setup.py", "setup.cfg"},
    "pylock": {"project", "groups", "poetry", "pdm", "requirements"},
    "pipfile": {"pipfile"},
    "pixi": {"pixi", "project", "groups"},
    "conda-lock": {"conda", "recipe"},
    "explicit": {"conda"},
}


class Coverage(NamedTuple):
    """Which locks answer which manifest (by path), and which packages a constraints file or a lock fixes for it."""

    locks: dict[str, tuple[Lock, ...]]
    constraints: dict[str, dict[str, Requirement]]

    def lock_of(self, path: str) -> Lock | None:
        """A lock that answers the manifest at `path`."""
        return next(iter(self.locks.get(path, ())), None)

    def fixes(self, requirement: Requirement) -> bool:
        """Whether a lock, or an exact constraint that the install uses, fixes the requirement's version."""
        path = requirement.at.path
        for lock in self.locks.get(path, ()):
            if not lock.packages or any(package.name == requirement.name for package in lock.packages):
                return True
        return requirement.name in self.constraints.get(path, {})


def coverage(repo: Repo) -> Coverage:
    """Locks by the manifests they answer, constraints by the files that are installed with them."""
    found: dict[str, list[Lock]] = {}
    manifests = repo.all(Manifest)
    for lock in repo.all(Lock):
        for manifest in manifests:
            if manifest.at.path != lock.at.path and _answers(lock, manifest):
                found.setdefault(manifest.at.path, []).append(lock)
    for path, twin in _twins(repo):
        found.setdefault(path, []).append(twin)
    for path, locks in list(found.items()):
        for included in _included(repo, path):
            found.setdefault(included, []).extend(locks)
    return Coverage({path: tuple(locks) for path, locks in found.items()}, _constraints(repo))


def _twins(repo: Repo) -> Iterator[tuple[str, Lock]]:
    """requirements.in beside a requirements.txt that pins all it names: compiled, though no header says so."""
    by_path: dict[str, list[Requirement]] = {}
    for requirement in repo.all(Requirement):
        by_path.setdefault(requirement.at.path, []).append(requirement)
    for path, asked in by_path.items():
        pinned = by_path.get(f"{path.removesuffix('.in')}.txt", []) if path.endswith(".in") else []
        if pinned and all(map(is_pinned, pinned)) and {fact.name for fact in asked} <= {fact.name for fact in pinned}:
            packages = tuple(LockedPackage(fact.name) for fact in pinned)
            yield path, Lock(pinned[0].at, "twin", packages)


def _answers(lock: Lock, manifest: Manifest) -> bool:
    path, folder = manifest.at.path, posixpath.dirname(lock.at.path)
    if lock.format == "compiled" or (lock.format == "conda-lock" and lock.sources):
        return path in lock.sources
    if lock.at.path.endswith(".py.lock"):
        return path == lock.at.path.removesuffix(".lock")
    if manifest.format not in ANSWERS.get(lock.format, ()):
        return False
    own = posixpath.dirname(path)
    members = {posixpath.normpath(posixpath.join(folder, member.path)) for member in lock.members}
    return own == folder or (lock.format == "uv" and (own or ".") in members)


def _included(repo: Repo, path: str) -> set[str]:
    """The requirement files that a file includes, at any depth."""
    found: set[str] = set()
    pending = [path]
    while pending:
        current = pending.pop()
        for include in repo.all(Include):
            if include.at.path == current and include.role == "requirement" and include.target not in found:
                found.add(include.target)
                pending.append(include.target)
    return found - {path}


def _constraints(repo: Repo) -> dict[str, dict[str, Requirement]]:
    """For each requirement file, the exact constraints of the files that `-c` names beside it or above it."""
    exact: dict[str, dict[str, Requirement]] = {}
    for requirement in repo.all(Requirement):
        if requirement.role in ("constraint", "override") and is_pinned(requirement):
            exact.setdefault(requirement.at.path, {})[requirement.name] = requirement
    found: dict[str, dict[str, Requirement]] = {path: dict(names) for path, names in exact.items()}
    for include in repo.all(Include):
        if include.role == "constraint" and include.target in exact:
            for path in {include.at.path, *_included(repo, include.at.path)}:
                found.setdefault(path, {}).update(exact[include.target])
    return found
