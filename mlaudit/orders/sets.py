"""Where does the order in which a set gives its elements decide anything?"""

from collections.abc import Iterator

from mlaudit.facts import Repo
from mlaudit.facts.syntax import Assign, Attribute, Call, Comprehension, Items, Name, Operation, Span, Starred
from mlaudit.orders import flows, numbers
from mlaudit.orders.listings import Ordered
from mlaudit.orders.scopes import File, Files, Scope
from mlaudit.orders.walk import Occurrence, outwards

# Without one of these a file has nothing to ask.
WORDS = ("set", "frozenset")
SETS = ("builtins.set", "builtins.frozenset")


def sets(repo: Repo) -> list[Ordered]:
    """Every set, of what is not known to be numbers, whose order decides something."""
    files = repo.view(Files).holding(*WORDS)
    return [found for file in files for scope in file.module.whole() for found in _of(file, scope)]


def _of(file: File, scope: Scope) -> Iterator[Ordered]:
    for found in scope.found:
        if not _is_set(scope, found) or found.trail.slot == "target":
            continue
        why = flows.reason(flows.Flow(file, set()), scope, found, flows.SET)
        if why and not _is_numeric(scope, found) and (place := _place(found)):
            at, name = place
            yield Ordered(scope.location(at), name, why, _confidence(found, why))


def _confidence(found: Occurrence, why: str) -> str:
    """Low where callers may not care, and for the keys of a dict, which are as often numbers as texts."""
    match found.expression:
        case Call(_, _, (Call(_, Name(dotted)),)) if dotted.endswith(".keys"):
            return "low"
    return "low" if why in flows.WEAK else ""


def _is_numeric(scope: Scope, found: Occurrence) -> bool:
    """Whether a set, or what set algebra makes of it, holds numbers only."""
    if numbers.has_numbers(scope, found.expression) or numbers.has_annotation(scope, found.trail.node):
        return True
    is_part = isinstance(found.trail.node, Operation) and found.trail.node.operator in flows.ALGEBRA
    return is_part and _is_numeric(scope, flows.outer(found))


def _is_set(scope: Scope, found: Occurrence) -> bool:
    match found.expression:
        case Call(_, function, arguments):
            return scope.resolved(function) in SETS and (bool(arguments) or _is_filled(scope, found))
        case Items("set", elements):
            return len(elements) > 1 or isinstance(elements[0], Starred)
        case Comprehension("set"):
            return True
    return False


def _is_filled(scope: Scope, found: Occurrence) -> bool:
    """Whether the name of an empty set is given elements, not numbers, later."""
    node = found.trail.node
    if not isinstance(node, Assign) or not isinstance(node.targets[0], Name):
        return False
    name = node.targets[0].dotted
    given = [
        (where, each.expression)
        for where in scope.seeing(name.partition(".")[0])
        for each in where.found
        if isinstance(each.expression, Call)
        and each.expression.function in (Name(f"{name}.add"), Name(f"{name}.update"))
    ]
    return bool(given) and not all(_gives_numbers(where, call) for where, call in given)


def _gives_numbers(scope: Scope, call: Call) -> bool:
    judge = numbers.is_number if flows.written(call.function).endswith(".add") else numbers.has_numbers
    return all(judge(scope, each) for each in call.arguments)


def _place(found: Occurrence) -> tuple[Span, str] | None:
    """The callee that makes the set; else the one that takes it, or the name that it gets."""
    if isinstance(found.expression, Call):
        return found.expression.at, flows.written(found.expression.function)
    for step in outwards(found.trail):
        match step.node:
            case Call(at, function):
                return at, flows.written(function)
            case Assign(at, targets) if isinstance(targets[0], Name | Attribute):
                return at, flows.written(targets[0])
    return None
