"""What is an expression worth, and what happens while it is evaluated?"""

import operator
from collections.abc import Callable
from typing import Any

from mlaudit.facts.syntax import (
    Attribute,
    Call,
    Choice,
    Comprehension,
    Constant,
    Expression,
    Function,
    Item,
    Items,
    Name,
    Opaque,
    Operation,
    Starred,
    Table,
    Yield,
)
from mlaudit.programs import calls, imports, libraries, logic, objects, options, parts, targets, texts
from mlaudit.programs.machine import Frame, Machine
from mlaudit.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Asked,
    Closure,
    Either,
    FilePath,
    Inside,
    Instance,
    Kind,
    Known,
    Method,
    Moving,
    Of,
    Outside,
    Parent,
    Record,
    Series,
    Text,
    Thing,
    Value,
    combined,
    either,
    is_asked,
    truth,
)

COMPUTED: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda item, holder: item in holder,
    "not in": lambda item, holder: item not in holder,
}


def value(machine: Machine, frame: Frame, node: Expression) -> Value:
    """The value of an expression; its calls happen."""
    return KINDS[type(node)](machine, frame, node)


def _items(machine: Machine, frame: Frame, node: Items) -> Value:
    return Series(node.kind, tuple(_elements(machine, frame, node.elements)))


def _subscript(machine: Machine, frame: Frame, node: Item) -> Value:
    return _item(machine, frame, value(machine, frame, node.value), value(machine, frame, node.key))


def _yield(machine: Machine, frame: Frame, node: Yield) -> Value:
    frame.returns.append(value(machine, frame, node.value))
    frame.at_yield = frame.at_yield or dict(machine.streams)
    return UNKNOWN


def _opaque(machine: Machine, frame: Frame, node: Opaque) -> Value:
    for part in node.parts:
        value(machine, frame, part)
    return UNKNOWN


def _name(machine: Machine, frame: Frame, node: Name) -> Value:
    if (local := frame.names.get(node.dotted)) is not None:
        return local
    base, _, rest = node.dotted.partition(".")
    found = frame.find(base)
    if isinstance(found, Outside) and found.name == f"builtins.{base}" and (star := frame.module.names.get("*")):
        found = imports.of_star(star, base) or found
    if not rest:
        return found
    if type(found) is Outside and not options.is_set(found.name):
        return Outside(f"{found.name}.{rest}")
    for part in rest.split("."):
        found = attribute(machine, found, part)
    return found


def attribute(machine: Machine, owner: Value, name: str) -> Value:
    """The attribute of a value."""
    match owner:
        case Outside(dotted):
            return options.outside(machine, f"{dotted}.{name}") or Outside(f"{dotted}.{name}")
        case Inside(path):
            return imports.member(machine, path, name)
        case Instance() | Kind() | Parent():
            return objects.attribute(machine, owner, name)
        case Thing():
            return options.attribute(owner, name) or libraries.attribute(owner, name)
        case Method(thing, inner):
            return Method(thing, f"{inner}.{name}")
        case Record(entries=entries) if name in entries:
            return entries[name]
        case Record() | Series():
            return Of(owner, name)
        case Known(constant) if isinstance(constant, str):
            return Of(owner, name)
        case Text() | Asked(Text()) | Asked(Known(str())):
            return Of(owner, name)
        case FilePath():
            return texts.attribute(owner, name) or Of(owner, name)
        case Asked(FilePath() as default, asked):
            found = attribute(machine, default, name)
            return Asked(found, asked) if texts.is_text(found) else found
        case Asked(default, _) if isinstance(default, Record):
            return attribute(machine, default, name)
        case Either(values):
            return either(attribute(machine, each, name) for each in values)
        case Closure() if name in ("remote", "delayed"):
            return owner
        case Moving():
            return owner
    return UNKNOWN


def _elements(machine: Machine, frame: Frame, elements: tuple[Expression, ...]) -> list[Value]:
    found: list[Value] = []
    for element in elements:
        each = value(machine, frame, element)
        if isinstance(element, Starred) and isinstance(each, Series):
            found += each.values
        else:
            found.append(each)
    return found


