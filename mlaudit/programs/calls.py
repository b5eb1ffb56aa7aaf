"""What does a call do: into a function of the repository, a class of it, or a library?"""

from mlaudit.facts.syntax import Attribute, Call, Name, Span, Starred, located
from mlaudit.programs import accessing, containers, entering, expressions, libraries, objects, texts
from mlaudit.programs.machine import Frame, Machine
from mlaudit.values import (
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
    if isinstance(node.function, Name) and node.function.dotted == "super":
        return _super(frame, _arguments(machine, frame, node).positional)
    if callee == UNKNOWN and isinstance(node.function, Name | Attribute):
        name = node.function.dotted if isinstance(node.function, Name) else node.function.name
        libraries.unknown(machine, name, located(frame.path, node.at), frame)
        arguments = _arguments(machine, frame, node)
        accessing.method(machine, name, arguments, located(frame.path, node.at))
        return apply(machine, callee, arguments, frame, node.at)
    return apply(machine, callee, _arguments(machine, frame, node), frame, node.at)


def _super(frame: Frame, written: tuple[Value, ...]) -> Value:
    """What stands above a class, for an object of it: those that are written, or those of the method around."""
    match written:
        case (Kind() as above, Instance() as given):
            return Parent(given, above)
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
            return entering.enter(machine, callee, arguments, frame, at)
        case Bound(inner, owner):
            bound = arguments._replace(positional=(owner, *arguments.positional))
            return entering.enter(machine, inner, bound, frame, at, owner)
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
            return either([apply(machine, each, arguments, frame, at) for each in values])
        case Asked(default, _) if not isinstance(default, Known | Asked):
            return apply(machine, default, arguments, frame, at)
        case Moving():
            return callee
        case Of(owner, name) if isinstance(owner, FilePath):
            accessing.of_path(machine, owner, name, arguments, located(frame.path, at))
            return texts.method(owner, name, arguments)
        case Of(owner, name):
            return containers.method(machine, owner, name, arguments)
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
