"""What would functions draw and seed that no program runs? Read off, not walked: whoever calls them decides."""

from collections.abc import Iterator
from typing import Any

from mlaudit.facts.code import Code
from mlaudit.facts.place import Location
from mlaudit.facts.syntax import Bind, Call, Class, Constant, Function, Name, located, nodes
from mlaudit.knowledge.layout import is_test
from mlaudit.knowledge.streams import Row, canonical, rows
from mlaudit.programs.events import Draw, Seed, Step
from mlaudit.programs.machine import Machine

# Nodes in which no call can be.
LEAVES = (Name, Constant)
Found = tuple[str, str, tuple[Step, ...], str, Location]


def unreached(machine: Machine) -> Iterator[Found]:
    """The functions that no program runs and that draw or seed: path, kind, steps, name and place of each.

    Of a file of tests, all that its functions draw from streams which neither it nor a conftest.py seeds.
    """
    seeded = {
        stream
        for path, code in machine.codes.items()
        if path.endswith("conftest.py")
        for step in _tests(path, code)
        if isinstance(step.event, Seed)
        for stream in step.event.streams
    }
    for path, code in machine.codes.items():
        if is_test(path):
            yield from _unseeded(path, code, seeded)
        else:
            imported = dict(_imports(code.body))
            for function in _functions(code):
                if id(function) in machine.visited or _is_called_by_others(function):
                    continue
                if found := _steps(path, function, imported):
                    yield path, "unreached", found, function.name, located(path, function.at)


def _unseeded(path: str, code: Code, seeded: set[str]) -> Iterator[Found]:
    found = _tests(path, code)
    seeded = seeded | {stream for step in found if isinstance(step.event, Seed) for stream in step.event.streams}
    bare = tuple(step for step in found if isinstance(step.event, Draw) and step.event.stream not in seeded)
    if bare:
        yield path, "test", bare, "", code.at


def _tests(path: str, code: Code) -> tuple[Step, ...]:
    imported = dict(_imports(code.body))
    return tuple(step for function in _functions(code) for step in _steps(path, function, imported))


def _functions(code: Code) -> Iterator[Function]:
    """The functions and methods of a module, those inside others left to them."""
    for statement in code.body:
        if isinstance(statement, Function):
            yield statement
        elif isinstance(statement, Class):
            yield from (each for each in statement.body if isinstance(each, Function))


def _is_called_by_others(function: Function) -> bool:
    """Whether a library runs a function: one under a decorator, or a test."""
    return bool(function.decorators) or function.name.startswith("test")


def _imports(body: tuple[Any, ...]) -> Iterator[tuple[str, str]]:
    for statement in body:
        if isinstance(statement, Bind):
            yield from statement.names


def _steps(path: str, function: Function, imported: dict[str, str]) -> tuple[Step, ...]:
    names = {**imported, **dict(_imports(function.body))}
    return tuple(
        Step(event, (function.name,))
        for call in nodes(function.body, LEAVES)
        if type(call) is Call
        and isinstance(call.function, Name)
        and (event := _event(path, call, call.function.dotted, names))
    )


def _event(path: str, call: Call, dotted: str, names: dict[str, str]) -> Draw | Seed | None:
    base, _, rest = dotted.partition(".")
    if base not in names:
        return None
    name = canonical(f"{names[base]}.{rest}" if rest else names[base])
    at = located(path, call.at)
    for row in rows(name):
        if row.role == "draw":
            return Draw(at, row.streams[0], name, "global", None)
        if row.role == "generator" and row.omitted == "entropy" and not call.arguments and not call.keywords:
            return Draw(at, "entropy", name, "generator", None)
        if row.role == "own" and _is_open(row, call):
            return Draw(at, row.omitted, name, "own", None)
        if row.role == "seed":
            return Seed(at, row.streams, name, "unknown")
    return None


def _is_open(row: Row, call: Call) -> bool:
    """Whether a call leaves its own seed out, and has no other arguments on which that may hang."""
    is_given = any(name in ("", row.parameter) for name, _ in call.keywords)
    is_given |= row.position is not None and len(call.arguments) > row.position
    return not is_given and not row.when and not row.unless and row.omitted not in ("fixed", "key", "unknown", "self")
