"""What do the names in a file of code stand for, in each of its scopes: a path of an import, a constant, an object?"""

from collections.abc import Iterable, Iterator
from typing import Any

from mlaudit.facts import Code, Repo
from mlaudit.facts.syntax import (
    Assign,
    Attribute,
    Call,
    Class,
    Comprehension,
    Constant,
    Expression,
    Function,
    Items,
    Name,
    Operation,
    Shared,
    Statement,
    nodes,
)
from mlaudit.knowledge.streams import canonical, rows
from mlaudit.orders.scopes import BUILTINS, Scope, bound_by, scoped
from mlaudit.orders.walk import Trail, blocks, outwards, targets
from mlaudit.programs.modules import Modules, dotted, modules

# Stands for the parts of a text that are not known; only `*` of a pattern fits it.
GAP = "\0"
DEEPEST = 12
# What an expression is worth that no constant is.
UNKNOWN = object()


class Room:
    """A scope, the one around it, and what its names are given: the value where a name is given one only."""

    def __init__(self, scope: Scope, outer: "Room | None", codes: "Codes", shared: frozenset[str]) -> None:
        self.scope = scope
        self.outer = outer
        self.codes = codes
        self._shared = shared
        self._values: dict[str, Expression | None] | None = None

    def value(self, name: str) -> Expression | None:
        """What a name of this scope is given; None where that is not one thing."""
        if self._values is None:
            self._values = _values(self.scope.node)
        return None if name in self._shared else self._values.get(name)

    def holding(self, name: str) -> "Room | None":
        """The innermost scope that binds a name, as Python looks for it."""
        room: Room | None = self
        while room is not None:
            if name in room.scope.bound and (room is self or not isinstance(room.scope.node, Class)):
                return room
            room = room.outer
        return None

    def whole(self) -> Iterator["Room"]:
        """This room and all within."""
        yield self
        for inner in self.scope.inner:
            yield from Room(inner, self, self.codes, self._shared).whole()


class Codes:
    """The rooms of all code, taken apart when they are first needed."""

    def __init__(self, repo: Repo) -> None:
        self.modules: Modules = repo.view(modules)
        self._codes = {code.at.path: code for code in repo.all(Code)}
        self._rooms: dict[str, tuple[Room, ...]] = {}

    def speaking(self, words: Iterable[str] | None) -> Iterator[tuple[str, tuple[Room, ...]]]:
        """The rooms of the files in which one of some words occurs; of all files where there are none to ask for."""
        wanted = None if words is None else frozenset(words)
        for path, code in self._codes.items():
            if wanted is None or _speaks(code, wanted):
                yield path, self.rooms(path)

    def rooms(self, path: str) -> tuple[Room, ...]:
        """The rooms of a file, the outermost first."""
        if path not in self._rooms:
            code = self._codes[path]
            every = {name for each in nodes(code.body) if type(each) is Shared for name in each.names}
            self._rooms[path] = tuple(Room(scoped(code), None, self, frozenset(every)).whole())
        return self._rooms[path]

    def elsewhere(self, path: str, importer: str) -> tuple[Room, str] | None:
        """The outermost room of the file of the repository that a dotted path leads to, and the name in it."""
        found = self.modules.find(path, importer)
        if not found or not found[1] or "." in found[1] or found[0] not in self._codes:
            return None
        return self.rooms(found[0])[0], found[1]


def codes(repo: Repo) -> Codes:
    """The rooms of a repository."""
    return Codes(repo)


def target(expression: Expression, room: Room, trail: Trail | None = None, deep: int = 0) -> str:
    """The full dotted path of a function, class, module or method; "" where it is not known."""
    if deep > DEEPEST:
        return ""
    match expression:
        case Name(path):
            first, _, rest = path.partition(".")
            start = _named(first, room, trail, deep, is_whole=not rest)
            return f"{start}.{rest}" if start and rest else start
        case Attribute(value, name):
            start = _made(value, room, trail, deep)
            return f"{start}.{name}" if start else ""
    return ""


def _named(name: str, room: Room, trail: Trail | None, deep: int, *, is_whole: bool) -> str:
    """The path that a name stands for. What is asked of an object is found by its class."""
    if _is_inner(name, trail):
        return ""
    holder = room.holding(name)
    if holder is None:
        return f"builtins.{name}" if name in BUILTINS else ""
    if path := holder.scope.bound[name]:
        return _absolute(path, holder)
    value = holder.value(name)
    if value is None:
        return ""
    return target(value, holder, None, deep + 1) or ("" if is_whole else _made(value, holder, None, deep + 1))


