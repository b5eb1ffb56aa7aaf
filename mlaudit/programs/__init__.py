"""What runs: the programs of a repository, and for each what happens in it, in order."""

from typing import NamedTuple

from mlaudit.depth import deep
from mlaudit.facts import Repo
from mlaudit.facts.code import Routine
from mlaudit.facts.place import Location
from mlaudit.facts.syntax import located
from mlaudit.knowledge.streams import rows
from mlaudit.programs import calls, drawing, handing, imports, objects, statements
from mlaudit.programs.entries import Entry, entries
from mlaudit.programs.events import Draw, Effect, Enter, Event, Reach, Seed, Seeding, Step, steps
from mlaudit.programs.machine import Frame, Machine
from mlaudit.programs.unreached import unreached, unwalked
from mlaudit.values import ROOT, Arguments, Known, Thing


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
    return repo.view(_walk)[1]


def reaching(repo: Repo) -> tuple[Program, ...]:
    """The functions that no program runs and that reach for data or models, walked with what their parameters default
    to."""
    machine, _ = repo.view(_walk)
    with deep():
        return tuple(
            Program(path, "unreached", _alone(machine, path, routine), routine.name, located(path, routine.at))
            for path, routine in unwalked(machine)
        )


def program_again(repo: Repo, path: str) -> tuple[Program, ...]:
    """The programs of one file alone: what would happen in them in a repository that differs from the one at hand."""
    machine = Machine(repo)
    with deep():
        return tuple(_run(machine, entry) for entry in repo.view(entries) if entry.path == path)


def _walk(repo: Repo) -> tuple[Machine, tuple[Program, ...]]:
    machine = Machine(repo)
    with deep():
        found = [_run(machine, entry) for entry in repo.view(entries)]
        return machine, (*found, *(Program(*each) for each in unreached(machine)))


def _alone(machine: Machine, path: str, routine: Routine) -> tuple[Step, ...]:
    """What a function reaches for that nobody calls."""
    machine.start()
    imports.load(machine, path)
    machine.events = []
    function = objects.defined(machine.frames[path].names.values(), routine.at)
    if function is not None:
        calls.apply(machine, function, Arguments(asks=True), machine.frames[path], routine.at)
    return tuple(step for step in steps(machine.events) if isinstance(step.event, Reach))


def _run(machine: Machine, entry: Entry) -> Program:
    """Walk a program from its first statement to its end, where what still waits happens."""
    machine.start()
    frame = Frame(entry.path, {"__name__": Known("__main__"), "__file__": Known(f"{ROOT}/{entry.path}")})
    if entry.function:
        imports.load(machine, entry.path)
        calls.apply_plain(machine, imports.member(machine, entry.path, entry.function), (), frame, (1, 1, 1, 1, 0))
    else:
        statements.block(machine, frame, machine.codes[entry.path].body)
    _finish(machine, frame)
    return Program(entry.path, entry.kind, tuple(steps(machine.events)))


def _finish(machine: Machine, frame: Frame) -> None:
    for thing in machine.waiting:
        if "governed" in thing.state or "spare" in thing.state or _is_left(machine, frame.path, thing):
            continue
        if "waits" in thing.state:
            drawing.settle(machine, thing, thing.at, is_sure=machine.fits_unknown)
        if handing.handover(rows(thing.name)):
            handing.used(machine, thing, frame, thing.at)


def _is_left(machine: Machine, entry: str, thing: Thing) -> bool:
    """Whether an object of an imported module is named by none of the other files that the program runs."""
    path = thing.at.path
    if path == entry or path not in machine.loaded:
        return False
    bound = [name for name, value in machine.frames[path].names.items() if handing.within(thing, value)]
    others = (machine.codes[each] for each in {entry, *machine.loaded} - {path} if each in machine.codes)
    return bool(bound) and not any(name in code.words for code in others for name in bound)


__all__ = [
    "Draw",
    "Effect",
    "Enter",
    "Event",
    "Program",
    "Reach",
    "Seed",
    "Seeding",
    "Step",
    "program_again",
    "programs",
    "reaching",
]
