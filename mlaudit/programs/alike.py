"""Which calls of a function do the same? Those with the same arguments, and with others that are alike.

Two objects of a class are alike to a function when those of their attributes are that it asks for: a function that was
walked with one of them need not be walked with the other (footprints.py).
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
# A dictionary of more entries is alike to itself only: asking it all would cost more than a walk.
ENTRIES = 40
# What may be changed where it is: objects of ours, and dictionaries.
Held = Instance | Record


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


def shape(value: Value, objects: list[Held], levels: int = LEVELS) -> Hashable:
    """What alike arguments have in common: of things type, place and arguments. Objects of ours and dictionaries
    in them are put into `objects`, in order: of these it tells the class or the entries, and which are one."""
    ask = SHAPES.get(type(value))
    return ask(value, objects, levels - 1) if ask and levels > 0 else signature(value)


def _object(instance: Instance, objects: list[Held], _: int) -> Hashable:
    number = _numbered(instance, objects)
    return ("object", instance.kind if number is None else number)


def _record(record: Record, objects: list[Held], levels: int) -> Hashable:
    number = _numbered(record, objects)
    if number is not None or len(record.entries) > ENTRIES:
        return ("record", record if number is None else number)
    return ("record", record.is_open, _named(record.entries, objects, levels))


def _numbered(value: Held, objects: list[Held]) -> int | None:
    """The number of what was met before; what is met for the first time is put behind the others."""
    for number, each in enumerate(objects):
        if each is value:
            return number
    objects.append(value)
    return None


def _several(values: Iterable[Value], objects: list[Held], levels: int) -> Hashable:
    return tuple([shape(each, objects, levels) for each in values])


def _named(entries: Mapping[str, Value], objects: list[Held], levels: int) -> Hashable:
    return tuple([(name, shape(each, objects, levels)) for name, each in entries.items()])


def _thing(thing: Thing, objects: list[Held], levels: int) -> Hashable:
    arguments, at = thing.arguments, thing.at if thing.state else None
    return (
        "thing", thing.name, at, arguments.is_open, tuple(thing.state), thing.state.get("seeding"),
        _several(arguments.positional, objects, levels - 1), _named(arguments.keywords, objects, levels - 1),
    )  # fmt: skip


SHAPES: dict[type, Callable[[Any, list[Held], int], Hashable]] = {
    Instance: _object,
    Record: _record,
    Thing: _thing,
    Method: lambda each, objects, levels: ("method", each.name, shape(each.owner, objects, levels)),
    Bound: lambda each, objects, levels: ("bound", id(each.method.function), shape(each.owner, objects, levels)),
    Series: lambda each, objects, levels: ("series", each.kind, _several(each.values, objects, levels)),
    Either: lambda each, objects, levels: ("either", each.asked, _several(each.values, objects, levels)),
    Asked: lambda each, objects, levels: ("asked", each.name, shape(each.default, objects, levels)),
}


def set_attribute(owner: Instance, name: str, value: Value) -> None:
    """Give an object an attribute, and keep what makes it alike to others, and what it leads to. Dictionaries count by
    what they hold when the attribute is set."""
    objects: list[Held] = []
    owner.attributes[name] = value
    owner.marks[name] = hash(shape(value, objects))
    owner.held[name] = tuple(objects)
