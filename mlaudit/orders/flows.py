"""Where does a value go whose order nobody fixed, and does anything come to hang on that order there?

A reason is a clause whose `it` is the order; "" says that nothing hangs on it.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from mlaudit.facts.syntax import (
    Assign,
    Attribute,
    Call,
    Choice,
    Comprehension,
    Constant,
    Expression,
    Item,
    Items,
    Leave,
    Loop,
    Name,
    Operation,
    Starred,
    With,
    Yield,
)
from mlaudit.orders import libraries, loops, positions, tracks
from mlaudit.orders.scopes import File, Scope
from mlaudit.orders.walk import Occurrence, Trail, names, outwards, targets

BY_POSITION = "items are taken from it by position"
FIRST = "the first one of it is taken"
CHOSEN = "it chooses columns or rows"
RETURNED = "it is returned as a list"
YIELDED = "it is yielded item by item"
# Reasons that may be none: there may be one item only, and callers may sort.
WEAK = (FIRST, RETURNED, YIELDED)
NUMBERED = "places in it become numbers"
ALGEBRA = ("|", "&", "-", "^")
SAME_SET = ("union", "intersection", "difference", "symmetric_difference", "copy")
PROGRESS = re.compile(r"tqdm|progress|track$", re.IGNORECASE)
QUIET = (
    "info",
    "debug",
    "warning",
    "error",
    "exception",
    "log",
    "echo",
    "print",
    "write",
    "add",
    "append",
    "update",
    "join",
)


class Flow(NamedTuple):
    """One question: in which file, which turns were taken, and whether a call that nobody knows counts (`strict`)."""

    file: File
    seen: set[tuple[int, str]]
    strict: bool = False

    def is_new(self, thing: object, word: str) -> bool:
        """Whether a turn is taken for the first time."""
        turn = (id(thing), word)
        if turn in self.seen:
            return False
        self.seen.add(turn)
        return True


class Value(NamedTuple):
    """What flows: a `set`, or a `list` (any iterable) that has its order; `counted` are the positions of its items that
    number them (`enumerate`: 0), None where nothing does."""

    kind: str = "list"
    counted: int | None = None


LIST = Value()
SET = Value("set")


def outer(found: Occurrence) -> Occurrence:
    """The node in which an expression stands. Only for an expression inside another."""
    assert found.trail.up is not None
    return Occurrence(found.trail.node, found.trail.up)  # type: ignore[arg-type]


def reason(flow: Flow, scope: Scope, found: Occurrence, value: Value = LIST) -> str:
    """What hangs on the order of a value that stands somewhere."""
    trail = found.trail
    node, slot = trail.node, trail.slot
    match node:
        case Call():
            return _handed(flow, scope, found, node, value)
        case Attribute(_, name):
            return _asked(flow, scope, outer(found), name, value)
        case Item(_, key):
            return positions.taken(flow, scope, found, key, value)
        case Comprehension():
            return _comprehended(flow, scope, found, node, value) if slot == "over" else ""
        case Starred():
            return _spread(flow, scope, outer(found), value)
        case Items("tuple") if trail.up and isinstance(trail.up.node, Leave):
            return reason(flow, scope, outer(found), value)
        case Operation(operator):
            keeps = _is_kept(node, slot, value) if value.kind == "set" else operator in ("+", "*", "or")
            return reason(flow, scope, outer(found), value) if keeps else ""
        case Choice() if slot != "test":
            return reason(flow, scope, outer(found), value)
        case Assign():
            return _assigned(flow, scope, node, trail, value) if slot == "value" else ""
        case With(contexts):
            bound = [target for context, target in contexts if context is found.expression and target is not None]
            return strongest(tracks.named(flow, scope, name, trail, value) for each in bound for name in targets(each))
        case Loop(target) if target is not None and slot == "over":
            return loops.collected(flow, scope, node, counters(target, value))
        case Yield():
            return _given(flow, scope, trail, YIELDED, value)
        case Leave("return"):
            return _given(flow, scope, trail, RETURNED, value)
    return ""


def _is_kept(node: Operation, slot: object, value: Value) -> bool:
    """Whether a set's own place in an operation makes the order of the result: that of the left one does."""
    if node.operator == "or" or (node.operator in ALGEBRA and slot == 0):
        return True
    left = node.operands[0]
    is_other = isinstance(left, Item | Attribute) or (
        isinstance(left, Call) and isinstance(left.function, Attribute | Name)
    )
    is_set = isinstance(left, Call) and isinstance(left.function, Name) and left.function.dotted in ("set", "frozenset")
    return value.kind == "set" and node.operator in ALGEBRA and is_other and not is_set


def counters(target: Expression, value: Value) -> set[str]:
    """The names in a loop's target that count its turns."""
    if isinstance(target, Items) and value.counted is not None and value.counted < len(target.elements):
        return set(targets(target.elements[value.counted]))
    return set()


def strongest(reasons: Iterable[str]) -> str:
    """The first of some reasons that is surely one, else the first."""
    weak = ""
    for each in reasons:
        if each and each not in WEAK:
            return each
        weak = weak or each
    return weak


