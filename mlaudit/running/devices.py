"""Which code asks for an accelerator that the machine may not have, without asking whether it is there?"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mlaudit.facts import Repo
from mlaudit.facts.syntax import (
    Assign,
    Attribute,
    Branch,
    Call,
    Choice,
    Class,
    Constant,
    Expression,
    Function,
    Item,
    Leave,
    Name,
    Operation,
    Run,
    Span,
    Statement,
    nodes,
)
from mlaudit.knowledge import devices as known
from mlaudit.orders.scopes import File, Files, Scope
from mlaudit.orders.walk import Occurrence, Trail, blocks, method_of, outwards
from mlaudit.running.spots import Spot, joined

# Calls that need no text to choose a device.
WORDS = ("cuda", "xpu")
Texts = Mapping[str, str]
EXITS = ("exit", "_exit", "skip", "abort")


class Choosing(NamedTuple):
    """A call or assignment that chooses a device by a text."""

    span: Span
    name: str
    device: str
    level: str = ""


def hard_coded(repo: Repo) -> list[Spot]:
    """One spot for each file and device that it asks for unasked."""
    found = repo.view(Files).saying(known.may_choose, *WORDS)
    files = (file for file in found if not known.is_guard(file.path))
    return joined(spot for file in files for spot in _of(file))


def _of(file: File) -> Iterator[Spot]:
    scopes = list(file.module.whole())
    texts = _settled(file)
    found = [
        (scope, each, choosing)
        for scope in scopes
        for each in scope.found
        if (choosing := _choosing(file, texts, scope, each))
    ]
    if not found or _is_bound(scopes) or any(_is_left_early(file, scope) for scope in scopes):
        return
    words = {part for scope in scopes for each in scope.found for part in _words(each.expression)}
    is_distributed = not words.isdisjoint(known.distributed())
    asking = _asking_names(scopes)
    for scope, each, choosing in found:
        if not _is_guarded(each.trail, asking):
            level = choosing.level or ("note" if is_distributed else "")
            yield Spot(scope.location(choosing.span), choosing.name, choosing.device, level)


def _is_bound(scopes: Iterable[Scope]) -> bool:
    """Whether a file imports what has no use without a device."""
    paths = (path for scope in scopes for path in scope.bound.values() if path)
    return any(path == bound or path.startswith(f"{bound}.") for path in paths for bound in known.bound_modules())


def _choosing(file: File, texts: Texts, scope: Scope, found: Occurrence) -> Choosing | None:
    call = found.expression
    if isinstance(call, Call):
        is_default = any(step.slot == "default" for step in outwards(found.trail)) or _is_field(scope, found.trail)
        is_aside = is_default or _is_compared(found.trail)
        return None if is_aside else _called(file, texts, scope, call)
    node = found.trail.node
    if isinstance(call, Constant) and isinstance(node, Assign) and isinstance(call.value, str):
        return next((each for target in node.targets if (each := _set(scope, node, target, call.value))), None)
    return None


def _is_field(scope: Scope, trail: Trail) -> bool:
    """Whether it is the default of a field, of which the decorator of its class makes a parameter."""
    is_own = any(isinstance(step.node, Assign) for step in outwards(trail))
    return isinstance(scope.node, Class) and bool(scope.node.decorators) and is_own


def _is_compared(trail: Trail) -> bool:
    """Whether what is made is only compared with another, itself or by an attribute."""
    node = trail.up.node if isinstance(trail.node, Attribute) and trail.up else trail.node
    return isinstance(node, Operation) and node.operator in ("==", "!=", "in", "not in", "is", "is not")


def _set(scope: Scope, node: Assign, target: Expression, value: str) -> Choosing | None:
    """`os.environ[NAME] = value`."""
    match target:
        case Item(owner, Constant(str(name))) if scope.resolved(owner) == "os.environ":
            if known.variable_chooses(name, value):
                return Choosing(node.at, "os.environ", f"{name}={value}")
    return None


def _called(file: File, texts: Texts, scope: Scope, call: Call) -> Choosing | None:
    if _is_wrapper(scope):
        return None
    name = scope.resolved(call.function)
    if name and (row := known.chooser(name)):
        device = row.default or _device(texts, call, row.position)
        return Choosing(call.at, name, device, row.level) if device else None
    if not name or name.partition(".")[0] not in ("builtins", "argparse", "click", "typer"):
        for keyword, value in call.keywords:
            if keyword in known.keywords() and (device := _text(texts, value)):
                return Choosing(call.at, _written(call.function), device)
    method = method_of(call.function)
    row = known.method_chooser(method) if method and not name else None
    if row is None or (row.module and row.module not in file.imported):
        return None
    if call.arguments:
        device = _device(texts, call, 0)
    else:
        device = row.default if not call.keywords or call.keywords[0][0] == "non_blocking" else ""
    return Choosing(call.at, f".{method}", device) if device else None


def _is_wrapper(scope: Scope) -> bool:
    """Whether a scope is a method that does what it is named for: moving to a device is what it was called for."""
    return isinstance(scope.node, Function) and (known.is_guard(scope.node.name) or scope.node.name in ("to", "_apply"))


def _device(texts: Texts, call: Call, position: int) -> str:
    if position >= len(call.arguments):
        return ""
    value = call.arguments[position]
    if isinstance(value, Constant) and isinstance(value.value, int) and not isinstance(value.value, bool):
        return f"cuda:{value.value}"
    return _text(texts, value)


def _text(texts: Texts, value: Expression) -> str:
    """The accelerator that a text names, or a name that is given that text once in the file; "" for others."""
    match value:
        case Name(dotted):
            return texts.get(dotted, "")
        case Constant(str(text)) if known.is_device(text):
            return text
    return ""


def _settled(file: File) -> Texts:
    """The names of a module that are given one text in the file, which names an accelerator."""
    if _is_set_from_outside(file):
        return {}
    given: dict[str, list[Expression]] = {}
    for each in file.module.found:
        node = each.trail.node
        if isinstance(node, Assign) and each.trail.slot == "value":
            for target in node.targets:
                if isinstance(target, Name) and "." not in target.dotted:
                    given.setdefault(target.dotted, []).append(each.expression)
    inner = {name for scope in file.module.whole() if scope is not file.module for name in scope.bound}
    texts = {name: _text({}, values[0]) for name, values in given.items() if len(values) == 1 and name not in inner}
    return {name: text for name, text in texts.items() if text}


def _is_set_from_outside(file: File) -> bool:
    """Whether a module runs text as code, which may give its names other values."""
    calls = (each.expression for each in file.module.found if isinstance(each.expression, Call))
    return any(file.module.resolved(call.function) == "builtins.exec" for call in calls)


def _written(function: Expression) -> str:
    return function.dotted if isinstance(function, Name) else f".{method_of(function)}"


def _is_guarded(trail: Trail, asking: frozenset[str]) -> bool:
    """Whether a place runs only where a device is wanted or was found: under a test of it, or in what is tried."""
    for step in outwards(trail):
        match step.node:
            case Branch(None) if isinstance(step.slot, int):
                return True
            case Branch(test) if isinstance(step.slot, int) and test is not None and _asks(test, asking):
                return True
            case Choice(test) if step.slot != "test" and _asks(test, asking):
                return True
            case Operation("and" | "or", operands) if any(_asks(each, asking) for each in operands):
                return True
    return False


def _asks(test: Expression, asking: frozenset[str]) -> bool:
    return any(known.is_guard(word) or word in asking for word in _words_in(test))


def _words_in(expression: Expression) -> Iterator[str]:
    for each in nodes(expression):
        yield from _words(each)


def _words(each: object) -> Iterator[str]:
    match each:
        case Name(dotted):
            yield from dotted.split(".")
        case Attribute(_, name):
            yield name
        case Constant(str(text)) if len(text) < 40:
            yield text
        case Call(_, _, _, keywords):
            yield from (name for name, _ in keywords)


def _asking_names(scopes: Iterable[Scope]) -> frozenset[str]:
    """Names that hold the answer to whether a device is there."""
    found = set()
    for scope in scopes:
        for each in scope.found:
            node = each.trail.node
            is_given = (
                isinstance(node, Assign) and each.trail.slot == "value" and not isinstance(each.expression, Constant)
            )
            if isinstance(node, Assign) and is_given and _asks(each.expression, frozenset()):
                found |= {target.dotted for target in node.targets if isinstance(target, Name)}
    return frozenset(found)


def _is_left_early(file: File, scope: Scope) -> bool:
    """Whether a scope is left, or the program ends, where there is no device."""
    return any(_leaves(file, statement) for statement in _statements(scope.node.body))


def _statements(body: Iterable[Statement]) -> Iterator[Statement]:
    for statement in body:
        yield statement
        for _, block in blocks(statement):
            yield from _statements(block)


def _leaves(file: File, statement: Statement) -> bool:
    match statement:
        case Branch(test, (first, *_)) if test is not None and first and _ends(first[-1]):
            is_raised = first[-1] if isinstance(first[-1], Run) or first[-1].kind == "raise" else None  # type: ignore[union-attr]
            return _asks_whether(test) or (is_raised is not None and _asks(test, frozenset()) and _speaks(is_raised))
        case Run(Call() | Operation() as test) if not file.path.endswith(".ipynb"):
            return _asks_whether(test)
    return False


def _asks_whether(test: Expression) -> bool:
    """Whether a test is one of whether a device is there at all."""
    return any(re.search(r"avail|device_count|list_physical|list_gpus", word) for word in _words_in(test))


def _speaks(end: Statement) -> bool:
    """Whether the message with which a program ends speaks of a device."""
    texts = (each.value for each in nodes(end) if isinstance(each, Constant))
    return any(known.is_guard(text) for text in texts if isinstance(text, str))


def _ends(statement: Statement) -> bool:
    match statement:
        case Leave("raise" | "return"):
            return True
        case Run(Call(_, Name(dotted))):
            return dotted.rpartition(".")[2] in EXITS
    return False
