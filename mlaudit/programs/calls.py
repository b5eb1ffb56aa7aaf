"""What does a call do: into a function of the repository, a class of it, or a library?"""

from typing import Any

from mlaudit.facts.syntax import Attribute, Call, Function, Name, Parameter, Span, Starred, located
from mlaudit.programs import accessing, containers, expressions, libraries, objects, options, seeding, statements, texts
from mlaudit.programs.alike import likeness, of_entries, signature
from mlaudit.programs.machine import DEPTH, VARIANTS, Done, Frame, Machine, Outcome, joined
from mlaudit.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Asked,
    Bound,
    Closure,
    Either,
    FilePath,
    Instance,
    Kind,
    Known,
    Method,
    Moving,
    Of,
    Outside,
    Parent,
    Record,
    Series,
    Thing,
    Value,
    either,
)


def call(machine: Machine, frame: Frame, node: Call) -> Value:
    """Evaluate the callee and the arguments, in order, and let the call happen."""
    callee = expressions.value(machine, frame, node.function)
    if isinstance(node.function, Name) and node.function.dotted == "super" and not node.arguments:
        return _super(frame)
    if callee == UNKNOWN and isinstance(node.function, Name | Attribute):
        name = node.function.dotted if isinstance(node.function, Name) else node.function.name
        libraries.unknown(machine, name, located(frame.path, node.at), frame)
        arguments = _arguments(machine, frame, node)
        accessing.method(machine, name, arguments, located(frame.path, node.at))
        return apply(machine, callee, arguments, frame, node.at)
    return apply(machine, callee, _arguments(machine, frame, node), frame, node.at)


def _super(frame: Frame) -> Value:
    inner: Frame | None = frame
    while inner is not None and inner.method is None:
        inner = inner.outer
    if inner is None or inner.method is None:
        return UNKNOWN
    kind, owner = inner.method
    return Parent(owner, kind)


def _arguments(machine: Machine, frame: Frame, node: Call) -> Arguments:
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    is_open = False
    for argument in node.arguments:
        found = expressions.value(machine, frame, argument)
        if not isinstance(argument, Starred):
            positional.append(found)
        elif isinstance(found, Series):
            positional += found.values
        else:
            is_open = True
    for name, node_of in node.keywords:
        found = expressions.value(machine, frame, node_of)
        if name:
            keywords[name] = found
        elif isinstance(found, Record):
            keywords.update(found.entries)
            is_open |= found.is_open
        else:
            is_open = True
    return Arguments(tuple(positional), keywords, is_open)


def apply_plain(machine: Machine, callee: Value, positional: tuple[Value, ...], frame: Frame | None, at: Span) -> Value:
    """Call something with positional arguments only."""
    return apply(machine, callee, Arguments(positional), frame or Frame("", {}), at)


def apply(machine: Machine, callee: Value, arguments: Arguments, frame: Frame, at: Span) -> Value:
    """Let a call happen and give its value."""
    match callee:
        case Closure():
            return enter(machine, callee, arguments, frame, at)
        case Bound(inner, owner):
            bound = arguments._replace(positional=(owner, *arguments.positional))
            return enter(machine, inner, bound, frame, at, owner)
        case Kind():
            return _construct(machine, callee, arguments, frame, at)
        case Instance():
            return _call_object(machine, callee, arguments, frame, at)
        case Outside(name):
            return libraries.call(machine, name, arguments, located(frame.path, at), frame)
        case Method(thing, name):
            return libraries.method(machine, thing, name, arguments, located(frame.path, at), frame)
        case Thing():
            return libraries.method(machine, callee, "__call__", arguments, located(frame.path, at), frame)
        case Either(values):
            return either(apply(machine, each, arguments, frame, at) for each in values)
        case Asked(default, _) if not isinstance(default, Known | Asked):
            return apply(machine, default, arguments, frame, at)
        case Moving():
            return callee
        case Of(owner, name) if isinstance(owner, FilePath):
            accessing.of_path(machine, owner, name, arguments, located(frame.path, at))
            return texts.method(owner, name, arguments)
        case Of(owner, name):
            return containers.method(owner, name, arguments)
    libraries.hand_over(machine, arguments, frame, at)
    return UNKNOWN