def _table(machine: Machine, frame: Frame, table: Table) -> Value:
    record = Record()
    for key, element in table.pairs:
        found = value(machine, frame, element)
        known = value(machine, frame, key) if key is not None else None
        if isinstance(known, Known) and isinstance(known.value, str):
            record.entries[known.value] = found
        elif key is None and isinstance(found, Record):
            record.entries.update(found.entries)
            record.is_open |= found.is_open
        else:
            record.is_open = True
            record.entries.setdefault(f"?{len(record.entries)}", found)
    return record


def _item(machine: Machine, frame: Frame, owner: Value, key: Value) -> Value:
    match owner:
        case Series(_, values) if isinstance(key, Known) and isinstance(key.value, int) and values:
            return values[key.value] if -len(values) <= key.value < len(values) else UNKNOWN
        case Series(_, values):
            return either(values)
        case Record(entries=entries) if isinstance(key, Known):
            return entries.get(str(key.value), UNKNOWN)
        case Record(entries=entries) if entries:
            return either(entries.values())
        case Instance():
            return calls.method(machine, frame, owner, "__getitem__", Arguments((key,))) or UNKNOWN
        case Outside(name):
            return options.entry(name, key)
        case Thing():
            return options.item(owner, key) or libraries.entry(owner)
        case Method(thing, _):
            return libraries.item(thing)
        case Moving():
            return owner
        case Either(values):
            return either(_item(machine, frame, each, key) for each in values)
    return UNKNOWN


def _choice(machine: Machine, frame: Frame, node: Choice) -> Value:
    test, then, otherwise = node
    tested = value(machine, frame, test)
    holds = truth(tested)
    if holds is not None and not is_asked(tested):
        return value(machine, frame, then if holds else otherwise)
    first, second = value(machine, frame, then), value(machine, frame, otherwise)
    if holds is not None and isinstance(tested, Asked):
        default = first if holds else second
        return default if isinstance(default, Asked) else Asked(default, tested.name)
    return either((first, second))


def _operation(machine: Machine, frame: Frame, node: Operation) -> Value:
    sign, operands = node
    if sign in ("and", "or"):
        return logic.logical(machine, frame, sign, operands)
    found = [value(machine, frame, operand) for operand in operands]
    if sign == "not":
        return logic.negated(found[0])
    if sign in ("is", "is not", "==", "!=") and len(found) == 2 and NONE in found:
        return logic.compared_with_none(found[0] if found[1] == NONE else found[1], sign in ("is", "=="))
    if sign == "":
        return texts.concatenated(found)
    if sign == "+" and all(isinstance(each, Series) for each in found):
        return Series("list", tuple(each for series in found if isinstance(series, Series) for each in series.values))
    if sign in ("is", "is not"):
        sign = "==" if sign == "is" else "!="
    if sign == "|" and all(isinstance(each, Record) for each in found):
        return Record(
            {name: each for record in found if isinstance(record, Record) for name, each in record.entries.items()}
        )
    if (text := texts.operated(sign, found)) is not None:
        return text
    if len(found) == 1 or sign not in COMPUTED:
        return combined(found, operator.neg if sign == "-" and len(found) == 1 else None)
    result = found[0]
    for each in found[1:]:
        result = combined((result, each), COMPUTED[sign])
    return result


def _comprehension(machine: Machine, frame: Frame, node: Comprehension) -> Value:
    outer = frame.names
    frame.names = dict(outer)
    for target, over, tests in node.loops:
        targets.assign(machine, frame, target, parts.element(machine, frame, value(machine, frame, over)), None)
        for test in tests:
            value(machine, frame, test)
    element = value(machine, frame, node.element)
    frame.names = outer
    if node.kind == "dict" or element == UNKNOWN:
        return UNKNOWN
    return Series("set" if node.kind == "set" else "list", (element,))


KINDS: dict[type, Callable[..., Value]] = {
    Constant: lambda machine, frame, node: Known(node.value),
    Name: _name,
    Call: lambda machine, frame, node: calls.call(machine, frame, node),
    Attribute: lambda machine, frame, node: attribute(machine, value(machine, frame, node.value), node.name),
    Operation: _operation,
    Items: _items,
    Table: _table,
    Item: _subscript,
    Choice: _choice,
    Comprehension: _comprehension,
    Function: lambda machine, frame, node: Closure(node, frame.path, frame),
    Yield: _yield,
    Starred: lambda machine, frame, node: value(machine, frame, node.value),
    Opaque: _opaque,
}
