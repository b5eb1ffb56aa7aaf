"""What does a shell script install?"""

from collections.abc import Iterator

from mlaudit.facts import Fact
from mlaudit.readers.commands import install
from mlaudit.source import Source


def read(source: Source) -> Iterator[Fact]:
    """The install commands of a shell script."""
    yield from install.installs(source.passage(), "shell")
