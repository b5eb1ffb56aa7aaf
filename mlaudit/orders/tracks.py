"""Which uses has a name that holds a value, until it is given another?"""

import re
from collections.abc import Iterator

from mlaudit.facts.syntax import (
    Assign,
    Branch,
    Call,
    Class,
    Constant,
    Expression,
    Function,
    Item,
    Leave,
    Loop,
    Name,
    Operation,
    Run,
    With,
)
from mlaudit.orders import flows
from mlaudit.orders.scopes import Scope
from mlaudit.orders.walk import Occurrence, Trail, is_within, outwards

SORTS = ("sort", "sort_values", "sort_index")
SORTED = (
    "builtins.sorted",
    "natsort.natsorted",
    "natsort.os_sorted",
    "natsort.humansorted",
    "numpy.sort",
    "numpy.unique",
)
DATASET = re.compile(r"Dataset|DataModule|Sequence$|Folder$|Loader$|Generator$")
STATEMENTS = (Assign, Branch, Leave, Loop, Run, With, Function, Class)
TABLE = frozenset(
    "loc iloc columns groupby merge fillna dropna drop_duplicates set_index reset_index sort_values iterrows "
    "itertuples to_csv to_parquet astype value_counts describe isnull isna select_dtypes pivot_table".split()
)
Use = tuple[Scope, Occurrence]


def named(flow: "flows.Flow", scope: Scope, name: str, trail: Trail, value: "flows.Value") -> str:
    """What hangs on the order of a value that a name holds from the statement of a trail on."""
    if isinstance(scope.node, Class):
        return ""
    if "." in name:
        return _kept(flow, scope, name, value)
    if not flow.is_new(scope.node, f"{name} {_end(scope, trail)} {value.kind}"):
        return ""
    why = _of(flow, uses(scope, name, trail), name, value)
    return "" if why == flows.FIRST and _is_single(scope, name) else why


def _is_single(scope: Scope, name: str) -> bool:
    """Whether a scope compares how many items a name has with one."""
    length = (Name("len"), (Name(name),))
    for found in scope.found:
        node = found.trail.node
        is_length = isinstance(found.expression, Call) and found.expression[1:3] == length
        if is_length and isinstance(node, Operation) and {Constant(1), Constant(2)} & set(node.operands):
            return True
    return False


def is_sorted(scope: Scope, name: str, trail: Trail) -> bool:
    """Whether a name is put in order after the statement of a trail."""
    return any(_sorts(where, found, name) for where, found in uses(scope, name, trail))


def uses(scope: Scope, name: str, trail: Trail) -> list[Use]:
    """The uses of a name after the statement of a trail, up to where it surely gets another value; those of inner
    functions all."""
    return [*_later(scope, name, _end(scope, trail), trail), *_within(scope, name)]


def _of(flow: "flows.Flow", found_uses: list[Use], name: str, value: "flows.Value") -> str:
    if any(_sorts(where, found, name) for where, found in found_uses):
        return ""
    return flows.strongest(_used(flow, where, found, name, value) for where, found in found_uses)


def _used(flow: "flows.Flow", scope: Scope, found: Occurrence, name: str, value: "flows.Value") -> str:
    dotted = found.expression.dotted if isinstance(found.expression, Name) else ""
    if found.trail.slot == "target":
        return ""
    if dotted == name:
        return flows.reason(flow, scope, found, value)
    if found.trail.slot == "function" and dotted.count(".") == name.count(".") + 1:
        return flows.asked(flow, scope, flows.outer(found), dotted.rpartition(".")[2], value)
    return ""


def _sorts(scope: Scope, found: Occurrence, name: str) -> bool:
    """Whether a use puts the name's items in order."""
    dotted, trail = found.expression.dotted, found.trail  # type: ignore[union-attr]
    if not isinstance(trail.node, Call):
        return False
    if trail.slot == "function":
        return dotted in [f"{name}.{method}" for method in SORTS]
    return dotted == name and trail.slot == 0 and scope.resolved(trail.node.function) in SORTED


def _end(scope: Scope, trail: Trail) -> int:
    """The place of the last expression of the statement of a trail; of a `with`, that of its head."""
    node = _statement(trail).node
    behind = range(len(scope.found) - 1, -1, -1)
    if isinstance(node, With):
        return next(place for place in behind if scope.found[place].trail.node is node)
    return next(place for place in behind if is_within(scope.found[place].trail, node))