def _call_object(machine: Machine, owner: Instance, arguments: Arguments, frame: Frame, at: Span) -> Value:
    """An object is called: by its own `__call__`, or by what a library's class makes of that."""
    for name in ("__call__", "forward", "call"):
        found = objects.attribute(machine, owner, name)
        if isinstance(found, Bound):
            return apply(machine, found, arguments, frame, at)
    for base in objects.bases(owner.kind):
        return libraries.method(
            machine, objects.shell(owner, base), "__call__", arguments, located(frame.path, at), frame
        )
    return UNKNOWN


def method(
    machine: Machine, frame: Frame, owner: Instance, name: str, arguments: Arguments | None = None
) -> Value | None:
    """Call a method of an object of ours by name; None where its classes have none."""
    found = objects.attribute(machine, owner, name)
    if not isinstance(found, Bound):
        return None
    return apply(machine, found, arguments or Arguments(is_open=True), frame, found.method.function.at)


def _construct(machine: Machine, kind: Kind, arguments: Arguments, frame: Frame, at: Span) -> Value:
    machine.births += 1
    instance = Instance(kind, machine.births)
    found = objects.attribute(machine, instance, "__init__")
    if isinstance(found, Bound):
        apply(machine, found, arguments, frame, at)
        return instance
    for base in objects.bases(kind):
        shell = objects.shell(instance, base)
        libraries.method(machine, shell, "__init__", arguments, located(frame.path, at), frame)
    for name, value in (*zip(objects.fields(kind), arguments.positional, strict=False), *arguments.keywords.items()):
        machine.write(instance, name, value)
    method(machine, frame, instance, "__post_init__")
    return instance


def enter(
    machine: Machine, closure: Closure, arguments: Arguments, frame: Frame, at: Span, owner: Value | None = None
) -> Value:
    """Run a function of the repository: anew for another state of the streams or other arguments, else from memory."""
    function = closure.function
    names = _bound(machine, closure, arguments)
    state = machine.state()
    common = (id(function), None if closure.scope.outer is None else closure.scope, state)
    key = (*common, *((name, signature(value)) for name, value in names.items()))
    at_call = located(frame.path, at)
    label = _label(closure)
    same = machine.variants.setdefault((id(function), state), [])
    outcome = _remembered(machine, key, same) or _alike(machine, (*common, *_likenesses(function, names)), names)
    if outcome is not None:
        return _given(closure, machine.replay(outcome, at_call, label), outcome)
    if key in machine.active or len(machine.active) >= DEPTH:
        return UNKNOWN
    machine.visited.add((closure.path, function.at))
    machine.active.append(key)
    like = (*common, *_likenesses(function, names))
    outcome = _run(machine, closure, names, owner)
    machine.active.pop()
    machine.outcomes[key] = machine.alike[like] = outcome
    same.append(outcome)
    return _given(closure, machine.replay(outcome, at_call, label), outcome)


def _remembered(machine: Machine, key: Any, same: list[Outcome]) -> Outcome | None:
    """What the call did before. A function that makes an object makes another each time, a few times in a program;
    one that was walked often enough in this state of the streams (`same`) is not walked again."""
    if len(same) >= VARIANTS:
        return same[-1]
    outcome = machine.outcomes.get(key)
    if outcome is None or isinstance(outcome.value, Thing | Instance):
        return None
    machine.written += outcome.writes
    return outcome


def _alike(machine: Machine, like: Any, names: dict[str, Value]) -> Outcome | None:
    """What the call did with objects that are alike: unless it gave an object, or wrote to others than it was given."""
    outcome = machine.alike.get(like)
    if outcome is None or isinstance(outcome.value, Thing | Instance):
        return None
    owners = [names.get(outcome.given.get(id(write.owner), "")) for write in outcome.writes]
    if not all(isinstance(owner, Instance) for owner in owners):
        return None
    for owner, write in zip(owners, outcome.writes, strict=True):
        if isinstance(owner, Instance):
            machine.write(owner, write.name, write.value)
    return outcome


