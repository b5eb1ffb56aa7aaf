"""Which lock answers which manifest, and which packages does it or a constraints file fix?"""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Include, InstallCommand, Lock, LockedPackage, Manifest, Repo, Requirement
from mlaudit.resolution.pins import is_nearly_exact, is_pinned, pypi_name

# The manifests that an install of a folder reads.
BUILT = frozenset({"project", "poetry", "setup.py", "setup.cfg"})
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
        """Whether a lock, or an exact constraint that the install uses, fixes the requirement's version.

        A lock that lacks the package is stale, which is another rule's matter.
        """
        path = requirement.at.path
        return bool(self.locks.get(path)) or requirement.name in self.constraints.get(path, {})


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
    """For each manifest, the exact requirements that decide for it: its own, those of constraints files, and those of
    an environment that installs it."""
    exact: dict[str, dict[str, Requirement]] = {}
    for requirement in repo.all(Requirement):
        if requirement.role != "build" and requirement.comparisons and _decides(requirement):
            exact.setdefault(requirement.at.path, {})[pypi_name(requirement)] = requirement
    found = {path: {name: fact for name, fact in names.items() if _settles(fact)} for path, names in exact.items()}
    for source, target in _decided(repo):
        for path in {target, *_included(repo, target)}:
            found.setdefault(path, {}).update(exact.get(source, {}))
    return found


def _settles(requirement: Requirement) -> bool:
    """Whether an exact requirement settles others of its name in the same file."""
    return not requirement.marker and is_pinned(requirement)


def _decides(requirement: Requirement) -> bool:
    return is_pinned(requirement) or is_nearly_exact(requirement)


def _decided(repo: Repo) -> Iterator[tuple[str, str]]:
    """Pairs of a file whose exact versions decide, and a manifest for which they do."""
    for include in repo.all(Include):
        if include.role == "constraint":
            yield include.target, include.at.path
    for command in repo.all(InstallCommand):
        files = {
            role: [file.target for file in command.files if file.role == role] for role in ("constraint", "requirement")
        }
        yield from ((source, target) for source in files["constraint"] for target in files["requirement"])
    manifests = repo.all(Manifest)
    for requirement in repo.all(Requirement):
        if requirement.url.startswith("path:"):
            folder = requirement.url.removeprefix("path:").strip(".")
            yield from (
                (requirement.at.path, manifest.at.path)
                for manifest in manifests
                if posixpath.dirname(manifest.at.path) == folder and manifest.format in BUILT
            )