def _later(scope: Scope, name: str, start: int, trail: Trail) -> Iterator[Use]:
    around = list(outwards(_statement(trail).up))
    replaced: list[Trail] = []
    for found in scope.found[start + 1 :]:
        if not _is(found.expression, name):
            continue
        block = _block_of(found.trail)
        if found.trail.slot == "target" and found.expression == Name(name):
            if block is None or any(step is block for step in around):
                return
            replaced.append(block)
        elif not any(step is each for step in outwards(block) for each in replaced):
            yield scope, found


def _block_of(trail: Trail) -> Trail | None:
    """The trail of the block in which a statement stands."""
    return _statement(trail).up


def _within(scope: Scope, name: str) -> Iterator[Use]:
    for inner in scope.inner:
        if name not in inner.bound:
            for where in inner.seeing(name):
                yield from ((where, each) for each in where.found if _is(each.expression, name))


def _statement(trail: Trail) -> Trail:
    """The part of a trail that stands in a statement: the innermost that does."""
    return next(step for step in outwards(trail) if isinstance(step.node, STATEMENTS))


def _is(expression: Expression, name: str) -> bool:
    return isinstance(expression, Name) and (expression.dotted == name or expression.dotted.startswith(f"{name}."))


def _kept(flow: "flows.Flow", scope: Scope, name: str, value: "flows.Value") -> str:
    """What hangs on the order of a value that an attribute holds: in all methods of its class."""
    owner, node = scope.owner, scope.node
    is_own = isinstance(node, Function) and node.parameters and name.startswith(f"{node.parameters[0].name}.")
    if owner is None or not is_own or name.count(".") != 1 or not flow.is_new(owner.node, f"{name} {value.kind}"):
        return ""
    mentions = [(each, found) for each in owner.whole() for found in each.found if _is(found.expression, name)]
    if value.kind == "list":
        if any(_sorts(where, found, name) for where, found in mentions):
            return ""
        if _is_dataset(owner) and any(_is_subscripted(found) for _, found in mentions):
            return f"`{name}` keeps it"
    return _of(flow, mentions, name, value)


def _is_dataset(owner: Scope) -> bool:
    assert isinstance(owner.node, Class)
    bases = [base.dotted.rpartition(".")[2] for base in owner.node.bases if isinstance(base, Name)]
    methods = [each.node.name for each in owner.inner if isinstance(each.node, Function)]
    return "__getitem__" in methods or any(DATASET.search(base) for base in bases)


def _is_subscripted(found: Occurrence) -> bool:
    return isinstance(found.trail.node, Item) and found.trail.slot == "value"


def calls_of(flow: "flows.Flow", scope: Scope) -> list[Use] | None:
    """The calls of a function in its file; None for what is no function with a name."""
    node = scope.node
    if not isinstance(node, Function) or not node.name:
        return None
    found = []
    for where in flow.file.module.whole():
        for each in where.found:
            call = each.expression
            if isinstance(call, Call) and isinstance(call.function, Name) and _calls(call.function, scope, where):
                found.append((where, each))
    return found


def _calls(callee: Name, scope: Scope, where: Scope) -> bool:
    """Whether a callee means the function of a scope: its name, or `self.name` for a method."""
    first, _, rest = callee.dotted.partition(".")
    name = scope.node.name  # type: ignore[union-attr]
    if scope.owner is None:
        return callee.dotted == name and where.names.get(name) == ""
    return rest == name and "." not in rest and where.names.get(first, "") == ""


def is_frame(scope: Scope, expression: Expression) -> bool:
    """Whether a name is a table: pandas made it, or it is asked here for what only tables have."""
    if not isinstance(expression, Name):
        return False
    return any(_is_made(scope, found, expression) or _is_asked(found, expression) for found in scope.found)


def _is_made(scope: Scope, found: Occurrence, name: Name) -> bool:
    node, call = found.trail.node, found.expression
    is_value = found.trail.slot == "value" and isinstance(node, Assign) and name in node.targets
    return is_value and isinstance(call, Call) and scope.resolved(call.function).startswith(("pandas.", "polars."))


def _is_asked(found: Occurrence, name: Name) -> bool:
    owner, _, rest = found.expression.dotted.rpartition(".") if isinstance(found.expression, Name) else ("", "", "")
    return owner == name.dotted and rest in TABLE
