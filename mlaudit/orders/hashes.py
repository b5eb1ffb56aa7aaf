"""Where does Python's own hash of a text, another in each process, decide anything that is kept?"""

from collections.abc import Iterator

from mlaudit.facts import Repo
from mlaudit.facts.syntax import (
    Assign,
    Call,
    Choice,
    Expression,
    Function,
    Item,
    Items,
    Name,
    Operation,
)
from mlaudit.orders import flows, numbers, tracks
from mlaudit.orders.listings import Ordered
from mlaudit.orders.scopes import File, Files, Scope
from mlaudit.orders.walk import Occurrence

# Without one of these a file has nothing to ask.
WORDS = ("hash",)
HASH = "builtins.hash"
# Where the value of a hash is only compared with another of the same process, or only seen.
OWN = ("__hash__", "__eq__", "__repr__", "__str__", "__lt__", "__cache_key__", "_hash", "__init_subclass__")
SAME_VALUE = (
    "builtins.abs",
    "builtins.int",
    "builtins.hex",
    "builtins.str",
    "numpy.abs",
    "numpy.uint32",
    "builtins.format",
)
SEEDS = frozenset(
    """
random.seed random.Random numpy.random.seed numpy.random.RandomState numpy.random.default_rng
numpy.random.SeedSequence torch.manual_seed torch.cuda.manual_seed torch.cuda.manual_seed_all
tensorflow.random.set_seed tensorflow.set_random_seed jax.random.PRNGKey jax.random.key jax.random.fold_in
""".split()
)
SEED_WORDS = ("=seed", "=random_state", "=random_seed", "=rng", "=key", "=generator_seed")
MAPPED = ("apply", "map", "transform", "applymap")
FILES = frozenset(
    """
builtins.open os.path.join pathlib.Path os.makedirs os.mkdir numpy.save torch.save
""".split()
)


def hashes(repo: Repo) -> list[Ordered]:
    """Every call of `hash` on what may be a text, whose value decides something."""
    files = repo.view(Files).holding(*WORDS)
    return [found for file in files for scope in file.module.whole() for found in _of(file, scope)]


def _of(file: File, scope: Scope) -> Iterator[Ordered]:
    if isinstance(scope.node, Function) and scope.node.name in OWN:
        return
    for found in scope.found:
        call = found.expression
        if not isinstance(call, Call) or not _is_hash(scope, call):
            continue
        if why := _reason(flows.Flow(file, set()), scope, found):
            yield Ordered(scope.location(call.at), flows.written(call.function), why)


def _is_hash(scope: Scope, call: Call) -> bool:
    """Whether a call gives hashes of texts: `hash(text)`, `column.apply(hash)`."""
    if scope.resolved(call.function) == HASH:
        return len(call.arguments) == 1 and not _is_known(scope, call.arguments[0])
    method = flows.written(call.function).rpartition(".")[2]
    return method in MAPPED and any(scope.resolved(each) == HASH for each in call.arguments)


def _is_known(scope: Scope, argument: Expression) -> bool:
    """Whether a number is hashed, or a tuple of numbers: one that holds two may hold a name that nobody knows."""
    if isinstance(argument, Items):
        known = [numbers.is_number(scope, each) for each in argument.elements]
        unknown = [each for each, is_known in zip(argument.elements, known, strict=True) if not is_known]
        return not unknown or (sum(known) >= 2 and len(unknown) == 1 and isinstance(unknown[0], Name))
    return numbers.is_number(scope, argument)


def _reason(flow: flows.Flow, scope: Scope, found: Occurrence) -> str:
    node, slot = found.trail.node, found.trail.slot
    match node:
        case Operation("%" | "&" | ">>" | "//"):
            return (
                "its remainder decides"
                if slot == 0 and node.operator in ("%", "&")
                else _reason(flow, scope, flows.outer(found))
            )
        case Operation("+" | "-" | "*" | "^" | "/" | "or"):
            return _reason(flow, scope, flows.outer(found))
        case Operation(""):
            return _text(flow, scope, flows.outer(found))
        case Choice() if slot != "test":
            return _reason(flow, scope, flows.outer(found))
        case Call(_, function):
            return _handed(flow, scope, found, scope.resolved(function))
        case Assign(_, targets) if slot == "value":
            return next((why for each in targets if (why := _assigned(flow, scope, each, found))), "")
    return ""


def _handed(flow: flows.Flow, scope: Scope, found: Occurrence, name: str) -> str:
    slot = found.trail.slot
    if slot in SEED_WORDS or (name in SEEDS and slot in (0, 1)):
        return "it is a seed"
    if name in ("builtins.str", "builtins.hex", "builtins.format"):
        return _text(flow, scope, flows.outer(found))
    return _reason(flow, scope, flows.outer(found)) if name in SAME_VALUE else ""


def _text(flow: flows.Flow, scope: Scope, found: Occurrence) -> str:
    """The hash became part of a text: does that name a file?"""
    node = found.trail.node
    match node:
        case Operation("/" | "+" | ""):
            if node.operator == "/":
                return "it names a file"
            return _text(flow, scope, flows.outer(found))
        case Call(_, function):
            return "it names a file" if scope.resolved(function) in FILES else ""
        case Item() if found.trail.slot == "value":
            return _text(flow, scope, flows.outer(found))
        case Assign(_, targets) if found.trail.slot == "value":
            return next((why for each in targets if (why := _named(flow, scope, each, found, _text))), "")
    return ""


def _assigned(flow: flows.Flow, scope: Scope, target: Expression, found: Occurrence) -> str:
    if isinstance(target, Item) and tracks.is_frame(scope, target.value):
        return "it becomes a column"
    if isinstance(target, Name) and target.dotted.rpartition(".")[2] in ("seed", "random_state", "random_seed"):
        return "it is a seed"
    return _named(flow, scope, target, found, _reason)


def _named(flow: flows.Flow, scope: Scope, target: Expression, found: Occurrence, follow: "object") -> str:
    if not isinstance(target, Name) or "." in target.dotted or not flow.is_new(scope.node, target.dotted):
        return ""
    uses = tracks.uses(scope, target.dotted, found.trail)
    reasons = (follow(flow, where, use) for where, use in uses if use.expression == target)  # type: ignore[operator]
    return next((why for why in reasons if why), "")
