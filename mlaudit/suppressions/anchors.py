"""Above which line may a comment stand, so that it speaks for a finding and breaks nothing?"""

from collections.abc import Callable

from mlaudit.readers.comments import front, layout_of
from mlaudit.readers.comments.code import Layout as Brackets
from mlaudit.readers.comments.lines import Plain
from mlaudit.readers.documents import Malformed
from mlaudit.source import Source

# The line of a finding → the line above which a comment goes, and what stands before the comment; None where none may.
Anchor = Callable[[int], tuple[int, str] | None]


def anchors(source: Source, kind: str) -> Anchor:
    """How to find the place of a comment in a file of a kind."""
    if kind == "yaml":
        return _in_yaml(source)
    layout = layout_of(source, kind)
    if isinstance(layout, Brackets):
        return lambda line: in_brackets(source, layout, line)
    if kind == "markdown":
        return lambda line: (line, "") if line <= source.text.count("\n", 0, max(front(source.text), 0)) + 1 else None
    assert isinstance(layout, Plain)
    found = layout
    defined = _defined(found.lines) if kind == "makefile" else frozenset()
    bare = kind == "makefile"
    return lambda line: None if line in defined else _at(found, found.group(line)[0], bare)


def in_brackets(source: Source, layout: Brackets, line: int) -> tuple[int, str] | None:
    """In Python, TOML and JSON: above the line itself, else above the statement that a string or backslash holds."""
    if layout.is_comment(line):
        is_header = "# /// script" in source.text[: source.starts[line - 1]]
        return (line, "# ") if is_header and source.line(line).startswith("#") else None
    while line > 1 and layout.is_inside(line):
        line -= 1
    indent = _indent(source.line(line))
    if layout.depth(line) and layout.above(line):
        return line, indent
    first = layout.statement(line)[0]
    return first, _indent(source.line(first))


def top(source: Source, kind: str) -> int:
    """The first line above which a comment about the whole file may stand: below `#!`, `# -*- coding`, `# syntax=`."""
    lines = source.lines
    number = 1
    while number <= len(lines) and (
        lines[number - 1].startswith("#!")
        or (kind == "dockerfile" and lines[number - 1].lstrip().startswith("#"))
        or (kind == "python" and number < 3 and lines[number - 1].startswith("#") and "coding" in lines[number - 1])
    ):
        number += 1
    return number


def _at(layout: Plain, line: int, bare: bool) -> tuple[int, str]:
    return line, "" if bare else _indent(layout.lines[line - 1])


def _in_yaml(source: Source) -> Anchor:
    """Never inside a text of several lines: above the entry that holds it."""
    from mlaudit.readers.documents.yaml import documents, leaves

    try:
        nodes = documents(source)
    except Malformed:
        return lambda _: None
    starts: dict[int, int] = {}
    for scalar in leaves(nodes):
        first, last = scalar.start_mark.line + 1, scalar.end_mark.line + (1 if scalar.end_mark.column else 0)
        starts |= dict.fromkeys(range(first + 1, last + 1), first)

    def anchor(line: int) -> tuple[int, str]:
        first = starts.get(line, line)
        return first, _indent(source.line(first))

    return anchor


def _defined(lines: list[str]) -> frozenset[int]:
    """The lines of `define … endef` in a Makefile, which are text."""
    found, inside = set(), False
    for number, line in enumerate(lines, 1):
        word = line.split(maxsplit=1)[0] if line.strip() else ""
        inside = (inside or word == "define") and word != "endef"
        if inside:
            found.add(number)
    return frozenset(found)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]
