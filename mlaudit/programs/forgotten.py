"""Which functions seed a stream for whoever calls them, and are called by no program?"""

from collections.abc import Iterator

from mlaudit.facts import Code, Repo
from mlaudit.facts.place import Location
from mlaudit.facts.syntax import Branch, Class, Function, Leave, Loop, Statement, With, located
from mlaudit.programs import programs
from mlaudit.programs.entries import mentioned
from mlaudit.programs.events import Draw, Seed, Step
from mlaudit.programs.faults import SETS, Fault


def helpers(repo: Repo) -> dict[str, list[Fault]]:
    """Functions that seed a stream, which no program calls although one draws from that stream."""
    drawn = {
        step.event.stream
        for program in repo.view(programs)
        if program.kind in ("script", "notebook")
        for step in program.steps
        if isinstance(step.event, Draw)
    }
    codes = {code.at.path: code for code in repo.all(Code)}
    found = []
    for program in repo.view(programs):
        if program.function is None or any(isinstance(step.event, Draw) for step in program.steps):
            continue
        seeds = [step.event for step in program.steps if isinstance(step.event, Seed) and _seeds_itself(step)]
        streams = {stream for seed in seeds for stream in seed.streams}
        is_known = program.name in repo.view(mentioned) or not streams & drawn
        if not is_known and not _is_search(codes[program.path], program.function):
            words = " and ".join(sorted(streams))
            found.append(Fault("uncalled-seed-helper", program.function, program.path, program.name, words))
    return {"uncalled-seed-helper": found}


def _seeds_itself(step: Step) -> bool:
    return (
        isinstance(step.event, Seed) and len(step.path) <= 1 and step.event.status in SETS and not step.event.is_hidden
    )


def _is_search(code: Code, at: Location) -> bool:
    """Whether a function works in turns and gives what it found: it seeds for a search or simulation of its own."""
    function = next((each for each in _functions(code.body) if located(code.at.path, each.at) == at), None)
    inside = list(_statements(function.body)) if function else []
    gives = any(isinstance(each, Leave) and each.kind == "return" and each.value is not None for each in inside)
    return gives and any(isinstance(each, Loop) for each in inside)


def _functions(body: tuple[Statement, ...]) -> Iterator[Function]:
    for statement in _statements(body):
        if isinstance(statement, Function):
            yield statement
            yield from _functions(statement.body)
        elif isinstance(statement, Class):
            yield from _functions(statement.body)


def _statements(body: tuple[Statement, ...]) -> Iterator[Statement]:
    """Statements and those in their blocks, but for those of other functions and of classes."""
    for statement in body:
        yield statement
        match statement:
            case Branch(blocks=blocks):
                for block in blocks:
                    yield from _statements(block)
            case Loop(body=inner) | With(body=inner):
                yield from _statements(inner)
