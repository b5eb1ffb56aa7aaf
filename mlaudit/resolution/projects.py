"""Which manifests and locks belong together, and is the project an application or a library?"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mlaudit.facts import Distribution, Import, Include, Lock, Manifest, Repo, Requirement

# Folders whose requirement files speak for the folder above them.
SATELLITES = frozenset(
    {
        "requirements", "requirement", "reqs", "req", "deps", "dependencies", "constraints", "docker", "dockerfiles",
        "binder", ".binder", "conda", "conda_env", "env", "envs", "environment", "environments", ".devcontainer",
        ".devops", "ci", ".ci", ".circleci", ".github", "workflows", "docs", "doc", "config", "configs", "conf", "setup",
        "install", "installation", "scripts", "tools", "build", "etc", "pip", "container", "containers", "singularity",
        "cpu", "gpu", "cuda",
    }
)  # fmt: skip
PUBLISHED = frozenset(
    {
        "license", "urls", "url", "keywords", "homepage", "repository", "documentation", "project_urls",
        "long_description", "download_url",
    }
)  # fmt: skip
BESIDE = frozenset(
    {"examples", "example", "tests", "test", "docs", "doc", "benchmarks", "benchmark", "tutorials", "demo"}
)
TRAINS = re.compile(r"(^|/)((pre)?train|fine_?tune|main|run)(_[\w-]+)?\.py$|(^|/)[\w-]+_train\.py$")
FRAMEWORKS = frozenset(
    {
        "torch", "tensorflow", "keras", "jax", "flax", "sklearn", "xgboost", "lightgbm", "catboost", "lightning",
        "pytorch_lightning", "transformers", "mxnet", "paddle", "fastai", "stable_baselines3",
    }
)  # fmt: skip
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


class Project(NamedTuple):
    """What one folder's manifests and locks declare. `folder` is "" at the root; `kind` application or library."""

    folder: str
    manifests: tuple[Manifest, ...]
    locks: tuple[Lock, ...]
    distributions: tuple[Distribution, ...]
    kind: str
    is_certain: bool = True


class Projects:
    """The projects of a repository, innermost last."""

    def __init__(self, found: Iterable[Project]) -> None:
        self._by_folder = {project.folder: project for project in found}

    def __iter__(self) -> Iterator[Project]:
        return iter(self._by_folder.values())

    def of(self, path: str) -> Project | None:
        """The project that a file belongs to: that of the nearest folder above it that has one."""
        folder = home(path)
        while True:
            if folder in self._by_folder:
                return self._by_folder[folder]
            if not folder:
                return None
            folder = posixpath.dirname(folder)


def projects(repo: Repo) -> Projects:
    """Every folder that has a manifest or a lock, satellites counted to the folder above them."""
    manifests: dict[str, list[Manifest]] = {}
    locks: dict[str, list[Lock]] = {}
    distributions: dict[str, list[Distribution]] = {}
    for kind, table in ((Manifest, manifests), (Lock, locks), (Distribution, distributions)):
        for fact in repo.all(kind):
            table.setdefault(home(fact.at.path), []).append(fact)
    found = []
    for folder in sorted({*manifests, *locks}):
        kind, is_certain = _kind(repo, folder, distributions.get(folder, []))
        parts = (tuple(table.get(folder, [])) for table in (manifests, locks, distributions))
        found.append(Project(folder, *parts, kind, is_certain))  # type: ignore[arg-type]
    return Projects(found)


def home(path: str) -> str:
    """The folder that a manifest at `path` speaks for."""
    folder = posixpath.dirname(path)
    while folder and posixpath.basename(folder).lower() in SATELLITES:
        folder = posixpath.dirname(folder)
    return folder


def _kind(repo: Repo, folder: str, distributions: list[Distribution]) -> tuple[str, bool]:
    """A library is meant for an index. Where it also trains, the word stays, but nobody can be sure."""
    if repo.kind:
        return repo.kind, True
    if not any(map(_is_published, distributions)):
        return "application", True
    return "library", not _trains(repo, folder)


def _is_published(distribution: Distribution) -> bool:
    signals = set(distribution.signals)
    return distribution.buildable and ("classifiers" in signals or len(signals & PUBLISHED) >= 2)


def _trains(repo: Repo, folder: str) -> bool:
    """Whether a script that is no example, and is named like one, imports a framework that fits models."""
    prefix = f"{folder}/" if folder else ""
    return any(
        fact.at.path.startswith(prefix)
        and TRAINS.search(fact.at.path)
        and fact.module.split(".")[0] in FRAMEWORKS
        and BESIDE.isdisjoint(fact.at.path.split("/"))
        for fact in repo.all(Import)
    )


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
    for path, locks in list(found.items()):
        for included in _included(repo, path):
            found.setdefault(included, []).extend(locks)
    return Coverage({path: tuple(locks) for path, locks in found.items()}, _constraints(repo))


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
    from mlaudit.resolution.pins import is_pinned

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