def _handed(flow: Flow, scope: Scope, found: Occurrence, call: Call, value: Value) -> str:
    """A value is an argument."""
    name = scope.resolved(call.function)
    if found.trail.slot == "function":
        return ""
    if name in libraries.DROPS:
        return NUMBERED if name == "builtins.dict" and value.counted is not None else ""
    if name == "builtins.next":
        return FIRST
    if name in ("copy.copy", "copy.deepcopy"):
        return reason(flow, scope, outer(found), value)
    if name in libraries.KEEPS or PROGRESS.search(written(call.function)):
        return reason(flow, scope, outer(found), _numbered(scope, name, call, value))
    if name in libraries.DATA:
        return "" if _is_reduced(scope, outer(found)) else f"it goes into `{written(call.function)}`"
    return _method_given(flow, scope, found, call, value)


def _numbered(scope: Scope, name: str, call: Call, value: Value) -> Value:
    """The value that a call gives which keeps the order: does it number the items?"""
    if name in ("builtins.enumerate", "tqdm.contrib.tenumerate"):
        return Value("list", 0)
    if name == "builtins.zip":
        counts = [
            place
            for place, each in enumerate(call.arguments)
            if isinstance(each, Call) and scope.resolved(each.function) in ("builtins.range", "itertools.count")
        ]
        return Value("list", counts[0] if counts else None)
    keeps = name in ("builtins.list", "builtins.tuple", "builtins.iter") or name.startswith("tqdm")
    return Value("list", value.counted if keeps else None)


def _is_reduced(scope: Scope, call: Occurrence) -> bool:
    """Whether what a call makes is made a number at once, or put in order."""
    node = call.trail.node
    if isinstance(node, Attribute):
        return node.name in libraries.REDUCERS or node.name in tracks.SORTS
    if isinstance(node, Assign) and isinstance(node.targets[0], Name):
        return tracks.is_sorted(scope, node.targets[0].dotted, call.trail)
    return False


def _method_given(flow: Flow, scope: Scope, found: Occurrence, call: Call, value: Value) -> str:
    """A value is an argument of a method, or of a function that nobody knows."""
    owner, _, method = written(call.function).rpartition(".")
    if method == "extend" and owner and isinstance(call.function, Name):
        return tracks.named(flow, scope, owner, found.trail, LIST)
    if flow.strict and value.kind == "list" and method not in QUIET:
        return f"it goes into `{written(call.function)}`"
    return ""


def _asked(flow: Flow, scope: Scope, attribute: Occurrence, name: str, value: Value) -> str:
    """A method is called on a value that has no name."""
    if not isinstance(attribute.trail.node, Call) or attribute.trail.slot != "function":
        return ""
    return asked(flow, scope, outer(attribute), name, value)


def asked(flow: Flow, scope: Scope, call: Occurrence, method: str, value: Value) -> str:
    """A method of the value is called."""
    if value.kind == "set":
        return reason(flow, scope, call, value) if method in SAME_SET else ""
    if method == "index":
        return NUMBERED
    return reason(flow, scope, call, value) if method == "copy" else ""


def _comprehended(flow: Flow, scope: Scope, found: Occurrence, node: Comprehension, value: Value) -> str:
    """A comprehension runs over a value."""
    target = next(target for target, over, _ in node.loops if over is found.expression)
    is_counted = bool(counters(target, value) & set(names(node.element)))
    if node.kind == "dict":
        return NUMBERED if is_counted else ""
    if node.kind == "set" or isinstance(node.element, Constant):
        return ""
    return reason(flow, scope, outer(found), Value("list", 0 if is_counted else None))


def _spread(flow: Flow, scope: Scope, starred: Occurrence, value: Value) -> str:
    """A value is spread by `*`: in a display, or over arguments."""
    if isinstance(starred.trail.node, Items):
        return reason(flow, scope, outer(starred), LIST) if starred.trail.node.kind != "set" else ""
    return reason(flow, scope, starred, value)


def _assigned(flow: Flow, scope: Scope, node: Assign, trail: Trail, value: Value) -> str:
    """A value gets a name, or becomes part of something."""
    found: list[str] = []
    for target in node.targets:
        if isinstance(target, Item):
            if value.kind == "list" and tracks.is_frame(scope, target.value):
                return "it becomes a column"
        elif isinstance(target, Name):
            found.append(tracks.named(flow, scope, target.dotted, trail, value))
        else:
            found += (tracks.named(flow, scope, name, trail, value) for name in targets(target))
    return strongest(found)


def _given(flow: Flow, scope: Scope, trail: Trail, otherwise: str, value: Value) -> str:
    """A function gives a value to its callers: those of this file are asked, if there are any."""
    if value.kind == "set" or any(step.slot == "body" and isinstance(step.node, Call) for step in outwards(trail)):
        return ""
    calls = tracks.calls_of(flow, scope)
    if calls is None or not flow.is_new(scope.node, "given"):
        return ""
    return strongest(reason(flow, where, call, value) for where, call in calls) if calls else otherwise


def given(flow: Flow, scope: Scope, trail: Trail) -> str:
    """Items are yielded one by one, in their order."""
    return _given(flow, scope, trail, YIELDED, LIST)


def written(expression: Expression) -> str:
    """A callee as it is written."""
    match expression:
        case Name(dotted):
            return dotted
        case Attribute(_, name):
            return f"….{name}"
        case Call(_, function):
            return f"{written(function)}(…)"
    return "…"
