"""Which data and models does a call reach for?"""

from collections.abc import Iterable

from mlaudit.facts.place import Location
from mlaudit.knowledge.accesses import Access, accesses, method_accesses
from mlaudit.programs.events import Reach
from mlaudit.programs.machine import Machine
from mlaudit.programs.sites import applies
from mlaudit.programs.texts import joined
from mlaudit.values import UNKNOWN, Arguments, FilePath, Known, Thing, Value

# What the methods of paths do with the file that they name.
PATH_METHODS = {
    "open": Access("opens", mode="mode", mode_position=0),
    "read_text": Access("reads"),
    "read_bytes": Access("reads"),
    "write_text": Access("writes"),
    "write_bytes": Access("writes"),
    "exists": Access("asks"),
    "is_file": Access("asks"),
    "is_dir": Access("asks"),
    "iterdir": Access("reads"),
    "glob": Access("reads"),
    "rglob": Access("reads"),
}


def called(machine: Machine, name: str, arguments: Arguments, at: Location) -> Thing | None:
    """A library's function is called by its full name: the object of a store that it gives, if it gives one."""
    return _note(machine, accesses(name), name, arguments, at)


def method(machine: Machine, name: str, arguments: Arguments, at: Location, owner: Thing | None = None) -> Thing | None:
    """A method is called, by its full name where its object is known; what it gives as of `called`."""
    return _note(machine, accesses(name) or method_accesses(name), name, arguments, at, owner)


def of_path(machine: Machine, owner: FilePath, name: str, arguments: Arguments, at: Location) -> None:
    """A method of a path is called."""
    if row := PATH_METHODS.get(name):
        machine.events.append(Reach(at, f"pathlib.Path.{name}", row, owner, arguments))


def _note(
    machine: Machine,
    rows: Iterable[Access],
    name: str,
    arguments: Arguments,
    at: Location,
    owner: Thing | None = None,
) -> Thing | None:
    given = None
    for row in rows:
        if applies(row, arguments) is False:
            continue
        if row.role == "stands":
            given = _standing(row, name, arguments, at, owner)
        elif row.owned and owner is not None and "object" in owner.state:
            machine.events.append(_reach(row, name, arguments, at, owner))
        else:
            machine.events.append(Reach(at, name, row, arguments.get(row.argument, row.position), arguments))
    return given


def _standing(row: Access, name: str, arguments: Arguments, at: Location, owner: Thing | None) -> Thing:
    """An object that stands for a part of a store: with its name, and what it was asked for by."""
    thing = Thing(row.gives, arguments, at)
    if row.argument:
        parts = [arguments.get(row.argument, row.position) or UNKNOWN]
        if row.owned:
            parts.insert(0, owner.state.get("object", UNKNOWN) if owner else UNKNOWN)
        elif row.container:
            parts.insert(0, arguments.get(row.container, row.container_position) or UNKNOWN)
        whole = joined(parts)
        thing.state["object"] = joined((Known(row.prefix), whole)) if row.prefix else whole
        thing.state["by"], thing.state["revision"] = name, row.revision
    return thing


def _reach(row: Access, name: str, arguments: Arguments, at: Location, owner: Thing) -> Reach:
    """An object of a store is read: where it was named, with what it was asked for by."""
    named: Value = owner.state["object"]
    if row.argument:
        return Reach(at, name, row, joined((named, arguments.get(row.argument, row.position) or UNKNOWN)), arguments)
    row = row._replace(revision=(*row.revision, *owner.state["revision"]))
    asked = owner.arguments
    both = {**asked.keywords, **arguments.keywords}
    return Reach(
        owner.at,
        owner.state["by"],
        row,
        named,
        Arguments(arguments.positional, both, asked.is_open or arguments.is_open),
    )
