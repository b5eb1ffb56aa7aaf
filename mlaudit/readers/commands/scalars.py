"""Where does each character of a YAML scalar stand in the file, in every style, folded ones too?"""

from functools import cache
from itertools import accumulate

from yaml import Node

from mlaudit.facts import Location
from mlaudit.patterns import pattern
from mlaudit.readers.documents import yaml
from mlaudit.source import Passage, Source

HEADER = pattern(r"[|>][^\n]*\n")
VISIBLE = pattern(r"\S")


def passage(source: Source, node: Node) -> Passage:
    """The text of a scalar as a passage.

    Folding and indentation change blanks only, so its characters are found again by counting those that are not
    blank. A scalar with escapes is located as a whole.
    """
    value = yaml.text(node)
    if "\n" not in source.text[node.start_mark.index : node.end_mark.index]:
        return yaml.passage(source, node)
    start, end = node.start_mark.index, node.end_mark.index
    if header := HEADER.match(source.text, start, end):
        start = header.end()
    elif source.text[start] in ("'", '"'):
        start, end = start + 1, end - 1

    @cache
    def places() -> tuple[list[int], list[int]]:
        """The offsets of what is visible in the file, and how much of it is before each offset of the value."""
        written = [match.start() for match in VISIBLE.finditer(source.text, start, end)]
        return written, [0, *accumulate(not character.isspace() for character in value)]

    def locate(first: int, last: int) -> Location:
        written, before = places()
        if before[-1] != len(written) or before[first] == before[last]:
            return source.location(start, end)
        return source.location(written[before[first]], written[before[last] - 1] + 1)

    return Passage(value, locate)
