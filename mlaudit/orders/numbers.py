"""Is a value known to be a number, or to hold nothing else? Their hashes are the same in every run."""

import re

from mlaudit.facts.syntax import (
    Assign,
    Attribute,
    Call,
    Choice,
    Comprehension,
    Constant,
    Expression,
    Function,
    Item,
    Items,
    Loop,
    Name,
    Operation,
    Starred,
)
from mlaudit.orders.scopes import Scope
from mlaudit.orders.walk import Occurrence, targets

DEEP = 4
NUMBERS = frozenset(
    """
builtins.int builtins.float builtins.len builtins.round builtins.abs builtins.ord builtins.sum builtins.bool
builtins.pow time.time numpy.int64 numpy.int32 numpy.float32 numpy.float64 numpy.mean numpy.sum math.floor math.ceil
random.randint random.randrange random.random numpy.random.randint
""".split()
)
RANGES = frozenset(
    """
builtins.range numpy.arange numpy.where numpy.nonzero numpy.flatnonzero numpy.argsort numpy.random.randint
numpy.random.permutation numpy.linspace
""".split()
)
SAME = frozenset(
    """
builtins.set builtins.list builtins.tuple builtins.sorted builtins.frozenset builtins.reversed builtins.iter
numpy.array numpy.asarray numpy.unique numpy.sort random.sample numpy.concatenate itertools.chain
""".split()
)
# Words that people give to numbers, alone or as the last part of a name, and to collections of them.
NUMBER = re.compile(
    r"(?:^|[_.])(?:seed|epoch|index|idx|ind|ix|step|rank|count|num|len|size|year|month|day|hour|iteration|iter|i|j|k|n)\d*$"
)
SEVERAL = re.compile(
    r"(?:^|[_.])(?:seeds|epochs|indices|indexes|idx|idxs|inds|ind|steps|ranks|counts|sizes|years|months|days|lengths|shapes|index|range|offsets|positions)\d*$"
)
METHODS = ("item", "rank", "count", "index", "argmax", "argmin", "toordinal", "timestamp")
ARITHMETIC = ("-", "/", "//", "**", "<<", ">>", "&", "^", "|")


def is_number(scope: Scope, expression: Expression, depth: int = 0) -> bool:
    """Whether a value is surely a number, or a tuple of numbers."""
    if depth > DEEP:
        return False
    match expression:
        case Constant(value):
            return isinstance(value, int | float) or value is None
        case Starred(value):
            return has_numbers(scope, value, depth + 1)
        case Items("tuple", elements):
            return all(is_number(scope, each, depth + 1) for each in elements)
        case Operation(operator, operands) if operator in ("+", "*"):
            return any(is_number(scope, each, depth + 1) for each in operands)
        case Operation("%", operands):
            return is_number(scope, operands[0], depth + 1)
        case Operation(operator, operands):
            return operator in ARITHMETIC and any(is_number(scope, each, depth + 1) for each in operands)
        case Choice(_, then, otherwise):
            return is_number(scope, then, depth + 1) and is_number(scope, otherwise, depth + 1)
        case Call(_, Attribute(_, method)) if method in METHODS:
            return True
        case Call(_, function):
            return scope.resolved(function) in NUMBERS or _method(function) in METHODS
        case Item(value):
            return has_numbers(scope, value, depth + 1)
        case Name(dotted):
            return _is_named(scope, dotted, depth)
    return False


