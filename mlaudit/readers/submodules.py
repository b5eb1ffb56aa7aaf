"""At which paths does a .gitmodules put other repositories?"""

import re
from collections.abc import Iterator

from mlaudit.facts import Fact, Submodule
from mlaudit.patterns import pattern
from mlaudit.source import Source

PATH = pattern(r"^[ \t]*path[ \t]*=[ \t]*(\S[^\n]*?)[ \t\r]*$", re.MULTILINE)


def read(source: Source) -> Iterator[Fact]:
    """A Submodule for each path that is named."""
    for match in PATH.finditer(source.text):
        yield Submodule(source.location(*match.span(1)), match[1].strip('"').rstrip("/"))
