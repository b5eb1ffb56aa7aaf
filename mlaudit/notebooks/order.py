"""Which names does a notebook look up that no cell above has bound?"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mlaudit.facts import Cell, Kernel, OldPython, Repo, Requirement
from mlaudit.facts.cells import Bound, Defined, Magic, Opened, Removed, Step, Used
from mlaudit.facts.place import Location
from mlaudit.facts.syntax import Span, located
from mlaudit.knowledge import notebooks as kernels
from mlaudit.notebooks import APART, exports, notebooks

# Methods that run when an object is made.
MAKING = ("__init__", "__new__", "__post_init__", "__init_subclass__")
WORD = re.compile(r"[^\W\d]\w*")
# By the doubt that a name is looked up at all.
CONFIDENCE = ("high", "medium", "low")


class Missing(NamedTuple):
    """A name that is not there when it is looked up. `how` says when, `where` why it is not; `others` are further
    places at which it is looked up."""

    at: Location
    name: str
    how: str
    where: str
    confidence: str
    call: Location | None = None
    others: tuple[Location, ...] = ()


def missing(repo: Repo) -> Iterator[Missing]:
    """The names of every notebook that are not there, each once, at its first use."""
    old = repo.view(_old)
    brought = kernels.brought_by({requirement.name for requirement in repo.all(Requirement)})
    for path, cells in repo.view(notebooks).items():
        yield from _Session(repo, path, cells, path in old, brought).run()


def _old(repo: Repo) -> frozenset[str]:
    """The notebooks in Python 2."""
    old = {fact.at.path for fact in repo.all(OldPython)}
    return frozenset(old | {k.at.path for k in repo.all(Kernel) if k.version.startswith("2") or k.name == "python2"})


class _Wanted(NamedTuple):
    """A body that runs at a time that is not known: the cell that names it, and what it looks up."""

    number: int
    needs: tuple[Used | Defined, ...]


class _Session:
    """A kernel that has run some cells: what is bound, and whether anything else may be."""

    def __init__(self, repo: Repo, path: str, cells: list[Cell], is_old: bool, brought: frozenset[str]) -> None:
        self._repo = repo
        self._path = path
        self._cells = cells
        self._is_old = is_old
        self._bound: dict[str, Defined | None] = dict.fromkeys(brought)
        self._removed: dict[str, int] = {}
        self._is_open = False
        self._was_open = False
        self._wanted: list[_Wanted] = []
        self._settled: set[int] = set()
        self._found: dict[str, Missing] = {}
        self._number = 0
        self._is_apart = False
        self._bindings = _bindings(cells)

    def run(self) -> Iterator[Missing]:
        """What is not there when all cells are run in order."""
        for cell in self._cells:
            self._number = cell.at.cell
            self._is_apart = not APART.isdisjoint(cell.tags)
            is_given = "parameters" in cell.tags and not any(isinstance(step, Bound) for step in cell.steps)
            if cell.is_form or is_given:
                self._open()
            for step in cell.steps:
                self._step(step)
        self._is_apart = False
        for wanted in self._wanted:
            self._want(wanted)
        yield from self._found.values()

    def _open(self) -> None:
        self._is_open = self._was_open = True

    def _step(self, step: Step) -> None:
        match step:
            case Used():
                self._use(step)
            case Bound(names):
                self._bind(names)
            case Defined():
                self._bound[step.name] = step
                if not step.name:
                    self._wanted.append(_Wanted(self._number, step.needs))
            case Removed(name=name):
                self._bound.pop(name, None)
                self._removed[name] = self._number
            case Opened(module):
                self._take(exports.imported(self._repo, module, self._path) if module else None)
            case Magic():
                self._magic(step)

    def _bind(self, names: Iterable[str]) -> None:
        self._bound.update(dict.fromkeys(names))

    def _take(self, names: frozenset[str] | None) -> None:
        if names is None:
            self._open()
        else:
            self._bind(names)

    def _magic(self, magic: Magic) -> None:
        match kernels.does(magic.name, magic.arguments):
            case kernels.ANY:
                self._open()
            case kernels.CLEARS:
                self._removed.update(dict.fromkeys(self._bound, self._number))
                self._bound.clear()
                self._is_open = False
            case kernels.RUNS:
                files = [word for word in magic.arguments.split() if not word.startswith("-")]
                self._take(exports.run(self._repo, files[0], self._path) if files else None)
            case kernels.WORDS:
                self._bind((*WORD.findall(magic.arguments), *magic.words))
        self._bind(magic.targets)

    def _is_there(self, name: str) -> bool:
        return name in self._bound or self._is_open or kernels.is_there(name, self._is_old)

    def _use(self, used: Used) -> None:
        if not self._is_there(used.name):
            self._tell(used, "in this cell", used.doubt)
            return
        definition = self._bound.get(used.name)
        if definition is None:
            return
        if used.is_called and definition.kind != "later" and not used.doubt:
            self._call(definition, used)
        self._wanted.append(_Wanted(self._number, definition.needs))

    def _call(self, definition: Defined, call: Used) -> None:
        """What a body looks up when it is called here."""
        waiting = [definition]
        while waiting:
            each = waiting.pop()
            if id(each) in self._settled:
                continue
            self._settled.add(id(each))
            for need in self._at_once(each):
                if not self._is_there(need.name):
                    self._tell(need, f"when cell {self._number} calls `{call.name}`", need.doubt, call.at)
                    continue
                called = self._bound.get(need.name)
                if called is not None and need.is_called and not need.doubt and called.kind != "later":
                    waiting.append(called)

    def _at_once(self, definition: Defined) -> Iterator[Used]:
        """What a body looks up as soon as it is called; that of a class is the body that makes its objects."""
        for need in definition.needs:
            if isinstance(need, Used):
                yield need
            elif definition.kind == "class" and need.name in MAKING:
                yield from (each for each in need.needs if isinstance(each, Used))

    def _want(self, wanted: _Wanted) -> None:
        """What a body looks up at some time must be bound by some cell."""
        waiting = list(wanted.needs)
        while waiting:
            need = waiting.pop(0)
            if isinstance(need, Defined):
                if id(need) not in self._settled:
                    self._settled.add(id(need))
                    waiting[:0] = need.needs
            elif not self._was_open and need.name not in self._bindings and not self._is_there(need.name):
                self._tell(need, "in this cell", need.doubt + 1)

    def _tell(self, used: Used, how: str, doubt: int, call: Span | None = None) -> None:
        if self._is_apart or (doubt and kernels.is_there(used.name, is_old=True)):
            return
        rank = min(2, doubt * (2 if used.name in self._bindings else 1))
        at = located(self._path, used.at)
        first = self._found.get(used.name)
        if first is None or CONFIDENCE.index(first.confidence) > rank:
            others = (first.at, *first.others) if first else ()
            place = located(self._path, call) if call else None
            self._found[used.name] = Missing(
                at, used.name, how, self._where(used.name), CONFIDENCE[rank], place, others
            )
        elif at != first.at and at not in first.others:
            self._found[used.name] = first._replace(others=(*first.others, at))

    def _where(self, name: str) -> str:
        later = [number for number in self._bindings.get(name, ()) if number >= self._number]
        if name in self._removed and name not in self._bound:
            return f"cell {self._removed[name]} has deleted it"
        if not later:
            return "no cell defines it"
        if later[0] == self._number:
            return "only this line or a later one defines it"
        return f"only cell {later[0]} defines it"


def _bindings(cells: Iterable[Cell]) -> Mapping[str, list[int]]:
    """The numbers of the cells that bind each name, in order."""
    found: dict[str, list[int]] = {}
    for cell in cells:
        for step in cell.steps:
            match step:
                case Bound(names) | Magic(targets=names):
                    bound = names
                case Defined(name=name):
                    bound = (name,)
                case _:
                    continue
            for each in bound:
                found.setdefault(each, []).append(cell.at.cell)
    return found
