"""What runs: the programs of a repository, and for each what happens in it, in order."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from mlaudit.facts import Code, Repo, Setting
from mlaudit.facts.place import Location
from mlaudit.facts.syntax import Function
from mlaudit.programs import calls, handing, imports, objects, statements
from mlaudit.programs.configurations import Configurations
from mlaudit.programs.entries import TEST, Entry, entries
from mlaudit.programs.events import Draw, Effect, Enter, Event, Seed, Seeding, Step, steps
from mlaudit.programs.machine import Frame, Machine
from mlaudit.programs.versions import Versions
from mlaudit.values import Arguments, Bound, Closure, Kind, Known, Value

# Deep code needs deep calls; Python 3.11 keeps those of its own functions off the C stack.
LIMIT = 12_000


class Program(NamedTuple):
    """A program: the file that it starts with, its kind (script, notebook, test, or unreached for code that no program
    of the repository runs), and its steps in the order in which they run.

    One that is unreached is a function: its `name`, and where it stands.
    """

    path: str
    kind: str
    steps: tuple[Step, ...]
    name: str = ""
    function: Location | None = None


def programs(repo: Repo) -> tuple[Program, ...]:
    """Every program of a repository, and the code that none of them reaches."""
    machine = Machine(
        {code.at.path: code for code in repo.all(Code)}, Versions(repo), Configurations(repo.all(Setting))
    )
    with _deep():
        found = [_run(machine, entry) for entry in repo.view(entries)]
        return (*found, *_unreached(machine))


@contextmanager
def _deep() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, LIMIT))
    yield
    sys.setrecursionlimit(before)


def _run(machine: Machine, entry: Entry) -> Program:
    """Walk a program from its first statement to its end, where what still waits happens."""
    machine.start()
    frame = Frame(entry.path, {"__name__": Known("__main__")})
    if entry.function:
        imports.load(machine, entry.path)
        calls.apply_plain(machine, imports.member(machine, entry.path, entry.function), (), frame, (1, 1, 1, 1, 0))
    else:
        statements.block(machine, frame, machine.codes[entry.path].body)
    if entry.kind == "test":
        _run_tests(machine, frame)
    _finish(machine, frame)
    return Program(entry.path, entry.kind, tuple(steps(machine.events)))


def _finish(machine: Machine, frame: Frame) -> None:
    for thing in machine.waiting:
        handing.used(machine, thing, frame, thing.at)


def _run_tests(machine: Machine, frame: Frame) -> None:
    """Each test function starts from what the import of its module left."""
    streams = dict(machine.streams)
    for name, value in list(frame.names.items()):
        if name.lower().startswith("test"):
            machine.streams = dict(streams)
            _call_open(machine, frame, value)


def _call_open(machine: Machine, frame: Frame, value: Value) -> None:
    """Run a function, or the methods of a class, with arguments that nobody knows."""
    match value:
        case Closure():
            calls.apply(machine, value, Arguments(is_open=True), frame, value.function.at)
        case Kind():
            owner = calls.apply(machine, value, Arguments(is_open=True), frame, value.definition.at)
            for name in list(value.names):
                found = objects.attribute(machine, owner, name)
                if isinstance(found, Bound) and name != "__init__":
                    calls.apply(machine, found, Arguments(is_open=True), frame, found.method.function.at)


def _unreached(machine: Machine) -> Iterator[Program]:
    """The functions that no program runs, one by one: whoever calls them decides how they are seeded."""
    for path in machine.codes:
        if TEST.search(path):
            continue
        machine.start()
        imports.load(machine, path)
        frame = machine.frames.get(path)
        if frame is None:
            continue
        for value in list(frame.names.values()):
            if _is_unvisited(machine, value, path):
                machine.start()
                machine.loaded.add(path)
                _call_open(machine, frame, value)
                yield from _alone(machine, path, value)


def _alone(machine: Machine, path: str, value: Value) -> Iterator[Program]:
    """The program that a function would be on its own, if anything happens in it."""
    if machine.events:
        definition = value.function if isinstance(value, Closure) else value.definition  # type: ignore[union-attr]
        at = Location(path, *definition.at)
        yield Program(path, "unreached", tuple(steps(machine.events)), definition.name, at)


def _is_unvisited(machine: Machine, value: Value, path: str) -> bool:
    match value:
        case Closure():
            return value.path == path and id(value.function) not in machine.visited
        case Kind():
            methods = [each for each in value.definition.body if isinstance(each, Function)]
            return value.path == path and any(id(each) not in machine.visited for each in methods)
    return False


__all__ = ["Draw", "Effect", "Enter", "Event", "Program", "Seed", "Seeding", "Step", "programs"]
