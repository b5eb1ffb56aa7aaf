"""Are the locks fresh, are they in git, and does anything ignore them?"""

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlaudit.facts import (
    Distribution,
    FactType,
    IgnorePattern,
    Include,
    InputDigest,
    InstallCommand,
    Lock,
    Manifest,
    PythonVersion,
    Repo,
    Requirement,
)
from mlaudit.resolution.coverage import coverage
from mlaudit.resolution.projects import projects

if TYPE_CHECKING:
    from mlaudit.resolution.locked.satisfaction import Freshness

# The lock that each tool's manifest calls for.
LOCK_OF = {
    "poetry": "poetry.lock",
    "pipfile": "Pipfile.lock",
    "pdm": "pdm.lock",
    "pixi": "pixi.lock",
    "project": "uv.lock",
}


def verdicts(repo: Repo) -> list[tuple[Lock, "Freshness"]]:
    """Each lock that answers a manifest here, with whether it still does."""
    manifests: dict[Lock, set[str]] = {}
    for path, found in repo.view(coverage).locks.items():
        for lock in found:
            if lock.format != "twin":
                manifests.setdefault(lock, _evidence(repo, lock)).add(path)
    return [(lock, _verdict(repo, lock, paths)) for lock, paths in manifests.items()]


def _evidence(repo: Repo, lock: Lock) -> set[str]:
    """Files that a lock speaks of besides the manifests it answers: what those include, and a workspace's members.

    A project below the lock's folder that has a lock of its own is no member.
    """
    found = {include.target for include in repo.all(Include) if include.at.path in lock.sources}
    if lock.format not in ("uv", "pdm"):
        return found
    folder = posixpath.dirname(lock.at.path)
    others = {posixpath.dirname(other.at.path) for other in repo.all(Lock) if other.format == lock.format} - {folder}
    for path in repo.files:
        is_other = any(len(other) > len(folder) and _is_below(path, other) for other in others)
        if posixpath.basename(path) in ("pyproject.toml", "uv.toml") and _is_below(path, folder) and not is_other:
            found.add(path)
    return found


def _is_below(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _verdict(repo: Repo, lock: Lock, paths: set[str]) -> "Freshness":
    from mlaudit.resolution.locked.freshness import freshness

    def of(kind: type[FactType]) -> list[FactType]:
        return [fact for fact in repo.all(kind) if fact.at.path in paths]

    return freshness(
        lock,
        of(Requirement),
        of(InputDigest),
        of(PythonVersion),
        of(Distribution),
        includes=of(Include),
        manifests=of(Manifest),
        files=repo.files,
    )


def summary(verdict: "Freshness") -> str:
    """The first reason, and how many more there are."""
    texts = list(dict.fromkeys(reason.text for reason in verdict.reasons))
    more = f" (and {len(texts) - 1} more)" if len(texts) > 1 else ""
    return f"{texts[0]}{more}" if texts else "its inputs changed"


def untracked(repo: Repo) -> Iterator[Lock]:
    """Locks on disk that git ignores or does not track; none outside a git checkout."""
    if repo.is_git:
        for lock in repo.all(Lock):
            file = repo.files.get(lock.at.path)
            if file and lock.format != "compiled" and file.tracked is False:
                yield lock


def ignoring(repo: Repo) -> Iterator[IgnorePattern]:
    """Patterns that ignore the lock which an application's manifest calls for, where no such lock is tracked."""
    if not repo.is_git:
        return
    present = {
        posixpath.basename(path) for path, file in repo.files.items() if posixpath.basename(path) in LOCK_OF.values()
    }
    for pattern in repo.all(IgnorePattern):
        name = posixpath.basename(pattern.pattern.rstrip("/"))
        if (
            pattern.at.path.endswith(".gitignore")
            and name in LOCK_OF.values()
            and name not in present
            and _is_called_for(repo, name, posixpath.dirname(pattern.at.path))
        ):
            yield pattern


def _is_called_for(repo: Repo, name: str, folder: str) -> bool:
    """Whether a project below the folder wants that lock; [project] wants uv's, unless only other tools are used."""
    runs_uv = any(command.tool == "uv" and command.action in ("sync", "add") for command in repo.all(InstallCommand))
    for project in repo.view(projects):
        below = project.folder == folder or not folder or project.folder.startswith(f"{folder}/")
        called_for = {LOCK_OF[manifest.format] for manifest in project.manifests if manifest.format in LOCK_OF}
        if (
            below
            and project.kind == "application"
            and project.is_certain
            and not project.locks
            and name in (called_for if runs_uv else called_for - {"uv.lock"} or called_for)
        ):
            return True
    return False
