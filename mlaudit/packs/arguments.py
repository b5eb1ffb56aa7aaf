"""Does a call have the arguments that a rule asks for? None where nobody can say."""

from collections.abc import Iterable
from typing import Any

from mlaudit.facts.syntax import Call, Constant, Expression, Starred
from mlaudit.knowledge.streams import canonical
from mlaudit.orders.walk import Trail
from mlaudit.packs.match import Argument, fits
from mlaudit.packs.rooms import UNKNOWN, Room, constant, target, texts

ABSENT, OPEN = "absent", "open"
Truth = bool | None


def all_hold(asked: Iterable[Argument], call: Call, room: Room, trail: Trail) -> Truth:
    """Whether everything that is asked holds."""
    answers = [holds(each, call, room, trail) for each in asked]
    return False if False in answers else None if None in answers else True


def none_holds(asked: Iterable[Argument], call: Call, room: Room, trail: Trail) -> Truth:
    """Whether nothing of what is asked holds."""
    answers = [holds(each, call, room, trail) for each in asked]
    return False if True in answers else None if None in answers else True


def holds(asked: Argument, call: Call, room: Room, trail: Trail) -> Truth:
    """Whether one argument is as it is asked for."""
    given = _given(asked, call)
    if given == OPEN:
        return None
    if isinstance(given, str):
        return asked.state == "absent"
    answers = [_is(asked.state, given, room, trail), *_values(asked, given, room, trail)]
    return False if False in answers else None if None in answers else True


def _given(asked: Argument, call: Call) -> Expression | str:
    """What the argument is given; ABSENT, or OPEN where `*` or `**` may give it."""
    named = next((value for name, value in call.keywords if name == asked.name), None)
    if named is not None:
        return named
    starred = next((number for number, each in enumerate(call.arguments) if isinstance(each, Starred)), None)
    if asked.position is not None:
        if asked.position < (len(call.arguments) if starred is None else starred):
            return call.arguments[asked.position]
        if starred is not None:
            return OPEN
    return OPEN if any(name == "" for name, _ in call.keywords) else ABSENT


def _is(state: str, given: Expression, room: Room, trail: Trail) -> Truth:
    match state:
        case "absent":
            return False
        case "none":
            value = constant(given, room, trail)
            return None if value is UNKNOWN else value is None
        case "constant":
            return constant(given, room, trail) is not UNKNOWN
        case "computed":
            return constant(given, room, trail) is UNKNOWN
    return True


def _values(asked: Argument, given: Expression, room: Room, trail: Trail) -> Iterable[Truth]:
    if asked.equals or asked.differs:
        value = constant(given, room, trail)
        known = value is not UNKNOWN
        if asked.equals:
            yield _is_among(value, asked.equals) if known else None
        if asked.differs:
            yield not _is_among(value, asked.differs) if known else None
    if asked.like:
        yield _is_like(given, asked.like, room, trail)
    if asked.names:
        path = target(given, room, trail)
        yield fits_path(path, asked.names) if path else False if isinstance(given, Constant) else None


def _is_among(value: Any, values: Iterable[Any]) -> bool:
    """Whether a value is one of some; True is no 1."""
    return any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in values)


def _is_like(given: Expression, patterns: tuple[str, ...], room: Room, trail: Trail) -> Truth:
    text = texts(given, room, trail)
    if text is None:
        return False if isinstance(given, Constant) else None
    return True if fits(text, patterns) else None if "\0" in text else False


def fits_path(path: str, patterns: Iterable[str]) -> bool:
    """Whether a full dotted path fits, by any of the names under which the tables know it."""
    patterns = tuple(patterns)
    known = canonical(path)
    return fits(path.removeprefix("builtins."), patterns) or fits(known, (*patterns, *map(canonical, patterns)))
