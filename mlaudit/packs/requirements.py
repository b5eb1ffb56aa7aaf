"""Which requirements does a rule of a pack look at, and which of them are at fault?"""

import re
from typing import NamedTuple

from mlaudit.facts import Comparison, InstallCommand, Location, Repo, Requirement
from mlaudit.packs.match import Match, fits
from mlaudit.resolution.pins import is_pinned, is_vcs, written
from mlaudit.resolution.versions import admits, compatible

CLAUSE = re.compile(r"(===|==|~=|!=|<=|>=|<|>)\s*([\w.*+!-]+)")
SEPARATORS = re.compile(r"[-_.]+")
# Whose packages are looked at where a rule names no ecosystem.
PYTHON = ("pypi", "conda")
# A constraint asks for nothing by itself.
ASKING = ("requirement", "build", "override", "recipe")


class Found(NamedTuple):
    """What a message may say of a requirement."""

    at: Location
    name: str
    written: str
    path: str


def judged(repo: Repo, match: Match) -> list[Requirement]:
    """The requirements of manifests and of install commands that fit the patterns, by the places of their files."""
    commands = (each for command in repo.all(InstallCommand) for each in command.requirements)
    systems = match.get("ecosystem") or PYTHON
    every = (each for each in (*repo.all(Requirement), *commands) if each.role in ASKING and each.ecosystem in systems)
    named, exempt = (tuple(map(_normalised, patterns)) for patterns in (match.patterns, match.exempt))
    return [each for each in every if fits(each.name, named) and not fits(each.name, exempt)]


def at_fault(requirement: Requirement, match: Match) -> Found | None:
    """What to say of a requirement of which all that is asked holds."""
    if all(_holds(key, value, requirement) for key, value in match.asked):
        return Found(requirement.at, requirement.name, written(requirement), requirement.at.path)
    return None


def _holds(key: str, value: object, requirement: Requirement) -> bool:
    match key, value:
        case "pinned", bool(wanted):
            return is_pinned(requirement) is wanted
        case "operators", tuple(wanted):
            return _has_operator(requirement, wanted)
        case "pins", str(versions):
            return _pins(requirement, comparisons(versions))
        case "admits", str(versions):
            return not _is_elsewhere(requirement) and compatible(requirement.comparisons, comparisons(versions)) is True
        case "source", tuple(wanted):
            return _source(requirement) in wanted
        case "ecosystem", _:
            return True  # only those were looked at
    raise ValueError(f"`{key}` is not asked of requirements")


def comparisons(text: str) -> tuple[Comparison, ...]:
    """What comparisons of versions say that are written as PEP 440 writes them."""
    return tuple(Comparison(*found) for found in CLAUSE.findall(text))


def _has_operator(requirement: Requirement, wanted: tuple[str, ...]) -> bool:
    if not requirement.comparisons:
        return "none" in wanted and not _is_elsewhere(requirement)
    return any(operator in wanted for operator, _ in requirement.comparisons)


def _pins(requirement: Requirement, banned: tuple[Comparison, ...]) -> bool:
    if _is_elsewhere(requirement) or not is_pinned(requirement):
        return False
    versions = [version for operator, version in requirement.comparisons if operator not in ("!=", "?")]
    return bool(versions) and all(admits(banned, version) is True for version in versions)


def _is_elsewhere(requirement: Requirement) -> bool:
    """Whether the version is that of a file, a folder or a checkout."""
    return _source(requirement) != "index"


def _source(requirement: Requirement) -> str:
    if is_vcs(requirement):
        return "vcs"
    if requirement.url.startswith(("path:", "file:", "workspace:", "/", ".", "~")):
        return "path"
    return "index" if not requirement.url or requirement.url.startswith("index:") else "url"


def _normalised(pattern: str) -> str:
    return SEPARATORS.sub("-", pattern).lower()
