"""Where does a library's call stand, and do the conditions of a row hold there?"""

from typing import Any, NamedTuple, Protocol

from mlaudit.facts.place import Location
from mlaudit.knowledge.rows import Conditions, Row
from mlaudit.knowledge.streams import library, rows
from mlaudit.programs.machine import BACKENDS, Frame, Machine
from mlaudit.values import UNKNOWN, Arguments, Asked, Instance, Known, Record, Series, Thing, Value, by_default


class Site(NamedTuple):
    """A call of a library: its full name, its arguments, its place, and the object whose method it is, if any."""

    machine: Machine
    name: str
    arguments: Arguments
    at: Location
    frame: Frame
    owner: Thing | None = None

    def value(self, row: Row) -> Value | None:
        """The argument that stands at a row's parameter; None where it is left out."""
        outer, _, inner = row.parameter.partition(".")
        found = self.arguments.get(outer, row.position)
        return _entry(found, inner) if inner and found is not None else found

    def streams(self, row: Row) -> tuple[str, ...]:
        """The streams that a row names, with the framework that the program chose for the library."""
        if not row.backends:
            return row.streams
        self.machine.touched.add(BACKENDS)
        chosen = self.machine.backends.get(library(self.name.partition(".")[0]).backend, "")
        return next((streams for backend, streams in row.backends if backend == chosen), row.streams)


def _entry(options: Value, name: str) -> Value | None:
    """An entry of a dictionary of options: unknown where the dictionary is; None where it is left out."""
    if isinstance(options, Record) and not options.is_open:
        return options.entries.get(name)
    return options.entries.get(name, UNKNOWN) if isinstance(options, Record) else UNKNOWN


class Conditional(Protocol):
    """A row of a table, with the arguments on which it hangs."""

    @property
    def when(self) -> Conditions: ...

    @property
    def unless(self) -> Conditions: ...

    def place(self, name: str) -> int | None:
        """The position of an argument among the positional ones."""


def applies(row: Conditional, arguments: Arguments) -> bool | None:
    """Whether a row holds under these arguments; None where they are not known."""
    held = matches(row, row.when, arguments) if row.when else True
    if held is False or not row.unless:
        return held
    spared = matches(row, row.unless, arguments)
    return False if spared else None if spared is None else held


def is_left_open(row: Conditional, arguments: Arguments) -> bool:
    """Whether a row hangs on arguments that are not written, where others are that nobody knows (`**inputs`)."""
    return bool(row.when) and arguments.is_open and all(_argument(row, name, arguments) is None for name, _ in row.when)


def matches(row: Conditional, conditions: Conditions, arguments: Arguments) -> bool | None:
    """Whether one of some arguments has one of its values."""
    found = [_matches(_argument(row, name, arguments), values, arguments.is_open) for name, values in conditions]
    if True in found:
        return True
    return None if None in found else False


def _argument(row: Conditional, name: str, arguments: Arguments) -> Value | None:
    """An argument, or the entry of a `params` dictionary that stands first."""
    first = arguments.get("params", 0)
    if isinstance(first, Record) and name in first.entries:
        return first.entries[name]
    return arguments.get(name, row.place(name))


def _matches(value: Value | None, wanted: tuple[Any, ...], is_open: bool) -> bool | None:
    if value is None:
        return None if is_open else False
    value = by_default(value)
    if isinstance(value, Asked):
        value = value.default
    if "batches" in wanted:
        return isinstance(value, Thing | Instance) and not isinstance(value, Known)
    if "steady" in wanted:
        return isinstance(value, Series) and all(map(_is_steady, value.values))
    if isinstance(value, Thing) and "settled" in wanted:
        return "waits" not in value.state
    if not isinstance(value, Known):
        return True if {"*", "object"} & set(wanted) else None
    return any(_fits(value.value, each) for each in wanted)


def _is_steady(step: Value) -> bool:
    """Whether a step of a pipeline decides nothing by chance."""
    if not isinstance(step, Thing) or step.arguments.get("p") not in (None, Known(1), Known(1.0)):
        return False
    return any(row.role == "steady" and applies(row, step.arguments) is True for row in rows(step.name))


def _fits(constant: Any, wanted: Any) -> bool:
    if wanted == "*":
        return constant is not None
    if wanted == "None":
        return constant is None
    if isinstance(wanted, str) and wanted[:1] in ("<", ">"):
        is_number = isinstance(constant, int | float) and not isinstance(constant, bool)
        return is_number and (constant < float(wanted[1:]) if wanted[0] == "<" else constant > float(wanted[1:]))
    return type(constant) is type(wanted) and bool(constant == wanted)
