"""Which manifests and locks lie together, and is the project an application or a library?"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from mlaudit.facts import Distribution, FactType, Lock, Manifest, Repo, Script

# Folders whose requirement files speak for the folder above them.
SATELLITES = frozenset(
    {
        "requirements", "requirement", "reqs", "req", "deps", "dependencies", "constraints", "docker", "dockerfiles",
        "binder", ".binder", "conda", "conda_env", "env", "envs", "environment", "environments", ".devcontainer",
        ".devops", "ci", ".ci", ".circleci", ".github", "workflows", "docs", "doc", "config", "configs", "conf",
        "setup", "install", "installation", "scripts", "tools", "build", "etc", "pip", "container", "containers",
        "singularity",
        "cpu", "gpu", "cuda",
    }
)  # fmt: skip
# Those that hold nothing but requirement files, in folders of their own making.
REQUIREMENTS = frozenset({"requirements", "requirement", "reqs", "constraints"})
PUBLISHED = frozenset(
    {
        "license", "urls", "url", "keywords", "homepage", "repository", "documentation", "project_urls",
        "long_description", "download_url",
    }
)  # fmt: skip
BESIDE = frozenset(
    {
        "examples", "example", "tests", "test", "docs", "doc", "benchmarks", "benchmark", "tutorials", "tutorial",
        "demo", "demos", "contrib", "extensions", "scenarios",
    }
)  # fmt: skip
# Names of the modules of a package that are programs.
RUN = re.compile(r"train|tun(e|ing)|main|run|fit|experiment|launch", re.IGNORECASE)


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
        self._of: dict[str, Project | None] = {}

    def __iter__(self) -> Iterator[Project]:
        return iter(self._by_folder.values())

    def of(self, path: str) -> Project | None:
        """The project that a file belongs to: that of the nearest folder above it that has one."""
        if path not in self._of:
            folder = home(path)
            while folder and folder not in self._by_folder:
                folder = posixpath.dirname(folder)
            self._of[path] = self._by_folder.get(folder)
        return self._of[path]


def projects(repo: Repo) -> Projects:
    """Every folder that has a manifest or a lock, satellites counted to the folder above them."""
    manifests = _by_folder(repo.all(Manifest))
    locks = _by_folder(repo.all(Lock))
    distributions = _by_folder(repo.all(Distribution))
    found: list[Project] = []
    for folder in sorted({*manifests, *locks}):
        built = distributions.get(folder, ())
        kind, is_certain = _kind(repo, folder, built)
        if kind == "application" and _is_beside(folder, found):
            kind, is_certain = "library", False
        project = Project(folder, manifests.get(folder, ()), locks.get(folder, ()), built, kind, is_certain)
        found.append(project)
    return Projects(found)


def _by_folder(facts: Iterable[FactType]) -> dict[str, tuple[FactType, ...]]:
    found: dict[str, list[FactType]] = {}
    for fact in facts:
        found.setdefault(home(fact.at.path), []).append(fact)
    return {folder: tuple(listed) for folder, listed in found.items()}


def _is_beside(folder: str, found: list[Project]) -> bool:
    """Whether a folder of tests, docs or examples lies in a library: nobody can say whether its ranges are meant."""
    parts = folder.split("/")
    return not BESIDE.isdisjoint(parts) and any(
        project.kind == "library" and (not project.folder or folder.startswith(f"{project.folder}/"))
        for project in found
    )


@cache
def home(path: str) -> str:
    """The folder that a manifest at `path` speaks for."""
    parts = posixpath.dirname(path).split("/")
    nested = [at for at, part in enumerate(parts) if part.lower() in REQUIREMENTS]
    folder = "/".join(parts[: nested[0]] if nested else parts)
    while folder and posixpath.basename(folder).lower() in SATELLITES:
        folder = posixpath.dirname(folder)
    return folder


def _kind(repo: Repo, folder: str, distributions: tuple[Distribution, ...]) -> tuple[str, bool]:
    """A library is meant for an index and trains nothing. One that is for an index and trains may be either."""
    if repo.kind:
        return repo.kind, True
    if not _is_published(distributions):
        return "application", not any("computed" in distribution.signals for distribution in distributions)
    return ("application", False) if _trains(repo, folder) else ("library", True)


def _is_published(distributions: Iterable[Distribution]) -> bool:
    """Whether the metadata of a folder's files, taken together, is that of a package for an index."""
    signals = {signal for distribution in distributions for signal in distribution.signals}
    return "classifiers" in signals or len(signals & PUBLISHED) >= 2


def _trains(repo: Repo, folder: str) -> bool:
    """Whether a script that is no example, and brings no declaration of its own, fits a model."""
    prefix = f"{folder}/" if folder else ""
    return any(
        script.trains
        and not script.declares
        and script.at.path.startswith(prefix)
        and BESIDE.isdisjoint(script.at.path.split("/"))
        and _is_run(repo, script.at.path)
        for script in repo.all(Script)
    )


def _is_run(repo: Repo, path: str) -> bool:
    """Whether people run the file: the main guard of a package's module may only show what the module does."""
    folder, name = posixpath.split(path)
    return posixpath.join(folder, "__init__.py") not in repo.files or RUN.search(name) is not None
