"""Which code cells has a notebook, and where does each character of them stand in the JSON file?"""

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any, NamedTuple

from mlaudit.facts import Cell, Location
from mlaudit.facts.cells import Step
from mlaudit.patterns import pattern
from mlaudit.readers.code.tree import points, tree_of
from mlaudit.readers.documents import Malformed, json
from mlaudit.source import Source

# What code leaves where the reader is to write some: words, a placeholder, comments with nothing below them.
FORM = pattern(
    r"#.*\b(?:your (?:\w+ )?(?:code|answer|solution|implementation)|(?:code|answer|solution) (?:goes )?here|"
    r"(?:write|add|insert|enter|put|type|complete|fill in) (?:your|the|some)?\s*(?:\w+ )?(?:code|answer|solution)|"
    r"fill (?:this |it )?in\b|fill in the blanks?)|^\s*_{3,}\s*$|=\s*_{3,}\s*$|^\.\.\.\s*$|"
    r"^#[^\n]+\n(?:[ \t]*\n){2,}#",
    re.IGNORECASE | re.MULTILINE,
)
TASK = pattern(
    r"#[#@ ]*(?!(?:pip|conda|import|from|def|class|for|return|print|param|title)\b)(?:TODO|[A-Za-z]+,? [A-Za-z])"
)
DIED = "kernel died"
NOTHING: Mapping[int, int] = {}


def cells(source: Source, tree: Any) -> Iterator["CodeCell"]:
    """The code cells of nbformat 3 and 4, numbered among all cells from 1. Raises Malformed for other JSON."""
    if not isinstance(tree, dict):
        raise Malformed("is no notebook: its JSON is not an object")
    written = tree.get("nbformat")
    if isinstance(written, int) and written < 3:
        raise Malformed(f"is a notebook of format {written}, which Jupyter must convert first: it is not audited")
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
                yield CodeCell(source, number, cell, _Start(starts, sheet, position))


def metadata(tree: Any, key: str) -> dict[str, Any]:
    """A table of the notebook's metadata, empty where there is none."""
    return json.table(json.table(json.table(tree).get("metadata")).get(key))


class _Starts:
    """The offset of every cell of the file, found once, when the first fact asks."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._cells: dict[int | None, list[int]] = {}

    def cell(self, sheet: int | None, position: int) -> int:
        """The offset of a cell's object."""
        if sheet not in self._cells:
            holder = 0
            if sheet is not None:
                sheets = json.elements(self._source, json.member(self._source, 0, "worksheets"))
                holder = [element.start for element in sheets][sheet]
            found = json.elements(self._source, json.member(self._source, holder, "cells"))
            self._cells[sheet] = [element.start for element in found]
        return self._cells[sheet][position]


class _Start(NamedTuple):
    """Where a cell starts, once it is asked."""

    starts: _Starts
    sheet: int | None
    position: int

    def __call__(self) -> int:
        return self.starts.cell(self.sheet, self.position)


