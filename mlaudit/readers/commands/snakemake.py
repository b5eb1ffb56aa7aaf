"""Which files do the rules of a Snakefile make?"""

import re
from collections.abc import Iterator

from mlaudit.facts import Fact, Transfer
from mlaudit.patterns import pattern
from mlaudit.source import Source

# A Snakefile is Python with blocks of its own; what stands in an `output:` block are texts, by line or after it.
BLOCK = pattern(r"^(?P<indent>[ \t]+)output\s*:(?P<body>[^\n]*(?:\n(?:(?P=indent)[ \t]+[^\n]*|[ \t]*))*)", re.MULTILINE)
STRING = pattern(r"(\"\"\"|'''|\"|')((?:(?!\1)[^\\\n]|\\.)+)\1")


def read(source: Source) -> Iterator[Fact]:
    """A Transfer for each output that a rule names."""
    for block in BLOCK.finditer(source.text):
        start = block.start("body")
        for text in STRING.finditer(block["body"]):
            at = source.location(start + text.start(2), start + text.end(2))
            yield Transfer(at, "snakemake", "move", (), text[2], "", "snakemake")
