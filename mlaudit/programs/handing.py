"""What runs when code of the repository is handed to a library: functions, methods of objects, what objects hold?"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from mlaudit.facts.place import Location
from mlaudit.facts.syntax import spanned
from mlaudit.knowledge.rows import Row
from mlaudit.knowledge.streams import protocol, rows
from mlaudit.programs import calls, drawing, objects, sites
from mlaudit.programs.events import Effect, Seeding
from mlaudit.programs.machine import PLACE, Frame, Machine
from mlaudit.values import Arguments, Bound, Closure, Either, Instance, Kind, Outside, Record, Series, Thing, Value

OPEN = Arguments(is_open=True)
LEVELS = 4


def holds(value: Value, levels: int = LEVELS) -> bool:
    """Whether code of ours, or a draw that waits, is in a value."""
    match value:
        case Closure() | Bound() | Instance():
            return True
        case Thing():
            return "waits" in value.state or "holds" in value.state
        case Series(_, values) | Either(values):
            return levels > 0 and any(holds(each, levels - 1) for each in values)
        case Record(entries=entries):
            return levels > 0 and any(holds(each, levels - 1) for each in entries.values())
    return False


def within(thing: Thing, value: Value, levels: int = LEVELS) -> bool:
    """Whether an object of a library is a value, or is held by it."""
    match value:
        case Thing(arguments=arguments):
            return value is thing or (levels > 0 and any(within(thing, each, levels - 1) for each in arguments.all()))
        case Series(_, values) | Either(values):
            return levels > 0 and any(within(thing, each, levels - 1) for each in values)
        case Record(entries=entries):
            return levels > 0 and any(within(thing, each, levels - 1) for each in entries.values())
    return False


def handover(found: Iterable[Row]) -> Row | None:
    """Of the rows of a call, the one that says what it runs."""
    return next((row for row in found if row.role == "handover"), None)


def made(machine: Machine, name: str, arguments: Arguments, at: Location) -> Thing:
    """An object of a library that keeps what it was given; what it holds runs when it is used, or at the end."""
    return keeping(machine, Thing(name, arguments, at))


def keeping(machine: Machine, thing: Thing) -> Thing:
    """An object of a library, which keeps what it was given if code of ours is in that."""
    if "holds" not in thing.state and any(holds(each) for each in thing.arguments.all()):
        thing.state["holds"] = True
        machine.waiting.append(thing)
    return thing


def used(machine: Machine, thing: Thing, frame: Frame, at: Location) -> None:
    """An object of a library is used: the draw that waits in it happens, and what it holds runs, once in a program."""
    drawing.settle(machine, thing, at)
    if "holds" not in thing.state or id(thing) in machine.handed:
        return
    machine.handed.add(id(thing))
    row = handover(rows(thing.name))
    given, methods = thing.arguments, row.methods if row else ()
    own = [given.get(name, row.place(name)) for name in row.sequential] if row else []
    hand(machine, (each for each in own if each is not None), frame, methods, at)
    with _workers(machine, row, given, at.path), machine.without_gradients(bool(row and row.gradless)):
        initialiser = given.get("worker_init_fn", row.place("worker_init_fn") if row else None)
        if initialiser is not None:
            hand(machine, (initialiser,), frame, (), at)
        hand(machine, (each for each in given.all() if not any(each is one for one in own)), frame, methods, at)


@contextmanager
def _workers(machine: Machine, row: Row | None, arguments: Arguments, path: str) -> Iterator[None]:
    """In the workers of a loader every stream follows torch, if torch is seeded; they end with the loader."""
    if not (row and row.workers) or sites.matches(row, row.workers, arguments) is False:
        yield
        return
    streams, place = machine.streams, machine.place
    seeding = streams.get("torch")
    machine.touched.add("torch")
    machine.streams = {stream: seeding for stream in ("python", "numpy", "torch") if seeding is not None}
    if machine.versions.fits("torch", "", "1.9", path):
        machine.streams.pop("numpy", None)
    machine.place = "loader"
    yield
    machine.streams, machine.place = streams, place


def by_row(
    machine: Machine, row: Row, arguments: Arguments, frame: Frame, at: Location, owner: Thing | None = None
) -> None:
    """A call that runs what it is given: the functions that its row names, and methods of the objects."""
    named = [arguments.get(name, row.place(name)) for name in row.functions]
    functions = [each for each in named if each is not None]
    others = [each for each in arguments.all() if not any(each is function for function in functions)]
    if row.processes:
        with _process(machine):
            initialiser = owner.arguments.get("initializer", 1) if owner else None
            if initialiser is not None:
                hand(machine, (initialiser,), frame, (), at)
            hand(machine, functions, frame, row.methods, at)
    else:
        with machine.without_gradients(row.gradless):
            hand(machine, functions, frame, row.methods, at)
    hand(machine, others, frame, row.methods, at)


@contextmanager
def _process(machine: Machine) -> Iterator[None]:
    """A child has python's stream from entropy, and copies of the others."""
    streams, place = machine.streams, machine.place
    machine.streams = {
        stream: Seeding("inherited", seeding.at, seeding.name)
        for stream, seeding in streams.items()
        if stream != "python"
    }
    machine.place = "worker"
    yield
    machine.streams, machine.place = streams, place


def restored(machine: Machine, name: str, at: Location) -> None:
    """Weights are loaded into a model, in the program or in a process of its own."""
    machine.touched.add(PLACE)
    where = f" in a {machine.place}" if machine.place else ""
    machine.events.append(Effect(at, f"restores weights{where}", name))


def in_process(machine: Machine, functions: Iterable[Value], frame: Frame, at: Location) -> None:
    """Run functions in processes of their own."""
    with _process(machine):
        hand(machine, functions, frame, (), at)


def hand(
    machine: Machine,
    values: Iterable[Value],
    frame: Frame,
    methods: tuple[str, ...],
    at: Location,
    levels: int = LEVELS,
) -> None:
    """Run what a library is handed."""
    for value in values:
        match value:
            case Closure() | Bound():
                calls.apply(machine, value, OPEN, frame, spanned(at))
            case Outside(name) if any(row.role == "draw" and row.streams != ("self",) for row in rows(name)):
                calls.apply(machine, value, OPEN, frame, spanned(at))
            case Instance():
                _run_object(machine, value, frame, methods)
            case Thing() if "governed" not in value.state:
                used(machine, value, frame, at)
            case Series(_, inner) | Either(inner) if levels:
                hand(machine, inner, frame, methods, at, levels - 1)
            case Record(entries=entries) if levels:
                hand(machine, entries.values(), frame, methods, at, levels - 1)


def _run_object(machine: Machine, owner: Instance, frame: Frame, methods: tuple[str, ...]) -> None:
    """Run the methods that a library runs of an object, once in a program for each set of methods."""
    mark = (id(owner), methods)
    if mark in machine.run_objects:
        return
    machine.run_objects.add(mark)
    for name in _methods(owner, methods):
        calls.method(machine, frame, owner, name)


def _methods(owner: Instance, methods: tuple[str, ...]) -> Iterable[str]:
    named = [name for base in objects.bases(owner.kind) for name in protocol(base)]
    if named or methods:
        return dict.fromkeys([*methods, *named])
    if not objects.bases(owner.kind):
        return ("__call__", "__iter__", "__getitem__")
    own = [name for kind in objects.lineage(owner.kind) if isinstance(kind, Kind) for name in kind.names]
    return [name for name in dict.fromkeys(own) if not name.startswith("_") or name == "__call__"]