def _likenesses(function: Function, names: dict[str, Value]) -> list[Any]:
    """What alike calls of a function have in common. What `**` gathers is a dictionary that nobody else has."""
    values = ((parameter, names[parameter.name]) for parameter in function.parameters)
    return [
        of_entries(value) if parameter.kind == "**" and isinstance(value, Record) else likeness(value)
        for parameter, value in values
    ]


def _run(machine: Machine, closure: Closure, names: dict[str, Value], owner: Value | None) -> Outcome:
    inner = Frame(closure.path, names, closure.scope, closure.function.name)
    if closure.owner is not None:
        first = owner if owner is not None else next(iter(names.values()), UNKNOWN)
        inner.method = (closure.owner, first)
    is_item = closure.function.name == seeding.ITEM and not any(isinstance(each, Known) for each in names.values())
    machine.items += is_item
    began, births = len(machine.written), machine.births
    given = {id(value): name for name, value in names.items() if isinstance(value, Instance)}
    with machine.without_gradients(sum(map(libraries.is_without_gradients, closure.decorators))):
        outcome = machine.watched(lambda: _walked(machine, closure.function, inner))
    machine.items -= is_item
    writes = tuple(write for write in machine.written[began:] if write.owner.born <= births)
    return outcome._replace(writes=writes, given=given) if writes else outcome


def _walked(machine: Machine, function: Function, inner: Frame) -> Done:
    """Walk the body of a function: it ends where it returns, or after its last statement."""
    left = statements.block(machine, inner, function.body)
    ends = inner.exits if left else [*inner.exits, machine.streams]
    value = either(inner.returns) if inner.returns else NONE
    if function.yields:
        value = Series("list", (value,)) if value != UNKNOWN else UNKNOWN
    return Done(joined(ends) if ends else machine.streams, value, inner.at_yield)


def _given(closure: Closure, value: Value, outcome: Outcome) -> Value:
    """A function under `contextmanager` gives a context that holds at its yield and is undone after its end."""
    if outcome.at_yield is None or not any(_is_context(each) for each in closure.decorators):
        return value
    thing = Thing("contextlib.contextmanager", Arguments(), located(closure.path, closure.function.at))
    thing.state["inside"] = outcome.at_yield
    return thing


def _is_context(decorator: Value) -> bool:
    return isinstance(decorator, Outside) and decorator.name.endswith("contextmanager")


def _label(closure: Closure) -> str:
    name = closure.function.name or "lambda"
    return f"{closure.owner.definition.name}.{name}" if closure.owner else name


def _bound(machine: Machine, closure: Closure, arguments: Arguments) -> dict[str, Value]:
    """The parameters of a function with what a call gives them, their defaults, or nothing that is known."""
    names: dict[str, Value] = {}
    given = list(arguments.positional)
    used: set[str] = set()
    for parameter in closure.function.parameters:
        if parameter.kind == "*":
            is_open = arguments.is_open or (arguments.asks and not given)
            names[parameter.name] = UNKNOWN if is_open else Series("tuple", tuple(given))
            given = []
        elif parameter.kind == "**":
            rest = {name: value for name, value in arguments.keywords.items() if name not in used}
            names[parameter.name] = Record(rest, is_open=arguments.is_open or arguments.asks)
        else:
            used.add(parameter.name)
            names[parameter.name] = _argument(machine, closure, parameter, given, arguments)
    return names


def _argument(
    machine: Machine, closure: Closure, parameter: Parameter, given: list[Value], arguments: Arguments
) -> Value:
    if parameter.kind != "only" and given:
        return given.pop(0)
    if parameter.name in arguments.keywords:
        return arguments.keywords[parameter.name]
    if asked := options.of_decorators(machine, closure, parameter.name):
        return asked
    if parameter.default is None or (arguments.is_open and not arguments.asks):
        return UNKNOWN
    default = options.default_of(_default(machine, closure, parameter), parameter.name)
    return Asked(default, parameter.name) if arguments.asks and not isinstance(default, Asked) else default


def _default(machine: Machine, closure: Closure, parameter: Parameter) -> Value:
    """A default, as it was when the function was defined; a lambda's is looked at now."""
    if parameter.name in closure.defaults or parameter.default is None:
        return closure.defaults.get(parameter.name, UNKNOWN)
    return expressions.value(machine, closure.scope, parameter.default)
