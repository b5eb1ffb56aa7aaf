"""Does the library that a repository asks for have what a fix would write?"""

from mlaudit.facts import Code, Comparison, Repo, Requirement
from mlaudit.knowledge import packages_of
from mlaudit.knowledge.streams import gone
from mlaudit.patterns import pattern
from mlaudit.programs.versions import Versions
from mlaudit.resolution.lowest import Lowest

NUMBER = pattern(r"\d+")


def has(repo: Repo, name: str, since: str, path: str, *, must_know: bool = False) -> bool:
    """Whether what a call by its full name takes since a version is there, for a file: no lock, pin or upper bound, and
    no name that later versions do not have, says otherwise. Where it `must_know`, something has to say so."""
    if not since:
        return True
    module = name.partition(".")[0]
    packages = {*packages_of(module), module.replace("_", "-")}
    if not repo.view(Versions).fits(name, since, "", path) or _is_old(repo, packages, since, path):
        return False
    asked = (each for each in repo.all(Requirement) if each.name in packages)
    if any(_ends_before(comparison, since) for each in asked for comparison in each.comparisons):
        return False
    named = (repo.view(Lowest).of(package, path) for package in packages)
    return not must_know or any(each and _release(each.version) >= _release(since) for each in named)


def _ends_before(comparison: Comparison, since: str) -> bool:
    """Whether a comparison admits older versions only."""
    bound, first = _release(comparison.version), _release(since)
    if comparison.operator == "<":
        return bound <= first
    return comparison.operator in ("<=", "==", "=", "===", "~=") and bound < first


def _is_old(repo: Repo, packages: set[str], since: str, path: str) -> bool:
    """Whether a file uses names that the library lost before a version."""
    words = next((set(code.words) for code in repo.all(Code) if code.at.path == path), set())
    lost = (each for each in gone() if each.module in packages and _release(each.last) < _release(since))
    return any(each.names & words and not each.unless & words for each in lost)


def _release(version: str) -> tuple[int, ...]:
    """The numbers of a version without the zeros behind them: 2.0 is 2."""
    numbers = [int(number) for number in NUMBER.findall(version)[:3]]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
