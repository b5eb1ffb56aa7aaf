"""What do the cells of a notebook hold, and which names do they bind, look up and remove, in order?"""

from typing import NamedTuple, Union

from mlaudit.facts.place import Location
from mlaudit.facts.syntax import Span


class Used(NamedTuple):
    """A name that is looked up among those of the notebook. `doubt` is 0 where it surely is, 1 where a condition
    decides, more where several do, or an error.

    Left out where the name is bound above, unless what it is bound to is a function or class of the notebook.
    """

    at: Span
    name: str
    is_called: bool = False
    doubt: int = 0


class Bound(NamedTuple):
    """Names that are bound, or may be."""

    names: tuple[str, ...]


class Removed(NamedTuple):
    """A name that `del` removes."""

    at: Span
    name: str


class Defined(NamedTuple):
    """A function, or a lambda (name ""), or a class, and what its body looks up when it runs.

    `kind` is function, class, or later: a body that does not run as soon as it is called. Those of a class's methods
    and of inner functions are among its `needs`; `bases` are as they are written.
    """

    name: str
    kind: str
    needs: tuple[Union[Used, "Defined"], ...]
    bases: tuple[str, ...] = ()


class Opened(NamedTuple):
    """From here on any name may be bound: by a star import of `module`, or, where that is "", by other means."""

    module: str = ""


class Magic(NamedTuple):
    """A line or cell that IPython runs itself: `name` is `cd`, `!`, `%bash` for a cell of it. `words` are the
    identifiers of the cell's body where that is no Python; `targets` are the names that its value is bound to; `doubt`
    as in Used."""

    at: Span
    name: str
    arguments: str
    targets: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    doubt: int = 0


Step = Used | Bound | Removed | Defined | Opened | Magic


class Cell(NamedTuple):
    """A code cell; `at` is its first line. `run` is the count of its last run, None where none is kept.

    `error` names the exception that its saved output ends with, and stands at `error_at`. `is_empty`: there is nothing
    to run. `is_form`: it leaves a place for the reader to fill in. `steps` are what its Python does to names.
    """

    at: Location
    run: int | None = None
    has_outputs: bool = False
    error: str = ""
    error_at: Location | None = None
    tags: tuple[str, ...] = ()
    is_empty: bool = False
    is_form: bool = False
    steps: tuple[Step, ...] = ()
