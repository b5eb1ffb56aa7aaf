"""Which expressions stand in a piece of code, in order, and inside what does each of them stand?"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

from mlaudit.facts.syntax import (
    Assign,
    Attribute,
    Branch,
    Call,
    Choice,
    Class,
    Comprehension,
    Expression,
    Function,
    Item,
    Items,
    Leave,
    Loop,
    Name,
    Opaque,
    Operation,
    Run,
    Starred,
    Statement,
    Table,
    With,
    Yield,
)

Node: TypeAlias = Expression | Statement
# The place of a part in its node: the number of a positional argument or operand, `=name` of a keyword, or a word.
Slot: TypeAlias = int | str
Part: TypeAlias = tuple[Slot, Expression]


class Trail(NamedTuple):
    """Where an expression stands: in which slot of which node, and where that node stands. None is the outermost."""

    node: Node
    slot: Slot
    up: "Trail | None"


class Occurrence(NamedTuple):
    """An expression and where it stands."""

    expression: Expression
    trail: Trail


def occurrences(body: Iterable[Statement], up: Trail | None = None) -> list[Occurrence]:
    """Every expression of some statements, in the order in which they are evaluated: parts before wholes.

    What functions and classes hold is not theirs; what lambdas hold is.
    """
    found: list[Occurrence] = []
    _in_statements(body, up, found)
    return found


def _in_statements(body: Iterable[Statement], up: Trail | None, found: list[Occurrence]) -> None:
    for statement in body:
        for slot, expression in _parts_of_statement(statement):
            _inside(expression, Trail(statement, slot, up), found)
        for slot, block in blocks(statement):
            _in_statements(block, Trail(statement, slot, up), found)


def blocks(statement: Statement) -> Iterator[tuple[Slot, tuple[Statement, ...]]]:
    """The blocks of a statement that are of the same scope, each with its slot."""
    match statement:
        case Branch(_, found):
            yield from enumerate(found)
        case Loop(body=body) | With(body=body):
            yield "body", body


def parts(node: Expression) -> list[Part]:
    """The direct parts of an expression, in order, each with its slot."""
    take = PARTS.get(type(node))
    return take(node) if take else []


def _of_call(node: Call) -> list[Part]:
    named: list[Part] = [(f"={name}", value) for name, value in node.keywords]
    return [("function", node.function), *enumerate(node.arguments), *named]


def _of_table(node: Table) -> list[Part]:
    keys: list[Part] = [("key", key) for key, _ in node.pairs if key is not None]
    return [*keys, *(("value", value) for _, value in node.pairs)]


def _of_comprehension(node: Comprehension) -> list[Part]:
    found: list[Part] = []
    for target, over, tests in node.loops:
        found += [("over", over), ("target", target), *(("if", test) for test in tests)]
    return [*found, ("element", node.element)]


PARTS: dict[type, Callable[[Any], list[Part]]] = {
    Call: _of_call,
    Attribute: lambda node: [("value", node.value)],
    Starred: lambda node: [("value", node.value)],
    Yield: lambda node: [("value", node.value)],
    Items: lambda node: list(enumerate(node.elements)),
    Operation: lambda node: list(enumerate(node.operands)),
    Opaque: lambda node: list(enumerate(node.parts)),
    Item: lambda node: [("value", node.value), ("key", node.key)],
    Table: _of_table,
    Choice: lambda node: [("test", node.test), ("then", node.then), ("otherwise", node.otherwise)],
    Comprehension: _of_comprehension,
}


def _inside(expression: Expression, trail: Trail, found: list[Occurrence]) -> None:
    if type(expression) is Function:
        _in_statements(expression.body, Trail(expression, "body", trail), found)
    elif take := PARTS.get(type(expression)):
        for slot, part in take(expression):
            _inside(part, Trail(expression, slot, trail), found)
    found.append(Occurrence(expression, trail))


def _parts_of_statement(statement: Statement) -> list[Part]:
    match statement:
        case Assign(_, targets, value):
            given: list[Part] = [] if value is None else [("value", value)]
            return [*given, *(("target", target) for target in targets)]
        case Run(value):
            return [("value", value)]
        case Leave(_, value):
            return [] if value is None else [("value", value)]
        case Branch(test):
            return [] if test is None else [("test", test)]
        case Loop(target, over):
            return [("over", over)] if target is None else [("over", over), ("target", target)]
        case With(contexts):
            bound: list[Part] = [("target", target) for _, target in contexts if target is not None]
            return [*(("context", context) for context, _ in contexts), *bound]
        case Function(parameters=parameters, decorators=decorators):
            defaults: list[Part] = [("default", each.default) for each in parameters if each.default is not None]
            return [*defaults, *(("decorator", each) for each in decorators)]
        case Class(bases=bases, decorators=decorators):
            return [*(("base", base) for base in bases), *(("decorator", each) for each in decorators)]
    return []


def names(expression: Expression) -> Iterator[str]:
    """The first part of every name in an expression, lambdas included: `x` of `x.shape`."""
    if isinstance(expression, Name):
        yield expression.dotted.partition(".")[0]
    elif isinstance(expression, Function):
        for found in occurrences(expression.body):
            if isinstance(found.expression, Name):
                yield found.expression.dotted.partition(".")[0]
    else:
        for _, part in parts(expression):
            yield from names(part)


def method_of(function: Expression) -> str:
    """The name of the method that a callee names: the last part of `x.method`; "" for a plain name."""
    match function:
        case Attribute(_, name):
            return name
        case Name(dotted) if "." in dotted:
            return dotted.rpartition(".")[2]
    return ""


def targets(expression: Expression) -> Iterator[str]:
    """The plain names that a target binds."""
    match expression:
        case Name(dotted) if "." not in dotted:
            yield dotted
        case Items(_, elements):
            for element in elements:
                yield from targets(element)
        case Starred(value):
            yield from targets(value)


def outwards(trail: Trail | None) -> Iterator[Trail]:
    """The trail and all that lies around it."""
    while trail is not None:
        yield trail
        trail = trail.up


def is_within(trail: Trail, node: Node) -> bool:
    """Whether a trail passes through this very node."""
    step: Trail | None = trail
    while step is not None:
        if step.node is node:
            return True
        step = step.up
    return False


def is_raising(trail: Trail) -> bool:
    """Whether what stands there ends in an error: all that it computes goes into the message."""
    around = (
        (step.slot, dict(enumerate(step.node.blocks))) for step in outwards(trail) if isinstance(step.node, Branch)
    )
    return any(_raises(blocks.get(slot, ())) for slot, blocks in around if isinstance(slot, int))


def _raises(block: tuple[Statement, ...]) -> bool:
    return bool(block) and isinstance(block[-1], Leave) and block[-1].kind == "raise"
