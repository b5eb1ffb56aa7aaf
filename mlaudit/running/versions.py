"""Which names does code use that the library at the version which the repository asks for no longer has?"""

from collections.abc import Iterable, Iterator
from typing import Any

from mlaudit.facts import Code, Repo
from mlaudit.facts.syntax import (
    Assign,
    Bind,
    Branch,
    Call,
    Class,
    Constant,
    Expression,
    Function,
    Loop,
    Name,
    Statement,
    With,
    located,
    nodes,
)
from mlaudit.knowledge.layout import is_test
from mlaudit.knowledge.removals import Removal, libraries, removal
from mlaudit.programs.modules import modules
from mlaudit.resolution.lowest import Lowest
from mlaudit.resolution.versions import release
from mlaudit.running.spots import Spot, joined

# Words by which code asks which version it has, or whether a name is there.
ASKING = ("version", "hasattr", "getattr", "find_spec")


def removed(repo: Repo) -> list[Spot]:
    """The first use in each file of what a release of a library took away."""
    lowest = Lowest(repo)
    own = (code for code in repo.all(Code) if not is_test(code.at.path))
    return [_worded(spot) for spot in joined(spot for code in own for spot in _of(repo, code, lowest))]


def _worded(spot: Spot) -> Spot:
    others = len(spot.others)
    return spot._replace(more=f" and {others} more name{'s' * (others > 1)}" if others else "")


def _of(repo: Repo, code: Code, lowest: Lowest) -> Iterator[Spot]:
    told: set[str] = set()
    for name, span in code.uses:
        row = removal(name) if name.partition(".")[0] in libraries() else None
        if row is None or row.name in told or repo.view(modules).find(name, code.at.path):
            continue
        found = next((each for package in row.packages if (each := lowest.of(package, code.at.path))), None)
        if found is None or not _is_gone(row, found.version) or lowest.names(row.beside, code.at.path):
            continue
        told.add(row.name)
        if not _is_asked(code, row):
            asked = f"`{found.path}` asks for {found.version}"
            detail = f"{row.packages[0]} {row.version} took that away, and {asked}"
            yield Spot(located(code.at.path, span), row.name, detail)


def _is_gone(row: Removal, version: str) -> bool:
    """Whether the name is missing at a version and, as far as is known, at all later ones."""
    found, gone = release(version), release(row.version)
    if found is None or gone is None or found < gone:
        return False
    back = release(row.back) if row.back else None
    return back is None or found < back


def _is_asked(code: Code, row: Removal) -> bool:
    """Whether the code tries the name and goes on without it, asks for it or for the version, or puts it there."""
    return any(is_guarded or isinstance(node, Assign | Call) for node, is_guarded in _naming(code.body, row, False))


def _naming(body: Iterable[Statement], row: Removal, is_guarded: bool) -> Iterator[tuple[Any, bool]]:
    """The imports, names and calls that speak of what is gone, each with whether it stands under a question."""
    last = row.name.rpartition(".")[2]
    for statement in body:
        for part in _own(statement):
            for each in nodes(part, (Function,)):
                if _speaks(each, row.name, last):
                    yield each, is_guarded
        if isinstance(statement, Assign) and any(_speaks(target, row.name, last) for target in statement.targets):
            yield statement, is_guarded
        inner = is_guarded or (isinstance(statement, Branch) and _asks(statement.test))
        for block in _blocks(statement):
            yield from _naming(block, row, inner)


def _own(statement: Statement) -> tuple[Any, ...]:
    """What a statement holds beside its blocks."""
    match statement:
        case Branch(test):
            return () if test is None else (test,)
        case Loop(target, over):
            return (over,) if target is None else (target, over)
        case With(contexts):
            return tuple(context for context, _ in contexts)
        case Function(decorators=decorators) | Class(decorators=decorators):
            return decorators
    return (statement,)


def _blocks(statement: Statement) -> tuple[tuple[Statement, ...], ...]:
    match statement:
        case Branch(_, blocks):
            return blocks
        case Loop(body=body) | With(body=body) | Function(body=body) | Class(body=body):
            return (body,)
    return ()


def _speaks(node: Any, path: str, last: str) -> bool:
    match node:
        case Bind(names):
            return any(each == path or each.startswith(f"{path}.") for _, each in names)
        case Name(dotted):
            return last in dotted.split(".")[1:]
        case Call(_, Name("hasattr" | "getattr" | "setattr"), (_, Constant(text), *_)):
            return bool(text == last)
    return False


def _asks(test: Expression | None) -> bool:
    """Whether a branch is one of what is tried, or of a version."""
    if test is None:
        return True
    words = (word for each in nodes(test) if isinstance(each, Name) for word in each.dotted.lower().split("."))
    return any(asking in word for word in words for asking in ASKING)
