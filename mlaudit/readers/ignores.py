"""Which patterns does a .gitignore hold?"""

from collections.abc import Iterator

from mlaudit.facts import Fact, IgnorePattern
from mlaudit.source import Source


def read(source: Source) -> Iterator[Fact]:
    """Every pattern that ignores something; comments, and patterns that a later line takes back, are left out."""
    taken_back = {line.strip()[1:].strip("/") for line in source.lines if line.strip().startswith("!")}
    for start, line in zip(source.starts, source.lines, strict=False):
        text = line.strip()
        if text and not text.startswith(("#", "!")) and text.strip("/") not in taken_back:
            first = start + line.find(text)
            yield IgnorePattern(source.location(first, first + len(text)), text)
