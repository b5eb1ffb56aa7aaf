"""How is a function of the repository entered: is it walked, or is it known what it does?"""

from typing import Any

from mlaudit.facts.syntax import Function, Parameter, Span, located
from mlaudit.programs import contexts, expressions, options, seeding, statements
from mlaudit.programs.alike import holds_objects, likeness, of_entries, signature
from mlaudit.programs.machine import DEPTH, VARIANTS, Done, Frame, Machine, Outcome, Write, joined
from mlaudit.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Asked,
    Closure,
    Instance,
    Known,
    Outside,
    Record,
    Series,
    Thing,
    Value,
    either,
)


def enter(
    machine: Machine, closure: Closure, arguments: Arguments, frame: Frame, at: Span, owner: Value | None = None
) -> Value:
    """Run a function of the repository: anew for another state of the streams or other arguments, else from memory."""
    function = closure.function
    names = _bound(machine, closure, arguments)
    common = (id(function), None if closure.scope.outer is None else closure.scope)
    exact = (*common, *(signature(value) for value in names.values()))
    state = machine.state()
    same = machine.variants.setdefault((id(function), state), [])
    outcome = _last(same) if len(same) >= VARIANTS else _remembered(machine, exact)
    alike: Any = None
    if outcome is None:
        alike = ("alike", *common, *_likenesses(function, names))
        outcome = _alike(machine, alike, names)
    if outcome is None:
        if (exact, state) in machine.active or len(machine.active) >= DEPTH:
            return UNKNOWN
        machine.visited.add((closure.path, function.at))
        machine.active.append((exact, state))
        outcome = _run(machine, closure, names, owner)
        machine.active.pop()
        machine.remember(exact, outcome)
        machine.remember(alike, outcome)
        same.append(outcome)
    return _given(closure, machine.replay(outcome, located(frame.path, at), _label(closure)), outcome)


def _last(same: list[Outcome]) -> Outcome:
    """What a function did last, for a call that is not walked any more. A function that it gave is another's."""
    return same[-1]._replace(value=UNKNOWN) if isinstance(same[-1].value, Closure) else same[-1]


def _remembered(machine: Machine, exact: Any) -> Outcome | None:
    """What the call did before with these arguments, unless it gave an object: that is another each time."""
    outcome = machine.remembered(exact)
    if outcome is None or _makes(outcome):
        return None
    machine.written += outcome.writes
    return outcome


def _makes(outcome: Outcome) -> bool:
    """Whether a call gave an object of which a second one is another."""
    return isinstance(outcome.value, Instance) or (isinstance(outcome.value, Thing) and bool(outcome.value.state))


def _alike(machine: Machine, alike: Any, names: dict[str, Value]) -> Outcome | None:
    """What the call did with objects that are alike, written to those that are given now. None where it gave an object,
    or wrote to others or others than it was given."""
    outcome = machine.remembered(alike)
    if outcome is None or _makes(outcome) or holds_objects(outcome.value):
        return None
    writes = [_transferred(write, outcome, names) for write in outcome.writes]
    if None in writes:
        return None
    for write in writes:
        if write is not None:
            machine.write(*write)
    return outcome


def _transferred(write: Write, outcome: Outcome, names: dict[str, Value]) -> Write | None:
    """What a call wrote, as one that is alike writes it; None where that cannot be said."""
    owner = names.get(outcome.given.get(id(write.owner), ""))
    value = names.get(outcome.given.get(id(write.value), ""), write.value)
    is_other = value is write.value and holds_objects(value) and not _is_new(value, write.owner)
    return Write(owner, write.name, value) if isinstance(owner, Instance) and not is_other else None


def _is_new(value: Value, owner: Instance) -> bool:
    """Whether an object was made after the one that holds it: each call that is alike makes one that is alike."""
    return isinstance(value, Instance) and value.born > owner.born


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
    outcome = machine.watched(lambda: _walked(machine, closure, inner))
    machine.items -= is_item
    writes = tuple(write for write in machine.written[began:] if write.owner.born <= births)
    return outcome._replace(writes=writes, given=given) if writes else outcome


def _walked(machine: Machine, closure: Closure, inner: Frame) -> Done:
    """Walk the body of a function: it ends where it returns, or after its last statement."""
    function = closure.function
    with machine.without_gradients(sum(map(contexts.is_without_gradients, closure.decorators))):
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
