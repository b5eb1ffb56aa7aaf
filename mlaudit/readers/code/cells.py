"""Which code cells has a notebook, and where does each character of them stand in the JSON file?"""

import ast
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate
from typing import Any

from mlaudit.facts import Location
from mlaudit.readers.code.tree import points
from mlaudit.readers.documents import Malformed, json
from mlaudit.source import Source


def cells(source: Source, tree: Any) -> Iterator["Cell"]:
    """The code cells of nbformat 3 and 4, numbered among all cells from 1. Raises Malformed for other JSON."""
    if not isinstance(tree, dict):
        raise Malformed("is no notebook: its JSON is not an object")
    sheets = tree.get("worksheets")
    if "cells" not in tree and not isinstance(sheets, list):
        raise Malformed("is no notebook: it has no cells")
    listed = [(None, tree)] if "cells" in tree else list(enumerate(sheets or []))
    starts = _Starts(source)
    number = 0
    for sheet, holder in listed:
        for position, cell in enumerate(holder.get("cells") or []):
            number += 1
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                key = "source" if "source" in cell else "input"
                yield Cell(source, number, cell.get(key), partial(starts.source, sheet, position, key))


def metadata(tree: Any, key: str) -> dict[str, Any]:
    """A table of the notebook's metadata, empty where there is none."""
    found = tree.get("metadata") if isinstance(tree, dict) else None
    found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


class _Starts:
    """The offset of every cell of the file, found once, when the first fact asks."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._cells: dict[int | None, list[int]] = {}

    def source(self, sheet: int | None, position: int, key: str) -> int:
        """The offset of a cell's text: of a string, or of an array of strings."""
        if sheet not in self._cells:
            holder = 0
            if sheet is not None:
                sheets = json.elements(self._source, json.member(self._source, 0, "worksheets"))
                holder = [element.start for element in sheets][sheet]
            found = json.elements(self._source, json.member(self._source, holder, "cells"))
            self._cells[sheet] = [element.start for element in found]
        return json.member(self._source, self._cells[sheet][position], key)


class Cell:
    """A code cell. Its places in the file are looked up only when a fact asks for one."""

    def __init__(self, source: Source, number: int, written: Any, start: Callable[[], int]) -> None:
        self.number = number
        self._source = source
        self._start = start
        parts = written if isinstance(written, list) else [written]
        self._parts = [part for part in parts if isinstance(part, str)]
        self._ends = list(accumulate(map(len, self._parts)))
        self._strings: list[json.Member] | None = None
        self._places: dict[int, tuple[int, int, int]] = {}
        self.text = "".join(self._parts)
        self.starts = [0]
        for line in self.text.split("\n")[:-1]:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def node(self, node: ast.AST, indent: int = 0) -> Location:
        """Where a node of the cell's tree stands. `indent` says by how much its lines were moved to the left."""
        return self.locate(
            self._offset(node.lineno, node.col_offset) + indent,  # type: ignore[attr-defined]
            self._offset(node.end_lineno or 1, node.end_col_offset or 0) + indent,  # type: ignore[attr-defined]
        )

    def locate(self, first: int, last: int) -> Location:
        """Where the characters `first` to `last` of the cell's text stand in the file."""
        if self._strings is None:
            self._strings = self._find()
        index = min(bisect_right(self._ends, first), len(self._ends) - 1)
        start = self._ends[index] - len(self._parts[index])
        line, column, plain = self._place(index)
        if last - start <= plain:
            return Location(self._source.path, line, column + first - start, line, column + last - start, self.number)
        inside = min(last - start, len(self._parts[index].rstrip("\n")))
        return json.inside(self._source, self._strings[index], first - start, max(inside, first - start))._replace(
            cell=self.number
        )

    def _place(self, index: int) -> tuple[int, int, int]:
        """Line and column at which a string of the cell starts in the file, and how far it stands there as it is."""
        if index not in self._places:
            assert self._strings is not None
            string = self._strings[index]
            at = self._source.location(string.start + 1, string.start + 1)
            escape = self._source.text.find("\\", string.start + 1, string.end - 1)
            self._places[index] = at.line, at.column, (string.end - 1 if escape < 0 else escape) - string.start - 1
        return self._places[index]

    def _offset(self, line: int, column: int) -> int:
        start = self.starts[line - 1]
        text = self.text[start : self.starts[line] - 1] if line < len(self.starts) else self.text[start:]
        return start + points(text, column)

    def _find(self) -> list[json.Member]:
        at = self._start()
        if self._source.text[at] == "[":
            return [part for part in json.elements(self._source, at) if isinstance(part.value, str)]
        return [json.Member(self._parts[0], at, json.end(self._source, at))]
