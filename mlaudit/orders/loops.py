"""What does a loop put in the order in which its items come?"""

from collections.abc import Iterable, Iterator

from mlaudit.facts.syntax import (
    Assign,
    Call,
    Comprehension,
    Constant,
    Expression,
    Item,
    Items,
    Loop,
    Name,
    Operation,
    Yield,
)
from mlaudit.orders import flows, libraries, tracks
from mlaudit.orders.scopes import Scope
from mlaudit.orders.walk import Occurrence, Trail, blocks, is_within, names, outwards, targets

GROWING = ("append", "extend", "insert", "appendleft")


def collected(flow: "flows.Flow", scope: Scope, loop: Loop, counts: set[str]) -> str:
    """What hangs on the order in which a loop takes its items. `counts` are names that number them."""
    inside = [each for each in scope.found if is_within(each.trail, loop) and each.trail.node is not loop]
    fresh = _assigned(loop.body)
    moved = fresh | (set(targets(loop.target)) if loop.target is not None else set())
    counts = counts | _counters(inside)
    grown: list[str] = []
    for found in inside:
        if why := _numbers(found, counts, moved):
            return why
        if isinstance(found.expression, Yield) and moved & set(names(found.expression)):
            return flows.given(flow, scope, found.trail)
        if name := _grows(scope, found, moved):
            grown.append(name)
    lasting = [name for name in dict.fromkeys(grown) if name not in fresh or _is_accumulated(inside, name)]
    return flows.strongest(tracks.named(flow, scope, name, _around(inside, loop), flows.LIST) for name in lasting)


def _around(inside: list[Occurrence], loop: Loop) -> Trail:
    """The part of a trail that stands in the loop's own statement."""
    return next(step for step in outwards(inside[-1].trail) if step.node is loop)


def _assigned(body: Iterable[object]) -> set[str]:
    """The names that a block gives values, by assignment or as targets of loops and contexts."""
    found: set[str] = set()
    for statement in body:
        if isinstance(statement, Assign):
            found |= {name for target in statement.targets for name in targets(target)}
        elif isinstance(statement, Loop) and statement.target is not None:
            found |= set(targets(statement.target))
        for target in (bound for _, bound in getattr(statement, "contexts", ()) if bound is not None):
            found |= set(targets(target))
        for _, block in blocks(statement):  # type: ignore[arg-type]
            found |= _assigned(block)
    return found


def _counters(inside: list[Occurrence]) -> set[str]:
    """Names that grow by one: `i += 1`."""
    return {name for found in inside for name in _counter(found)}


def _counter(found: Occurrence) -> Iterator[str]:
    node = found.trail.node
    grown = Operation("+", (found.expression, Constant(1)))
    is_stored = found.trail.slot == "target" and isinstance(node, Assign) and node.value == grown
    if is_stored and isinstance(found.expression, Name):
        yield found.expression.dotted


def _numbers(found: Occurrence, counts: set[str], moved: set[str]) -> str:
    """Whether a place in the order becomes a number: a label, an index of an array, `len` of the table so far."""
    node = found.trail.node
    expression = found.expression
    if isinstance(expression, Item) and found.trail.slot == "target" and isinstance(node, Assign):
        if (
            node.value is not None
            and _is_number(node.value, expression.value, counts)
            and moved & set(names(expression.key))
        ):
            return flows.NUMBERED
        if _is_place(expression.key, counts) and node.value is not None and (moved - counts) & set(names(node.value)):
            return flows.NUMBERED
    match expression:
        case Call(_, Name(dotted), (first, *_)) if dotted.endswith(".append") and _is_place(first, counts):
            return flows.NUMBERED
    return ""


def _is_number(value: Expression, table: Expression, counts: set[str]) -> bool:
    """Whether a value is the count so far: a counter, or the length of the very table."""
    if isinstance(value, Call) and value.arguments == (table,):
        return value.function == Name("len")
    if isinstance(value, Operation) and value.operator == "+":
        return any(_is_number(each, table, counts) for each in value.operands)
    return _is_place(value, counts)


def _is_place(expression: Expression, counts: set[str]) -> bool:
    if isinstance(expression, Items):
        return any(_is_place(each, counts) for each in expression.elements)
    return isinstance(expression, Name) and expression.dotted in counts


def _grows(scope: Scope, found: Occurrence, moved: set[str]) -> str:
    """The name of a list that gets longer by something of this turn, or ""."""
    expression = found.expression
    if isinstance(expression, Call) and isinstance(expression.function, Name):
        owner, _, method = expression.function.dotted.rpartition(".")
        given = expression.arguments[-1:]
        if owner and method in GROWING and given and moved & set(names(given[0])):
            return owner
    node = found.trail.node
    if found.trail.slot == "target" and isinstance(node, Assign) and isinstance(expression, Name) and node.value:
        return expression.dotted if _accumulates(scope, expression.dotted, node.value, moved) else ""
    return ""


def _accumulates(scope: Scope, name: str, value: Expression, moved: set[str]) -> bool:
    """Whether a value is that of the name, made longer: `x + [y]`, `np.vstack((x, y))`, `x.append(y)` of a frame."""
    if name.partition(".")[0] not in names(value) or not (moved - {name}) & set(names(value)):
        return False
    match value:
        case Operation("+", operands):
            return any(isinstance(each, Items | Comprehension) for each in operands[1:])
        case Call(_, function):
            return scope.resolved(function) in libraries.GROWS or function == Name(f"{name}.append")
    return False


def _is_accumulated(inside: list[Occurrence], name: str) -> bool:
    """Whether every value that the loop gives a name is the one before, made longer."""
    values = [
        found.trail.node.value
        for found in inside
        if found.trail.slot == "target" and found.expression == Name(name) and isinstance(found.trail.node, Assign)
    ]
    return all(value is not None and name in names(value) for value in values)
