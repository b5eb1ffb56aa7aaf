"""What does an assignment change?"""

from mlaudit.facts.syntax import Attribute, Expression, Item, Items, Name, Span, Starred, located
from mlaudit.programs import devices, expressions, options, parts
from mlaudit.programs.machine import Frame, Machine
from mlaudit.values import UNKNOWN, Inside, Instance, Kind, Known, Outside, Record, Series, Thing, Value


def assign(machine: Machine, frame: Frame, target: Expression, value: Value, at: Span | None) -> None:
    """Give a target a value. `at` spans it, where a rule may ask."""
    match target:
        case Name(dotted) if "." not in dotted:
            frame.bind(dotted, value)
        case Name(dotted):
            owner, _, name = dotted.rpartition(".")
            _attribute(machine, frame, expressions.value(machine, frame, Name(owner)), name, value, at)
        case Attribute(inner, name):
            _attribute(machine, frame, expressions.value(machine, frame, inner), name, value, at)
        case Items(_, elements):
            _unpack(machine, frame, elements, value)
        case Item(inner, key):
            owner_value = expressions.value(machine, frame, inner)
            _item(machine, frame, owner_value, expressions.value(machine, frame, key), value, at)
        case Starred(inner):
            assign(machine, frame, inner, UNKNOWN, None)


def _unpack(machine: Machine, frame: Frame, elements: tuple[Expression, ...], value: Value) -> None:
    found = parts.parts(value, len(elements))
    for element, part in zip(elements, found, strict=True):
        assign(machine, frame, element, part, None)


def _attribute(machine: Machine, frame: Frame, owner: Value, name: str, value: Value, at: Span | None) -> None:
    match owner:
        case Instance():
            machine.write(owner, name, value)
        case Kind():
            owner.names[name] = value
        case Inside(path):
            if path in machine.frames:
                machine.frames[path].names[name] = value
        case Outside(dotted):
            if at is not None:
                devices.switched(machine, f"{dotted}.{name}", value, located(frame.path, at))
        case Record():
            machine.change(owner)
            owner.entries[name] = value
        case Thing():
            options.put(owner, name, value)


def _item(machine: Machine, frame: Frame, owner: Value, key: Value, value: Value, at: Span | None) -> None:
    match owner:
        case Record() if isinstance(key, Known):
            machine.change(owner)
            owner.entries[str(key.value)] = value
        case Series() | Record():
            return
        case Thing() if isinstance(key, Known):
            options.put(owner, str(key.value), value)
        case Outside(dotted) if isinstance(key, Known) and at is not None:
            devices.switched(machine, f"{dotted}[{key.value}]", value, located(frame.path, at))
