"""Which data and models does a call reach for?"""

from collections.abc import Iterable

from mlaudit.facts.place import Location
from mlaudit.knowledge.accesses import Access, accesses, method_accesses
from mlaudit.programs.events import Reach
from mlaudit.programs.machine import Machine
from mlaudit.programs.sites import applies
from mlaudit.values import Arguments, FilePath

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


def called(machine: Machine, name: str, arguments: Arguments, at: Location) -> None:
    """A library's function is called by its full name."""
    _note(machine, accesses(name), name, arguments, at)


def method(machine: Machine, name: str, arguments: Arguments, at: Location) -> None:
    """A method is called, by its full name where its object is known."""
    _note(machine, accesses(name) or method_accesses(name), name, arguments, at)


def of_path(machine: Machine, owner: FilePath, name: str, arguments: Arguments, at: Location) -> None:
    """A method of a path is called."""
    if row := PATH_METHODS.get(name):
        machine.events.append(Reach(at, f"pathlib.Path.{name}", row, owner, arguments))


def _note(machine: Machine, rows: Iterable[Access], name: str, arguments: Arguments, at: Location) -> None:
    for row in rows:
        if applies(row, arguments) is not False:
            value = arguments.get(row.argument, row.position)
            machine.events.append(Reach(at, name, row, value, arguments))
