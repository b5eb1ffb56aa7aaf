"""Which two requirements for one package cannot both hold in one installation?"""

import posixpath
from itertools import combinations

from mlaudit.facts import Include, InstallCommand, Lock, Repo, Requirement
from mlaudit.resolution.pins import is_pinned, pypi_name
from mlaudit.resolution.projects import home
from mlaudit.resolution.versions import compatible

TOGETHER = ("", "script")


def pairs(repo: Repo) -> list[tuple[Requirement, Requirement]]:
    """For each package, the first requirement and each later one that contradicts it; one of the two is exact.

    Only requirements of one folder's project and one group are compared, without markers: files for different
    Pythons, platforms or purposes may differ.
    """
    groups: dict[tuple[str, str, str], list[Requirement]] = {}
    for requirement in _candidates(repo):
        key = (home(requirement.at.path), requirement.group, pypi_name(requirement))
        groups.setdefault(key, []).append(requirement)
    found = []
    for requirements in groups.values():
        seen: set[tuple[object, ...]] = set()
        for first, second in combinations(requirements, 2):
            if second.comparisons not in seen and _contradict(repo, first, second):
                seen.add(second.comparisons)
                found.append((first, second))
    return found


def _candidates(repo: Repo) -> list[Requirement]:
    compiled = {lock.at.path for lock in repo.all(Lock)}
    found = [fact for fact in repo.all(Requirement) if fact.role == "requirement" and fact.at.path not in compiled]
    for command in repo.all(InstallCommand):
        if command.place == "dockerfile":
            found += command.requirements
    return [fact for fact in found if fact.comparisons and not fact.url and not fact.marker and pypi_name(fact)]


def _contradict(repo: Repo, first: Requirement, second: Requirement) -> bool:
    if not (is_pinned(first) or is_pinned(second)) or first.name == "python":
        return False
    if first.at.path != second.at.path and not _are_installed_together(repo, first, second):
        return False
    return compatible(first.comparisons, second.comparisons) is False


def _are_installed_together(repo: Repo, first: Requirement, second: Requirement) -> bool:
    """Files that include each other, or that one reader would take for the same environment: same folder, same name."""
    paths = {first.at.path, second.at.path}
    if any({include.at.path, include.target} == paths for include in repo.all(Include)):
        return True
    if any(paths <= {include.target for include in command.files} for command in repo.all(InstallCommand)):
        return True
    names = {posixpath.basename(path) for path in paths}
    return all(name in DEFAULTS or name.startswith("Dockerfile") for name in names) and len(names) > 1


# The files that each describe the whole environment of the folder they lie in.
DEFAULTS = frozenset(
    {
        "requirements.txt", "environment.yml", "environment.yaml", "conda.yaml", "conda.yml", "pyproject.toml",
        "setup.py", "setup.cfg", "Pipfile", "pixi.toml", "Dockerfile", "cog.yaml",
    }
)  # fmt: skip
