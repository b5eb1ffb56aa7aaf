"""Which references to data and models does a rule of a pack look at?"""

from typing import NamedTuple

from mlaudit.facts import Location, Repo
from mlaudit.lineage.references import references
from mlaudit.packs.match import Match, fits
from mlaudit.values import GAP, ROOT


class Found(NamedTuple):
    """What a message may say of a reference."""

    at: Location
    name: str
    target: str
    does: str
    path: str


def judged(repo: Repo, match: Match) -> list[Found]:
    """The references whose text fits, each place once. A part that is not known fits `*` alone."""
    roles = match.get("does")
    found: dict[Location, Found] = {}
    for each in repo.view(references):
        if roles is not None and each.role not in roles:
            continue
        for text in map(_plain, each.texts):
            if fits(text, match.patterns) and not fits(text, match.exempt):
                shown = text.replace(GAP, "…")
                found.setdefault(each.at, Found(each.at, each.name, shown, each.role, each.at.path))
    return list(found.values())


def _plain(text: str) -> str:
    return text.replace("\\", "/").removeprefix(f"{ROOT}/").removeprefix("./")
