"""What does the code of a repository say of itself?"""

from collections.abc import Callable
from typing import NamedTuple

from mlaudit.facts.place import Location
from mlaudit.facts.syntax import Span, Statement

Block = tuple[Statement, ...]


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


class Mention(NamedTuple):
    """A call by a name that an import binds: the full dotted path of its callee, the number of its positional arguments
    and the names of the others ("" for `**mapping`)."""

    at: Span
    target: str
    positional: int = 0
    keywords: tuple[str, ...] = ()


class Routine(NamedTuple):
    """A function of a module, or a method of one of its classes, and what it calls of other modules. `at` spans its
    name."""

    at: Span
    name: str
    is_decorated: bool
    calls: tuple[Mention, ...]


class Code(NamedTuple):
    """What a file of Python does, in order. `kind` is module or notebook; the cells of a notebook follow one another.

    `at` is the file; `held` gives the statements, which few of the files are asked for; `words` are all names and
    attributes in it, sorted, and `set` where a set is made; `modules` are the dotted paths that its imports name, with
    leading dots where they are relative; `acts` says that loading it does more than define, import and choose. `uses`
    are the full paths of what it imports and uses of other packages, each with its first place; `texts` are the short
    texts in it, sorted.
    """

    at: Location
    kind: str
    held: Block | Callable[[], Block]
    words: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    routines: tuple[Routine, ...] = ()
    acts: bool = False
    uses: tuple[tuple[str, Span], ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def body(self) -> Block:
        """The statements."""
        return self.held() if callable(self.held) else self.held
