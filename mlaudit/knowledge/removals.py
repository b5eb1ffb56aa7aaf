"""Which names did releases of libraries, and of Python, take away?"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from mlaudit.knowledge import table_of


class Removal(NamedTuple):
    """A name that is gone from a `version` of its packages (the same library under several names) up to `back`, where
    it is there again, "" for never. `instead` is what does its work, "" where nothing does. With the package `beside`
    installed it is there after all. `stub`: something is left under the name that only says that it is gone."""

    name: str
    packages: tuple[str, ...]
    version: str
    instead: str = ""
    back: str = ""
    beside: str = ""
    source: str = ""
    stub: bool = False


def removal(name: str) -> Removal | None:
    """The row that speaks of a name, by the name itself or by what it is a part of."""
    found = _rows()
    while name:
        if name in found:
            return found[name]
        name = name.rpartition(".")[0]
    return None


def rows() -> tuple[Removal, ...]:
    """All rows."""
    return tuple(_rows().values())


@cache
def libraries() -> frozenset[str]:
    """The top-level modules of which rows speak."""
    return frozenset(name.partition(".")[0] for name in _rows())


@cache
def _rows() -> dict[str, Removal]:
    sections = table_of("removals")["removed"]
    return {row.name: row for section in sections for row in _of(section)}


def _of(section: dict[str, object]) -> Iterator[Removal]:
    packages = section["packages"]
    assert isinstance(packages, list)
    version, back = str(section["version"]), str(section.get("back", ""))
    for line in str(section["names"]).split("\n"):
        name, _, instead = (part.strip() for part in line.partition("="))
        if name:
            beside, source = str(section.get("beside", "")), str(section["source"])
            yield Removal(name, tuple(packages), version, instead, back, beside, source, bool(section.get("stub")))
