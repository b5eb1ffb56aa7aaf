"""What does a repository say of how it is run? Commands, targets, and what its README tells."""

from typing import NamedTuple

from mlaudit.facts.place import Location
from mlaudit.facts.syntax import Span


class Command(NamedTuple):
    """A command that runs something, wherever it is written.

    `words` are its words from the program on, what stands before it (sudo, variables, `uv run`) left out; `spans` are
    their places. `place` is as in InstallCommand, or readme; `directory` where it runs, from the root; `under` is the
    target of a Makefile that it belongs to; `is_open` says that a word of it holds a variable. Commands of one block
    share `block`, the line at which that starts.
    """

    at: Location
    words: tuple[str, ...]
    spans: tuple[Span, ...]
    place: str
    directory: str = ""
    under: str = ""
    is_open: bool = False
    block: int = 0


class Target(NamedTuple):
    """A target of a Makefile, and those that it needs."""

    at: Location
    name: str
    needs: tuple[str, ...] = ()


class Readme(NamedTuple):
    """A README: the headings in lower case, the link targets, the names of files that it speaks of, whether it shows
    code of Python, how many words it has beside that, and what it tells its readers to do in sentences: `run` and
    `install`. `at` is its first line."""

    at: Location
    headings: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    shows_code: bool = False
    words: int = 0
    orders: tuple[str, ...] = ()


class ResultTable(NamedTuple):
    """A table of numbers in a README: the texts of its header, and whether a cell says how much a number varies.
    `at` spans the header."""

    at: Location
    columns: tuple[str, ...]
    varies: bool = False
