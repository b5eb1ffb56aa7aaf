"""Which calls of a function do the same? Those with the same arguments, and with others that are alike.

Two objects of a class are alike when their attributes are: a function that was walked with one of them need not be
walked with the other. What it wrote to the objects that it was given is then written to these.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

from mlaudit.values import (
    Asked,
    Bound,
    Closure,
    Either,
    Instance,
    Method,
    Record,
    Series,
    Thing,
    Value,
)

LEVELS = 4


def signature(value: Value) -> Hashable:
    """What tells two arguments apart: literals by value, objects by identity."""
    try:
        hash(value)
    except TypeError:
        return type(value).__name__
    if isinstance(value, Closure):
        return _function(value, LEVELS)
    return (type(value).__name__, value)


def _function(closure: Closure, levels: int) -> Hashable:
    """A function by its text, and by the functions that the one around it was given: what a decorator wraps."""
    scope = closure.scope
    if scope.outer is None or not levels:
        return id(closure.function)
    around = (each for each in scope.names.values() if isinstance(each, Closure) and each.scope is not scope)
    return (id(closure.function), *(_function(each, levels - 1) for each in around))


def likeness(value: Value, levels: int = LEVELS) -> Hashable:
    """What alike arguments have in common: of objects class and attributes, of things type, place and arguments."""
    ask = LIKE.get(type(value))
    return ask(value, levels - 1) if ask and levels else signature(value)


def _several(values: Iterable[Value], levels: int) -> Hashable:
    return tuple(likeness(each, levels) for each in values)


def _named(entries: Mapping[str, Value], levels: int) -> Hashable:
    return tuple((name, likeness(each, levels)) for name, each in entries.items())


def _thing(thing: Thing, levels: int) -> Hashable:
    arguments, at = thing.arguments, thing.at if thing.state else None
    return (
        "thing", thing.name, at, arguments.is_open, tuple(thing.state), thing.state.get("seeding"),
        _several(arguments.positional, levels - 1), _named(arguments.keywords, levels - 1),
    )  # fmt: skip


LIKE: dict[type, Callable[[Any, int], Hashable]] = {
    Instance: lambda each, levels: ("object", each.kind, each.likeness),
    Thing: _thing,
    Method: lambda each, levels: ("method", each.name, likeness(each.owner, levels)),
    Bound: lambda each, levels: ("bound", id(each.method.function), likeness(each.owner, levels)),
    Series: lambda each, levels: ("series", each.kind, _several(each.values, levels)),
    Either: lambda each, levels: ("either", each.asked, _several(each.values, levels)),
    Asked: lambda each, levels: ("asked", each.name, likeness(each.default, levels)),
}


def holds_objects(value: Value, levels: int = LEVELS) -> bool:
    """Whether a value is, or holds, an object of ours, which may be another in a call that is alike."""
    match value:
        case Instance() | Bound():
            return True
        case Thing():
            return any(holds_objects(each, levels - 1) for each in value.arguments.all()) if levels else True
        case Method(owner):
            return holds_objects(owner, levels)
        case Series(_, values) | Either(values):
            return any(holds_objects(each, levels - 1) for each in values) if levels else True
        case Record(entries=entries):
            return any(holds_objects(each, levels - 1) for each in entries.values()) if levels else True
        case Asked(default):
            return holds_objects(default, levels)
    return False


def set_attribute(owner: Instance, name: str, value: Value) -> None:
    """Give an object an attribute, and keep what makes it alike to others."""
    owner.attributes[name] = value
    mark = hash((name, _written(value)))
    owner.likeness ^= owner.marks.get(name, 0) ^ mark
    owner.marks[name] = mark


def _written(value: Value) -> Hashable:
    """Dictionaries that are kept in an attribute count by what they hold when it is set."""
    return of_entries(value) if isinstance(value, Record) else likeness(value)


def of_entries(record: Record) -> Hashable:
    """The likeness of a dictionary that nobody else has: by what it holds."""
    return ("record", record.is_open, _named(record.entries, LEVELS - 1))
