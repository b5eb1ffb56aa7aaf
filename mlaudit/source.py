"""What is the text of a file, and where does each part of it stand?"""

import codecs
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from typing import NamedTuple

from mlaudit.facts import Location
from mlaudit.patterns import pattern

NEWLINE = pattern(r"\r\n|\r|\n")
# UTF-32 before UTF-16: its little-endian mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Latin-1 takes any bytes: read so, and said so, where nothing declares another encoding.
GUESSED = "latin-1, guessed"
COOKIE = pattern(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


class Passage(NamedTuple):
    """A piece of text inside a file. `locate` turns offsets of the text into a Location of the file."""

    text: str
    locate: Callable[[int, int], Location]


class Source:
    """The bytes of one file, its text and the starts of its lines (offsets in code points, from 0)."""

    __slots__ = ("_starts", "content", "encoding", "path", "text")

    def __init__(self, path: str, content: bytes) -> None:
        self.path = path
        self.content = content
        self.text, self.encoding = decode(content)
        self._starts: list[int] | None = None

    @property
    def starts(self) -> list[int]:
        """The offset at which each line starts."""
        if self._starts is None:
            if "\r" in self.text:
                self._starts = [0, *(match.end() for match in NEWLINE.finditer(self.text))]
            else:  # the same several times faster, since no step of it is run by the interpreter
                self._starts = [0, *accumulate(map((1).__add__, map(len, self.text.split("\n")[:-1])))]
        return self._starts

    @property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return NEWLINE.split(self.text)

    def line(self, number: int) -> str:
        """One line, counted from 1, without its end; "" where there is none."""
        starts = self.starts
        if not 0 < number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def location(self, start: int = 0, end: int | None = None) -> Location:
        """Where the text from offset `start` to `end` stands; without `end`, to the end of the line."""
        starts = self.starts
        line = bisect_right(starts, start)
        if end is None:
            end = starts[line - 1] + len(self.line(line))
        end_line = bisect_right(starts, end, lo=line - 1)
        return Location(self.path, line, start - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1)

    def span(self, at: Location) -> tuple[int, int]:
        """A place as offsets of the text: the reverse of `location`. Raises IndexError for a line that is not there."""
        starts = self.starts
        return starts[at.line - 1] + at.column - 1, starts[at.end_line - 1] + at.end_column - 1

    def under(self, at: Location) -> str:
        """What stands at a place."""
        start, end = self.span(at)
        return self.text[start:end]

    def passage(self, start: int = 0, end: int | None = None) -> Passage:
        """The text from `start` to `end` as a passage of this file."""
        end = len(self.text) if end is None else end
        return Passage(self.text[start:end], lambda first, last: self.location(start + first, start + last))


def decode(content: bytes) -> tuple[str, str]:
    """The text of `content` and the encoding that gave it, in the order in which pip and Python look.

    A byte order mark, UTF-16 without one (NUL in every other byte), UTF-8, a coding cookie, then GUESSED.
    """
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace"), encoding
    head = content[:400]
    if len(head) >= 4 and b"\0" in head:
        for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
            if head[first::2].count(0) > 0.8 * len(head[first::2]) and not head[1 - first :: 2].count(0):
                return content.decode(encoding, errors="replace"), encoding
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decode_declared(content)


def encoded(source: Source, text: str) -> bytes:
    """A text as the bytes of the file have it, its mark included; b"" where it cannot be."""
    encoding = source.encoding.partition(",")[0]
    mark = next((mark for mark, _ in MARKS if source.content.startswith(mark)), b"")
    try:
        return mark + text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return b""


def _decode_declared(content: bytes) -> tuple[str, str]:
    for line in content.split(b"\n", 2)[:2]:
        if cookie := COOKIE.match(line):
            try:
                return content.decode(cookie[1].decode("ascii")), cookie[1].decode("ascii").lower()
            except (LookupError, UnicodeDecodeError):
                break
    return content.decode("latin-1"), GUESSED
