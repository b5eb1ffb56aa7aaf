"""Which cells need what a magic above them has changed for the whole session?"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mlaudit.facts import Code, Import, Repo
from mlaudit.facts.cells import Magic
from mlaudit.facts.place import Location
from mlaudit.facts.syntax import Assign, Call, Constant, Item, Name, located, nodes
from mlaudit.knowledge import notebooks as kernels
from mlaudit.lineage.places import is_local
from mlaudit.lineage.references import in_own_code
from mlaudit.notebooks import notebooks
from mlaudit.programs.modules import modules
from mlaudit.values import GAP, ROOT

FILES = ("reads", "writes", "appends", "unpacks", "moves")
READS = frozenset({"os.getenv", "os.environ.get", "getenv", "environ.get", "os.environ.pop", "os.environ.setdefault"})
TABLES = frozenset({"os.environ", "environ"})
READING = frozenset({"environ", "getenv"})
RELOADING = ("1", "2", "3", "all", "explicit", "complete")
VARIABLE = re.compile(r"(\w+)[ =]+\S")


class Reliance(NamedTuple):
    """A magic, as it is written, and the first place below it that needs what it did."""

    at: Location
    magic: str
    needs: str
    place: Location
    level: str = ""


def reliances(repo: Repo) -> Iterator[Reliance]:
    """The magics of each notebook on which something below them is seen to rely. One that runs on a condition is not
    judged: where it does not run, nothing relies on it."""
    for path, cells in repo.view(notebooks).items():
        magics = [step for cell in cells for step in cell.steps if isinstance(step, Magic)]
        moves = [magic for magic in magics if kernels.changes_folder(magic.name)]
        if moves and (found := _on_folder(repo, path, moves)):
            yield found
        for magic in magics:
            if not magic.doubt and kernels.changes_environment(magic.name):
                yield from _on_variable(repo, located(path, magic.at), magic)
        reloading = [magic for magic in magics if kernels.reloads(magic.name) and magic.arguments in RELOADING]
        if reloading:
            yield from _on_reloading(repo, located(path, reloading[0].at), reloading[0])


def _on_folder(repo: Repo, path: str, moves: list[Magic]) -> Reliance | None:
    """The first relative path, or import of a module that lies only there, in a folder to which relative moves led."""
    for at, needs, module in sorted(_needs(repo, path)):
        before = [move for move in moves if located(path, move.at) < at]
        folder = _folder(before)
        if folder and (not module or _is_only_in(repo, path, folder, module)):
            last = before[-1]
            return Reliance(located(path, last.at), f"%cd {last.arguments}", needs, at)
    return None


def _needs(repo: Repo, path: str) -> Iterator[tuple[Location, str, str]]:
    """What depends on the folder: the place, what it does there, and the module where it is an import."""
    for reference in repo.view(in_own_code):
        if reference.at.path == path and reference.role in FILES:
            text = next((t for t in reference.texts if is_local(t) and not t.startswith((GAP, ROOT))), "")
            if text:
                does = reference.role if reference.role in ("reads", "writes") else "uses"
                yield reference.at, f"{does} `{text.replace(GAP, '…')}`", ""
    for each in repo.all(Import):
        if each.at.path == path:
            yield each.at, f"imports `{each.module}` from there", each.module


def _folder(moves: Iterable[Magic]) -> str:
    """Where relative moves lead from the notebook's folder; "" for there itself, for an absolute folder (to go there
    twice is to be there), and where it is not known."""
    folder = "."
    for move in moves:
        target = move.arguments.strip("\"' ")
        if move.doubt or not target or not is_local(target) or target.startswith(("-", "$", "{", "%")):
            return ""
        folder = posixpath.normpath(posixpath.join(folder, target))
    return "" if folder == "." else folder


def _is_only_in(repo: Repo, path: str, target: str, module: str) -> bool:
    """Whether a module lies in a folder seen from the notebook's, and not beside the notebook."""
    here = posixpath.dirname(path)
    there = posixpath.normpath(posixpath.join(here, target))
    top = module.partition(".")[0]
    return _has(repo, there, top) and not _has(repo, here, top)


def _has(repo: Repo, folder: str, module: str) -> bool:
    base = posixpath.normpath(posixpath.join(folder, module))
    return f"{base}.py" in repo.files or f"{base}/__init__.py" in repo.files


def _on_variable(repo: Repo, at: Location, magic: Magic) -> Iterator[Reliance]:
    match = VARIABLE.match(magic.arguments)
    codes = [code for code in repo.all(Code) if code.at.path == at.path and READING.intersection(code.words)]
    if match:
        places = (place for code in codes for place in _lookups(code, match[1]) if place > at)
        for place in (*places,)[:1]:
            yield Reliance(at, f"%env {match[1]}", f"reads the variable `{match[1]}`", place)


def _lookups(code: Code, variable: str) -> Iterator[Location]:
    """Where a variable of the environment is read."""
    for statement in code.body:
        place: Location | None = None
        for node in nodes(statement):
            if isinstance(node, Assign | Call):
                place = located(code.at.path, node.at)
            match node:
                case Call(function=Name(dotted), arguments=(Constant(value), *_)) if dotted in READS:
                    is_read = value == variable
                case Item(value=Name(dotted), key=Constant(value)) if dotted in TABLES:
                    is_read = value == variable
                case _:
                    is_read = False
            if is_read and place:
                yield place


def _on_reloading(repo: Repo, at: Location, magic: Magic) -> Iterator[Reliance]:
    """A module of the repository, of which each cell gets what it is by then."""
    own = (each for each in repo.all(Import) if each.at.path == at.path and each.at > at)
    for each in own:
        if repo.view(modules).find(each.module, at.path):
            needs = f"imports `{each.module}`, whose code may differ from cell to cell"
            yield Reliance(at, f"%autoreload {magic.arguments}", needs, each.at, "note")
            return
