"""What do the cells of a notebook import, install and do? What is no Python is replaced line by line."""

import ast
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

from mlaudit.depth import deep
from mlaudit.facts import Comparison, Fact, Kernel, Location, OldPython, PythonVersion, Transfer, Unreadable, Variable
from mlaudit.facts.cells import Bound, Magic, Opened, Step
from mlaudit.facts.syntax import Span, spanned
from mlaudit.patterns import pattern
from mlaudit.readers import told
from mlaudit.readers.code import magics, python, variables
from mlaudit.readers.code.cells import CodeCell, cells, metadata
from mlaudit.readers.code.imports import line_imports
from mlaudit.readers.code.names import Names
from mlaudit.readers.code.tree import tree_of
from mlaudit.readers.code.whole import Lowered, joined
from mlaudit.readers.documents import Malformed, json
from mlaudit.source import GUESSED, Passage, Source

SHELLS = ("%%bash", "%%sh", "%%shell", "%%!", "%%script bash", "%%script sh", "%%script sudo")
# Cell magics whose body stays Python; the body of any other is a text of another kind.
PYTHON = (
    "%%time",
    "%%timeit",
    "%%capture",
    "%%prun",
    "%%memit",
    "%%python",
    "%%python3",
    "%%wandb",
    "%%skip",
    "%%local",
)
# Of these, those whose body runs where the names of the notebook are not.
APART = ("%timeit", "%memit", "%python", "%python3", "%skip")
# A cell whose text becomes a file.
FILED = pattern(r"%%(?:writefile|file)\s+(?:-a\s+|--append\s+)?(\S+)")
COMMAND = pattern(r"(\s*(?:[\w.,\s()]+=\s*)?)(!{1,2}|%sx\s|%system\s|%)?")


class Written(NamedTuple):
    """The steps of a cell."""

    steps: tuple[Step, ...]


def read(source: Source, role: str = "") -> Iterator[Fact]:
    """Kernel, and of each code cell the facts of its Python and of its shell lines, and Cell unless the role is
    `imports`."""
    try:
        tree = json.load(source)
        found = list(cells(source, tree))
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    if source.encoding == GUESSED:
        yield Unreadable(source.location(0), "is not UTF-8: Jupyter refuses it", partly=True)
    kernel = _kernel(source, tree)
    yield kernel
    if kernel.language.lower() in ("python", "ipython", ""):
        if kernel.version:
            yield PythonVersion(kernel.at, (Comparison("==", kernel.version),), "notebook")
        needed: list[str] = []
        for fact in _cells(source, found, role):
            if isinstance(fact, Variable):
                needed.append(fact.name)
            yield fact
        if needed:
            yield from variables.named(_prose(tree), dict.fromkeys(needed), source.location(0, 0))
        if role != "imports":
            yield from told.of_notebook(source.location(0, 0), _prose(tree), (cell.text for cell in found))
        return
    yield Unreadable(source.location(0), f"is a notebook in {kernel.language}: its code is not audited", partly=True)
    if role != "imports":
        yield from (cell.fact(()) for cell in found)


def _cells(source: Source, found: Iterable[CodeCell], role: str) -> Iterator[Fact]:
    pieces: list[Lowered] = []
    names = Names()
    for cell in found:
        steps: list[Step] = []
        for fact in _cell(cell, role, names):
            if isinstance(fact, Lowered):
                pieces.append(fact)
            elif isinstance(fact, Written):
                steps += fact.steps
            else:
                yield fact
        if role != "imports":
            yield cell.fact(tuple(steps))
    if role != "imports":
        yield joined(source.location(0, 0), "notebook", pieces)


def _kernel(source: Source, tree: object) -> Kernel:
    spec, language = metadata(tree, "kernelspec"), metadata(tree, "language_info")
    name = str(language.get("name") or spec.get("language") or "")
    version = str(language.get("version", "")) if name.lower() == "python" else ""
    at = source.location(0)
    if version and (start := source.text.rfind(f'"{version}"')) >= 0:
        at = source.location(start + 1, start + 1 + len(version))
    kernel = str(spec.get("name", ""))
    return Kernel(at, kernel, name, version, _name_place(source) if kernel else None)


def _name_place(source: Source) -> Location:
    """Where the name of the kernelspec stands."""
    try:
        spec = source.text.find("{", source.text.rfind('"kernelspec"'))
        start = json.member(source, spec, "name")
        return source.location(start + 1, json.end(source, start) - 1)
    except Malformed:
        return source.location(0)


