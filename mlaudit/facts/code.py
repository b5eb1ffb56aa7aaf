"""What does the code of a repository say of itself?"""

from typing import NamedTuple

from mlaudit.facts.place import Location
from mlaudit.facts.syntax import Statement


class Import(NamedTuple):
    """An import of a module that is not relative. `condition` is "", optional (try/except ImportError), typing, or
    deferred (inside a function: only who calls it needs the module)."""

    at: Location
    module: str
    condition: str = ""


class SearchPath(NamedTuple):
    """Code that changes where modules are looked for: sys.path.append, PYTHONPATH."""

    at: Location


class Script(NamedTuple):
    """A file with a main guard. `trains` says that it fits a model; `declares` that its header names what it
    needs (PEP 723).
    """

    at: Location
    trains: bool = False
    declares: bool = False


class EntryPoint(NamedTuple):
    """A command that an installed package brings: its name, and the function that it runs as `module:function`."""

    at: Location
    name: str
    target: str


class OldPython(NamedTuple):
    """Code that parses only as Python 2. `construct` is what tells."""

    at: Location
    construct: str


class Code(NamedTuple):
    """What a file of Python does, in order. `kind` is module or notebook; the cells of a notebook follow one another.

    `at` is the file; `words` are all names and attributes in it, sorted, and `set` where a set is made.
    """

    at: Location
    kind: str
    body: tuple[Statement, ...]
    words: tuple[str, ...] = ()
