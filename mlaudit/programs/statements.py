"""What do statements do to the names and streams of a program, in the order in which they run?"""

from mlaudit.facts.syntax import (
    Assign,
    Bind,
    Branch,
    Class,
    Expression,
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
from mlaudit.programs import calls, expressions, libraries, targets
from mlaudit.programs.machine import Frame, Machine, Streams, joined
from mlaudit.values import UNKNOWN, Closure, Inside, Instance, Kind, Outside, Thing, Value, either, is_asked, truth

Block = tuple[Statement, ...]


def block(machine: Machine, frame: Frame, body: Block) -> str:
    """Run statements. Gives how they were left (return, raise, break, continue), or "" at their end."""
    for statement in body:
        if left := _statement(machine, frame, statement):
            return left
    return ""


def _statement(machine: Machine, frame: Frame, statement: Statement) -> str:
    match statement:
        case Run(value):
            return _leaving(expressions.value(machine, frame, value))
        case Assign():
            _assign(machine, frame, statement)
        case Bind(names):
            for name, dotted in names:
                bind(machine, frame, name, dotted)
        case Function():
            frame.bind(statement.name, _defined(machine, frame, statement))
        case Class():
            frame.bind(statement.name, _class(machine, frame, statement))
        case Branch():
            return _branch(machine, frame, statement)
        case Loop():
            return _loop(machine, frame, statement)
        case With():
            return _with(machine, frame, statement)
        case Leave():
            return _leave(machine, frame, statement)
        case Shared(names):
            frame.shared.update(names)
    return ""


def _leaving(value: Value) -> str:
    """A call that ends the program ends its block."""
    return "raise" if isinstance(value, Outside) and value.name == "builtins.exit" else ""


def _assign(machine: Machine, frame: Frame, statement: Assign) -> None:
    if statement.value is None:
        return
    value = expressions.value(machine, frame, statement.value)
    for target in statement.targets:
        targets.assign(machine, frame, target, value, statement.at)


def bind(machine: Machine, frame: Frame, name: str, dotted: str) -> None:
    """Import a dotted path and bind it to a name: `*` for all of its names, "" for none."""
    found = machine.modules.find(dotted, frame.path)
    if found is None:
        if name == "*":
            frame.names.setdefault("*", Outside(dotted))
        elif name:
            frame.bind(name, Outside(dotted))
        return
    path, rest = found
    for package in _packages(machine, path):
        calls.load(machine, package)
    module: Value = Inside(path)
    if name == "*":
        source = machine.frames[path].names if path in machine.frames else {}
        frame.names.update({each: value for each, value in source.items() if not each.startswith("_")})
        return
    for part in rest.split(".") if rest else ():
        module = expressions.attribute(machine, module, part)
    if name:
        frame.bind(name, module)


def _packages(machine: Machine, path: str) -> list[str]:
    """The __init__ files above a module, outermost first, and the module itself."""
    found = [path]
    folder = path.rpartition("/")[0]
    while folder:
        init = f"{folder}/__init__.py"
        if init in machine.codes and init not in found:
            found.append(init)
        folder = folder.rpartition("/")[0]
    return found[::-1]


def _defined(machine: Machine, frame: Frame, function: Function) -> Value:
    """A function with its decorators around it; one that a decorator of ours replaces is what that gives."""
    owner = frame.names.get("__class__")
    closure = Closure(function, frame.path, frame, owner if isinstance(owner, Kind) else None)
    closure.defaults = {
        parameter.name: expressions.value(machine, frame, parameter.default)
        for parameter in function.parameters
        if parameter.default is not None
    }
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


def _branch(machine: Machine, frame: Frame, branch: Branch) -> str:
    if branch.test is None:
        return _tried(machine, frame, branch)
    test = expressions.value(machine, frame, branch.test)
    holds = truth(test)
    if holds is not None and not is_asked(test):
        if not holds and isinstance(branch.test, Name):
            _switched_off(machine, frame, branch.blocks[0])
        return block(machine, frame, branch.blocks[0] if holds else branch.blocks[-1])
    order = branch.blocks if holds is not False else branch.blocks[::-1]
    return _alternatives(machine, frame, order, has_default=holds is not None)


def _switched_off(machine: Machine, frame: Frame, body: Block) -> None:
    """A block that a constant of the code switches off: what it seeds is seeded only by who changes the constant."""
    streams, home = dict(machine.streams), frame.names
    frame.names = dict(home)
    with machine.recording():
        block(machine, frame, body)
    frame.names = home
    machine.streams = _with_options(streams, [machine.streams])


def _tried(machine: Machine, frame: Frame, branch: Branch) -> str:
    """What is tried is taken to succeed; the handlers may run too, and what they do is seen, not kept."""
    before = dict(machine.streams)
    left = block(machine, frame, branch.blocks[0])
    after, home = machine.streams, frame.names
    for handler in branch.blocks[1:]:
        machine.streams, frame.names = dict(before), dict(home)
        block(machine, frame, handler)
        home.update({name: value for name, value in frame.names.items() if name not in home})
    machine.streams, frame.names = after, home
    return left


def _keep(frame: Frame, names: dict[str, Value]) -> None:
    """The names of a frame stay the same object for those who hold it: a module, a class."""
    frame.names.clear()
    frame.names.update(names)


def _alternatives(machine: Machine, frame: Frame, blocks: tuple[Block, ...], has_default: bool) -> str:
    """Blocks of which one runs. With a default that is the first, and what others seed is seeded only if asked for."""
    before, home = dict(machine.streams), frame.names
    names = dict(home)
    ends: list[tuple[str, Streams, dict[str, Value]]] = []
    for each in blocks:
        machine.streams = dict(before)
        frame.names = dict(names)
        left = block(machine, frame, each) if each else ""
        ends.append((left, machine.streams, frame.names))
    frame.names = home
    going = [(streams, found) for left, streams, found in ends if not left]
    if not going:
        machine.streams = joined([streams for _, streams, _ in ends])
        return ends[0][0]
    if has_default and not ends[0][0]:
        machine.streams = _with_options(going[0][0], [streams for streams, _ in going[1:]])
        _keep(frame, _merged([found for _, found in going]))
        return ""
    machine.streams = joined([streams for streams, _ in going])
    _keep(frame, _merged([found for _, found in going]))
    return ""


def _with_options(default: Streams, others: list[Streams]) -> Streams:
    found = dict(default)
    for streams in others:
        for stream, seeding in streams.items():
            if stream not in found:
                is_seeded = seeding.status in ("fixed", "unknown")
                found[stream] = seeding._replace(status="optional") if is_seeded else seeding
    return found


def _merged(found: list[dict[str, Value]]) -> dict[str, Value]:
    if len(found) == 1:
        return found[0]
    merged = dict(found[0])
    for names in found[1:]:
        for name, value in names.items():
            if name not in merged:
                merged[name] = value
            elif merged[name] is not value:
                merged[name] = either((merged[name], value))
    return merged


def _loop(machine: Machine, frame: Frame, loop: Loop) -> str:
    over = expressions.value(machine, frame, loop.over)
    if loop.target is not None:
        targets.assign(machine, frame, loop.target, calls.element(machine, frame, over), None)
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
        if libraries.restores(value):
            restore.append(dict(machine.streams))
    return value


def _leave(machine: Machine, frame: Frame, statement: Leave) -> str:
    if statement.value is not None:
        value = expressions.value(machine, frame, statement.value)
        if statement.kind == "return":
            frame.returns.append(value)
    elif statement.kind == "return":
        frame.returns.append(expressions.NOTHING)
    if statement.kind == "return":
        frame.exits.append(dict(machine.streams))
    return statement.kind


def assigned(node: Expression) -> str:
    """The plain name that a target binds, or ""."""
    return getattr(node, "dotted", "") if "." not in getattr(node, "dotted", ".") else ""