def _prose(tree: Any) -> Iterator[str]:
    """The texts of the cells that hold no code."""
    for cell in tree.get("cells") or ():
        if isinstance(cell, dict) and cell.get("cell_type") == "markdown":
            written = cell.get("source")
            yield "".join(map(str, written)) if isinstance(written, list) else str(written)


def _cell(cell: CodeCell, role: str, names: Names) -> Iterator[Fact | Lowered | Written]:
    head = cell.text.lstrip()
    if head.startswith("%%"):
        yield from _magic_cell(cell, head, role, names)
        return
    try:
        tree = tree_of(cell.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield from _mixed(cell, cell.text, role, names)
    else:
        yield from _python(tree, cell, magics.Plain(cell.text, {}, {}), role, names)


def _python(
    tree: ast.Module, cell: CodeCell, plain: magics.Plain, role: str, names: Names
) -> Iterator[Fact | Lowered | Written]:
    locate = partial(cell.node, moved=plain.moved)
    yield from python.module(tree, locate, plain.text, role)
    if tree.body and role != "imports":

        def place(node: ast.AST) -> Span:
            return spanned(locate(node))

        yield python.code(tree, place, locate(tree.body[0]))
        found = {line: _magic(cell, magic) for line, magic in plain.magics.items()}
        try:
            with deep():
                yield Written(names.cell(tree, place, found))
        except RecursionError:
            yield Written((Opened(),))


def _magic(cell: CodeCell, line: magics.Line, words: tuple[str, ...] = ()) -> Magic:
    at = spanned(cell.locate(line.start, line.end))
    return Magic(at, line.name, line.arguments, line.targets, words)


def _magic_cell(cell: CodeCell, head: str, role: str, names: Names) -> Iterator[Fact | Lowered | Written]:
    first, _, _ = head.partition("\n")
    start = cell.text.find("\n") + 1 or len(cell.text)
    line = magics.cell_magic(cell.text)
    if first.startswith(SHELLS):
        yield Written((_magic(cell, line),))
        body = cell.text[start:]
        yield from _commands(Passage(body, lambda a, b: cell.locate(start + a, start + b)))
    elif filed := FILED.match(first):
        at = len(cell.text) - len(head)
        yield Transfer(cell.locate(at + filed.start(1), at + filed.end(1)), ">", "move", (), filed[1].strip("'\""))
    elif first.split()[0] in PYTHON or first.startswith("%%capture"):
        yield Written((_magic(cell, line),))
        for fact in _mixed(cell, " " * (start - 1) + cell.text[max(start - 1, 0) :], role, names):
            yield fact if not isinstance(fact, Written) or line.name not in APART else Written(())
    else:
        yield Written((_magic(cell, line, magics.words(cell.text[start:])),))


def _mixed(cell: CodeCell, text: str, role: str, names: Names) -> Iterator[Fact | Lowered | Written]:
    """Python among magics: shell lines are read as shell, and replaced by `pass` of the same line count."""
    plain = magics.plain(text)
    for line in plain.magics.values():
        yield from _shell(cell, text[line.start : line.end], line.start)
    try:
        tree = tree_of(plain.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        yield from _broken(cell, plain.text, error)
        yield Written((Bound(magics.words(text)),))
    else:
        yield from _python(tree, cell, plain, role, names)


def _shell(cell: CodeCell, text: str, start: int) -> Iterator[Fact]:
    """A `!`, `%pip` or automagic line: what follows the sign goes through a shell."""
    match = COMMAND.match(text)
    cut = match.end() if match else 0
    body = text[cut:]
    yield from _commands(Passage(body, lambda a, b: cell.locate(start + cut + a, start + cut + b)))


def _commands(passage: Passage) -> Iterator[Fact]:
    from mlaudit.readers.commands import install

    return install.installs(passage, "notebook")


def _broken(cell: CodeCell, text: str, error: BaseException) -> Iterator[Fact]:
    line = getattr(error, "lineno", None) or 1
    start = cell.starts[min(line, len(cell.starts)) - 1]
    message = getattr(error, "msg", "") or str(error) or "nested too deeply"
    at = cell.locate(start, start + len(cell.text[start:].split("\n", 1)[0]))
    if "Missing parentheses in call to 'print'" in message:
        yield OldPython(at, "print statement")
    else:
        yield Unreadable(at, f"cell {cell.number} is no Python that can be parsed: {message}", partly=True)
    yield from line_imports(Passage(text, cell.locate))
