"""Were the cells of a notebook run, all of them, in their order, without an error?"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from mlaudit.facts import Cell, Repo
from mlaudit.facts.place import Location
from mlaudit.notebooks import APART, notebooks


class Disorder(NamedTuple):
    """A cell that was run before one above it, or as often. `first` and `earlier` are number and count of that one,
    `second` and `later` of this one; `others` are the further cells of the notebook of which the same holds."""

    at: Location
    above: Location
    first: int
    earlier: int
    second: int
    later: int
    others: tuple[Location, ...]


class Unrun(NamedTuple):
    """A cell that was never run, while others of its notebook were: `number` of `total` were not."""

    at: Location
    number: int
    total: int
    others: tuple[Location, ...]


def disorders(repo: Repo) -> Iterator[Disorder]:
    """The first cell of each notebook that stands below one that was run later."""
    for cells in repo.view(notebooks).values():
        run = [cell for cell in cells if cell.run]
        pairs = [(one, two) for one, two in pairwise(run) if (two.run or 0) <= (one.run or 0)]
        if pairs:
            one, two = pairs[0]
            others = tuple(cell.at for _, cell in pairs[1:])
            yield Disorder(two.at, one.at, one.at.cell, one.run or 0, two.at.cell, two.run or 0, others)


def errors(repo: Repo) -> Iterator[Cell]:
    """The cells whose saved output is an error that is not meant."""
    for cell in repo.all(Cell):
        if cell.error and APART.isdisjoint(cell.tags):
            yield cell


def unrun(repo: Repo) -> Iterator[Unrun]:
    """The first cell of each notebook that was never run, where others were."""
    for cells in repo.view(notebooks).values():
        own = [cell for cell in cells if not cell.is_empty and APART.isdisjoint(cell.tags)]
        never = [cell for cell in own if not was_run(cell)]
        if never and any(cell.run for cell in own):
            yield Unrun(never[0].at, len(never), len(own), tuple(_places(never[1:])))


def was_run(cell: Cell) -> bool:
    """Whether a cell keeps a trace of a run."""
    return bool(cell.run) or cell.has_outputs


def _places(cells: Iterable[Cell]) -> Iterator[Location]:
    return (cell.at for cell in cells)
