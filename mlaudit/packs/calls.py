"""Which calls does a rule of a pack look at, and which of them are at fault?"""

from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Location, Repo
from mlaudit.facts.syntax import Attribute, Call, Expression, Name
from mlaudit.orders.walk import Trail, method_of
from mlaudit.packs.arguments import all_hold, fits_path, none_holds
from mlaudit.packs.match import Match, fits
from mlaudit.packs.rooms import Room, codes, target


class Called(NamedTuple):
    """A call: the full name of what is called, "" where it is not known, and of which method where it is one."""

    at: Location
    name: str
    method: str
    call: Call
    room: Room
    trail: Trail


class Found(NamedTuple):
    """What a message may say of a call."""

    at: Location
    name: str
    written: str
    path: str


def judged(repo: Repo, match: Match) -> list[Called]:
    """The calls that fit the patterns, by place."""
    found = []
    for _, rooms in repo.view(codes).speaking(_words(match.patterns)):
        for room in rooms:
            found += [each for each in repo.view(_calls).of(room) if _fits(each, match.patterns)]
    return [each for each in found if not _fits(each, match.exempt)]


def at_fault(called: Called, match: Match) -> Found | None:
    """What to say of a call whose arguments are at fault."""
    call, room, trail = called.call, called.room, called.trail
    if not all_hold(match.get("with") or (), call, room, trail):
        return None
    if not none_holds(match.get("without") or (), call, room, trail):
        return None
    written = _written(call.function)
    return Found(called.at, called.name.removeprefix("builtins.") or written, written, called.at.path)


class _Calls:
    """The calls of each scope, found once."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[Room, list[Called]]] = {}

    def of(self, room: Room) -> list[Called]:
        if id(room) not in self._found:
            self._found[id(room)] = room, list(_in(room))
        return self._found[id(room)][1]


def _calls(_repo: Repo) -> _Calls:
    return _Calls()


def _in(room: Room) -> Iterator[Called]:
    for expression, trail in room.scope.found:
        if isinstance(expression, Call):
            name = target(expression.function, room, trail)
            method = "" if _is_of_module(expression.function, name, room) else method_of(expression.function)
            if name or method:
                yield Called(room.scope.location(expression.at), name, method, expression, room, trail)


def _is_of_module(function: Expression, name: str, room: Room) -> bool:
    """Whether a dotted callee is a part of what is imported, and not of an object."""
    if not isinstance(function, Name):
        return False
    first, _, rest = function.dotted.partition(".")
    holder = room.holding(first)
    if holder is None or not holder.scope.bound[first]:
        return False
    ours = room.codes.elsewhere(holder.scope.bound[first], holder.scope.path)
    if ours is not None and ours[0].scope.bound.get(ours[1]) == "":
        return False
    owner = rest.rpartition(".")[0].rpartition(".")[2] or holder.scope.bound[first].rpartition(".")[2]
    return bool(name) and not owner[:1].isupper()


def _fits(called: Called, patterns: tuple[str, ...]) -> bool:
    methods = [each for each in patterns if each.startswith(".")]
    if methods and called.method and fits(f".{called.method}", methods):
        return True
    return bool(called.name) and len(methods) < len(patterns) and fits_path(called.name, patterns)


def _words(patterns: tuple[str, ...]) -> list[str] | None:
    """The words of which a file that holds such a call has one; None where it may be any."""
    words = [pattern.rpartition(".")[2] for pattern in patterns]
    return None if any("*" in word for word in words) else words


def _written(function: Expression) -> str:
    match function:
        case Name(dotted):
            return dotted
        case Attribute(value, name):
            inner = _written(value.function) + "()" if isinstance(value, Call) else _written(value)
            return f"{inner}.{name}"
    return "…"
