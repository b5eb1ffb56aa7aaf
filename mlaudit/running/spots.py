"""What do the views of this room give: a place, what stands there, and the other places like it."""

from collections.abc import Iterable
from typing import NamedTuple

from mlaudit.facts.place import Location

# Of the places that are like the first, so many are named.
MOST = 20


class Spot(NamedTuple):
    """A place in a file and what is said of it: `name` is what stands there, `detail` what it leads to; `others` are
    the places of the same fault in the same file, `more` says how many, in words."""

    at: Location
    name: str
    detail: str = ""
    level: str = ""
    confidence: str = ""
    others: tuple[Location, ...] = ()
    more: str = ""


def joined(spots: Iterable[Spot]) -> list[Spot]:
    """One spot for each file and detail, at the first place; the others go with it."""
    groups: dict[tuple[str, str], list[Spot]] = {}
    for spot in spots:
        groups.setdefault((spot.at.path, spot.detail), []).append(spot)
    return [_first(sorted(group, key=lambda spot: spot.at)) for group in groups.values()]


def _first(group: list[Spot]) -> Spot:
    others = tuple(spot.at for spot in group[1:])
    more = f", as do {len(others)} more places" if len(others) > 1 else ", as does one more place" if others else ""
    return group[0]._replace(others=others[:MOST], more=more)
