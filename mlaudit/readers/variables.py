"""Which of some environment variables does a text speak of: a README, a sample of settings, a CI file, a script?"""

import re
from collections.abc import Iterator

from mlaudit.facts import Fact, Location, Variable
from mlaudit.source import Source


def read(source: Source, role: str) -> Iterator[Fact]:
    """The names among those of `role`, divided by blanks, that stand as words of their own in the text, whatever its
    other bytes are."""
    for name in role.split():
        written = name.encode()
        if written in source.content and re.search(rb"(?<![A-Za-z0-9_])%b(?![A-Za-z0-9_])" % written, source.content):
            yield Variable(Location(source.path), name, "names")
