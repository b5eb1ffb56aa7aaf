"""What do the recipes of a Makefile or a justfile install?"""

import posixpath
import re
from collections.abc import Iterator

from mlaudit.facts import Fact
from mlaudit.patterns import pattern
from mlaudit.readers.commands import builds, install
from mlaudit.source import Source

# make runs each logical line of a recipe in a shell of its own; `@`, `-` and `+` before it are make's.
RECIPE = pattern(r"^(?:\t|(?:[^\s#=:][^#=:\n]*::?[^=;#\n]*;))[ \t@+-]*((?:[^\n\\]|\\[\s\S])*+)", re.MULTILINE)
JUST = pattern(r"^[ \t]+[@-]*((?:[^\n\\]|\\[\s\S])*+)", re.MULTILINE)


def read(source: Source) -> Iterator[Fact]:
    """The install commands of every recipe line. A variable such as `$(PIP)` is known by its name only."""
    if not install.PROGRAM.search(source.text) and not builds.MENTION.search(source.text):
        return
    just = posixpath.basename(source.path).lower() in ("justfile", ".justfile")
    folder = posixpath.dirname(source.path)
    for line in (JUST if just else RECIPE).finditer(source.text):
        yield from install.installs(source.passage(line.start(1), line.end(1)), "makefile", folder)
