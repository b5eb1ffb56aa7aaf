"""Which version of a package does the repository itself name, and where?"""

from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Lock, LockedPackage, Repo, Requirement
from mlaudit.fixes import Asked
from mlaudit.resolution.ordering import satisfies
from mlaudit.resolution.projects import projects
from mlaudit.resolution.versions import admits, release


class Version(NamedTuple):
    """A version, and where it is named: "`uv.lock`, line 12"."""

    number: str
    origin: str


def known(requirement: Requirement, asked: Asked, path: str = "") -> Version | None:
    """The one version that the locks of the requirement's project name, and that the requirement admits. `path` is the
    file that the question is about, where the requirement stands in another."""
    if requirement.url or requirement.hashes or requirement.build:
        return None
    named = list(dict.fromkeys(_locked(requirement, asked.repo, path or requirement.at.path)))
    numbers = {version.number for version in named}
    if len(numbers) != 1 or admits(requirement.comparisons, named[0].number) is not True:
        return None
    return named[0]


def _locked(requirement: Requirement, repo: Repo, path: str) -> Iterator[Version]:
    project = repo.view(projects).of(path)
    for lock in project.locks if project else ():
        for package in lock.packages:
            if package.name == requirement.name and package.ecosystem == requirement.ecosystem:
                number = _number(package)
                yield Version(number, _place(lock, package.line))


def _number(package: LockedPackage) -> str:
    """The version as an index knows it: without a local part, `+cu121`, which names the build of one index. "" where
    the package comes from elsewhere, or its version is none."""
    number = package.version.partition("+")[0]
    if package.source and not package.source.startswith("conda:"):
        return ""
    return number if release(number) or satisfies(number, ()) else ""


def _place(lock: Lock, line: int) -> str:
    return f"`{lock.at.path}`, line {line}" if line else f"`{lock.at.path}`"
