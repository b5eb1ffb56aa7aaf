"""Where are the comments, strings and statements of Python, TOML and JSON with comments?

One scan over brackets, strings, comments and line ends, which also takes text that does not parse.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlaudit.patterns import pattern

if TYPE_CHECKING:
    import re

_REST = r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<join>\\(?:\r\n|\r|\n))|(?P<newline>\r\n|\r|\n)"
_ESCAPED = (
    r"\"\"\"(?:[^\"\\]|\\[\s\S]|\"(?!\"\"))*+(?:\"\"\"|\Z)|'''(?:[^'\\]|\\[\s\S]|'(?!''))*+(?:'''|\Z)"
    r"|\"(?:[^\"\\\r\n]|\\(?:\r\n|[\s\S]))*+\"?"
)
PYTHON = pattern(rf"(?P<string>{_ESCAPED}|'(?:[^'\\\r\n]|\\(?:\r\n|[\s\S]))*+'?)|(?P<comment>#[^\r\n]*){_REST}")
TOML = pattern(
    r"(?P<string>\"\"\"(?:[^\"\\]|\\[\s\S]|\"(?!\"\"))*+(?:\"{3,5}|\Z)|'''(?:[^']|'(?!''))*+(?:'{3,5}|\Z)"
    rf"|\"(?:[^\"\\\r\n]|\\.)*+\"?|'[^'\r\n]*+'?)|(?P<comment>\#[^\r\n]*){_REST}"
)
JSON = pattern(rf"(?P<string>\"(?:[^\"\\\r\n]|\\.)*+\"?)|(?P<comment>//[^\r\n]*|/\*[\s\S]*?(?:\*/|\Z)){_REST}")


class Layout:
    """What a comment on a line speaks for. Lines count from 1."""

    def __init__(self, text: str, starts: Sequence[int], tokens: "re.Pattern[str]") -> None:
        self._text = text
        self._starts = starts
        size = len(starts) + 2
        self.comments: list[tuple[int, int]] = []
        self.strings: list[tuple[int, int]] = []
        self._code = bytearray(size)  # whether a line holds code
        self._inside = bytearray(size)  # whether a line begins inside a string or behind a backslash
        self._before = [0] * size  # how many brackets are open before a line,
        self._after = [0] * size  # and after it,
        self._opener = [0] * size  # and on which line the outermost bracket was opened that it closes
        self._statements: dict[int, tuple[int, int]] = {}
        self._scan(tokens)

    def statement(self, line: int) -> tuple[int, int]:
        """First and last line of the statement that a line belongs to."""
        return self._statements.get(line, (line, line))

    def depth(self, line: int) -> int:
        """How many brackets are open before a line."""
        return self._before[line]

    def is_inside(self, line: int) -> bool:
        """Whether a line begins inside a string or behind a backslash: no comment may stand before it."""
        return bool(self._inside[line])

    def is_comment(self, line: int) -> bool:
        """Whether a line holds no code."""
        return not self._code[line]

    def after(self, line: int) -> tuple[int, int] | None:
        """What a comment on a line of its own speaks for: the next statement, or inside brackets the next element."""
        code = self._code.find(1, line + 1)
        return self.above(code) if code > 0 else None

    def above(self, line: int) -> tuple[int, int] | None:
        """What a comment just above a line of code speaks for; None where that line only closes a bracket."""
        if not self._before[line]:
            return self.statement(line)
        closes = self._text[self._starts[line - 1] :].lstrip(" \t").startswith((")", "]", "}"))
        return None if closes else self._element(line)

    def beside(self, line: int) -> tuple[int, int]:
        """What a comment behind code speaks for: a statement on its first and last line, else an element or a line."""
        first, last = self.statement(line)
        if line in (first, last):
            return first, last
        if self._after[line] > self._before[line]:
            return self._element(line)
        return self._opener[line] or line, line

    def _element(self, line: int) -> tuple[int, int]:
        last = line
        while last + 1 < len(self._after) and (self._after[last] > self._before[line] or self._inside[last + 1]):
            last += 1
        return line, last

    def _scan(self, tokens: "re.Pattern[str]") -> None:
        stack: list[int] = []
        line, first, at = 1, 0, 0
        for match in tokens.finditer(self._text):
            start, kind = match.start(), match.lastgroup
            if kind not in ("newline", "comment") or self._text[at:start].strip():
                self._code[line] = 1
                first = first or line
            at = match.end()
            if kind == "open":
                stack.append(line)
            elif kind == "close":
                self._opener[line] = stack.pop() if stack else 0
            else:
                self._kept(kind, start, at)
                line = self._passed(kind, line, at, len(stack))
            if kind == "newline" and first and not stack:
                first = self._closed(first, line - 1)
        if self._text[at:].strip():
            self._code[line] = 1
            first = first or line
        self._after[line] = len(stack)
        if first and not stack:
            self._closed(first, line)

    def _kept(self, kind: str | None, start: int, end: int) -> None:
        if kind in ("comment", "string"):
            (self.comments if kind == "comment" else self.strings).append((start, end))

    def _passed(self, kind: str | None, line: int, at: int, depth: int) -> int:
        """The line on which the scan now is; the lines of a string are code."""
        now = bisect_right(self._starts, at)
        for passed in range(line, now):
            self._after[passed] = self._before[passed + 1] = depth
            if kind in ("string", "join"):
                self._inside[passed + 1] = 1
            if kind == "string":
                self._code[passed + 1] = 1
        return now

    def _closed(self, first: int, last: int) -> int:
        for line in range(first, last + 1):
            self._statements[line] = (first, last)
        return 0
