"""Which lines of a cell does IPython run itself, and what is left as Python? No line is dropped or added."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from mlaudit.patterns import pattern
from mlaudit.readers.code.tree import tree_of

MAGIC = pattern(r"^(\s*)(?:[\w.,\s()]+=\s*)?([!%?]|pip3?\s+install\s|conda\s+install\s)")
HELP = pattern(r"^\s*[\w.\[\]'\"]+\?{1,2}\s*$")
# Magics that run the Python that follows their options; options that take a value.
RUNNING = pattern(r"^(\s*%(?:time|timeit|prun|memit|mprun|lprun)\b(?:\s+-(?:[nrlsTDfmit]\s*\S+|\w+))*\s+)(?=[^\s!%-])")
# A magic's name, the names that its value is bound to, and the rest of its line.
PARTS = pattern(r"^\s*(?:([\w.,\s()]+?)=\s*)?(!{1,2}|\?{1,2}|%{0,2}[\w.]+)\s*(.*)$", re.DOTALL)
WORD = pattern(r"[^\W\d]\w*")


class Line(NamedTuple):
    """A magic: its offsets in the cell's text, name, arguments, and the names that its value is bound to."""

    start: int
    end: int
    name: str
    arguments: str
    targets: tuple[str, ...] = ()


class Plain(NamedTuple):
    """The Python of a cell with `pass` for each magic. `moved` says by how much a line was moved to the left; `magics`
    are by the line on which their `pass` stands."""

    text: str
    moved: Mapping[int, int]
    magics: Mapping[int, Line]


def plain(text: str) -> Plain:
    """What is left of a cell that holds magics."""
    kept: list[str] = []
    moved: dict[int, int] = {}
    magics: dict[int, Line] = {}
    at = 0
    begun = -1
    for number, line in enumerate(text.split("\n"), 1):
        running = RUNNING.match(line) if begun < 0 else None
        if running and _is_python(line[running.end() :]):
            indent = len(line) - len(line.lstrip())
            kept.append(line[:indent] + line[running.end() :])
            moved[number] = running.end() - indent
        elif begun >= 0 or MAGIC.match(line) or HELP.match(line):
            kept.append(_placeholder(line, first=begun < 0))
            if begun < 0:
                begun, first = at, number
            if not line.endswith("\\"):
                magics[first] = _line(text, begun, at + len(line))
                begun = -1
        else:
            kept.append(line)
        at += len(line) + 1
    rewritten, indent = _dedented("\n".join(kept))
    if indent:
        moved = {number: moved.get(number, 0) + indent for number in range(1, len(kept) + 1)}
    return Plain(rewritten, moved, magics)


def cell_magic(text: str) -> Line:
    """The magic of a cell that begins with `%%`: its first line."""
    start = len(text) - len(text.lstrip())
    end = text.find("\n", start)
    line = _line(text, start, end if end >= 0 else len(text))
    return line._replace(name=line.name.removeprefix("%"))


def words(text: str) -> tuple[str, ...]:
    """The identifiers in a text, each once."""
    return tuple(dict.fromkeys(WORD.findall(text)))


def _is_python(text: str) -> bool:
    try:
        tree_of(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _line(text: str, start: int, end: int) -> Line:
    line = text[start:end]
    match = PARTS.match(line)
    start += len(line) - len(line.lstrip())
    if not match:
        return Line(start, end, "?", "")
    name = match[2].removeprefix("%") if match[2] != "%" else "?"
    return Line(start, end, name, match[3].strip(), words(match[1] or ""))


def _dedented(text: str) -> tuple[str, int]:
    """The text without its first line's indentation, which IPython takes from every line, and how much that was."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    indent = len(first) - len(first.lstrip(" "))
    if not indent:
        return text, 0
    return "\n".join(line[indent:] if line[:indent].isspace() else line for line in text.split("\n")), indent


def _placeholder(line: str, first: bool) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}pass" if first and line.strip() else ""
