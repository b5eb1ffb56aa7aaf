"""Which version of a package does the repository itself name, and where? Or this machine, where the user asks it?"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mlaudit.facts import Lock, LockedPackage, Repo, Requirement
from mlaudit.fixes import Asked
from mlaudit.resolution.ordering import satisfies
from mlaudit.resolution.pins import INSTALLERS, is_pinned
from mlaudit.resolution.projects import projects
from mlaudit.resolution.versions import admits, release


class Version(NamedTuple):
    """A version, where it is named ("`uv.lock`, line 12"), and how safe it is to write it down: "" for what the rule
    says."""

    number: str
    origin: str
    safety: str = ""


def known(requirement: Requirement, asked: Asked) -> Version | None:
    """The one version that the requirement admits and that is named for it: by the locks of its project, else by what
    this machine has installed if that may be asked, else by a file of the project that names nothing but exact versions
    and all that the requirement's own file asks for."""
    repo, path = asked.repo, requirement.at.path
    return _one(
        requirement, _locked(requirement, repo, path), _installed(requirement, asked), _frozen(requirement, repo)
    )


def known_for(requirement: Requirement, path: str, asked: Asked) -> Version | None:
    """The same for a package that a command in the file at `path` names; of manifests any exact version of it will do,
    since the command installs into one environment with them."""
    stated = _stated(requirement, asked.repo, path)
    return _one(requirement, _locked(requirement, asked.repo, path), _installed(requirement, asked), stated)


def _one(requirement: Requirement, *sources: Iterable[Version]) -> Version | None:
    """The version of the first source that names any; None where it names several, or one that is not admitted."""
    if requirement.url or requirement.hashes or requirement.build:
        return None
    for source in sources:
        named = list(source)
        if not named:
            continue
        numbers = {version.number for version in named}
        is_admitted = len(numbers) == 1 and "" not in numbers and admits(requirement.comparisons, named[0].number)
        return named[0] if is_admitted else None
    return None


def _locked(requirement: Requirement, repo: Repo, path: str) -> Iterator[Version]:
    """What locks say. A script that declares its own packages has its own environment, which none of them locks."""
    safety = "unsafe" if requirement.group == "script" else ""
    project = repo.view(projects).of(path)
    for lock in project.locks if project else ():
        for package in lock.packages:
            if package.name == requirement.name and package.ecosystem == requirement.ecosystem:
                yield Version(_number(package), _place(lock, package.line), safety)


def _number(package: LockedPackage) -> str:
    """ "" where the package comes from elsewhere than an index."""
    is_indexed = not package.source or package.source.startswith("conda:")
    return public(package.version) if is_indexed else ""


def public(version: str) -> str:
    """A version as every index knows it: without a local part, `+cu121`, which names the build of one of them. "" where
    it is none."""
    number = version.partition("+")[0]
    return number if release(number) or satisfies(number, ()) else ""


def _place(lock: Lock, line: int) -> str:
    return f"`{lock.at.path}`, line {line}" if line else f"`{lock.at.path}`"


def _installed(requirement: Requirement, asked: Asked) -> Iterator[Version]:
    if asked.machine is not None:
        from mlaudit.fixes.machine import installed

        for version in installed(asked.machine, requirement.name, requirement.ecosystem):
            yield Version(public(version), "the active environment")


def _frozen(requirement: Requirement, repo: Repo) -> Iterator[Version]:
    """What a list of installed packages says that lies in the same project: it cannot be seen whether it is of this
    environment, so that writing it down is not safe."""
    asked_for = {each.name for each in repo.all(Requirement) if each.at.path == requirement.at.path} - INSTALLERS
    for path, requirements in repo.view(_exact_files).items():
        is_near = repo.view(projects).of(path) == repo.view(projects).of(requirement.at.path)
        names = {each.name for each in requirements}
        if path != requirement.at.path and is_near and asked_for - {requirement.name} <= names:
            yield from _exact(requirement, requirements)


def _exact_files(repo: Repo) -> dict[str, list[Requirement]]:
    """The requirements of each file in which every one names an exact version of an index."""
    found: dict[str, list[Requirement]] = {}
    for requirement in repo.all(Requirement):
        found.setdefault(requirement.at.path, []).append(requirement)
    return {
        path: requirements
        for path, requirements in found.items()
        if len(requirements) > 1 and all(is_pinned(each) and not each.url and not each.marker for each in requirements)
    }


def _stated(requirement: Requirement, repo: Repo, path: str) -> Iterator[Version]:
    project = repo.view(projects).of(path)
    if project is not None:
        listed = {manifest.at.path for manifest in project.manifests}
        yield from _exact(requirement, (each for each in repo.all(Requirement) if each.at.path in listed))


def _exact(requirement: Requirement, among: Iterable[Requirement]) -> Iterator[Version]:
    for each in among:
        is_same = each.name == requirement.name and each.ecosystem == requirement.ecosystem and not each.url
        if is_same and each.comparisons and is_pinned(each):
            exact = [version for operator, version in each.comparisons if operator in ("==", "===")]
            yield Version(public(exact[0]) if exact else "", f"`{each.at.path}`, line {each.at.line}", "unsafe")
