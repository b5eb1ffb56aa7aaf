"""Which items of a value are taken by their place in it, or chosen by it?"""

from mlaudit.facts.syntax import (
    Assign,
    Attribute,
    Call,
    Comprehension,
    Constant,
    Expression,
    Item,
    Leave,
    Loop,
    Name,
    Opaque,
    Run,
)
from mlaudit.orders import flows, loops
from mlaudit.orders.scopes import Scope
from mlaudit.orders.walk import Occurrence, names, outwards, targets

# What only lets people look.
SHOWN = ("print", "display", "pprint", "imshow", "info", "debug", "warning", "error", "Image")


def taken(flow: "flows.Flow", scope: Scope, found: Occurrence, key: Expression, value: "flows.Value") -> str:
    """A value is subscripted, or chooses rows and columns itself."""
    if value.kind == "set":
        return ""
    if found.trail.slot == "key":
        return _chosen(found)
    if _is_shown(found):
        return ""
    if isinstance(key, Constant):
        return (flows.BY_POSITION if key.value else flows.FIRST) if isinstance(key.value, int) else ""
    if isinstance(key, Opaque) and not key.parts:
        return flows.BY_POSITION
    for step in outwards(found.trail):
        node = step.node
        if isinstance(node, Loop) and node.target is not None and set(names(key)) & set(targets(node.target)):
            return loops.collected(flow, scope, node, set())
        if isinstance(node, Comprehension) and any(set(names(key)) & set(targets(each)) for each, _, _ in node.loops):
            return (
                flows.reason(flow, scope, Occurrence(node, step.up), flows.LIST)
                if step.up and node.kind != "dict"
                else ""
            )
    return flows.BY_POSITION


def _chosen(found: Occurrence) -> str:
    """Columns are chosen by a value: their order stays where they become an array, or get a name of their own."""
    item = found.trail.node
    trail = flows.outer(found).trail
    is_array = isinstance(trail.node, Attribute) and trail.node.name in ("values", "to_numpy")
    if is_array:
        return flows.CHOSEN
    is_given = isinstance(trail.node, Assign) and trail.slot == "value" and isinstance(item, Item)
    is_named = is_given and isinstance(trail.node.targets[0], Name) and item.value not in trail.node.targets  # type: ignore[union-attr]
    return flows.CHOSEN if is_named else ""


def _is_shown(found: Occurrence) -> bool:
    """Whether what is taken is only looked at: printed, raised, or the last expression of a cell."""
    for step in outwards(found.trail):
        match step.node:
            case Call(_, function):
                if flows.written(function).rpartition(".")[2] in SHOWN:
                    return True
            case Run():
                return found.trail.up is step
            case Leave("raise"):
                return True
    return False
