"""How does a comment get into the cell of a notebook, every other byte of the file as it was?"""

import json
from typing import Any

from mlaudit.findings import Finding
from mlaudit.readers.code.cells import CodeCell, cells
from mlaudit.readers.comments import code
from mlaudit.readers.documents import Malformed
from mlaudit.readers.documents import json as tree
from mlaudit.source import Source, encoded
from mlaudit.suppressions.anchors import in_brackets
from mlaudit.suppressions.writing import directive, is_whole


def commented(source: Source, findings: list[Finding], reason: str) -> tuple[bytes | None, list[Finding]]:
    """The notebook with its comments, and the findings that none can speak for."""
    try:
        found = {cell.number: cell for cell in cells(source, tree.load(source))}
    except Malformed:
        return None, findings
    places: dict[tuple[int, int], tuple[str, set[str]]] = {}
    left = []
    for finding in findings:
        cell = found.get(finding.at.cell)
        place = None if cell is None or not cell.text or is_whole(finding.at) else _place(cell, finding)
        if place is None:
            left.append(finding)
        else:
            places.setdefault((finding.at.cell, place[0]), (place[1], set()))[1].add(finding.rule.id)
    text = source.text
    for (number, offset), (indent, rules) in sorted(places.items(), reverse=True):
        text = _inserted(source, text, found[number], offset, f"{indent}# {directive('ignore', rules, reason)}")
    changed = encoded(source, text)
    if not places or not _is_unchanged(source.text, text):
        return None, findings
    return changed, left


def _place(cell: CodeCell, finding: Finding) -> tuple[int, str] | None:
    """The offset in the cell's text at which the comment goes, and what stands before it."""
    at = (finding.at.line, finding.at.column)
    line = 0
    for number, start in enumerate(cell.starts, 1):
        place = cell.locate(start, start)
        line = number if (place.line, place.column) <= at else line
    inner = Source("cell", cell.text.encode("utf-8", "surrogatepass"))
    if not line or inner.text != cell.text:
        return None
    is_magic = cell.text.lstrip().startswith("%%")
    found = (line, "") if is_magic else in_brackets(inner, code.Layout(inner.text, inner.starts, code.PYTHON), line)
    first = inner.line(found[0]) if found else ""
    continues = bool(found) and found is not None and found[0] > 1 and inner.line(found[0] - 1).endswith("\\")
    if found is None or first.lstrip().startswith("%%") or continues:
        return None
    return inner.starts[found[0] - 1], found[1]


def _inserted(source: Source, text: str, cell: CodeCell, offset: int, comment: str) -> str:
    """The text with a line above the character `offset` of a cell: a string of its own where the file has one for each
    line, else inside of the string. Later places come first, so that the offsets of the file hold."""
    place = cell.locate(offset, offset)
    at = source.starts[place.line - 1] + place.column - 1
    line = source.text[source.starts[place.line - 1] : at]
    written = json.dumps(comment)[1:-1] + "\\n"
    if not line.endswith('"') or not source.text[: at - 1].rstrip().endswith(("[", ",")):
        return text[:at] + written + text[at:]
    alone = not line[:-1].strip()
    newline = "\r\n" if "\r\n" in source.text else "\n"
    between = f'",{newline}{line[:-1]}"' if alone else '", "'
    return text[:at] + written + between + text[at:]


def _is_unchanged(before: str, after: str) -> bool:
    """Whether the notebooks are the same but for comments of ours."""
    try:
        return bool(_bare(json.loads(before, strict=False)) == _bare(json.loads(after, strict=False)))
    except (ValueError, RecursionError):
        return False


def _bare(value: Any) -> Any:
    """A tree whose cells hold their text as one, without comments of ours."""
    if isinstance(value, dict):
        return {key: _text(part) if key in ("source", "input") else _bare(part) for key, part in value.items()}
    return [_bare(part) for part in value] if isinstance(value, list) else value


def _text(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "".join(value)
    if not isinstance(value, str):
        return _bare(value)
    return "\n".join(line for line in value.split("\n") if not line.lstrip().startswith("# mlaudit: ignore["))
