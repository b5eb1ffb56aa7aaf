"""Which pieces of code are looked at by themselves, and what does a name stand for in each?"""

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from mlaudit.facts import Code, Location, Repo
from mlaudit.facts.syntax import Assign, Bind, Class, Expression, Function, Loop, Name, Span, Statement, With, located
from mlaudit.knowledge.layout import is_test
from mlaudit.orders.walk import Occurrence, blocks, occurrences, targets

BUILTINS = frozenset(dir(builtins))


class Scope(NamedTuple):
    """The body of a module, class or function; those in it are `inner`. `names` says what each name stands for: the
    dotted path that an import binds, "" for what is assigned; `bound` are the names of this very scope. `owner` is the
    class of a method; `found` are the expressions, in order."""

    path: str
    node: Code | Class | Function
    names: Mapping[str, str]
    bound: Mapping[str, str]
    owner: "Scope | None"
    found: tuple[Occurrence, ...]
    inner: list["Scope"]

    def location(self, span: Span) -> Location:
        """The place of a span of this file."""
        return located(self.path, span)

    def resolved(self, expression: Expression) -> str:
        """The full dotted path of a name, `builtins.` before those of Python; "" where it is local or no name."""
        if not isinstance(expression, Name):
            return ""
        first, _, rest = expression.dotted.partition(".")
        path = self.names.get(first)
        if path is None:
            path = f"builtins.{first}" if first in BUILTINS else ""
        return f"{path}.{rest}" if path and rest else path

    def whole(self) -> Iterator["Scope"]:
        """This scope and all in it."""
        yield self
        for each in self.inner:
            yield from each.whole()

    def seeing(self, name: str) -> Iterator["Scope"]:
        """This scope and those in it in which a name of this one means the same."""
        yield self
        for each in self.inner:
            if name not in each.bound:
                yield from each.seeing(name)


class File(NamedTuple):
    """A file and its outermost scope."""

    path: str
    module: Scope
    imported: frozenset[str]


class Files:
    """The scopes of all files but tests, whose order is their author's; taken apart when first needed."""

    def __init__(self, repo: Repo) -> None:
        self._codes = [(code, frozenset(code.words)) for code in repo.all(Code) if not is_test(code.at.path)]
        self._files: dict[str, File] = {}

    def holding(self, *words: str) -> Iterator[File]:
        """The files in which one of some words occurs."""
        for code, held in self._codes:
            if not held.isdisjoint(words):
                yield self._taken(code)

    def saying(self, asks: Callable[[str], bool], *words: str) -> Iterator[File]:
        """The files in which one of some words occurs, or a short text that is asked for."""
        for code, held in self._codes:
            if not held.isdisjoint(words) or any(map(asks, code.texts)):
                yield self._taken(code)

    def _taken(self, code: Code) -> File:
        if code.at.path not in self._files:
            self._files[code.at.path] = _file(code)
        return self._files[code.at.path]


def scoped(code: Code) -> Scope:
    """The outermost scope of a file, with all in it."""
    return _scope(code.at.path, code, {}, None)


def _file(code: Code) -> File:
    module = scoped(code)
    imported = {path.partition(".")[0] for scope in module.whole() for path in scope.bound.values()}
    return File(code.at.path, module, frozenset(imported - {""}))


def _scope(path: str, node: Code | Class | Function, outer: Mapping[str, str], owner: Scope | None) -> Scope:
    bound = _bound(node)
    names = {**outer, **bound}
    made = Scope(path, node, names, bound, owner, tuple(occurrences(node.body)), [])
    is_class = isinstance(node, Class)
    # What a class binds is not seen by the functions in it.
    seen = outer if is_class else names
    made.inner.extend(_scope(path, each, seen, made if is_class else None) for each in _inner(node.body))
    return made


def _inner(body: Iterable[Statement]) -> Iterator[Class | Function]:
    for statement in body:
        if isinstance(statement, Class | Function):
            yield statement
        for _, block in blocks(statement):
            yield from _inner(block)


def _bound(node: Code | Class | Function) -> dict[str, str]:
    """What a scope binds itself: "" for what is assigned, and the path of an import, which wins."""
    found = dict.fromkeys(_assigned(node.body), "")
    if isinstance(node, Function):
        found |= {parameter.name: "" for parameter in node.parameters}
    return found | dict(_imported(node.body))


def _assigned(body: Iterable[Statement]) -> Iterator[str]:
    for statement in body:
        yield from bound_by(statement)
        for _, block in blocks(statement):
            yield from _assigned(block)


def bound_by(statement: Statement) -> Iterator[str]:
    """The names that a statement itself binds, imports aside."""
    match statement:
        case Assign(_, found, _):
            for target in found:
                yield from targets(target)
        case Function(name=name) | Class(name=name):
            yield name
        case Loop(target=target) if target is not None:
            yield from targets(target)
        case With(contexts):
            for _, bound in contexts:
                yield from targets(bound) if bound is not None else ()


def _imported(body: Iterable[Statement]) -> Iterator[tuple[str, str]]:
    for statement in body:
        if isinstance(statement, Bind):
            yield from ((name, path) for name, path in statement.names if name not in ("", "*"))
        for _, block in blocks(statement):
            yield from _imported(block)
