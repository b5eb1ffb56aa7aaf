"""Which random key of JAX is used twice? Two draws from one key are the same draw, or depend on one another."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mlaudit.facts import Location, Repo
from mlaudit.facts.syntax import (
    Assign,
    Attribute,
    Branch,
    Call,
    Class,
    Comprehension,
    Constant,
    Expression,
    Function,
    Item,
    Items,
    Leave,
    Loop,
    Name,
    Run,
    Span,
    Starred,
    Statement,
    Table,
    With,
)
from mlaudit.orders import flows
from mlaudit.orders.scopes import File, Files, Scope
from mlaudit.orders.walk import occurrences, parts

# Functions of jax.random that take no draw from their key.
FRESH = frozenset("PRNGKey key wrap_key_data clone fold_in".split())
ASKING = FRESH | frozenset("key_data key_impl default_prng_impl PRNGKeyArray".split())
RANDOM = "jax.random."
# Layers that draw their weights with the key that they are given.
LAYERS = "equinox.nn."
NETWORKS = ("flax", "haiku")
KEYED = ("rngs", "rng")
Uses = dict[str, "Use"]


class Use(NamedTuple):
    """Where a key was used for the first time, and by which callee; `is_told` once it was used again."""

    at: Span
    function: Expression
    is_told: bool = False


class Reuse(NamedTuple):
    """A key that is used again: the callee that takes it, and the one that took it first."""

    at: Location
    name: str
    first: Location


class Walk(NamedTuple):
    """The way through one scope. `keys` are names known to hold a key; `helpers` are functions of the file that draw
    with their parameters; `found` are callee, key and first callee."""

    scope: Scope
    networks: bool
    keys: set[str]
    helpers: dict[str, list[str]]
    found: list[tuple[Span, str, Span]]


def keys(repo: Repo) -> list[Reuse]:
    """Every second use of a key, file by file."""
    return [found for file in repo.view(Files).holding("jax") if "jax" in file.imported for found in _of(file)]


def _of(file: File) -> Iterator[Reuse]:
    helpers = {name: drawn for scope in file.module.inner for name, drawn in _helper(scope)}
    for scope in file.module.whole():
        walk = Walk(scope, any(each in file.imported for each in NETWORKS), set(), helpers, [])
        _block(walk, scope.node.body, {}, False)
        for at, name, first in dict.fromkeys(walk.found):
            yield Reuse(scope.location(at), name, scope.location(first))


def _helper(scope: Scope) -> Iterator[tuple[str, list[str]]]:
    """A function of a module, with its parameters: "" for those that it does not draw with itself. A class is what its
    constructor is."""
    if isinstance(scope.node, Class):
        made = (found for inner in scope.inner for name, found in _helper(inner) if name == "__init__")
        yield from ((scope.node.name, found[1:]) for found in made)
    elif isinstance(scope.node, Function):
        drawn = {
            key
            for found in occurrences(scope.node.body)
            if isinstance(found.expression, Call)
            for key in _direct(scope, found.expression)
        }
        if drawn & {parameter.name for parameter in scope.node.parameters}:
            yield scope.node.name, [each.name if each.name in drawn else "" for each in scope.node.parameters]


def _direct(scope: Scope, call: Call) -> list[str]:
    """The key that a function of jax.random, or a layer, draws with, if it has a name."""
    name = scope.resolved(call.function)
    if name.startswith(LAYERS):
        return _written(dict(call.keywords).get("key", Constant(None)))
    if not name.startswith(RANDOM) or name.removeprefix(RANDOM) in ASKING:
        return []
    given = call.arguments[0] if call.arguments else dict(call.keywords).get("key")
    return _written(given) if given is not None else []


def _written(expression: Expression) -> list[str]:
    """A key as it is written: a name, or an item of a name at a fixed place."""
    match expression:
        case Name(dotted):
            return [dotted]
        case Item(Name(dotted), Constant(int() as place)):
            return [f"{dotted}[{place}]"]
    return []


def _block(walk: Walk, body: Iterable[Statement], uses: Uses, turns: bool) -> Uses | None:
    """Run statements; None where they are left for good. `turns`: only what is done in every turn counts again."""
    for statement in body:
        after = _statement(walk, statement, uses, turns)
        if after is None:
            return None
        uses = after
    return uses


def _statement(walk: Walk, statement: Statement, uses: Uses, turns: bool) -> Uses | None:
    match statement:
        case Branch(test, found):
            if test is not None:
                _evaluate(walk, test, uses, turns)
            return _branch(walk, found, uses, turns)
        case Loop(target, over, body):
            _evaluate(walk, over, uses, turns)
            return _loop(walk, target, body, uses, turns)
        case With(contexts, body):
            for context, target in contexts:
                _evaluate(walk, context, uses, turns)
                _store(walk, target, context, uses)
            return _block(walk, body, uses, turns)
        case Assign(_, targets, value) if value is not None:
            _evaluate(walk, value, uses, turns)
            for target in targets:
                _store(walk, target, value, uses)
        case Run(value):
            _evaluate(walk, value, uses, turns)
        case Leave(_, value):
            if value is not None:
                _evaluate(walk, value, uses, turns)
            return None
    return uses


def _branch(walk: Walk, found: tuple[tuple[Statement, ...], ...], uses: Uses, turns: bool) -> Uses | None:
    """One of the blocks runs: a key is used afterwards if any block that goes on has used it."""
    if turns:
        return uses
    ends = [end for block in found if (end := _block(walk, block, dict(uses), turns)) is not None]
    if not ends:
        return None
    merged: Uses = {}
    for end in ends:
        merged = {**end, **merged}
    return merged


def _loop(walk: Walk, target: Expression | None, body: tuple[Statement, ...], uses: Uses, turns: bool) -> Uses:
    """A loop may come round: its second turn starts with what the first has used."""
    before = dict(uses)
    _store(walk, target, None, uses)
    first = _block(walk, body, dict(uses), turns)
    if first is None:
        return before
    _store(walk, target, None, first)
    _block(walk, body, dict(first), True)
    return {**first, **before}


def _evaluate(walk: Walk, expression: Expression, uses: Uses, turns: bool) -> None:
    """What an expression uses, parts before wholes. Lambdas are run by whoever calls them."""
    if isinstance(expression, Function):
        return
    if isinstance(expression, Comprehension):
        _comprehension(walk, expression, uses, turns)
        return
    for _, part in parts(expression):
        _evaluate(walk, part, uses, turns)
    if isinstance(expression, Call):
        for key in dict.fromkeys(_taken(walk, expression)):
            _use(walk, key, expression, uses)
        if isinstance(expression.function, Name) and expression.function.dotted.startswith("self."):
            for key in [key for key in uses if key.startswith("self.")]:
                del uses[key]


def _comprehension(walk: Walk, expression: Comprehension, uses: Uses, turns: bool) -> None:
    for target, over, _ in expression.loops:
        _evaluate(walk, over, uses, turns)
        _store(walk, target, None, uses)
    for _ in range(2):
        _evaluate(walk, expression.element, uses, turns)
        for target, _, _ in expression.loops:
            _store(walk, target, None, uses)


def _use(walk: Walk, key: str, call: Call, uses: Uses) -> None:
    first = uses.get(key)
    if first is None:
        uses[key] = Use(call.at, call.function)
    elif not first.is_told and not _is_same_start(walk, first, call):
        walk.found.append((call.at, key, first.at))
        uses[key] = first._replace(is_told=True)


def _is_same_start(walk: Walk, first: Use, call: Call) -> bool:
    """Whether one network is started twice from one key: a copy of it is wanted, as of a target network."""
    name = flows.written(call.function)
    starts = name.endswith(".init") or (name in walk.helpers and name[:1].isupper())
    return first.function == call.function and starts and first.at != call.at


def _taken(walk: Walk, call: Call) -> list[str]:
    """The keys that a call uses up."""
    if taken := _direct(walk.scope, call):
        return taken
    if (
        isinstance(call.function, Name)
        and call.function.dotted in walk.helpers
        and not walk.scope.resolved(call.function)
    ):
        return _helped(call, walk.helpers[call.function.dotted])
    method = call.function.name if isinstance(call.function, Attribute) else ""
    if isinstance(call.function, Name):
        method = call.function.dotted.rpartition(".")[2] if "." in call.function.dotted else ""
    if not walk.networks or method not in ("init", "apply"):
        return []
    given = [value for name, value in call.keywords if name in KEYED]
    given += call.arguments[:1] if method == "init" else call.arguments[1:2]
    return [key for each in given for key in _keys_in(each) if key in walk.keys]


def _helped(call: Call, parameters: list[str]) -> list[str]:
    """The keys among the arguments of a function of this file that draws with them."""
    if any(isinstance(each, Starred) for each in call.arguments):
        return []
    given = [value for name, value in zip(parameters, call.arguments, strict=False) if name]
    given += [value for name, value in call.keywords if name in parameters]
    return [key for each in given for key in _written(each)]


def _keys_in(expression: Expression) -> list[str]:
    """The keys of `rngs`: one, or one for each stream."""
    if isinstance(expression, Table):
        return [key for _, value in expression.pairs for key in _written(value)]
    return _written(expression)


def _store(walk: Walk, target: Expression | None, value: Expression | None, uses: Uses) -> None:
    """A name gets another value: it is a new key, if it is one."""
    match target:
        case Name(dotted):
            for key in [key for key in uses if key == dotted or key.startswith((f"{dotted}[", f"{dotted}."))]:
                del uses[key]
            is_key = isinstance(value, Call) and walk.scope.resolved(value.function).startswith(RANDOM)
            (walk.keys.add if is_key else walk.keys.discard)(dotted)
        case Item(Name(dotted)):
            for key in [key for key in uses if key.startswith(f"{dotted}[")]:
                del uses[key]
        case Items(_, elements):
            for element in elements:
                _store(walk, element, value, uses)
        case Starred(inner):
            _store(walk, inner, value, uses)
