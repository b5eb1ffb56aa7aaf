"""What would functions draw and seed that no program runs? Read off, not walked: whoever calls them decides."""

from collections.abc import Iterator

from mlaudit.facts.code import Code, Mention, Routine
from mlaudit.facts.place import Location
from mlaudit.facts.syntax import Class, Function, located
from mlaudit.knowledge.accesses import accesses
from mlaudit.knowledge.layout import is_test
from mlaudit.knowledge.rows import Row
from mlaudit.knowledge.streams import canonical, rows
from mlaudit.programs.events import Draw, Seed, Step
from mlaudit.programs.machine import Machine

# How the names begin of what runs as a test, or around it; and methods that Python itself calls.
COLLECTED = ("test", "setup", "set_up", "teardown", "pytest_")
MADE = {"__init__", "__call__", "__getitem__", "__iter__", "__next__", "forward", "call"}
Found = tuple[str, str, tuple[Step, ...], str, Location]


def unreached(machine: Machine) -> Iterator[Found]:
    """The functions that no program runs and that draw or seed: path, kind, steps, name and place of each.

    Of a file of tests, all that its functions draw from streams which neither it nor a conftest.py seeds.
    """
    seeded = {
        stream
        for path, code in machine.codes.items()
        if path.endswith("conftest.py")
        for step in _tests(machine, path, code)
        if isinstance(step.event, Seed)
        for stream in step.event.streams
    }
    for path, code in machine.codes.items():
        if is_test(path) and (not code.routines or _has_tests(code)):
            yield from _unseeded(machine, path, code, seeded)
        else:
            for routine in code.routines:
                if (path, routine.at) in machine.visited or _is_called_by_others(routine):
                    continue
                if found := _steps(machine, path, routine):
                    yield path, "unreached", found, routine.name, located(path, routine.at)


def unwalked(machine: Machine) -> Iterator[tuple[str, Routine]]:
    """The functions that no program runs and that call what reads, writes, fetches or names data."""
    for path, code in machine.codes.items():
        if not is_test(path):
            for routine in code.routines:
                if (path, routine.at) not in machine.visited and any(map(_reaches, routine.calls)):
                    yield path, routine


def _reaches(call: Mention) -> bool:
    return bool(accesses(canonical(call.target)))


def _unseeded(machine: Machine, path: str, code: Code, seeded: set[str]) -> Iterator[Found]:
    found = _tests(machine, path, code)
    seeded = seeded | {stream for step in found if isinstance(step.event, Seed) for stream in step.event.streams}
    bare = tuple(step for step in found if isinstance(step.event, Draw) and step.event.stream not in seeded)
    if bare:
        yield path, "test", bare, "", code.at


def _tests(machine: Machine, path: str, code: Code) -> tuple[Step, ...]:
    words = {*code.words}
    run = (each for each in code.routines if _is_collected(each.name) or each.is_decorated or each.name in words | MADE)
    return tuple(step for routine in run for step in _steps(machine, path, routine))


def _has_tests(code: Code) -> bool:
    """Whether a file has functions that a tool runs as tests, or that tests share."""
    if code.at.path.endswith("conftest.py"):
        return True
    inner = (each.body if isinstance(each, Class) else (each,) for each in code.body)
    return any(isinstance(each, Function) and _is_collected(each.name) for body in inner for each in body)


def _is_collected(name: str) -> bool:
    """Whether a tool that runs tests calls a function of this name."""
    return name.lower().startswith(COLLECTED)


def _is_called_by_others(routine: Routine) -> bool:
    """Whether a library runs a function: one under a decorator, or a test."""
    return routine.is_decorated or routine.name.startswith("test")


def _steps(machine: Machine, path: str, routine: Routine) -> tuple[Step, ...]:
    events = (_event(machine, path, call) for call in routine.calls)
    return tuple(Step(event, (routine.name,)) for event in events if event)


def _event(machine: Machine, path: str, call: Mention) -> Draw | Seed | None:
    name = canonical(call.target)
    at = located(path, call.at)
    for row in rows(name):
        if not machine.versions.fits(name, row.since, row.until, path):
            continue
        if row.role == "draw":
            return Draw(at, row.streams[0], name, "global", None)
        if row.role == "generator" and row.omitted == "entropy" and not call.positional and not call.keywords:
            return Draw(at, "entropy", name, "generator", None)
        if row.role == "own" and _is_open(row, call):
            return Draw(at, row.omitted, name, "own", None)
        if row.role == "seed":
            return Seed(at, row.streams, name, "unknown")
    return None


def _is_open(row: Row, call: Mention) -> bool:
    """Whether a call leaves its own seed out, and has no other arguments on which that may hang."""
    is_given = any(name in ("", row.parameter) for name in call.keywords)
    is_given |= row.position is not None and call.positional > row.position
    return not is_given and not row.when and not row.unless and row.omitted not in ("fixed", "key", "unknown", "self")
