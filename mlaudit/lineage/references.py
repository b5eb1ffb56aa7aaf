"""Which data and models does the code of a repository read, write, fetch and name, and by which texts?"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mlaudit.facts import Repo
from mlaudit.facts.place import Location
from mlaudit.knowledge.accesses import Access
from mlaudit.knowledge.layout import is_test
from mlaudit.programs import Program, Reach, programs, reaching
from mlaudit.programs.texts import text_of, texts_of
from mlaudit.values import GAP, Arguments, Asked, Known, Record, Series, Value

READING, WRITING = "reads", "writes"


class Reference(NamedTuple):
    """A call that reaches for data or a model in a program.

    `role` as in the tables, `opens` resolved to reads, writes or appends; `texts` are the paths, URLs or names that it
    may be given, with gaps where a part is not known, () where nothing is; `is_asked`: the user may give another.
    """

    at: Location
    program: str
    kind: str
    role: str
    name: str
    texts: tuple[str, ...]
    is_asked: bool
    row: Access
    arguments: Arguments

    def given(self, *names: str) -> Value | None:
        """The first of some arguments that the call is given."""
        found = (self.arguments.get(name, self.row.place(name)) for name in names)
        return next((value for value in found if value is not None), None)

    def targets(self) -> tuple[str, ...]:
        """The paths at which the call puts something, with gaps."""
        if self.role in (WRITING, "appends") or not self.row.target:
            return self.texts if self.role in (WRITING, "appends") else ()
        return texts_of(self.arguments.get(self.row.target, self.row.target_position))

    def is_open(self) -> bool:
        """Whether the call may be given other arguments than those that are seen."""
        return self.arguments.is_open


def references(repo: Repo) -> tuple[Reference, ...]:
    """Every reference of every program, each place once for each program; then those of code that none runs."""
    found: dict[tuple[object, ...], Reference] = {}
    for program in (*repo.view(programs), *repo.view(reaching)):
        for reference in _of_program(program):
            found.setdefault((reference.program, reference.at, reference.role, reference.texts), reference)
    return tuple(found.values())


def in_own_code(repo: Repo) -> list[Reference]:
    """The references outside tests; of a place that several programs reach, the first."""
    found: dict[tuple[object, ...], Reference] = {}
    for reference in repo.view(references):
        if not is_test(reference.at.path):
            found.setdefault((reference.at, reference.role, reference.texts), reference)
    return list(found.values())


def _of_program(program: Program) -> Iterator[Reference]:
    for step in program.steps:
        reach = step.event
        if isinstance(reach, Reach):
            texts = _texts(reach)
            asked = isinstance(reach.value, Asked)
            for role in _roles(reach):
                yield Reference(
                    reach.at, program.path, program.kind, role, reach.name, texts, asked, reach.row, reach.arguments
                )


def _texts(reach: Reach) -> tuple[str, ...]:
    """The texts that a call is given; a command in parts is one."""
    if reach.row.role == "runs" and isinstance(reach.value, Series):
        return (" ".join(text_of(each) or GAP for each in reach.value.values),)
    if reach.row.role in ("takes", "makes"):
        return tuple(text for each in _parts(reach.value) for text in texts_of(each))
    if reach.row.prefix:
        return tuple(_object(reach))
    return tuple(text for text in texts_of(reach.value) if text and text.partition("/")[0] != "None")


def _parts(value: Value | None) -> Iterable[Value]:
    """The values of a list or a dict, or the one that is given."""
    match value:
        case Series(_, values):
            return values
        case Record():
            return value.entries.values()
    return () if value is None else (value,)


def _object(reach: Reach) -> Iterator[str]:
    """The name of an object of a store, from its bucket and its key; what is not known is a gap."""
    row = reach.row
    bucket = text_of(reach.arguments.get(row.container, row.container_position)) or GAP
    for key in texts_of(reach.value) or (GAP,):
        yield f"{row.prefix}{bucket}/{key}"


def _roles(reach: Reach) -> tuple[str, ...]:
    """What a call does: that of one which opens a file hangs on its mode."""
    if reach.row.role != "opens":
        return (reach.row.role,)
    mode = reach.arguments.get(reach.row.mode, reach.row.mode_position)
    if mode is None or mode == Known(None):
        return (READING,)
    text = text_of(mode) or ""
    if "+" in text or "a" in text:
        return ("appends",) if "a" in text else (READING, WRITING) if "w" not in text else (WRITING,)
    return (WRITING,) if set(text) & set("wx") else (READING,) if "r" in text else ()
