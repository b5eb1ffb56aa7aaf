"""What does a piece of code do, in order? Its statements and expressions, without what no question needs.

A span is (line, column, end line, end column, cell), counted as in `Location`: the fact that holds it names the path.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, Union

from mlaudit.facts.place import Location

Span = tuple[int, int, int, int, int]


def located(path: str, span: Span) -> Location:
    """The place of a span in a file."""
    return Location(path, *span)


def spanned(at: Location) -> Span:
    """The span of a place: all but its file."""
    return at[1:]


def nodes(root: Any, leaves: tuple[type, ...] = ()) -> Iterator[Any]:
    """A node, or tuple of nodes, and all below it in the order in which they are written; `leaves` are not given."""
    waiting = [root]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend([part for part in reversed(each) if isinstance(part, tuple) and type(part) not in leaves])


class Constant(NamedTuple):
    """A literal: text, number, truth value or None."""

    value: str | int | float | bool | None


class Name(NamedTuple):
    """A name, with the attributes taken from it, as written: `np.random.rand`."""

    dotted: str


class Attribute(NamedTuple):
    """An attribute of something that is no name: `make().sample`."""

    value: "Expression"
    name: str


class Call(NamedTuple):
    """A call. `at` spans the callee; a keyword "" is a `**mapping`."""

    at: Span
    function: "Expression"
    arguments: tuple["Expression", ...] = ()
    keywords: tuple[tuple[str, "Expression"], ...] = ()


class Starred(NamedTuple):
    """An argument or element `*value`."""

    value: "Expression"


class Items(NamedTuple):
    """A display: `kind` is list, tuple or set."""

    kind: str
    elements: tuple["Expression", ...]


class Table(NamedTuple):
    """A dict display; a key None is a `**mapping`."""

    pairs: tuple[tuple["Expression | None", "Expression"], ...]


class Item(NamedTuple):
    """A subscript."""

    value: "Expression"
    key: "Expression"


class Operation(NamedTuple):
    """Operands joined by an operator: `+`, `/`, `and`, `or`, `not`, `is`, `==`, `in` …; `""` is an f-string."""

    operator: str
    operands: tuple["Expression", ...]


class Choice(NamedTuple):
    """`then if test else otherwise`."""

    test: "Expression"
    then: "Expression"
    otherwise: "Expression"


class Comprehension(NamedTuple):
    """A comprehension: `kind` is list, set, dict or generator. `element` holds key and value of a dict as a tuple."""

    kind: str
    loops: tuple[tuple["Expression", "Expression", tuple["Expression", ...]], ...]
    element: "Expression"


class Yield(NamedTuple):
    """Where a generator gives a value and waits."""

    value: "Expression"


class Opaque(NamedTuple):
    """An expression of which only the parts matter: they are evaluated, in order, and the value is unknown."""

    parts: tuple["Expression", ...] = ()


class Parameter(NamedTuple):
    """A parameter. `kind` is "", only (by keyword), * or **; `annotation` as in Assign."""

    name: str
    default: "Expression | None" = None
    kind: str = ""
    annotation: str = ""


class Function(NamedTuple):
    """A function or lambda (name ""). `at` spans the name; `yields` is true for generators."""

    at: Span
    name: str
    parameters: tuple[Parameter, ...]
    body: tuple["Statement", ...]
    decorators: tuple["Expression", ...] = ()
    yields: bool = False


class Class(NamedTuple):
    """A class. `at` spans the name."""

    at: Span
    name: str
    bases: tuple["Expression", ...]
    body: tuple["Statement", ...]
    decorators: tuple["Expression", ...] = ()


class Assign(NamedTuple):
    """An assignment to each of some targets. `value` is None for a bare annotation; `at` spans the first target.

    `annotation` is kept where it says that there are numbers, or something that holds numbers: `int`, `set[int]`.
    """

    at: Span
    targets: tuple["Expression", ...]
    value: "Expression | None"
    annotation: str = ""


class Run(NamedTuple):
    """An expression that is evaluated for what it does."""

    value: "Expression"


class Bind(NamedTuple):
    """Imports: the bound name and the dotted path that it stands for (with leading dots where it is relative).

    The name `*` is a star import; the name "" imports and binds nothing.
    """

    names: tuple[tuple[str, str], ...]


class Branch(NamedTuple):
    """`if`, with a test; `try` or `match`, with None: of `blocks` the first runs, or one of them."""

    test: "Expression | None"
    blocks: tuple[tuple["Statement", ...], ...]


class Loop(NamedTuple):
    """A loop: over an iterable, or with a test (`target` None)."""

    target: "Expression | None"
    over: "Expression"
    body: tuple["Statement", ...]


class With(NamedTuple):
    """A with statement: each context and the target that it is bound to, if any."""

    contexts: tuple[tuple["Expression", "Expression | None"], ...]
    body: tuple["Statement", ...]


class Leave(NamedTuple):
    """`kind` is return, raise, break or continue."""

    kind: str
    value: "Expression | None" = None


class Shared(NamedTuple):
    """Names that a function shares with what lies around it: global, nonlocal."""

    names: tuple[str, ...]


Expression = Union[  # noqa: UP007 - the members name one another before they exist
    Constant,
    Name,
    Attribute,
    Call,
    Starred,
    Items,
    Table,
    Item,
    Operation,
    Choice,
    Comprehension,
    Yield,
    Opaque,
    Function,
]
Statement = Union[Function, Class, Assign, Run, Bind, Branch, Loop, With, Leave, Shared]  # noqa: UP007 - as above
