"""What do the recipes of a Makefile or a justfile run and install, and which targets are there?"""

import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterator

from mlaudit.facts import Command, Fact, Target
from mlaudit.patterns import pattern
from mlaudit.readers.commands import install
from mlaudit.source import Source

# make runs each logical line of a recipe in a shell of its own; `@`, `-` and `+` before it are make's.
RECIPE = pattern(r"^(?:\t|(?:[^\s#=:][^#=:\n]*::?[^=;#\n]*;))[ \t@+-]*((?:[^\n\\]|\\[\s\S])*+)", re.MULTILINE)
# A rule; an assignment (`:=`, `=`) is none, nor is a directive.
TARGET = pattern(r"^([^\s#=:][^#=:\n]*?)[ \t]*::?(?![=:])(?![^\n]*:?=)([^;\n]*)", re.MULTILINE)
JUST = pattern(r"^[ \t]+[@-]*((?:[^\n\\]|\\[\s\S])*+)", re.MULTILINE)


def read(source: Source) -> Iterator[Fact]:
    """The targets, and the commands of every recipe line. A variable such as `$(PIP)` is known by its name only."""
    just = posixpath.basename(source.path).lower() in ("justfile", ".justfile")
    folder = posixpath.dirname(source.path)
    targets = list(TARGET.finditer(source.text))
    for target in targets:
        at = source.location(target.start(1), target.end(1))
        yield from (Target(at, name, tuple(target[2].split("#")[0].split())) for name in target[1].split())
    starts = [target.start() for target in targets]
    for line in (JUST if just else RECIPE).finditer(source.text):
        above = bisect_right(starts, line.start())
        under = targets[above - 1][1] if above else ""
        for fact in install.installs(source.passage(line.start(1), line.end(1)), "makefile", folder):
            yield fact._replace(under=under) if isinstance(fact, Command) else fact
