"""What do the cells of a notebook import and install? What is no Python is replaced line by line, no cell dropped."""

import ast
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from mlaudit.facts import Comparison, Fact, Kernel, OldPython, PythonVersion, Transfer, Unreadable, Variable
from mlaudit.facts.syntax import spanned
from mlaudit.readers.code import python, variables
from mlaudit.readers.code.cells import Cell, cells, metadata
from mlaudit.readers.code.imports import line_imports
from mlaudit.readers.code.tree import tree_of
from mlaudit.readers.code.whole import Lowered, joined
from mlaudit.readers.documents import Malformed, json
from mlaudit.source import Passage, Source

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
MAGIC = re.compile(r"^(\s*)(?:[\w.,\s()]+=\s*)?([!%?]|pip3?\s+install\s|conda\s+install\s)")
# A cell whose text becomes a file; a line whose statement runs and is measured.
FILED = re.compile(r"%%(?:writefile|file)\s+(?:-a\s+|--append\s+)?(\S+)")
MEASURED = re.compile(r"^(\s*)(%(?:time|timeit|prun|memit)\s+(?:-\S+(?:\s+\d+)?\s+)*)(?=\S)")
HELP = re.compile(r"^\s*[\w.\[\]'\"]+\?{1,2}\s*$")


def read(source: Source, role: str = "") -> Iterator[Fact]:
    """Kernel, and of each code cell the facts of its Python and of its shell lines."""
    try:
        tree = json.load(source)
        found = list(cells(source, tree))
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    kernel = _kernel(source, tree)
    yield kernel
    if kernel.language.lower() not in ("python", ""):
        yield Unreadable(
            source.location(0), f"is a notebook in {kernel.language}: its code is not audited", partly=True
        )
        return
    if kernel.version:
        yield PythonVersion(kernel.at, (Comparison("==", kernel.version),), "notebook")
    pieces: list[Lowered] = []
    needed: list[str] = []
    for cell in found:
        for fact in _cell(cell, role):
            if isinstance(fact, Lowered):
                pieces.append(fact)
                continue
            if isinstance(fact, Variable):
                needed.append(fact.name)
            yield fact
    if needed:
        yield from variables.named(_prose(tree), dict.fromkeys(needed), source.location(0, 0))
    if role != "imports":
        yield joined(source.location(0, 0), "notebook", pieces)


def _kernel(source: Source, tree: object) -> Kernel:
    spec, language = metadata(tree, "kernelspec"), metadata(tree, "language_info")
    name = str(language.get("name") or spec.get("language") or "")
    version = str(language.get("version", "")) if name.lower() == "python" else ""
    at = source.location(0)
    if version and (start := source.text.rfind(f'"{version}"')) >= 0:
        at = source.location(start + 1, start + 1 + len(version))
    return Kernel(at, str(spec.get("name", "")), name, version)


def _prose(tree: Any) -> Iterator[str]:
    """The texts of the cells that hold no code."""
    for cell in tree.get("cells") or ():
        if isinstance(cell, dict) and cell.get("cell_type") == "markdown":
            written = cell.get("source")
            yield "".join(map(str, written)) if isinstance(written, list) else str(written)


def _cell(cell: Cell, role: str) -> Iterator[Fact | Lowered]:
    head = cell.text.lstrip()
    if head.startswith("%%"):
        yield from _magic_cell(cell, head, role)
        return
    try:
        yield from _python(tree_of(cell.text), cell.node, cell.text, role)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield from _mixed(cell, cell.text, role)


def _python(tree: ast.Module, locate: python.Locate, text: str, role: str) -> Iterator[Fact | Lowered]:
    yield from python.module(tree, locate, text)
    if tree.body and role != "imports":
        yield python.code(tree, lambda node: spanned(locate(node)), locate(tree.body[0]))


def _magic_cell(cell: Cell, head: str, role: str) -> Iterator[Fact | Lowered]:
    first, _, _ = head.partition("\n")
    start = cell.text.find("\n") + 1 or len(cell.text)
    if first.startswith(SHELLS):
        body = cell.text[start:]
        yield from _commands(Passage(body, lambda a, b: cell.locate(start + a, start + b)))
    elif filed := FILED.match(first):
        at = len(cell.text) - len(head)
        yield Transfer(cell.locate(at + filed.start(1), at + filed.end(1)), ">", "move", (), filed[1].strip("'\""))
    elif first.split()[0] in PYTHON or first.startswith("%%capture"):
        yield from _mixed(cell, " " * (start - 1) + cell.text[max(start - 1, 0) :], role)


def _mixed(cell: Cell, text: str, role: str) -> Iterator[Fact | Lowered]:
    """Python among magics: shell lines are read as shell, and replaced by `pass` of the same line count."""
    kept = []
    at = 0
    pending: list[str] = []
    for line in map(_measured, text.split("\n")):
        if pending or MAGIC.match(line) or HELP.match(line):
            kept.append(_placeholder(line, first=not pending))
            pending.append(line)
            if not line.endswith("\\"):
                yield from _shell(cell, "\n".join(pending), at + len(line) - len("\n".join(pending)))
                pending = []
        else:
            kept.append(line)
        at += len(line) + 1
    rewritten, indent = _dedented("\n".join(kept))
    try:
        yield from _python(tree_of(rewritten), partial(cell.node, indent=indent), rewritten, role)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        yield from _broken(cell, rewritten, error)


def _measured(line: str) -> str:
    """A line of which `%time` and its kind only measure what it does: its statement, at the same column."""
    match = MEASURED.match(line) if "%" in line else None
    if match is None:
        return line
    statement = f"{match[1]}{'if 1:'.ljust(len(match[2]))}{line[match.end() :]}"
    try:
        tree_of(statement.lstrip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return line
    return statement


def _dedented(text: str) -> tuple[str, int]:
    """The text without its first line's indentation, which IPython takes from every line, and how much that was."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    indent = len(first) - len(first.lstrip(" "))
    if not indent:
        return text, 0
    return "\n".join(line[indent:] if line[:indent].isspace() else line for line in text.split("\n")), indent


def _placeholder(line: str, first: bool) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}pass" if first and line.strip() else ""


def _shell(cell: Cell, text: str, start: int) -> Iterator[Fact]:
    """A `!`, `%pip` or automagic line: what follows the sign goes through a shell."""
    match = re.match(r"(\s*(?:[\w.,\s()]+=\s*)?)(!{1,2}|%sx\s|%system\s|%)?", text)
    cut = match.end() if match else 0
    body = text[cut:]
    yield from _commands(Passage(body, lambda a, b: cell.locate(start + cut + a, start + cut + b)))


def _commands(passage: Passage) -> Iterator[Fact]:
    from mlaudit.readers.commands import install

    return install.installs(passage, "notebook")


def _broken(cell: Cell, text: str, error: BaseException) -> Iterator[Fact]:
    line = getattr(error, "lineno", None) or 1
    start = cell.starts[min(line, len(cell.starts)) - 1]
    message = getattr(error, "msg", "") or str(error) or "nested too deeply"
    at = cell.locate(start, start + len(cell.text[start:].split("\n", 1)[0]))
    if "Missing parentheses in call to 'print'" in message:
        yield OldPython(at, "print statement")
    else:
        yield Unreadable(at, f"cell {cell.number} is no Python that can be parsed: {message}", partly=True)
    yield from line_imports(Passage(text, cell.locate))
