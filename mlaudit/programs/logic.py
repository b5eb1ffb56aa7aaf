"""What do `not`, `and`, `or` and comparisons with None come to, of values that are known in part?"""

from mlaudit.facts.syntax import Expression
from mlaudit.programs import expressions
from mlaudit.programs.machine import Frame, Machine
from mlaudit.values import (
    UNKNOWN,
    Asked,
    Bound,
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
    Record,
    Series,
    Text,
    Thing,
    Value,
    by_default,
    either,
    truth,
)

SOMETHING = (Closure, Kind, Instance, Thing, Inside, Bound, Series, Record, Moving, Text, FilePath)


def negated(found: Value) -> Value:
    found = by_default(found)
    holds = truth(found)
    if holds is None:
        return UNKNOWN
    return Asked(Known(not holds), found.name) if isinstance(found, Asked) else Known(not holds)


def compared_with_none(found: Value, asks_for_none: bool) -> Value:
    """Whether a value is None. One that is unknown is taken to be given: a default is filled in elsewhere."""
    match found := by_default(found):
        case Known(constant):
            return Known((constant is None) == asks_for_none)
        case Asked(default, name):
            return Asked(compared_with_none(default, asks_for_none), name)
        case Either() | Method() | Of():
            return UNKNOWN
    return Known(not asks_for_none) if isinstance(found, SOMETHING) or found == UNKNOWN else UNKNOWN


def logical(machine: Machine, frame: Frame, sign: str, operands: tuple[Expression, ...]) -> Value:
    """`and` and `or` stop at the operand that decides."""
    stops_at = sign == "or"
    asked = ""
    open_values: list[Value] = []
    for operand in operands:
        found = by_default(expressions.value(machine, frame, operand))
        holds = truth(found)
        if isinstance(found, Asked):
            asked = asked or found.name
            found = found.default if not isinstance(found.default, Asked) else found.default.default
        if holds is None:
            open_values.append(found)
        elif holds == stops_at:
            open_values.append(found)
            break
        elif operand is operands[-1]:
            open_values.append(found)
    result = either(open_values)
    return Asked(result, asked) if asked and result != UNKNOWN else result
