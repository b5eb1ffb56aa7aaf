"""Where must a program seed its streams, and with what, so that the walk of it finds no draw before?

Every place that comes into question is tried: the program is walked as it would be with the lines in it, and a place
that does not help is not offered.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from mlaudit.facts import Code, Location, Repo
from mlaudit.findings import Edit
from mlaudit.fixes.python import statements
from mlaudit.fixes.python.pieces import Change, Piece, call_at, pieces
from mlaudit.fixes.python.seeding import Lines, written
from mlaudit.fixes.python.seeds import Own, Place, in_scope, number
from mlaudit.fixes.python.statements import Function, Names
from mlaudit.programs import Program, Seed, program_again, programs
from mlaudit.programs.entries import entries
from mlaudit.programs.faults import faults_of
from mlaudit.source import Source

LOST = ("unseeded-stream", "late-seed", "optional-seed")
# So many places are tried.
MOST = 8
SIMPLE = (ast.Name, ast.Attribute, ast.Constant)
Sources = Callable[[str], Source]


class Head(NamedTuple):
    """The edits by which a program seeds streams, where the seed comes from, and what seeds."""

    edits: tuple[Edit, ...]
    origin: str
    calls: tuple[str, ...]


class Spot(NamedTuple):
    """A place at which a program may seed: a statement, and whether the lines come before or behind it. `given` is the
    seed that stands there already."""

    pieces: list[Piece]
    piece: Piece
    statement: ast.stmt | None
    is_behind: bool
    given: Own | None = None


class Heads:
    """The heads of programs, each found once."""

    def __init__(self, repo: Repo) -> None:
        self._repo = repo
        self._found: dict[str, Head | None] = {}

    def of(self, path: str, source: Sources) -> Head | None:
        """The head of the program that a file is; None where no place is sure to help."""
        if path not in self._found:
            self._found[path] = self._search(path, source)
        return self._found[path]

    def _search(self, path: str, source: Sources) -> Head | None:
        streams = _bare(self._programs(path))
        if not streams:
            return None
        tried = 0
        for spot in _spots(self._repo, self._programs(path), path, source):
            for head in _heads(self._repo, spot, streams):
                tried += 1
                if _helps(self._repo, path, head, streams, source):
                    return head
                if tried == MOST:
                    return None
        return None

    def _programs(self, path: str) -> list[Program]:
        kinds = ("script", "notebook")
        return [each for each in self._repo.view(programs) if each.path == path and each.kind in kinds]


def _bare(found: Iterable[Program]) -> list[str]:
    """The streams that programs draw from and never seed."""
    faults = (fault for program in found for fault in faults_of(program))
    return sorted({each.stream for each in faults if each.rule == "unseeded-stream" and each.confidence != "low"})


def _spots(repo: Repo, found: list[Program], path: str, source: Sources) -> Iterator[Spot]:
    for program in found:
        yield from _beside(program, source)
    parts = pieces(source(path))
    functions = {entry.function for entry in repo.view(entries) if entry.path == path}
    for piece in parts:
        yield from _behind_options(parts, piece)
    if functions - {""}:
        yield from _of_commands(parts, functions)
    else:
        yield from _of_guard(parts)
        yield from _of_module(parts)


def _beside(program: Program, source: Sources) -> Iterator[Spot]:
    """Where the program seeds another stream."""
    told: set[Location] = set()
    for step in program.steps:
        seed = step.event
        if not isinstance(seed, Seed) or seed.is_hidden or not seed.streams or seed.at in told:
            continue
        told.add(seed.at)
        parts = pieces(source(seed.at.path)) if seed.status in ("fixed", "unknown") else []
        if found := call_at(parts, seed.at):
            piece, call = found
            statement = statements.statement_of(piece, call)
            if isinstance(statement, ast.Expr) and statement.value is call and (own := _same(piece, call, seed)):
                if statements.is_plain(piece, statement):
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
                    yield Spot(parts, piece, node, True)


def _of_guard(parts: list[Piece]) -> Iterator[Spot]:
    """First thing in the main guard."""
    for piece in parts:
        for statement in piece.tree.body:
            if isinstance(statement, ast.If) and statements.is_main(statement):
                yield Spot(parts, piece, statement.body[0], False)


def _of_commands(parts: list[Piece], functions: set[str]) -> Iterator[Spot]:
    """First thing in the function that an installed command runs."""
    for piece in parts:
        for statement in piece.tree.body:
            if isinstance(statement, Function) and statement.name in functions:
                body = statement.body
                has_words = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
                yield Spot(parts, piece, body[0], bool(has_words))


def _of_module(parts: list[Piece]) -> Iterator[Spot]:
    """Behind the imports; behind the constant that is the seed, where it comes later."""
    for piece in parts:
        for statement in piece.tree.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
                seeds = [each for each in in_scope_of(parts, piece, statement)]
                if seeds:
                    yield Spot(parts, piece, statement, True, seeds[0])
    for piece in parts:
        if (last := statements.head(piece)) is not None:
            yield Spot(parts, piece, last, True)


def in_scope_of(parts: list[Piece], piece: Piece, statement: ast.Assign) -> Iterator[Own]:
    """The seed that a statement itself sets."""
    from mlaudit.fixes.python.projects import is_number, is_seed

    match statement:
        case ast.Assign([ast.Name(name)], ast.Constant(value)) if is_seed(name) and is_number(value):
            yield Own(name, f"`{name}` in line {piece.at(statement).line}")


def _heads(repo: Repo, spot: Spot, streams: list[str]) -> Iterator[Head]:
    """What can be written at a spot."""
    if spot.statement is None:
        return
    bound = statements.names(spot.pieces)
    for own in _seeds(repo, spot):
        for lines in written(repo, spot.piece.path, streams, bound, own.expression):
            if edits := _edits(spot, lines):
                words = f"{own.origin}; by {lines.words}" if lines.words else own.origin
                yield Head(edits, words, lines.calls)


def _seeds(repo: Repo, spot: Spot) -> Iterator[Own]:
    """The seeds at a spot: those that stand behind its statement, where the lines come behind it."""
    if spot.given:
        yield spot.given
        return
    assert spot.statement is not None
    place = Place(spot.pieces, spot.piece, _next(spot))
    found = list(in_scope(repo, place))
    is_option = isinstance(spot.statement, ast.Assign)
    yield from found[:2]
    if not is_option and not found:
        yield number(repo, place)


def _next(spot: Spot) -> ast.AST:
    """A node that stands where the lines will: one line further down than the statement behind which they come."""
    assert spot.statement is not None
    if not spot.is_behind:
        return spot.statement
    holder = spot.piece.parents[spot.statement]
    body = next((each for each in _bodies(holder) if spot.statement in each), [spot.statement])
    index = body.index(spot.statement) + 1
    return body[index] if index < len(body) else spot.statement


def _bodies(node: ast.AST) -> list[list[ast.stmt]]:
    return [each for field in ("body", "orelse", "finalbody") if isinstance(each := getattr(node, field, None), list)]


def _edits(spot: Spot, lines: Lines) -> tuple[Edit, ...]:
    """The lines at the spot, and the imports where imports stand: one change where both are the same place."""
    assert spot.statement is not None
    last = statements.head(spot.piece)
    needs = list(lines.imports)
    if needs and last is spot.statement and spot.is_behind:
        change = statements.after(spot.piece, spot.statement, [*needs, "", *lines.calls])
        return spot.piece.edits([change]) if change else ()
    found: list[Change | None] = []
    if needs and last is not None and last.lineno < spot.statement.lineno:
        found.append(statements.after(spot.piece, last, needs))
    elif needs:
        return ()
    is_head = last is spot.statement and spot.is_behind
    calls = ["", *lines.calls] if is_head and spot.piece.cell is None else list(lines.calls)
    write = statements.after if spot.is_behind else statements.before
    found.append(write(spot.piece, spot.statement, calls))
    return spot.piece.edits([each for each in found if each]) if all(found) else ()


def _helps(repo: Repo, path: str, head: Head, streams: list[str], source: Sources) -> bool:
    """Whether the program, walked with the edits in it, draws from none of the streams before it is seeded."""
    codes = [code for each in {edit.path for edit in head.edits} if (code := _read(head, source(each)))]
    if len(codes) != len({edit.path for edit in head.edits}):
        return False
    found = program_again(repo.with_code(codes), path)
    faults = [fault for program in found for fault in faults_of(program)]
    lost = any(each.rule in LOST and each.stream in streams for each in faults)
    return bool(found) and not lost and all(_is_seeded(program, streams, head) for program in found)


def _is_seeded(program: Program, streams: list[str], head: Head) -> bool:
    """Whether each stream is seeded by what is known, where nothing stood that did so before."""
    seeds = [step.event for step in program.steps if isinstance(step.event, Seed)]
    sure = ("fixed", "unknown") if "with which" in head.origin else ("fixed",)
    return all(any(stream in seed.streams and seed.status in sure for seed in seeds) for stream in streams)


def _read(head: Head, source: Source) -> Code | None:
    """The code of a file with its edits in it."""
    from mlaudit.readers.code import notebook, python

    text = source.text
    for edit in sorted((each for each in head.edits if each.path == source.path), key=lambda each: -each.start):
        text = text[: edit.start] + edit.text + text[edit.end :]
    reader = notebook if source.path.endswith(".ipynb") else python
    facts = reader.read(Source(source.path, text.encode("utf-8", "replace")))
    return next((fact for fact in facts if isinstance(fact, Code)), None)


__all__ = ["Head", "Heads", "Names"]