def has_numbers(scope: Scope, expression: Expression, depth: int = 0) -> bool:
    """Whether all elements of a value are surely numbers."""
    if depth > DEEP:
        return False
    match expression:
        case Items(_, elements):
            return all(is_number(scope, each, depth + 1) for each in elements)
        case Comprehension(_, loops, element):
            counted = {name for target, over, _ in loops for name in _numbered(scope, target, over, depth)}
            return (isinstance(element, Name) and element.dotted in counted) or is_number(scope, element, depth + 1)
        case Operation("-", operands):
            return has_numbers(scope, operands[0], depth + 1) or has_numbers(scope, operands[-1], depth + 1)
        case Operation("&", operands):
            return any(has_numbers(scope, each, depth + 1) for each in operands)
        case Operation(operator, operands) if operator in ("|", "^", "+"):
            return all(has_numbers(scope, each, depth + 1) for each in operands)
        case Call(_, function, arguments):
            return _gives_numbers(scope, scope.resolved(function), arguments, depth)
        case Name(dotted) if SEVERAL.search(dotted) or any("[" in each for each in _annotations(scope, dotted)):
            return True
        case Starred(value):
            return has_numbers(scope, value, depth + 1)
        case Name(dotted) if "." not in dotted:
            values = _values(scope, dotted)
            return bool(values) and all(has_numbers(scope, each, depth + 1) for each in values)
    return False


def has_annotation(scope: Scope, node: object) -> bool:
    """Whether a statement assigns to a name of which an annotation says that it holds numbers."""
    name = node.targets[0] if isinstance(node, Assign) else None
    return isinstance(name, Name) and any("[" in each for each in _annotations(scope, name.dotted))


def _method(function: Expression) -> str:
    return function.dotted.partition(".")[2].rpartition(".")[2] if isinstance(function, Name) else ""


def _gives_numbers(scope: Scope, name: str, arguments: tuple[Expression, ...], depth: int) -> bool:
    if name in RANGES:
        return True
    if name == "builtins.map" and len(arguments) == 2:
        return scope.resolved(arguments[0]) in NUMBERS
    return name in SAME and bool(arguments) and all(has_numbers(scope, each, depth + 1) for each in arguments[:1])


def _values(scope: Scope, name: str) -> list[Expression]:
    """What a scope assigns to a name, anywhere."""
    nodes = [found.trail.node for found in _stores(scope, name)]
    return [node.value for node in nodes if isinstance(node, Assign) and node.value is not None]


def _annotations(scope: Scope, name: str) -> set[str]:
    """What annotations say of the numbers that a name of a scope is, or holds."""
    own = scope.node.parameters if isinstance(scope.node, Function) else ()
    nodes = (found.trail.node for found in _stores(scope, name))
    found = {node.annotation for node in nodes if isinstance(node, Assign)}
    return (found | {each.annotation for each in own if each.name == name}) - {""}


def _stores(scope: Scope, name: str) -> list[Occurrence]:
    return [found for found in scope.found if found.trail.slot == "target" and found.expression == Name(name)]


def _is_named(scope: Scope, name: str, depth: int) -> bool:
    """Whether every value that a scope gives a name is a number."""
    if NUMBER.search(name) or name.endswith((".shape", ".ndim")) or {"int", "float"} & _annotations(scope, name):
        return True
    values = _values(scope, name)
    if values:
        return all(is_number(scope, each, depth + 1) for each in values)
    found = [(target, over) for target, over in _loops(scope) if name in targets(target)]
    return bool(found) and all(name in _numbered(scope, target, over, depth) for target, over in found)


def _loops(scope: Scope) -> list[tuple[Expression, Expression]]:
    found: dict[int, tuple[Expression, Expression]] = {}
    for each in scope.found:
        node = each.trail.node
        if isinstance(node, Loop) and node.target is not None:
            found[id(node)] = (node.target, node.over)
        elif isinstance(node, Comprehension):
            found |= {id(over): (target, over) for target, over, _ in node.loops}
    return list(found.values())


def _numbered(scope: Scope, target: Expression, over: Expression, depth: int) -> list[str]:
    """The names of a loop's target that are numbers."""
    if has_numbers(scope, over, depth + 1):
        return list(targets(target))
    is_counted = isinstance(over, Call) and scope.resolved(over.function) == "builtins.enumerate"
    return list(targets(target.elements[0])) if is_counted and isinstance(target, Items) else []
