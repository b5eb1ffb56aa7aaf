"""Where may a program seed its streams? The places that come into question, the best first."""

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mlaudit.facts import Location, Repo
from mlaudit.fixes.python import statements
from mlaudit.fixes.python.pieces import Parts, Piece, call_at
from mlaudit.fixes.python.projects import is_number, is_seed
from mlaudit.fixes.python.seeds import Own
from mlaudit.fixes.python.statements import Function
from mlaudit.programs import Program, Seed
from mlaudit.programs.entries import entries
from mlaudit.source import Source

SIMPLE = (ast.Name, ast.Attribute, ast.Constant)
Sources = Callable[[str], Source]


class Spot(NamedTuple):
    """A place at which a program may seed: a statement, and whether the lines come before or behind it. `given` is the
    seed that stands there already; `needs_seed` says that only a seed of the project's own is worth to come here."""

    pieces: list[Piece]
    piece: Piece
    statement: ast.stmt | None
    is_behind: bool
    given: Own | None = None
    needs_seed: bool = False


def spots(repo: Repo, found: list[Program], path: str, source: Sources) -> Iterator[Spot]:
    """The places at which the programs of a file may seed, the best first."""
    for program in found:
        yield from _beside(repo, program, source)
    parts = repo.view(Parts).of(source(path))
    functions = {entry.function for entry in repo.view(entries) if entry.path == path}
    for piece in parts:
        yield from _behind_options(parts, piece)
    if functions - {""}:
        yield from _of_commands(parts, functions)
    else:
        yield from _of_functions(parts)
        yield from _of_guard(parts)
        yield from _of_module(parts)


def _beside(repo: Repo, program: Program, source: Sources) -> Iterator[Spot]:
    """Where the program seeds another stream."""
    told: set[Location] = set()
    for step in program.steps:
        seed = step.event
        if not isinstance(seed, Seed) or seed.is_hidden or not seed.streams or seed.at in told:
            continue
        told.add(seed.at)
        parts = repo.view(Parts).of(source(seed.at.path)) if seed.status in ("fixed", "unknown") else []
        if found := call_at(parts, seed.at):
            piece, call = found
            statement = statements.statement_of(piece, call)
            is_whole = isinstance(statement, ast.Expr) and statement.value is call
            if statement and is_whole and statements.is_plain(piece, statement) and (own := _same(piece, call, seed)):
                yield Spot(parts, piece, statement, True, own)


def _same(piece: Piece, call: ast.Call, seed: Seed) -> Own | None:
    """What a seeding call is given, where it can be given twice."""
    given = call.args[0] if call.args else call.keywords[0].value if call.keywords else None
    if not isinstance(given, SIMPLE) or (isinstance(given, ast.Constant) and type(given.value) is not int):
        return None
    line = f"line {seed.at.line} of `{seed.at.path}`"
    return Own(piece.written(given), f"`{piece.written(given)}`, with which {line} seeds {' and '.join(seed.streams)}")


def _behind_options(parts: list[Piece], piece: Piece) -> Iterator[Spot]:
    """Behind the statement that reads the command line."""
    for node in piece.parents:
        match node:
            case ast.Assign(value=ast.Call(ast.Attribute(attr="parse_args" | "parse_known_args"))):
                if statements.is_plain(piece, node):
                    yield Spot(parts, piece, node, True, needs_seed=True)


def _of_functions(parts: list[Piece]) -> Iterator[Spot]:
    """First thing in a function that the module itself, or its main guard, calls with the seed or the options."""
    for piece in parts:
        defined = {each.name: each for each in piece.tree.body if isinstance(each, Function)}
        for node in piece.parents:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in defined:
                function = defined.pop(node.func.id)
                statement = statements.statement_of(piece, node)
                is_outside = isinstance(statements.function_of(piece, node), ast.Module)
                is_given = bool(node.args or node.keywords)
                if statement and is_outside and is_given and statements.is_plain(piece, statement):
                    yield _inside(parts, piece, function, needs_seed=True)


def _inside(parts: list[Piece], piece: Piece, function: Function, *, needs_seed: bool = False) -> Spot:
    """Behind the docstring of a function, or before all that it does."""
    first = function.body[0]
    has_words = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return Spot(parts, piece, first, has_words, needs_seed=needs_seed)


def _of_guard(parts: list[Piece]) -> Iterator[Spot]:
    """First thing in the main guard, behind what it imports."""
    for piece in parts:
        for statement in piece.tree.body:
            if isinstance(statement, ast.If) and statements.is_main(statement):
                if last := statements.head(piece, statement.body):
                    yield Spot(parts, piece, last, True)
                yield Spot(parts, piece, statement.body[0], False)


def _of_commands(parts: list[Piece], functions: set[str]) -> Iterator[Spot]:
    """First thing in the function that an installed command runs."""
    for piece in parts:
        for statement in piece.tree.body:
            if isinstance(statement, Function) and statement.name in functions:
                yield _inside(parts, piece, statement)


def _of_module(parts: list[Piece]) -> Iterator[Spot]:
    """Behind the imports; behind the constant that is the seed, where it comes later."""
    for piece in parts:
        for statement in piece.tree.body:
            if own := _set_by(piece, statement):
                yield Spot(parts, piece, statement, True, own)
    for piece in parts:
        if (last := statements.head(piece)) is not None:
            yield Spot(parts, piece, last, True)


def _set_by(piece: Piece, statement: ast.stmt) -> Own | None:
    """The seed that a statement itself sets."""
    match statement:
        case ast.Assign([ast.Name(name)], ast.Constant(value)) if is_seed(name) and is_number(value):
            return Own(name, f"`{name}` in line {piece.at(statement).line}")
    return None