class CodeCell:
    """A code cell. Its places in the file are looked up only when a fact asks for one."""

    def __init__(self, source: Source, number: int, cell: dict[str, Any], start: _Start) -> None:
        self.number = number
        self._cell = cell
        self._source = source
        self._start = start
        self._key = "source" if "source" in cell else "input"
        written = cell.get(self._key)
        parts = written if isinstance(written, list) else [written]
        self._parts = [part for part in parts if isinstance(part, str)]
        self._ends = list(accumulate(map(len, self._parts)))
        self._strings: list[json.Member] | None = None
        self._places: dict[int, tuple[int, int, int]] = {}
        self._escapes: dict[int, json.Escapes] = {}
        self.text = "".join(self._parts)
        self.starts = [0]
        for line in self.text.split("\n")[:-1]:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def fact(self, steps: tuple[Step, ...]) -> Cell:
        """The cell as a whole. `steps` are what its Python does to names."""
        count = self._cell.get("execution_count", self._cell.get("prompt_number"))
        error, error_at = self._error()
        tags = json.table(self._cell.get("metadata")).get("tags")
        return Cell(
            self._first_line(),
            count if type(count) is int else None,
            bool(self._cell.get("outputs")),
            error,
            error_at,
            tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
            not any(line.strip() and not line.lstrip().startswith("#") for line in self.text.split("\n")),
            FORM.search(self.text) is not None or self._is_task(),
            steps,
        )

    def _is_task(self) -> bool:
        """Whether the cell holds a comment in words and nothing else: code that is commented out is no task."""
        lines = [line.strip() for line in self.text.split("\n") if line.strip()]
        if not lines or not all(line.startswith("#") for line in lines) or not TASK.match(lines[0]):
            return False
        try:
            return not tree_of("\n".join(line.lstrip("#@ ") for line in lines)).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return True

    def _error(self) -> tuple[str, Location | None]:
        """The name of the exception that the outputs hold, and where it stands."""
        outputs = self._cell.get("outputs")
        for number, output in enumerate(outputs if isinstance(outputs, list) else ()):
            if isinstance(output, dict) and isinstance(output.get("ename"), str):
                found = list(json.elements(self._source, json.member(self._source, self._start(), "outputs")))
                at = json.member(self._source, found[number].start, "ename")
                quotes = 1 if output["ename"] else 0  # without a name the kernel itself has died
                place = self._source.location(at + quotes, json.end(self._source, at) - quotes)
                return output["ename"] or DIED, place._replace(cell=self.number)
        return "", None

    def _first_line(self) -> Location:
        """The first line that is not blank; the cell itself where it has none."""
        start = len(self.text) - len(self.text.lstrip())
        if start < len(self.text):
            return self.locate(start, start + len(self.text[start:].split("\n", 1)[0].rstrip()))
        at = self._start()
        return self._source.location(at, at + 1)._replace(cell=self.number)

    def node(self, node: ast.AST, moved: Mapping[int, int] = NOTHING) -> Location:
        """Where a node of the cell's tree stands. `moved` says by how much a line was moved to the left."""
        first, last = node.lineno, node.end_lineno or 1  # type: ignore[attr-defined]
        return self.locate(
            self._offset(first, node.col_offset, moved.get(first, 0)),  # type: ignore[attr-defined]
            self._offset(last, node.end_col_offset or 0, moved.get(last, 0)),  # type: ignore[attr-defined]
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
        escapes = self._escapes_of(index)
        begin, end = escapes.offset(first - start), escapes.offset(max(inside, first - start))
        return self._source.location(begin, end)._replace(cell=self.number)

    def _escapes_of(self, index: int) -> json.Escapes:
        """The escapes in one of the strings of the cell: some hold a whole cell, and are asked for each place in it."""
        if index not in self._escapes:
            assert self._strings is not None
            self._escapes[index] = json.escapes(self._source, self._strings[index])
        return self._escapes[index]

    def raw(self, first: int, last: int, text: str) -> tuple[int, int, str]:
        """The edit of the JSON file by which the characters `first` to `last` of the cell's text become `text`: its
        offsets, and the text as JSON has it, each line a string of its own where the cell is a list of lines."""
        if self._strings is None:
            self._strings = self._find()
        begin = min(bisect_right(self._ends, first), len(self._ends) - 1)
        finish = max(bisect_left(self._ends, last), begin)
        start = self._escapes_of(begin).offset(first - self._ends[begin] + len(self._parts[begin]))
        end = self._escapes_of(finish).offset(last - self._ends[finish] + len(self._parts[finish]))
        lines = [json.escaped(line, self._source.text.isascii()) for line in text.split("\n")]
        return start, end, f"\\n{self._between()}".join(lines)

    def _between(self) -> str:
        """What stands between two lines of the cell in the file; "" where they are one string."""
        assert self._strings is not None
        at = self._strings[0].start
        text = self._source.text
        if not isinstance(self._cell.get(self._key), list):
            return ""
        before = text[:at]
        blank = before[len(before.rstrip()) :]
        if len(self._strings) > 1:
            blank = text[self._strings[0].end : self._strings[1].start].partition(",")[2]
        return f'",{blank}"'

    def _place(self, index: int) -> tuple[int, int, int]:
        """Line and column at which a string of the cell starts in the file, and how far it stands there as it is."""
        if index not in self._places:
            assert self._strings is not None
            string = self._strings[index]
            at = self._source.location(string.start + 1, string.start + 1)
            escape = self._source.text.find("\\", string.start + 1, string.end - 1)
            self._places[index] = at.line, at.column, (string.end - 1 if escape < 0 else escape) - string.start - 1
        return self._places[index]

    def _offset(self, line: int, column: int, moved: int = 0) -> int:
        start = self.starts[line - 1] + moved
        text = self.text[start : self.starts[line] - 1] if line < len(self.starts) else self.text[start:]
        return start + points(text, column)

    def _find(self) -> list[json.Member]:
        at = json.member(self._source, self._start(), self._key)
        if self._source.text[at] == "[":
            return [part for part in json.elements(self._source, at) if isinstance(part.value, str)]
        return [json.Member(self._parts[0], at, json.end(self._source, at))]
