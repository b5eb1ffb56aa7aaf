"""Which blocks of a branch run, and how do the streams stand after it?"""

from mlaudit.facts.syntax import Branch, Name, Statement
from mlaudit.programs import expressions, statements
from mlaudit.programs.events import Enter
from mlaudit.programs.machine import Frame, Machine, Streams, joined
from mlaudit.values import UNKNOWN, Asked, Either, Known, Moving, Value, by_default, either, is_asked, truth

Block = tuple[Statement, ...]


def branch(machine: Machine, frame: Frame, statement: Branch) -> str:
    """Run the block whose test holds, or each in a state of its own where nobody can say."""
    if statement.test is None:
        return _tried(machine, frame, statement)
    test = expressions.value(machine, frame, statement.test)
    holds = truth(test)
    if holds is not None and not is_asked(test):
        if not holds and isinstance(statement.test, Name):
            _switched_off(machine, frame, statement.blocks[0])
        return statements.block(machine, frame, statement.blocks[0] if holds else statement.blocks[-1])
    order = statement.blocks if holds is not False else statement.blocks[::-1]
    asked = by_default(test)
    name = (asked.name or "option") if isinstance(asked, Asked) and holds is not None else ""
    return _alternatives(machine, frame, order, name)


def _switched_off(machine: Machine, frame: Frame, body: Block) -> None:
    """A block that a constant of the code switches off: what it seeds is seeded only by who changes the constant."""
    streams, home = dict(machine.streams), frame.names
    returns, exits = len(frame.returns), len(frame.exits)
    frame.names = dict(home)
    with machine.supposing():
        statements.block(machine, frame, body)
    frame.names = home
    del frame.returns[returns:], frame.exits[exits:]
    machine.streams = _with_options(streams, [machine.streams])


def _tried(machine: Machine, frame: Frame, branch: Branch) -> str:
    """What is tried is taken to succeed; the handlers may run too, and what they do is seen, not kept."""
    before = dict(machine.streams)
    left = statements.block(machine, frame, branch.blocks[0])
    after, home = machine.streams, frame.names
    for handler in branch.blocks[1:]:
        machine.streams, frame.names = dict(before), dict(home)
        statements.block(machine, frame, handler)
        home.update({name: value for name, value in frame.names.items() if name not in home})
    machine.streams, frame.names = after, home
    return left


def _keep(frame: Frame, names: dict[str, Value]) -> None:
    """The names of a frame stay the same object for those who hold it: a module, a class."""
    frame.names.clear()
    frame.names.update(names)


def _alternatives(machine: Machine, frame: Frame, blocks: tuple[Block, ...], asked: str) -> str:
    """Blocks of which one runs: the first by default, if the others must be `asked` for. Then what they seed is seeded
    only if so."""
    before, home = dict(machine.streams), frame.names
    names = dict(home)
    ends: list[tuple[str, Streams, dict[str, Value]]] = []
    machine.forks += 1
    fork = machine.forks
    for number, each in enumerate(blocks):
        machine.streams = dict(before)
        frame.names = dict(names)
        with machine.recording() as events:
            left = statements.block(machine, frame, each) if each else ""
        if events and frame.loops:
            machine.events += events
        elif events:
            machine.events.append(Enter(None, "", events, (fork, number)))
        ends.append((left, machine.streams, frame.names))
    frame.names = home
    going = [(streams, found) for left, streams, found in ends if not left]
    if not going:
        machine.streams = joined([streams for _, streams, _ in ends])
        return ends[0][0]
    if asked and not ends[0][0]:
        machine.streams = _with_options(going[0][0], [streams for streams, _ in going[1:]])
        _keep(frame, _merged([found for _, found in going], asked))
        return ""
    machine.streams = joined([streams for streams, _ in going])
    _keep(frame, _merged([found for _, found in going]))
    return ""


def _with_options(default: Streams, others: list[Streams]) -> Streams:
    found = dict(default)
    for streams in others:
        for stream, seeding in streams.items():
            if stream not in found and seeding.status != "moving":
                is_seeded = seeding.status in ("fixed", "unknown")
                found[stream] = seeding._replace(status="optional") if is_seeded else seeding
    return found


def _merged(found: list[dict[str, Value]], asked: str = "") -> dict[str, Value]:
    if len(found) == 1:
        return found[0]
    merged = dict(found[0])
    for names in found[1:]:
        for name, value in names.items():
            if name not in merged:
                merged[name] = value
            elif merged[name] is not value:
                merged[name] = _one_of(merged[name], value, asked)
    return merged


def _one_of(first: Value, other: Value, asked: str) -> Value:
    """One of two values: the first by default, if the other is `asked` for."""
    found = either((first, other))
    if not asked or not isinstance(first, Known | Moving):
        return found
    if found == UNKNOWN:
        return Asked(first, asked)
    return found._replace(asked=asked) if isinstance(found, Either) else found
