"""Which lines belong to one statement? For scripts and for the cells of notebooks."""

import ast
import json
import re
from pathlib import Path

from .tracing import CELL

Span = tuple[int, int]  # first and last line

SOURCE = re.compile(r'\s*"source": ')


class Sources:
    """The statements of the files below a folder, each read once; what cannot be parsed has one on each line."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.spans: dict[str, dict[int, Span]] = {}
        self.starts: dict[str, list[int]] = {}

    def span(self, key: str, line: int) -> Span:
        """The statement at a line of a file, or of a cell that is named like a file."""
        if key not in self.spans:
            self.spans[key] = _spans_of(_text(self.root, key))
        return self.spans[key].get(line, (line, line))

    def place(self, file: str, line: int, cell: int) -> tuple[str, int]:
        """Key and line for a place in mlaudit's report, whose lines are those of the notebook's file."""
        if not cell:
            return file, line
        if file not in self.starts:
            self.starts[file] = cell_starts((self.root / file).read_text("utf-8"))
        return f"{file}{CELL}{cell}", line - self.starts[file][cell - 1]


def cell_starts(text: str) -> list[int]:
    """For each cell of a notebook as Jupyter writes it, the line of the file above its first line."""
    return [number for number, line in enumerate(text.split("\n"), 1) if SOURCE.match(line)]


def _text(root: Path, key: str) -> str:
    file, _, cell = key.partition(CELL)
    text = (root / file).read_text("utf-8", "replace")
    return "".join(json.loads(text)["cells"][int(cell) - 1]["source"]) if cell else text


def _spans_of(text: str) -> dict[int, Span]:
    """The innermost statement of each line; of a compound statement, its head."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return {}
    found: dict[int, Span] = {}
    for node in ast.walk(tree):  # outer statements come first
        if isinstance(node, ast.stmt):
            span = _extent(node)
            found.update(dict.fromkeys(range(span[0], span[1] + 1), span))
    return found


def _extent(node: ast.stmt) -> Span:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(one.lineno for one in decorators)])
    body = getattr(node, "body", None) or getattr(node, "cases", None)
    if not body:
        return first, node.end_lineno or node.lineno
    head = getattr(body[0], "lineno", None) or body[0].pattern.lineno
    return first, max(first, head - 1)
