"""What is a notebook's state, cell after cell? Views over the facts of cells."""

from collections.abc import Mapping

from mlaudit.facts import Cell, Repo

# Cells that are meant to fail, or not to be run.
APART = frozenset({"raises-exception", "skip-execution"})


def notebooks(repo: Repo) -> Mapping[str, list[Cell]]:
    """The code cells of each notebook, in order, by path."""
    found: dict[str, list[Cell]] = {}
    for cell in repo.all(Cell):
        found.setdefault(cell.at.path, []).append(cell)
    for cells in found.values():
        cells.sort(key=lambda cell: cell.at.cell)
    return found
