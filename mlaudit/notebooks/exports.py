"""Which names does a file of the repository bind, for those who import all of it or run it?"""

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from mlaudit.facts import Cell, Code, Repo
from mlaudit.facts.cells import Bound, Defined
from mlaudit.facts.syntax import (
    Assign,
    Bind,
    Branch,
    Class,
    Expression,
    Function,
    Items,
    Loop,
    Name,
    Starred,
    Statement,
    With,
)
from mlaudit.notebooks import notebooks
from mlaudit.programs.modules import modules

# Star imports lead from file to file; further than this none is followed.
FARTHEST = 20


def imported(repo: Repo, module: str, importer: str, depth: int = 0) -> frozenset[str] | None:
    """What `from module import *` binds; None where it is not known."""
    found = repo.view(modules).find(module, importer)
    if not found or found[1] or depth > FARTHEST:
        return None
    return _bound(repo, found[0], depth)


def run(repo: Repo, written: str, runner: str) -> frozenset[str] | None:
    """What `%run written` binds; None where it is not known."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(runner), written.strip("\"'")))
    for each in (path, f"{path}.py", f"{path}.ipynb"):
        if each in repo.view(_codes):
            return _bound(repo, each, 0)
    return None


def _codes(repo: Repo) -> Mapping[str, Code]:
    return {code.at.path: code for code in repo.all(Code)}


def _bound(repo: Repo, path: str, depth: int) -> frozenset[str] | None:
    code = repo.view(_codes).get(path)
    if code is None or "exec" in code.words or "globals" in code.words:
        return None
    names = {name for cell in repo.view(notebooks).get(path, ()) for name in _of_cell(cell)}
    for name in _names(code.body):
        if not name.startswith("*"):
            names.add(name)
        elif (more := imported(repo, name[1:], path, depth + 1)) is None:
            return None
        else:
            names |= more
    return frozenset(names)


def _of_cell(cell: Cell) -> Iterator[str]:
    for step in cell.steps:
        if isinstance(step, Bound):
            yield from step.names
        elif isinstance(step, Defined):
            yield step.name


def _names(body: Iterable[Statement]) -> Iterator[str]:
    """The names that a module's statements bind, on any branch; `*module` for a star import."""
    for statement in body:
        match statement:
            case Function(name=name) | Class(name=name):
                yield name
            case Bind(names=names):
                yield from (f"*{path}" if name == "*" else name for name, path in names if name)
            case Assign(targets=targets):
                yield from (name for target in targets for name in _targets(target))
            case Branch(blocks=blocks):
                yield from (name for block in blocks for name in _names(block))
            case Loop(target=target, body=inner):
                yield from (*_targets(target), *_names(inner))
            case With(contexts=contexts, body=inner):
                yield from (name for _, target in contexts for name in _targets(target))
                yield from _names(inner)


def _targets(target: Expression | None) -> Iterator[str]:
    match target:
        case Name(dotted=name) if "." not in name:
            yield name
        case Items(elements=elements):
            yield from (name for element in elements for name in _targets(element))
        case Starred(value=value):
            yield from _targets(value)
