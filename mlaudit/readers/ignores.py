"""Which patterns does a .gitignore hold?"""

from collections.abc import Iterator

from mlaudit.facts import Fact, IgnorePattern
from mlaudit.source import Source


def read(source: Source) -> Iterator[Fact]:
    """Every pattern that ignores something; comments and negations are left out."""
    for start, line in zip(source.starts, source.lines, strict=False):
        text = line.strip()
        if text and not text.startswith(("#", "!")):
            first = start + line.find(text)
            yield IgnorePattern(source.location(first, first + len(text)), text)
