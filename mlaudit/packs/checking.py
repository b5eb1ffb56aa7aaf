"""What does a rule of a pack find in a repository, and at how many things does it look?"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from mlaudit.containers.references import pulled
from mlaudit.facts import Code, Import, InstallCommand, Location, Repo, Requirement
from mlaudit.files.discover import matcher
from mlaudit.findings import Hit, Rule
from mlaudit.knowledge.layout import is_test
from mlaudit.lineage.references import references
from mlaudit.packs import calls, data, images, imports, repository, requirements
from mlaudit.packs.language import FOLLOWING, SUBJECTS
from mlaudit.packs.match import Match
from mlaudit.programs.entries import entries

Matches = Callable[[str], bool]


# What is looked at, by subject, where a rule asks nothing but that there be none.
KINDS: dict[str, Callable[[Repo], int]] = {
    "call": lambda repo: len(repo.all(Code)),
    "import": lambda repo: len(repo.all(Import)),
    "requirement": lambda repo: len(repo.all(Requirement)) + sum(len(c.requirements) for c in repo.all(InstallCommand)),
    "image": lambda repo: len(repo.view(pulled)),
    "file": lambda repo: len(repo.files),
    "data": lambda repo: len(repo.view(references)),
}
# What narrows where a rule looks, and asks nothing of what it finds.
NARROWING = {"in", "role", "does", "ecosystem"}


class Judged(NamedTuple):
    """At how many things a rule looked, and what it has to say, by place."""

    number: int
    found: tuple[Any, ...]


def check(match: Match) -> Callable[[Repo], Iterator[Hit]]:
    """The check that a [match] stands for."""

    def found(repo: Repo) -> Iterator[Hit]:
        return (Hit(each) for each in judged(repo, match).found)

    return found


def judged(repo: Repo, match: Match) -> Judged:
    """What a rule looks at and finds, worked out once."""
    known: dict[Match, Judged] = repo.view(_known)
    if match not in known:
        known[match] = _judged(repo, match)
    return known[match]


def things(repo: Repo, rules: Iterable[Rule]) -> Iterator[tuple[str, str, int]]:
    """What rules look at: by family and thing, how many there are in the repository."""
    for family, subject in sorted({(rule.family, rule.match.subject) for rule in rules}):
        yield family, SUBJECTS[subject].thing, KINDS[subject](repo)


def _known(_repo: Repo) -> dict[Match, Judged]:
    return {}


def _judged(repo: Repo, match: Match) -> Judged:
    if match.subject == "file":
        return _files(repo, match)
    things, at_fault = MATCHED[match.subject]
    looked = [each for each in things(repo, match) if _is_within(repo, match, each.at)]
    found = (at_fault(each, match) for each in looked)
    is_ban = {key for key, _ in match.asked} <= NARROWING
    number = KINDS[match.subject](repo) if is_ban else len(looked)
    return Judged(number, tuple(sorted((each for each in found if each), key=lambda each: each.at)))


def _files(repo: Repo, match: Match) -> Judged:
    exempts = _matcher(match.exempt) if match.exempt else lambda path: False
    files = [each for each in repository.judged(repo, _matcher(match.patterns), exempts) if _is_in(match, each.path)]
    if match.get("is") == "absent":
        lack = None if files else repository.missing(repo, match)
        return Judged(len(repo.files), () if lack is None else (lack,))
    found = (repository.at_fault(each, match) for each in files)
    return Judged(len(files) if match.asked else len(repo.files), tuple(each for each in found if each))


def _is_within(repo: Repo, match: Match, at: Location) -> bool:
    """Whether a place is in the files, and in code of the kinds, that a rule asks for."""
    if not _is_in(match, at.path):
        return False
    kinds = match.get("in") if match.subject in FOLLOWING else None
    return kinds is None or repo.view(_kinds).get(at.path, "modules") in kinds


def _is_in(match: Match, path: str) -> bool:
    is_within = not match.within or _matcher(match.within)(path)
    return is_within and not (match.outside and _matcher(match.outside)(path))


def _kinds(repo: Repo) -> dict[str, str]:
    """Of which kind each file of code is."""
    programs = {entry.path for entry in repo.view(entries)}
    return {code.at.path: _kind(code, programs) for code in repo.all(Code)}


def _kind(code: Code, programs: set[str]) -> str:
    if code.kind == "notebook":
        return "notebooks"
    if is_test(code.at.path):
        return "tests"
    return "programs" if code.at.path in programs else "modules"


@cache
def _matcher(patterns: tuple[str, ...]) -> Matches:
    return matcher(patterns)


def _itself(found: Any, _match: Match) -> Any:
    return found


MATCHED: dict[str, tuple[Callable[[Repo, Match], list[Any]], Callable[[Any, Match], Any]]] = {
    "call": (calls.judged, calls.at_fault),
    "requirement": (requirements.judged, requirements.at_fault),
    "image": (images.judged, images.at_fault),
    "import": (imports.judged, _itself),
    "data": (data.judged, _itself),
}
