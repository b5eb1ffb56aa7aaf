"""Which pieces of Python does a file hold, and where do the characters of each stand in the file?"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from mlaudit.facts import Location, Repo
from mlaudit.findings import Edit
from mlaudit.readers.code import magics
from mlaudit.readers.code.cells import NOTHING, CodeCell, cells
from mlaudit.readers.code.guards import Parents, parents_of
from mlaudit.readers.code.tree import locator, points, tree_of
from mlaudit.readers.documents import Malformed, json
from mlaudit.source import NEWLINE, Source

NodeType = TypeVar("NodeType", bound=ast.AST)
UNPARSED = (SyntaxError, ValueError, RecursionError, MemoryError)


class Change(NamedTuple):
    """The characters from `start` to `end` of a piece's text become `text`."""

    start: int
    end: int
    text: str


class Piece:
    """A Python file, or one cell of a notebook: its text, its tree, and where both stand in the file."""

    def __init__(
        self,
        source: Source,
        text: str,
        tree: ast.Module,
        cell: CodeCell | None = None,
        moved: Mapping[int, int] = NOTHING,
    ) -> None:
        self.path = source.path
        self.text = text
        self.tree = tree
        self.cell = cell
        self._source = source
        self._moved = moved
        self._starts = source.starts if cell is None else cell.starts
        self._locate = locator(source) if cell is None else cell.node
        self._parents: Parents | None = None
        self._places: dict[type, dict[Location, list[Any]]] = {}

    @property
    def parents(self) -> Parents:
        """Every node in order, each with the one that holds it."""
        if self._parents is None:
            self._parents = parents_of(self.tree)
        return self._parents

    @property
    def newline(self) -> str:
        """How lines end here."""
        found = NEWLINE.search(self.text)
        return found[0] if found else "\n"

    def at(self, node: ast.AST) -> Location:
        """Where a node stands in the file."""
        return self._locate(node) if self.cell is None else self.cell.node(node, self._moved)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """A node as offsets of the piece's text."""
        first, last = node.lineno, node.end_lineno or 1  # type: ignore[attr-defined]
        return self._offset(first, node.col_offset), self._offset(last, node.end_col_offset)  # type: ignore[attr-defined]

    def written(self, node: ast.AST) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def line_start(self, number: int) -> int:
        """The offset at which a line starts; the end of the text where there is none."""
        return self._starts[number - 1] if number <= len(self._starts) else len(self.text)

    def find(self, at: Location, kind: type[NodeType]) -> NodeType | None:
        """The first node of a kind at a place of the file; of a call the place is that of what is called."""
        if kind not in self._places:
            found: dict[Location, list[Any]] = {}
            for node in self.parents:
                if isinstance(node, kind) and hasattr(node, "lineno"):
                    found.setdefault(self.at(node.func if isinstance(node, ast.Call) else node), []).append(node)
            self._places[kind] = found
        return next((node for node in self._places[kind].get(at, ()) if self._is_exact(node)), None)

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """What holds a node, from the inside out."""
        while self.parents[node] is not node:
            node = self.parents[node]
            yield node

    def edits(self, changes: Iterable[Change]) -> tuple[Edit, ...]:
        """The changes as edits of the file."""
        return tuple(self._edit(change) for change in changes)

    def _edit(self, change: Change) -> Edit:
        if self.cell is None:
            return Edit(self.path, *change)
        return Edit(self.path, *self.cell.raw(*change))

    def _is_exact(self, node: ast.AST) -> bool:
        """Whether the text at a node's place says what the node is: inside an f-string older Pythons name others."""
        try:
            found = ast.parse(f"({self.written(node)}\n)", mode="eval").body if isinstance(node, ast.expr) else None
        except UNPARSED:
            return False
        return found is None or ast.unparse(found) == ast.unparse(node)

    def _offset(self, line: int, column: int) -> int:
        start = self.line_start(line) + self._moved.get(line, 0)
        text = self.text[start : self.line_start(line + 1)]
        return start + points(text, column)


class Parts:
    """The pieces of the files that fixes ask for, each file read once."""

    def __init__(self, _: Repo) -> None:
        self._held: dict[str, tuple[Source, list[Piece]]] = {}

    def of(self, source: Source) -> list[Piece]:
        """The pieces of a file."""
        held = self._held.get(source.path)
        if held is None or held[0] is not source:
            held = self._held[source.path] = source, pieces(source)
        return held[1]


def pieces(source: Source) -> list[Piece]:
    """The pieces that parse: the file, or each cell of a notebook that holds Python. Magics among them are left out."""
    if source.path.endswith(".ipynb"):
        try:
            found = list(cells(source, json.load(source)))
        except Malformed:
            return []
        return [piece for cell in found if (piece := _of_cell(source, cell))]
    try:
        return [Piece(source, source.text, tree_of(source.text))]
    except UNPARSED:
        return []


def call_at(found: Iterable[Piece], at: Location) -> tuple[Piece, ast.Call] | None:
    """The call whose callee stands at a place, and the piece that holds it."""
    for piece in found:
        if (piece.cell.number if piece.cell else 0) == at.cell and (call := piece.find(at, ast.Call)):
            return piece, call
    return None


def _of_cell(source: Source, cell: CodeCell) -> Piece | None:
    text = cell.text
    if "\r" in text or text.lstrip().startswith("%%"):
        return None
    try:
        return Piece(source, text, tree_of(text), cell)
    except UNPARSED:
        plain = magics.plain(text)
    try:
        return Piece(source, text, tree_of(plain.text), cell, plain.moved)
    except UNPARSED:
        return None
