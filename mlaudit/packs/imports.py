"""Which imports does a rule of a pack look at?"""

from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Code, Import, Location, Repo
from mlaudit.facts.syntax import located
from mlaudit.packs.match import Match, fits


class Found(NamedTuple):
    """What a message may say of an import."""

    at: Location
    name: str
    path: str


def judged(repo: Repo, match: Match) -> list[Found]:
    """The imports of a module that fits, or of what lies below it. What only types need is never imported."""
    found: dict[tuple[str, int], Found] = {}
    for each in (*_modules(repo), *_names(repo)):
        if _fits(each.name, match.patterns) and not _fits(each.name, match.exempt):
            found.setdefault((each.path, each.at.line), each)
    return sorted(found.values(), key=lambda each: each.at)


def _modules(repo: Repo) -> Iterator[Found]:
    for each in repo.all(Import):
        if each.condition != "typing":
            yield Found(each.at, each.module, each.at.path)


def _names(repo: Repo) -> Iterator[Found]:
    """What `from … import` takes: a name may be a module, too. Each is known by its first place in a file."""
    typing = {(each.at.path, each.at.line) for each in repo.all(Import) if each.condition == "typing"}
    for code in repo.all(Code):
        named = set(code.modules)
        for path, span in code.uses:
            if path in named and (code.at.path, span[0]) not in typing:
                yield Found(located(code.at.path, span), path, code.at.path)


def _fits(module: str, patterns: tuple[str, ...]) -> bool:
    parts = module.split(".")
    return any(fits(".".join(parts[:length]), patterns) for length in range(1, len(parts) + 1))
