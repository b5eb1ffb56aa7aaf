"""Does a lock hold what a manifest asks for?"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from mlaudit.facts import (
    Comparison,
    Distribution,
    Include,
    InputDigest,
    Location,
    Lock,
    LockedPackage,
    Manifest,
    PythonVersion,
    Requirement,
)
from mlaudit.resolution.locked.markers import variables
from mlaudit.resolution.versions import admits

# What pip-compile leaves out of its output unless it is told otherwise.
UNSAFE = frozenset({"pip", "setuptools", "distribute", "wheel"})
LOCAL = ("path:", "workspace:", "file:", "/", "~", ".")


class Evidence(NamedTuple):
    """The facts of the manifests that a lock covers. `files` are all paths of the repository, None if not known."""

    requirements: Sequence[Requirement]
    digests: Sequence[InputDigest]
    pythons: Sequence[PythonVersion]
    distributions: Sequence[Distribution]
    includes: Sequence[Include]
    manifests: Sequence[Manifest]
    files: frozenset[str] | None


class Reason(NamedTuple):
    """One fact that speaks against a lock. `at` is the manifest's requirement, or the lock."""

    at: Location
    text: str


class Freshness(NamedTuple):
    """Whether a lock still answers its manifests: fresh, stale or unknown, and why.

    `algorithm` names what was compared: a digest, or the structure.
    """

    verdict: str
    reasons: tuple[Reason, ...] = ()
    algorithm: str = ""


def unmet(
    lock: Lock, requirements: Iterable[Requirement], *, universal: bool = True, absent: frozenset[str] = frozenset()
) -> Iterator[Reason]:
    """Requirements that no locked package answers. `universal` says that the lock holds all platforms' packages.

    What may rightly be absent is passed over: the names in `absent`, local packages, and those whose marker may be
    false.
    """
    found: dict[str, list[LockedPackage]] = {}
    for package in lock.packages:
        found.setdefault(package.name, []).append(package)
    requirements = [requirement for requirement in requirements if requirement.name]
    overridden = {requirement.name for requirement in requirements if requirement.role == "override"}
    own = {member.name for member in lock.members}
    for requirement in requirements:
        if requirement.role == "build" or requirement.name in own or requirement.url.startswith(LOCAL):
            continue
        packages = [package for package in found.get(requirement.name, ()) if _same_kind(package, requirement)]
        if not packages:
            required = requirement.role == "requirement" and requirement.name not in absent
            if required and _must_be_there(requirement, universal):
                yield Reason(requirement.at, f"`{requirement.written or requirement.name}` is not in the lock")
        elif requirement.name not in overridden or requirement.role == "override":
            yield from _outside(requirement, packages)


def specifier(comparisons: Sequence[Comparison]) -> str:
    """The comparisons as one text."""
    return ",".join(c.version if c.operator == "?" else "".join(c) for c in comparisons)


def _same_kind(package: LockedPackage, requirement: Requirement) -> bool:
    """A conda package may answer a PyPI requirement, never the other way round."""
    return requirement.ecosystem != "conda" or package.ecosystem == "conda"


def _must_be_there(requirement: Requirement, universal: bool) -> bool:
    named = variables(requirement.marker)
    if "python" in " ".join(named) or "extra" in requirement.marker:
        return False
    return universal or not requirement.marker


def _outside(requirement: Requirement, packages: list[LockedPackage]) -> Iterator[Reason]:
    known = [package.version for package in packages if package.version and package.ecosystem == requirement.ecosystem]
    if len(known) < len(packages) or any(package.source for package in packages):
        return
    if all(admits(requirement.comparisons, version) is False for version in known):
        locked = ", ".join(sorted(set(known)))
        name = requirement.written or requirement.name
        yield Reason(requirement.at, f"`{name}` is locked at {locked}, outside `{specifier(requirement.comparisons)}`")
