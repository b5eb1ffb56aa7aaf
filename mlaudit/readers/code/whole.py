"""What does a file of code, or a cell, say as a whole: its statements, and what is asked of many files at once?"""

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mlaudit.facts import Code, Location
from mlaudit.facts.code import Block, Mention, Routine
from mlaudit.facts.syntax import (
    Assign,
    Bind,
    Branch,
    Call,
    Class,
    Expression,
    Function,
    Items,
    Name,
    Span,
    Statement,
)
from mlaudit.readers.code.expressions import Place
from mlaudit.readers.code.statements import Statements

Names = dict[str, str]


class Lowered(NamedTuple):
    """The statements of a module or cell, the words and short texts in them, what their imports bind, and what each
    function of theirs binds and calls."""

    body: Block
    words: set[str]
    texts: set[str]
    modules: list[str]
    routines: list[tuple[Function, list[Call]]]
    bound: Names
    first: dict[str, ast.AST]
    taken: dict[str, ast.AST]
    place: Place


def lowered(body: list[ast.stmt], place: Place) -> Lowered:
    """What a module or cell says. `place` gives the span of a node."""
    statements = Statements(place)
    found = statements.block(body)
    routines = [(each, statements.calls_in[id(each)]) for each in routines_of(found)]
    return Lowered(
        found,
        statements.words,
        statements.texts,
        statements.modules,
        routines,
        statements.bound,
        statements.first,
        statements.taken,
        place,
    )


def joined(at: Location, kind: str, pieces: Sequence[Lowered]) -> Code:
    """The code of a file from that of its cells."""
    body = tuple(statement for piece in pieces for statement in piece.body)
    bound = imported(body)
    words = {word for piece in pieces for word in piece.words}
    texts = {text for piece in pieces for text in piece.texts}
    modules = dict.fromkeys(module for piece in pieces for module in piece.modules)
    routines = (_routine(function, calls, bound) for piece in pieces for function, calls in piece.routines)
    called = tuple(routine for routine in routines if routine.calls)
    acts = any(map(_does_something, body))
    uses = tuple(_uses(pieces))
    return Code(at, kind, body, tuple(sorted(words)), tuple(modules), called, acts, uses, tuple(sorted(texts)))


def _uses(pieces: Sequence[Lowered]) -> Iterator[tuple[str, Span]]:
    """The first place at which each name of another package is imported or used, by its full path."""
    bound = {name: path for piece in pieces for name, path in piece.bound.items() if name not in ("", "*")}
    told: set[str] = set()
    for piece in pieces:
        for path, node in (*piece.taken.items(), *_named(piece.first, bound)):
            if path not in told:
                told.add(path)
                yield path, piece.place(node)


def _named(first: dict[str, ast.AST], bound: Names) -> Iterator[tuple[str, ast.AST]]:
    for dotted, node in first.items():
        name, _, rest = dotted.partition(".")
        if name in bound and (rest or bound[name] != name):
            yield f"{bound[name]}.{rest}" if rest else bound[name], node


def routines_of(body: Block) -> Iterator[Function]:
    """The functions and methods of a module; those inside others belong to them."""
    for statement in body:
        if isinstance(statement, Function):
            yield statement
        elif isinstance(statement, Class):
            yield from (each for each in statement.body if isinstance(each, Function))


def imported(body: Block) -> Names:
    """What the imports among some statements bind."""
    return {name: path for statement in body if isinstance(statement, Bind) for name, path in statement.names}


def _does_something(statement: Statement) -> bool:
    """Whether a module's statement is more than a definition: what only defines is there to be imported."""
    if isinstance(statement, Assign):
        return isinstance(statement.value, Call) or not all(_is_plain(target) for target in statement.targets)
    return not isinstance(statement, Function | Class | Bind | Branch)


def _is_plain(target: Expression) -> bool:
    return isinstance(target, Items) or (isinstance(target, Name) and "." not in target.dotted)


def _routine(function: Function, calls: list[Call], bound: Names) -> Routine:
    names = {**bound, **imported(function.body)}
    mentions = (_mention(call, names) for call in sorted(calls, key=lambda call: call.at))
    return Routine(function.at, function.name, bool(function.decorators), tuple(each for each in mentions if each))


def _mention(call: Call, names: Names) -> Mention | None:
    """A call of something that another package has."""
    assert isinstance(call.function, Name)
    first, _, rest = call.function.dotted.partition(".")
    path = names.get(first)
    if not path or path.startswith("."):
        return None
    keywords = tuple(name for name, _ in call.keywords)
    return Mention(call.at, f"{path}.{rest}" if rest else path, len(call.arguments), keywords)
