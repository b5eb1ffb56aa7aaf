"""Which patterns does a .gitignore or a .dockerignore hold?"""

from collections.abc import Iterator

from mlaudit.facts import ContextRule, Fact, IgnorePattern
from mlaudit.source import Source


def read(source: Source) -> Iterator[Fact]:
    """Every pattern that ignores something; comments, and patterns that a later line takes back, are left out. Those of
    a .dockerignore all, in order: the last that matches a path decides."""
    if source.path.endswith(".dockerignore"):
        yield from _of_context(source)
        return
    taken_back = {line.strip()[1:].strip("/") for line in source.lines if line.strip().startswith("!")}
    for start, line in zip(source.starts, source.lines, strict=False):
        text = line.strip()
        if text and not text.startswith(("#", "!")) and text.strip("/") not in taken_back:
            first = start + line.find(text)
            yield IgnorePattern(source.location(first, first + len(text)), text)


def _of_context(source: Source) -> Iterator[Fact]:
    for start, line in zip(source.starts, source.lines, strict=False):
        text = line.strip()
        if text and not line.startswith("#"):
            first = start + line.find(text)
            keeps = text.startswith("!")
            yield ContextRule(source.location(first, first + len(text)), text[keeps:].strip(), keeps)
