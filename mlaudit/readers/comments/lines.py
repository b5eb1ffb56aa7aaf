"""Which lines belong together, where a format goes line by line? Continuations, indented blocks, instructions."""

from mlaudit.patterns import pattern
from mlaudit.source import Source

# A key of YAML whose value is a block of text below it.
BLOCK = pattern(r"(?:^|[\s:-])[|>][+-]?\d?[+-]?[ \t]*(?:#.*)?$")
KEY = pattern(r"[^#]*:[ \t]*(?:#.*)?$")
INDENT = pattern(r"[ \t]*")


class Plain:
    """One statement a line, or several lines that backslashes join."""

    def __init__(self, source: Source) -> None:
        self.lines = source.lines
        self._groups = self._joined()

    def after(self, line: int) -> tuple[int, int] | None:
        """What a comment on a line of its own speaks for."""
        found = self._next(line)
        return self.statement(found) if found else None

    def beside(self, line: int) -> tuple[int, int]:
        """What a comment behind text speaks for."""
        first, last = self.group(line)
        return (first, last) if line in (first, last) else (line, line)

    def statement(self, line: int) -> tuple[int, int]:
        """First and last line of the statement that begins on a line."""
        return self.group(line)

    def group(self, line: int) -> tuple[int, int]:
        """First and last of the lines that continuations join with a line."""
        return self._groups.get(line, (line, line))

    def _next(self, line: int) -> int:
        """The next line that is neither blank nor a comment, 0 where there is none."""
        numbered = enumerate(self.lines[line:], line + 1)
        return next((number for number, text in numbered if text.strip() and not text.lstrip().startswith("#")), 0)

    def _joined(self) -> dict[int, tuple[int, int]]:
        found: dict[int, tuple[int, int]] = {}
        first = 0
        for number, text in enumerate([*self.lines, ""], 1):
            goes_on = (len(text) - len(text.rstrip("\\"))) % 2 and not text.lstrip().startswith("#")
            if first and not goes_on:
                found |= dict.fromkeys(range(first, min(number, len(self.lines)) + 1), (first, number))
                first = 0
            elif goes_on:
                first = first or number
        return found


class Indented(Plain):
    """A line and the lines below it that are indented deeper: an entry of YAML, a rule of a Makefile, an ini value."""

    def beside(self, line: int) -> tuple[int, int]:
        """What a comment behind text speaks for: a block of text that the line opens, too."""
        return self.statement(line) if BLOCK.search(self.lines[line - 1]) else super().beside(line)

    def statement(self, line: int) -> tuple[int, int]:
        """The line, what continues it, and what is indented below it."""
        first = self.lines[line - 1]
        depth = _indent(first)
        takes_items = bool(KEY.match(first)) and not first.lstrip().startswith("-")
        last = self.group(line)[1]
        for number, text in enumerate(self.lines[last:], last + 1):
            if _indent(text) > depth or (takes_items and text[depth:].startswith("- ")):
                last = number if text.strip() else last
            elif text.strip() and not text.lstrip().startswith("#"):
                break
        return line, last


class Instructions(Plain):
    """The instructions of a Dockerfile, with their continuations and here-documents."""

    def __init__(self, source: Source) -> None:
        from mlaudit.readers.commands.instructions import instructions

        super().__init__(source)
        self.keywords: dict[int, str] = {}
        spans: dict[int, tuple[int, int]] = {}
        for found in instructions(source):
            span = (found.at.line, max(found.at.line, found.end_line))
            spans |= dict.fromkeys(range(span[0], span[1] + 1), span)
            self.keywords |= dict.fromkeys(range(span[0], span[1] + 1), found.keyword)
        self._groups = spans

    def after(self, line: int) -> tuple[int, int] | None:
        """The next instruction; inside of one, its next line."""
        found = self._next(line)
        return (found, found) if found and self.group(line)[0] < line else super().after(line)


def _indent(text: str) -> int:
    match = INDENT.match(text)
    return len(match[0].expandtabs()) if match else 0
