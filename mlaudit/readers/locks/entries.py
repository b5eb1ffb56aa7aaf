"""Which entries does the package list of a YAML lock hold?

A lock of pixi or conda-lock is tens of thousands of lines that one serialiser wrote, and composing YAML reads about
1 MB/s. So the list is split by its dashes and the few fields that are needed are found by their text.
"""

from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.patterns import pattern
from mlaudit.readers.documents import Malformed
from mlaudit.source import Source

FIRST = pattern(r"\n *- ")
LINES = pattern(r"(?:\n|[#\w -][^\n]*\n)*+")


class Entry(NamedTuple):
    """One entry of the list: [start, end) of its text, from the dash on. `indent` is what stands before the dash."""

    text: str
    start: int
    end: int
    line: int
    indent: str = ""

    def field(self, key: str) -> str:
        """The scalar under a key of the entry, "" where there is none."""
        if self.text.startswith(f"- {key}: ", self.start):
            at = self.start + len(key) + 4
        else:
            found = self.text.find(f"\n{self.indent}  {key}: ", self.start, self.end)
            if found < 0:
                return ""
            at = found + len(self.indent) + len(key) + 5
        return self.text[at : self.text.index("\n", at)].strip().strip("'\"")

    def has(self, text: str) -> bool:
        """Does the text stand in the entry?"""
        return self.text.find(text, self.start, self.end) >= 0


def text_of(source: Source) -> str:
    """The text with LF line ends. Raises Malformed where no tool ended it so, or lines of a merge stand in it."""
    text = source.text.replace("\r\n", "\n") if "\r" in source.text else source.text
    match = LINES.match(text)
    end = match.end() if match else 0
    if end < len(text):
        whole = "\n" in text[end:]
        raise Malformed("holds a line that its tool does not write" if whole else "is cut off in its last line", end)
    return text


def entries(text: str, *keys: str) -> Iterator[Entry]:
    """The entries of the top-level list under the first of `keys` that there is. Raises Malformed without one."""
    found = (text.find(f"\n{key}:", 0) for key in keys)
    at = next((start + 1 for start in found if start >= 0), -1)
    if at < 0:
        raise Malformed(f"holds no list `{keys[0]}`")
    first = FIRST.match(text, text.index("\n", at))
    if first is None:
        return
    dash = first[0]
    line, counted, at = 1, 0, first.start()
    while at >= 0:
        end = text.find(dash, at + 1)
        start = at + len(dash) - 2
        line, counted = line + text.count("\n", counted, start), start
        yield Entry(text, start, end + 1 if end >= 0 else len(text), line, dash[1:-2])
        at = end
