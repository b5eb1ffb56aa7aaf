"""What does a value give when it is iterated or taken apart?"""

from mlaudit.programs import calls, libraries
from mlaudit.programs.machine import Frame, Machine
from mlaudit.values import UNKNOWN, Either, Instance, Method, Moving, Series, Thing, Value, either


def element(machine: Machine, frame: Frame, over: Value) -> Value:
    """What a loop over a value gives; that a library's object is iterated lets happen what waits in it."""
    match over:
        case Series(_, values):
            return either(values) if values else UNKNOWN
        case Thing() | Method():
            thing = over.owner if isinstance(over, Method) else over
            return libraries.iterated(machine, thing, frame)
        case Instance():
            for name in ("__iter__", "__next__", "__getitem__"):
                found = calls.method(machine, frame, over, name)
                if found is not None:
                    return element(machine, frame, found) if name == "__iter__" and found is not over else UNKNOWN
        case Moving():
            return over
    return UNKNOWN


def parts(value: Value, count: int) -> list[Value]:
    """A value taken apart into so many."""
    match value:
        case Series(kind, values) if len(values) == count and kind != "set":
            return list(values)
        case Thing() if len(value.arguments.positional) == count and "prepares" in value.state:
            return list(value.arguments.positional)
        case Thing():
            return [libraries.item(value)] * count
        case Moving():
            return [value] * count
        case Either(values):
            split = [parts(each, count) for each in values]
            return [either(column) for column in zip(*split, strict=True)]
    return [UNKNOWN] * count
