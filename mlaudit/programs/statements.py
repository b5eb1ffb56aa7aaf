"""What do statements do to the names and streams of a program, in the order in which they run?"""

from collections.abc import Callable

from mlaudit.facts.syntax import (
    Assign,
    Bind,
    Branch,
    Class,
    Function,
    Leave,
    Loop,
    Name,
    Operation,
    Run,
    Shared,
    Statement,
    With,
)
from mlaudit.programs import branches, calls, contexts, drawing, expressions, imports, libraries, parts, targets
from mlaudit.programs.machine import Frame, Machine, Streams
from mlaudit.values import NONE, UNKNOWN, Closure, Instance, Kind, Outside, Thing, Value, is_asked, truth

Block = tuple[Statement, ...]


def block(machine: Machine, frame: Frame, body: Block) -> str:
    """Run statements. Gives how they were left (return, raise, break, continue), or "" at their end."""
    for statement in body:
        if left := KINDS[type(statement)](machine, frame, statement):
            return left
    return ""


def _run(machine: Machine, frame: Frame, statement: Run) -> str:
    return _leaving(expressions.value(machine, frame, statement.value))


def _bind(machine: Machine, frame: Frame, statement: Bind) -> str:
    for name, dotted in statement.names:
        imports.bind(machine, frame, name, dotted)
    return ""


def _define(machine: Machine, frame: Frame, statement: Function) -> str:
    frame.bind(statement.name, _defined(machine, frame, statement))
    return ""


def _define_class(machine: Machine, frame: Frame, statement: Class) -> str:
    frame.bind(statement.name, _class(machine, frame, statement))
    return ""


def _share(machine: Machine, frame: Frame, statement: Shared) -> str:
    frame.shared.update(statement.names)
    return ""


def _leaving(value: Value) -> str:
    """A call that ends the program ends its block."""
    return "raise" if isinstance(value, Outside) and value.name == "builtins.exit" else ""


def _assign(machine: Machine, frame: Frame, statement: Assign) -> str:
    if statement.value is None:
        return ""
    value = expressions.value(machine, frame, statement.value)
    for target in statement.targets:
        targets.assign(machine, frame, target, value, statement.at)
    return ""


def _defined(machine: Machine, frame: Frame, function: Function) -> Value:
    """A function with its decorators around it; one that a decorator of ours replaces is what that gives."""
    owner = frame.names.get("__class__")
    closure = Closure(function, frame.path, frame, owner if isinstance(owner, Kind) else None)
    closure.defaults = {
        parameter.name: expressions.value(machine, frame, parameter.default)
        for parameter in function.parameters
        if parameter.default is not None
    }
    drawing.spare(closure.defaults.values())
    value: Value = closure
    for node in reversed(function.decorators):
        decorator = expressions.value(machine, frame, node)
        closure.decorators = (*closure.decorators, decorator)
        if isinstance(decorator, Closure):
            wrapped = calls.apply_plain(machine, decorator, (value,), frame, function.at)
            value = wrapped if isinstance(wrapped, Closure) else value
        else:
            libraries.registered(decorator, closure)
    return value


def _class(machine: Machine, frame: Frame, definition: Class) -> Value:
    bases = tuple(expressions.value(machine, frame, base) for base in definition.bases)
    inner = Frame(frame.path, {}, frame)
    kind = Kind(definition, frame.path, bases, inner.names)
    inner.names["__class__"] = kind
    block(machine, inner, definition.body)
    kind.decorators = tuple(expressions.value(machine, frame, node) for node in definition.decorators)
    return kind


def _loop(machine: Machine, frame: Frame, loop: Loop) -> str:
    over = expressions.value(machine, frame, loop.over)
    if loop.target is not None:
        targets.assign(machine, frame, loop.target, parts.element(machine, frame, over), None)
    elif truth(over) is False and not is_asked(over):
        return ""
    for name in _changing(loop.body):
        frame.bind(name, UNKNOWN)
    frame.loops += 1
    left = block(machine, frame, loop.body)
    frame.loops -= 1
    endless = loop.target is None and truth(over) is True and left in ("return", "raise")
    return left if endless else ""


def _changing(body: Block) -> set[str]:
    """The names that a loop computes from themselves: a counter has another value in each turn."""
    found: set[str] = set()
    waiting = list(body)
    while waiting:
        match waiting.pop():
            case Assign(targets=(Name(dotted),), value=Operation(operands=operands)) if Name(dotted) in operands:
                found.add(dotted)
            case Branch(blocks=blocks):
                waiting += (each for block in blocks for each in block)
            case Loop(body=inner) | With(body=inner):
                waiting += inner
    return {name for name in found if "." not in name}


def _with(machine: Machine, frame: Frame, statement: With) -> str:
    """Contexts are entered, the body runs, and what a context restores is restored."""
    entered: list[Value] = []
    restore: list[Streams] = []
    for context, target in statement.contexts:
        value = expressions.value(machine, frame, context)
        given = _entered(machine, frame, value, restore)
        entered.append(value)
        if target is not None:
            targets.assign(machine, frame, target, given, None)
    gradless, recorders = (sum(map(each, entered)) for each in (contexts.is_without_gradients, contexts.is_recorder))
    with machine.without_gradients(gradless), machine.with_recorders(recorders):
        left = block(machine, frame, statement.body)
    for value in reversed(entered):
        if isinstance(value, Instance):
            calls.method(machine, frame, value, "__exit__")
    if restore:
        machine.streams = restore[0]
    return left


def _entered(machine: Machine, frame: Frame, value: Value, restore: list[Streams]) -> Value:
    if isinstance(value, Instance):
        return calls.method(machine, frame, value, "__enter__") or value
    if isinstance(value, Thing):
        if "inside" in value.state:
            restore.append(dict(machine.streams))
            machine.streams = dict(value.state["inside"])
            return UNKNOWN
        if contexts.restores(value):
            restore.append(dict(machine.streams))
    return value


def _leave(machine: Machine, frame: Frame, statement: Leave) -> str:
    if statement.value is not None:
        value = expressions.value(machine, frame, statement.value)
        if statement.kind == "return":
            frame.returns.append(value)
    elif statement.kind == "return":
        frame.returns.append(NONE)
    if statement.kind == "return":
        frame.exits.append(dict(machine.streams))
    return statement.kind


KINDS: dict[type, Callable[..., str]] = {
    Run: _run,
    Assign: _assign,
    Bind: _bind,
    Function: _define,
    Class: _define_class,
    Branch: lambda machine, frame, statement: branches.branch(machine, frame, statement),
    Loop: _loop,
    With: _with,
    Leave: _leave,
    Shared: _share,
}
