"""Which programs has a repository: scripts, notebooks, what commands run, tests?"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mlaudit.facts import Code, EntryPoint, Repo
from mlaudit.facts.syntax import (
    Branch,
    Function,
    Name,
    Operation,
    Statement,
    nodes,
)
from mlaudit.knowledge.layout import is_test
from mlaudit.programs.modules import Modules, modules

# Files that a tool reads, not a person runs.
CONFIGURATION = re.compile(
    r"(?:^|/)(?:setup|noxfile|conf|conftest|versioneer|__init__|_version|hubconf|fabfile|tasks)\.py$"
)


# Calls by which a main guard does more than show what its module has.
ACTING = frozenset(
    "parse_args parse_known_args Fire main run cli CLI LightningCLI argv train evaluate eval_model fit learn step "
    "open save savefig savez savetxt to_csv to_parquet to_pickle to_json dump write writerow imwrite imsave".split()
)


# How functions are called that a main guard runs to see whether a module works.
TRYING = re.compile(r"_*(?:unit|sanity|smoke|self|quick)?_*(?:test|demo|check|example|debug)", re.IGNORECASE)


class Entry(NamedTuple):
    """A program: the file that it starts with. `kind` is script or notebook; `function` is what a command of the
    installed package runs, "" for the file itself.
    """

    path: str
    kind: str
    function: str = ""


def entries(repo: Repo) -> list[Entry]:
    """The programs of a repository, by path."""
    codes = {code.at.path: code for code in repo.all(Code)}
    graph = _imports(codes, repo.view(modules))
    imported = {target for path, targets in graph.items() for target in targets if target != path}
    found = {path: kind for path, code in codes.items() if (kind := _kind(code, codes, path in imported))}
    reached = _reached(graph, found)
    for path, code in codes.items():
        # Modules that import one another in a circle: one of them is what people run.
        if path not in reached and _kind(code, codes, is_imported=False):
            found[path] = "script"
            reached = _reached(graph, found)
    return [*(Entry(path, kind) for path, kind in sorted(found.items())), *_commands(repo)]


def _reached(graph: Mapping[str, set[str]], starts: Iterable[str]) -> set[str]:
    """The files that some files import, at any distance, and those themselves."""
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting += graph.get(path, ())
    return reached


def _commands(repo: Repo) -> Iterator[Entry]:
    """The commands of installed packages."""
    for point in repo.all(EntryPoint):
        if path := file_of(repo, point):
            yield Entry(path, "script", point.target.partition(":")[2].partition(" ")[0].strip())


def file_of(repo: Repo, point: EntryPoint) -> str:
    """The file of the repository that a command of its package runs; "" where it is none."""
    found = repo.view(modules).find(point.target.partition(":")[0].strip(), point.at.path)
    return found[0] if found and not found[1] else ""


def _kind(code: Code, codes: Mapping[str, Code], is_imported: bool) -> str:
    """Script, notebook, or "" for what is no program. A module of a package, or one that others import, is none whose
    guard only shows what it has, or that has no guard."""
    path = code.at.path
    if code.kind == "notebook":
        return "notebook"
    if is_test(path):
        return ""
    if "__name__" in code.words and any(is_main_guard(statement) for statement in code.body):
        is_packaged = posixpath.join(posixpath.dirname(path), "__init__.py") in codes
        is_used = is_packaged or is_imported
        is_shown = is_used and not path.endswith("__main__.py") and _only_shows(code)
        return "" if is_shown else "script"
    if is_imported or CONFIGURATION.search(path):
        return ""
    return "script" if code.acts else ""


def is_main_guard(statement: Statement) -> bool:
    """Whether a statement is `if __name__ == "__main__":`."""
    if not isinstance(statement, Branch) or not isinstance(statement.test, Operation):
        return False
    return any(isinstance(part, Name) and part.dotted == "__name__" for part in statement.test.operands)


def _only_shows(code: Code) -> bool:
    """Whether a main guard only tries what its module defines: it makes objects of its classes and calls them, but
    runs no function of the module other than one that tries them too, reads no options and keeps nothing."""
    own = {statement.name: statement for statement in code.body if isinstance(statement, Function)}
    names = {name for statement in code.body if is_main_guard(statement) for name in _names(statement)}
    for name in [name for name in names if name in own and TRYING.match(name)]:
        names |= _names(own.pop(name))
    return own.keys().isdisjoint(names) and ACTING.isdisjoint(name.rpartition(".")[2] for name in names)


def _names(statement: Statement) -> set[str]:
    return {part.dotted for part in nodes(statement) if isinstance(part, Name)}


def mentioned(repo: Repo) -> set[str]:
    """All names that occur in code other than as a definition's own."""
    return {word for code in repo.all(Code) for word in code.words}


def _imports(codes: Mapping[str, Code], own: Modules) -> dict[str, set[str]]:
    """The files that each file imports."""
    graph: dict[str, set[str]] = {}
    for path, code in codes.items():
        targets = (own.find(dotted, path) for dotted in code.modules)
        graph[path] = {target[0] for target in targets if target}
    return graph
