"""How is a function of the repository entered: is it walked, or is it known what it does?"""

from collections.abc import Hashable
from typing import Any, cast

from mlaudit.facts.syntax import Parameter, Span, located
from mlaudit.programs import contexts, expressions, options, seeding, statements
from mlaudit.programs.alike import Held, shape, signature
from mlaudit.programs.footprints import Change, counterpart, footprint, makes, moved, questions, steps_of
from mlaudit.programs.machine import DEPTH, VARIANTS, Frame, Machine, joined
from mlaudit.programs.outcomes import Done, Outcome
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
    given: list[Held] = []
    common = (id(function), _around(machine, closure, given))
    key = (*common, *(shape(value, given) for value in names.values()))
    state = machine.state()
    same = machine.variants.setdefault((id(function), state), [])
    outcome = _last(same) if len(same) >= VARIANTS else _again(machine, key, given)
    if outcome is None:
        exact = (*common, *(signature(value) for value in names.values()))
        if (exact, state) in machine.active or len(machine.active) >= DEPTH:
            return UNKNOWN
        machine.visited.add((closure.path, function.at))
        machine.active.append((exact, state))
        outcome = _run(machine, closure, names, owner, given)
        machine.active.pop()
        machine.remember(key, outcome)
        same.append(outcome)
    return _given(closure, machine.replay(outcome, located(frame.path, at), _label(closure)), outcome)


def _last(same: list[Outcome]) -> Outcome:
    """What a function did last, for a call that is not walked any more. A function that it gave is another's."""
    return same[-1]._replace(value=UNKNOWN) if isinstance(same[-1].value, Closure) else same[-1]


def _around(machine: Machine, closure: Closure, given: list[Held]) -> Hashable:
    """What a function finds around it that another one of the same code may not find: the names of a function around
    it that it looks up."""
    scope = closure.scope
    if scope.outer is None:
        return None
    if all("__class__" in frame.names for frame in scope.above()):
        return cast("Hashable", scope)
    names = machine.free(closure.function)
    found = [(name, frame.names[name]) for frame in scope.above() for name in names if name in frame.names]
    return tuple([(name, shape(value, given)) for name, value in found])


def _again(machine: Machine, key: Any, given: list[Held]) -> Outcome | None:
    """What a call did that is alike, done to the objects that are given now. None where it gave an object, which would
    be another, or wrote what cannot be said of others."""
    outcome, objects = machine.remembered(key, given)
    if outcome is None or _makes(outcome, objects):
        return None
    left = outcome.footprint
    value = moved(outcome.value, left, objects)
    writes = [(each, moved(each.value, left, objects)) for each in left.writes]
    is_same = objects == left.objects
    if value is None or any(written is None for _, written in writes) or (left.changed and not is_same):
        return None
    machine.trail += (*questions(left, objects), *map(Change, left.changed))
    for each, written in writes:
        if written is not None:
            machine.write(counterpart(each.owner, left, objects), each.name, written)
    return outcome if value is outcome.value else outcome._replace(value=value)


def _makes(outcome: Outcome, objects: tuple[Held, ...]) -> bool:
    """Whether a call gave an object of which a second one is another."""
    value, left = outcome.value, outcome.footprint
    is_one = isinstance(value, Instance) or objects != left.objects
    return (isinstance(value, Thing) and bool(value.state)) or (is_one and makes(value, left))


def _run(
    machine: Machine, closure: Closure, names: dict[str, Value], owner: Value | None, given: list[Held]
) -> Outcome:
    inner = Frame(closure.path, names, closure.scope, closure.function.name)
    if closure.owner is not None:
        first = owner if owner is not None else next(iter(names.values()), UNKNOWN)
        inner.method = (closure.owner, first)
    is_item = closure.function.name == seeding.ITEM and not any(isinstance(each, Known) for each in names.values())
    machine.items += is_item
    began, births = len(machine.trail), machine.births
    outcome = machine.watched(lambda: _walked(machine, closure, inner))
    machine.items -= is_item
    gathered = [each.name for each in closure.function.parameters if each.kind == "**"]
    left = footprint(machine.trail[began:], given, births, [names[name] for name in gathered])
    machine.trail[began:] = steps_of(left)
    return outcome._replace(footprint=left)


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