def _made(value: Expression, room: Room, trail: Trail | None, deep: int) -> str:
    """The class of what an expression gives: of what a class makes, or of what the tables say that a call gives."""
    if not isinstance(value, Call):
        return target(value, room, trail, deep + 1)
    path = target(value.function, room, trail, deep + 1)
    if path.rpartition(".")[2][:1].isupper():
        return path
    gives = next((row for row in rows(canonical(path)) if row.role == "returns"), None) if path else None
    return gives.type if gives else ""


def _absolute(path: str, room: Room) -> str:
    """A path that an import names, without leading dots; of our own modules as they are called from the root."""
    if not path.startswith("."):
        return path
    found = room.codes.modules.find(path, room.scope.path)
    return ".".join(filter(None, (dotted(found[0]), found[1]))) if found else ""


def constant(expression: Expression, room: Room, trail: Trail | None = None, deep: int = 0) -> Any:
    """The value of an expression of constants: a text, number, truth, None or a tuple of such; else UNKNOWN."""
    if deep > DEEPEST:
        return UNKNOWN
    match expression:
        case Constant(value):
            return value
        case Items(_, elements):
            values = tuple(constant(each, room, trail, deep + 1) for each in elements)
            return UNKNOWN if UNKNOWN in values else values
        case Operation("-", (only,)):
            value = constant(only, room, trail, deep + 1)
            return -value if isinstance(value, int | float) and not isinstance(value, bool) else UNKNOWN
        case Operation("" | "+"):
            text = texts(expression, room, trail, deep)
            return text if text is not None and GAP not in text else UNKNOWN
        case Name(path) if (place := _place(path, room, trail)) is not None:
            return constant(*place, None, deep + 1)
    return UNKNOWN


def texts(expression: Expression, room: Room, trail: Trail | None = None, deep: int = 0) -> str | None:
    """The text of an expression, with gaps where a part is not known; None for what is no text."""
    if deep > DEEPEST:
        return None
    match expression:
        case Constant(str(value)):
            return value
        case Operation("", parts):
            found = [texts(each, room, trail, deep + 1) for each in parts]
            return "".join(GAP if each is None else each for each in found)
        case Operation("+", parts):
            found = [texts(each, room, trail, deep + 1) for each in parts]
            return None if set(found) == {None} else "".join(GAP if each is None else each for each in found)
        case Name(path) if (place := _place(path, room, trail)) is not None:
            return texts(*place, None, deep + 1)
    return None


def _place(path: str, room: Room, trail: Trail | None) -> tuple[Expression, Room] | None:
    """What a name is given, and where: here, or in another module of the repository."""
    first, _, rest = path.partition(".")
    holder = None if _is_inner(first, trail) else room.holding(first)
    if holder is None:
        return None
    bound = holder.scope.bound[first]
    if bound:
        found = holder.codes.elsewhere(f"{bound}.{rest}" if rest else bound, holder.scope.path)
        if found is None or found[0].scope.bound.get(found[1]) != "":
            return None
        holder, first, rest = *found, ""
    value = None if rest else holder.value(first)
    return None if value is None else (value, holder)


def _is_inner(name: str, trail: Trail | None) -> bool:
    """Whether a lambda or a comprehension around a place binds a name."""
    for step in outwards(trail):
        match step.node:
            case Function(name="", parameters=parameters) if any(each.name == name for each in parameters):
                return True
            case Comprehension(loops=loops) if any(name in targets(over) for over, _, _ in loops):
                return True
    return False


def _values(node: Any) -> dict[str, Expression | None]:
    """What each name of a scope is given; None for one that is given several things, or by other means."""
    found: dict[str, Expression | None] = {}
    for name, value in _given(node.body):
        found[name] = None if name in found else value
    if isinstance(node, Function):
        found |= {each.name: None for each in node.parameters}
    return found


def _given(body: Iterable[Statement]) -> Iterator[tuple[str, Expression | None]]:
    for statement in body:
        if isinstance(statement, Assign):
            value = statement.value
            for each in statement.targets:
                is_plain = isinstance(each, Name)
                yield from ((name, value if is_plain else None) for name in targets(each))
        else:
            yield from ((name, None) for name in bound_by(statement))
        for _, block in blocks(statement):
            yield from _given(block)


def _speaks(code: Code, words: frozenset[str]) -> bool:
    return not words.isdisjoint(code.words) or any(path.rpartition(".")[2] in words for path in code.modules)
