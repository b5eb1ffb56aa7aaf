"""Which packages does a repository name, in which versions, and what are their files' digests?"""

import posixpath
import re
from collections.abc import Iterable, Iterator

from mlaudit.facts import InstallCommand, Location, Lock, LockedPackage, PackageFile, Repo, Requirement
from mlaudit.listed import Digest, Part
from mlaudit.masking import masked
from mlaudit.resolution.coverage import Coverage, coverage
from mlaudit.resolution.pins import specifier
from mlaudit.resolution.versions import is_exact

# Groups, and the names of files, that say what only those need who work on the project.
WORKING = re.compile(r"(?:^|[-_./])(?:dev|develop|development|tests?|testing|lint|docs?|ci|build|typing)(?:[-_./]|$)")
# Where packages are installed that no program runs with.
CHECKING = frozenset({"ci", "tox", "nox"})
Files = dict[tuple[str, str, str], list[Digest]]


def parts(repo: Repo, files: Iterable[PackageFile]) -> Iterator[Part]:
    """The packages of locks, then those that manifests and commands ask for, at the versions that decide for them."""
    digests: Files = {}
    for file in files:
        found = digests.setdefault((file.at.path, file.name, file.version), [])
        found.append(Digest(file.algorithm, file.digest, masked(file.file)))
    known = repo.view(coverage)
    for lock in repo.all(Lock):
        for package in lock.packages:
            if not package.source.startswith(("path:", "conda:")):
                yield _locked(lock, package, digests)
    for requirement in repo.all(Requirement):
        if requirement.role in ("requirement", "build") and not requirement.url.startswith(("path:", "workspace:")):
            yield from _asked(requirement, _scope(requirement), known)
    for command in repo.all(InstallCommand):
        scope = "excluded" if command.place in CHECKING else "required"
        for requirement in command.requirements:
            if not requirement.url.startswith("path:"):
                yield from _asked(requirement, scope, known)


def _locked(lock: Lock, package: LockedPackage, digests: Files) -> Part:
    path, name = lock.at.path, package.name
    known = digests.get((path, name, package.version)) or digests.get((path, name, "")) or []
    place = Location(path, package.line or 1)
    return Part(
        "package", package.name, package.version, package.ecosystem,
        digests=tuple(known), places=(place,), address=_address(package.source), is_direct=False,
    )  # fmt: skip


def _asked(requirement: Requirement, scope: str, known: Coverage) -> Iterator[Part]:
    said = (("asked", specifier(requirement)),) if requirement.comparisons else ()
    part = Part(
        "package", requirement.name, "", requirement.ecosystem, scope, _hashes(requirement), (requirement.at,), said,
        _address(requirement.url),
    )  # fmt: skip
    versions = sorted(_versions(requirement, known))
    if not requirement.name:
        return
    for version in versions or [_revision(requirement)]:
        yield part._replace(version=version, digests=part.digests if len(versions) < 2 else ())


def _versions(requirement: Requirement, known: Coverage) -> set[str]:
    """The one that is pinned, else those of the locks that answer its manifest, else that of a constraint."""
    if requirement.comparisons and is_exact(requirement.comparisons, requirement.ecosystem):
        return {requirement.comparisons[0].version}
    path, name = requirement.at.path, requirement.name
    locked = {each.version for lock in known.locks.get(path, ()) for each in lock.packages if each.name == name}
    if locked - {""}:
        return locked - {""}
    fixed = known.constraints.get(path, {}).get(name)
    return {fixed.comparisons[0].version} if fixed and fixed.comparisons and is_exact(fixed.comparisons) else set()


def _revision(requirement: Requirement) -> str:
    """What a checkout of a repository asks for: a commit, a tag or a branch."""
    return requirement.revision


def _scope(requirement: Requirement) -> str:
    """What a group or a file's name says: dependencies of an extra are optional, those of whoever works on the project
    are no part of what runs."""
    group = requirement.group
    file = posixpath.basename(requirement.at.path).rpartition(".")[0]
    if requirement.role == "build" or WORKING.search(group.partition(":")[2] or group) or WORKING.search(file):
        return "excluded"
    return "optional" if group.startswith(("extra:", "group:", "env:")) else "required"


def _hashes(requirement: Requirement) -> tuple[Digest, ...]:
    pairs = (written.partition(":") for written in requirement.hashes)
    return tuple(sorted(Digest(algorithm.lower(), value.lower()) for algorithm, _, value in pairs if value))


def _address(url: str) -> str:
    """Where a package comes from that is on no index, credentials masked."""
    return masked(url) if "://" in url and not url.startswith(("index:", "file:")) else ""
