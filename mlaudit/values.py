"""What can a name, an argument, an option or an entry of a configuration be worth? "Unknown" is an answer."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Union

from mlaudit.facts.place import Location
from mlaudit.facts.syntax import Class, Function


class Unknown(NamedTuple):
    """Nobody can say from the code alone."""


class Known(NamedTuple):
    """A literal, or what literals make."""

    value: Any


class Moving(NamedTuple):
    """Another value in each run: `cause` is the call that gives it; `text` what else a text says that holds it."""

    cause: str
    text: str = ""


class Asked(NamedTuple):
    """A setting that the user may give: an option, an environment variable. `default` is worth None where it is off."""

    default: "Value"
    name: str


class Either(NamedTuple):
    """One of some values: the first, unless the user asks for another by the setting `asked`, where that is not ""."""

    values: tuple["Value", ...]
    asked: str = ""


class Outside(NamedTuple):
    """A module, class or function that is no part of the repository, by its full dotted name."""

    name: str


class Inside(NamedTuple):
    """A module of the repository."""

    path: str


class Text(NamedTuple):
    """A text of which parts are not known: each is a GAP."""

    text: str


class FilePath(NamedTuple):
    """An object that stands for a path: `text` is what it names."""

    text: "Value"


class Series(NamedTuple):
    """A list, tuple or set of known length."""

    kind: str
    values: tuple["Value", ...]


class Record:
    """A dict or namespace. `is_open`: it may hold other keys than those known."""

    __slots__ = ("entries", "is_open")

    def __init__(self, entries: dict[str, "Value"] | None = None, *, is_open: bool = False) -> None:
        self.entries = entries or {}
        self.is_open = is_open


class Closure:
    """A function of the repository where it was defined: `scope` holds the names around it, `owner` its class."""

    __slots__ = ("decorators", "defaults", "function", "owner", "path", "scope")

    def __init__(self, function: Function, path: str, scope: Any, owner: "Kind | None" = None) -> None:
        self.function = function
        self.path = path
        self.scope = scope
        self.owner = owner
        self.decorators: tuple[Value, ...] = ()
        self.defaults: dict[str, Value] = {}


class Bound(NamedTuple):
    """A method of an object."""

    method: Closure
    owner: "Value"


class Kind:
    """A class of the repository, with its bases and decorators as values, and its names."""

    __slots__ = ("bases", "decorators", "definition", "names", "path")

    def __init__(self, definition: Class, path: str, bases: tuple["Value", ...], names: dict[str, "Value"]) -> None:
        self.definition = definition
        self.path = path
        self.bases = bases
        self.names = names
        self.decorators: tuple[Value, ...] = ()


class Instance:
    """An object of a class of the repository, the `born`th of a walk.

    `marks` are the same for attributes that are alike; `held` are the objects and dictionaries that each leads to.
    """

    __slots__ = ("attributes", "born", "held", "kind", "marks")

    def __init__(self, kind: Kind, born: int = 0) -> None:
        self.kind = kind
        self.born = born
        self.attributes: dict[str, Value] = {}
        self.marks: dict[str, int] = {}
        self.held: dict[str, tuple[Instance | Record, ...]] = {}


class Parent(NamedTuple):
    """`super()`: the object, and the class after which methods are looked for."""

    owner: "Value"
    kind: Kind


class Arguments(NamedTuple):
    """What a call is given. `is_open`: there may be others, from `*` or `**` of something unknown. `asks`: what is left
    out may be set by the user, as an option of the command line.
    """

    positional: tuple["Value", ...] = ()
    keywords: Mapping[str, "Value"] = {}
    is_open: bool = False
    asks: bool = False

    def get(self, name: str, position: int | None = None) -> "Value | None":
        """The argument of a parameter; None where it is left out, or cannot be seen."""
        if name in self.keywords:
            return self.keywords[name]
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return None

    def all(self) -> Iterable["Value"]:
        """Every argument, in order."""
        return (*self.positional, *self.keywords.values())


class Thing:
    """An object that a library made: its type's full name, what it was made from, and where.

    `state` keeps what later calls ask: options of a parser, the seeding of a generator, a draw that waits.
    """

    __slots__ = ("arguments", "at", "name", "state")

    def __init__(self, name: str, arguments: Arguments, at: Location) -> None:
        self.name = name
        self.arguments = arguments
        self.at = at
        self.state: dict[str, Any] = {}


class Of(NamedTuple):
    """A method of a plain container or text."""

    owner: "Value"
    name: str


class Method(NamedTuple):
    """A method of a library's object."""

    owner: Thing
    name: str


Value = Union[  # noqa: UP007 - the members name one another before they exist
    Unknown,
    Known,
    Moving,
    Asked,
    Either,
    Outside,
    Inside,
    Text,
    FilePath,
    Series,
    Record,
    Closure,
    Bound,
    Kind,
    Instance,
    Parent,
    Thing,
    Method,
    Of,
]
GAP = "\0"
# Where the repository lies: `__file__` of a module is below it.
ROOT = "<repository>"
UNKNOWN = Unknown()
NONE = Known(None)
MANY = 32


def either(values: Iterable[Value]) -> Value:
    """One value, or a choice of some; unknown where there are too many or one is unknown."""
    found: list[Value] = []
    for value in values:
        for each in value.values if isinstance(value, Either) else (value,):
            if isinstance(each, Unknown):
                return UNKNOWN
            if not any(each is other or (type(each) is type(other) and each == other) for other in found):
                found.append(each)
            if len(found) > MANY:
                return UNKNOWN
    if not found:
        return UNKNOWN
    return found[0] if len(found) == 1 else Either(tuple(found))


def combined(values: Iterable[Value], compute: Callable[..., Any] | None = None) -> Value:
    """What an operation on some values is worth: moving if one is; known if all are and `compute` can; else unknown."""
    values = tuple(values)
    for value in values:
        if isinstance(value, Moving):
            return value
    asked = next((value for value in values if isinstance(value, Asked)), None)
    if asked is not None:
        plain = tuple(value.default if isinstance(value, Asked) else value for value in values)
        return Asked(combined(plain, compute), asked.name)
    if compute is not None and all(isinstance(value, Known) for value in values):
        try:
            return Known(compute(*(value.value for value in values if isinstance(value, Known))))
        except Exception:  # the audited code's own mistake, which is not ours to judge
            return UNKNOWN
    return UNKNOWN


def truth(value: Value) -> bool | None:
    """Whether a test holds by default; None where nobody can say."""
    match value:
        case Known(constant):
            return bool(constant)
        case Asked(default, _) | Either((default, *_), str(_)) if is_asked(value):
            return truth(default)
        case Closure() | Kind() | Outside() | Inside() | Bound():
            return True
        case Series(kind, values):
            # A list that is empty where it is made may be filled before it is asked.
            return True if values else False if kind == "tuple" else None
        case Thing(state=state) if "seeding" in state:
            return True
    return None


def is_asked(value: Value) -> bool:
    """Whether the user may turn a test round."""
    return isinstance(value, Asked) or (isinstance(value, Either) and bool(value.asked))


def by_default(value: Value) -> Value:
    """A choice that hangs on what the user asks for is worth what it is by default."""
    return Asked(value.values[0], value.asked) if isinstance(value, Either) and value.asked else value
