"""What is the file of a notebook whose cells an editor holds, and where in a cell does a place of the file stand?"""

import json
from bisect import bisect_left
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from mlaudit.facts import Location
from mlaudit.readers.code.cells import CodeCell, cells
from mlaudit.readers.documents import Malformed
from mlaudit.readers.documents import json as tree
from mlaudit.source import Source


class Held(NamedTuple):
    """A cell as an editor holds it: code or markdown, and its text."""

    kind: str
    text: str


def content(held: list[Held], before: bytes) -> bytes:
    """The notebook as it would be saved now. `before` is what the disk has: where the cells are the same it stays as it
    is, and a cell that was edited keeps its number and outputs, which no editor tells."""
    saved = _saved(before)
    old = [each for each in saved.get("cells", ()) if isinstance(each, dict)]
    kept = [Held(str(cell.get("cell_type")), text_of(cell)) for cell in old]
    if kept == held:
        return before
    found: list[Any] = []
    for word, first, last, start, end in SequenceMatcher(None, kept, held, autojunk=False).get_opcodes():
        known = old[first:last] if word == "equal" or last - first == end - start else []
        found += (_written(cell, known[number : number + 1]) for number, cell in enumerate(held[start:end]))
    written = {"metadata": {}, "nbformat": 4, "nbformat_minor": 5, **saved, "cells": found}
    return (json.dumps(written, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _saved(before: bytes) -> dict[str, Any]:
    try:
        found = tree.table(tree.load(Source("", before)))
    except Malformed:
        return {}
    return found if isinstance(found.get("cells"), list) else {}


def text_of(cell: Mapping[str, Any]) -> str:
    """The text of a cell of nbformat 4."""
    source = cell.get("source")
    return "".join(part for part in (source if isinstance(source, list) else [source]) if isinstance(part, str))


def _written(cell: Held, known: list[dict[str, Any]]) -> dict[str, Any]:
    new: dict[str, Any] = (
        {"metadata": {}, "execution_count": None, "outputs": []} if cell.kind == "code" else {"metadata": {}}
    )
    kept = known[0] if known and known[0].get("cell_type") == cell.kind else new
    return {**kept, "cell_type": cell.kind, "source": cell.text.splitlines(keepends=True)}


def code_cells(content: bytes) -> dict[int, CodeCell]:
    """The code cells of a notebook by their number, which counts all cells from 1."""
    source = Source("", content)
    try:
        return {cell.number: cell for cell in cells(source, tree.load(source))}
    except Malformed:
        return {}


def texts(content: bytes) -> list[str]:
    """The texts of all cells."""
    return [text_of(cell) for cell in _saved(content).get("cells", ()) if isinstance(cell, dict)]


def span(cell: CodeCell, at: Location) -> tuple[int, int]:
    """Where a place of the file stands in the text of its cell."""
    start = _offset(cell, at.line, at.column)
    return start, max(start, _offset(cell, at.end_line, at.end_column))


def _offset(cell: CodeCell, line: int, column: int) -> int:
    """The first character that stands there or later."""

    def place(offset: int) -> tuple[int, int]:
        return cell.locate(offset, offset)[1:3]

    return bisect_left(range(len(cell.text)), (line, column), key=place) if cell.text else 0
