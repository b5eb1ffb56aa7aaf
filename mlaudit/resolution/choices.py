"""Which requirements leave a choice open, and which point straight at a file or a repository?"""

import posixpath

from mlaudit.facts import Distribution, InstallCommand, Repo, Requirement, canonical
from mlaudit.patterns import pattern
from mlaudit.resolution.coverage import coverage
from mlaudit.resolution.pins import is_pinned

MACHINE = pattern(r"file:/|/|~|[A-Za-z]:[\\/]")


def loose(repo: Repo) -> list[Requirement]:
    """Requirements of manifests that admit more than one version, with no lock and no constraint that decides."""
    return repo.view(_loose)


def _loose(repo: Repo) -> list[Requirement]:
    covered = repo.view(coverage)
    own = {canonical(distribution.name) for distribution in repo.all(Distribution)}
    return [
        requirement
        for requirement in repo.all(Requirement)
        if requirement.role == "requirement" and requirement.name not in own
        if not is_pinned(requirement) and not covered.fixes(requirement)
    ]


def direct(repo: Repo) -> list[Requirement]:
    """Direct references, of manifests and of install commands, that no lock resolves."""
    covered = repo.view(coverage)
    found = [requirement for requirement in repo.all(Requirement) if requirement.url and requirement.role != "build"]
    commands = [requirement for command in repo.all(InstallCommand) for requirement in command.requirements]
    found = [requirement for requirement in found if not covered.locks.get(requirement.at.path)]
    return found + [requirement for requirement in commands if requirement.url]


def local_fault(repo: Repo, requirement: Requirement) -> str:
    """What is wrong with a local reference; "" where it leads to something in the repository, or is not local."""
    url = requirement.url
    if url.startswith("path:"):
        target = posixpath.normpath(url.removeprefix("path:"))
        if target.startswith("../"):
            return "leads out of the repository"
        exists = (
            target in (".", "") or target in repo.files or any(path.startswith(f"{target}/") for path in repo.files)
        )
        return "" if exists or _is_built(target) or "$" in target else "is not in the repository"
    if MACHINE.match(url) and "://" not in url.removeprefix("file://") and "$" not in url:
        return "is a place of one machine"
    return ""


def _is_built(target: str) -> bool:
    """What a build step makes: an archive in dist/ or build/, a wheel named by a pattern."""
    return "*" in target or any(part in ("dist", "build", "wheels", "wheelhouse") for part in target.split("/"))
