"""Where must a program seed its streams, and with what, so that the walk of it finds no draw before?

Every place that comes into question is tried: the program is walked as it would be with the lines in it, and a place
that does not help is not offered.
"""

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mlaudit.facts import Code, Repo
from mlaudit.findings import Edit
from mlaudit.fixes.applying import edited
from mlaudit.fixes.python import statements
from mlaudit.fixes.python.pieces import Change
from mlaudit.fixes.python.seeding import Lines, written
from mlaudit.fixes.python.seeds import Own, Place, in_scope, number
from mlaudit.fixes.python.spots import Sources, Spot, spots
from mlaudit.programs import Program, Seed, program_again, programs
from mlaudit.programs.faults import faults_of
from mlaudit.source import Source

LOST = ("unseeded-stream", "late-seed", "optional-seed")
# So many places are tried.
MOST = 8


class Head(NamedTuple):
    """The edits by which a program seeds streams, where the seed comes from, and what seeds."""

    edits: tuple[Edit, ...]
    origin: str
    calls: tuple[str, ...]


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
        for spot in spots(self._repo, self._programs(path), path, source):
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
    yield from found[:2]
    if not spot.needs_seed and not found:
        yield number(repo, place)


def _next(spot: Spot) -> ast.AST:
    """A node that stands where the lines will: one line further down than the statement behind which they come."""
    assert spot.statement is not None
    if not spot.is_behind:
        return spot.statement
    block = statements.block_of(spot.piece, spot.statement)
    index = block.index(spot.statement) + 1
    return block[index] if index < len(block) else spot.statement


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
    from mlaudit.readers.code import notebook, outputs, python

    text = edited(source.text, (each for each in head.edits if each.path == source.path))
    reader = notebook if source.path.endswith(".ipynb") else python
    content = text.encode("utf-8", "replace")
    facts = reader.read(Source(source.path, outputs.thinned(content) if reader is notebook else content))
    return next((fact for fact in facts if isinstance(fact, Code)), None)
