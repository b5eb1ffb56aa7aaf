"""Which findings does a notebook say are meant to be? Comments in its cells, and the metadata of a cell or of all.

A comment on the first line of a cell speaks for the whole cell. Metadata hold rules under `mlaudit.ignore`: a rule, a
list of rules, or objects with `rule`, `reason` and `until`.
"""

from collections.abc import Iterator
from typing import Any

from mlaudit.facts import Location, RuleName, Suppression
from mlaudit.readers.code.cells import CodeCell, cells
from mlaudit.readers.comments import Written, layout_of, suppression, written
from mlaudit.readers.comments.grammar import FORM, date_problem
from mlaudit.readers.documents import Malformed, json
from mlaudit.source import Source


def read(source: Source) -> Iterator[Suppression]:
    """Every suppression of a notebook; none of one that is no JSON, which another reader says."""
    try:
        tree = json.load(source)
        found = list(cells(source, tree))
    except Malformed:
        return
    for cell in found:
        for each in written(cell.text, "python"):
            yield _of_comment(cell, each)
    yield from _of_metadata(source, tree)


def _of_comment(cell: CodeCell, each: Written) -> Suppression:
    def place(first: int, last: int) -> Location:
        start, end = cell.locate(first, first), cell.locate(last, last)
        return start._replace(end_line=end.line, end_column=end.column)

    inner = Source("cell", cell.text.encode("utf-8", "surrogatepass"))
    layout = layout_of(inner, "shell" if cell.text.lstrip().startswith("%%") else "python")
    line = inner.location(each.start).line
    problem = ""
    in_string = any(start < each.start < end for start, end in getattr(layout, "strings", ()))
    if (each.own and not cell.text[: inner.starts[line - 1]].strip()) or _is_under_magic(cell.text, each.start):
        lines: tuple[int, int] | None = (1, len(inner.starts))
    else:
        lines = layout.after(line) if each.own else layout.beside(line)
    if in_string or lines is None:
        problem = (
            "stands in a string, not in a comment" if in_string else "stands above nothing that it could speak for"
        )
    first, last = (min(lines[0], line), max(lines[1], line)) if lines else (line, line)
    end = inner.starts[last] - 1 if last < len(inner.starts) else len(cell.text)
    over = None if each.said.kind == "file-ignore" else place(inner.starts[first - 1], end)
    return suppression(cell.text, place, each, over, problem, in_string)


def _is_under_magic(text: str, start: int) -> bool:
    """Whether a comment is the first line below the magic that a cell begins with."""
    above = text[:start].strip()
    return above.startswith("%%") and "\n" not in above


def _of_metadata(source: Source, tree: Any) -> Iterator[Suppression]:
    whole = source.location(0, 0)
    yield from _entries(_ignored(tree), whole, None)
    listed = tree.get("cells") if isinstance(tree, dict) else None
    if not isinstance(listed, list) or not any(_ignored(cell) for cell in listed):
        return
    for number, (cell, element) in enumerate(
        zip(listed, json.elements(source, json.member(source, 0, "cells")), strict=True), 1
    ):
        over = source.location(element.start, element.end)._replace(cell=number)
        yield from _entries(_ignored(cell), source.location(element.start)._replace(cell=number), over)


def _ignored(holder: Any) -> list[Any]:
    for key in ("metadata", "mlaudit", "ignore"):
        holder = holder.get(key) if isinstance(holder, dict) else None
    return holder if isinstance(holder, list) else [] if holder is None else [holder]


def _entries(entries: list[Any], at: Location, over: Location | None) -> Iterator[Suppression]:
    for entry in entries:
        table = entry if isinstance(entry, dict) else {"rule": entry}
        named = table.get("rule")
        names = [named] if isinstance(named, str) else named if isinstance(named, list) else []
        until = str(table.get("until", ""))
        is_said = bool(names) and all(isinstance(name, str) for name in names)
        yield Suppression(
            at=at,
            written="metadata.mlaudit.ignore",
            rules=tuple(RuleName(at, name) for name in names if isinstance(name, str)),
            over=over,
            reason=str(table.get("reason", "")),
            until=until,
            problem=date_problem(until) if is_said else f"names no rule: {FORM}",
        )
