"""Where does a place stand as an editor counts? Lines from 0, and characters in the units that it has asked for."""

from bisect import bisect_right

from lsprotocol import types

from mlaudit.facts import Location
from mlaudit.source import NEWLINE

# How many bytes a unit has in the encoding of that name.
UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
TOP = types.Position(0, 0)


class Text:
    """A text with the starts of its lines. `encoding` is that of the units of the client: utf-8, utf-16 or utf-32."""

    __slots__ = ("_encoding", "_size", "_starts", "text")

    def __init__(self, text: str, encoding: str = "utf-16") -> None:
        self.text = text
        self._encoding, self._size = UNITS[encoding]
        self._starts = [0, *(match.end() for match in NEWLINE.finditer(text))]

    def position(self, offset: int) -> types.Position:
        """The position of a character, given its offset in code points."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self._starts, offset) - 1
        before = self.text[self._starts[line] : offset]
        return types.Position(line, len(before.encode(self._encoding, "surrogatepass")) // self._size)

    def offset(self, position: types.Position) -> int:
        """The offset of a position in code points; past the end of a line it is that end."""
        if position.line >= len(self._starts):
            return len(self.text)
        start = self._starts[position.line]
        line = NEWLINE.split(self.text[start : self._end(position.line)], maxsplit=1)[0]
        units = line.encode(self._encoding, "surrogatepass")[: position.character * self._size]
        return start + len(units.decode(self._encoding, "ignore"))

    def range(self, start: int, end: int) -> types.Range:
        """The range between two offsets."""
        return types.Range(self.position(start), self.position(max(start, end)))

    def of(self, at: Location) -> types.Range:
        """The range of a place of a finding; the first line as a whole where it is about the file."""
        if at[1:5] == (1, 1, 1, 1):
            return self.range(0, len(NEWLINE.split(self.text, maxsplit=1)[0]))
        return self.range(self._at(at.line, at.column), self._at(at.end_line, at.end_column))

    def _at(self, line: int, column: int) -> int:
        if line > len(self._starts):
            return len(self.text)
        return min(self._starts[line - 1] + column - 1, self._end(line - 1))

    def _end(self, line: int) -> int:
        return self._starts[line + 1] if line + 1 < len(self._starts) else len(self.text)


def changed(text: str, change: types.TextDocumentContentChangeEvent, encoding: str) -> str:
    """A text after a change: a part of it, or all of it where the change names no range."""
    if not isinstance(change, types.TextDocumentContentChangePartial):
        return change.text
    before = Text(text, encoding)
    start, end = before.offset(change.range.start), before.offset(change.range.end)
    return f"{text[:start]}{change.text}{text[max(start, end) :]}"


def touches(first: types.Range, second: types.Range) -> bool:
    """Whether two ranges share a character, or lie side by side."""
    return _key(first.start) <= _key(second.end) and _key(second.start) <= _key(first.end)


def _key(position: types.Position) -> tuple[int, int]:
    return position.line, position.character
