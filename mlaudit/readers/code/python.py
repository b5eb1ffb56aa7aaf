"""What does a Python file import, and what does it install?"""

import ast
import re
from collections.abc import Callable, Iterator

from mlaudit.facts import Fact, Import, InstallCommand, Location, OldPython, SearchPath, Unreadable
from mlaudit.readers.code import tree as trees
from mlaudit.readers.commands import install, shell
from mlaudit.readers.manifests import script
from mlaudit.source import Passage, Source

IMPORT_LINE = re.compile(
    r"^[ \t]*(?:from[ \t]+([A-Za-z_][\w.]*)[ \t]+import\b|import[ \t]+([A-Za-z_][\w., \t]*))", re.M
)
MISSING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException", "OSError"})
INSTALLER = re.compile(r"\b(?:install|sync)\b")

Locate = Callable[[ast.AST], Location]


def read(source: Source) -> Iterator[Fact]:
    """Import, InstallCommand, SearchPath; the PEP 723 header; OldPython or Unreadable where it does not parse."""
    if "# /// script" in source.text:
        yield from script.read(source)
    tree = trees.parse(source)
    if isinstance(tree, Unreadable):
        yield from unparsed(source, tree)
    else:
        yield from module(tree, trees.locator(source), source.text)


def module(tree: ast.Module, locate: Locate, text: str) -> Iterator[Fact]:
    """The facts of a parsed module or cell."""
    yield from imports(tree.body, locate, "")
    if INSTALLER.search(text) and (
        "subprocess" in text or "system" in text or "session.install" in text or "pip" in text
    ):
        yield from _commands(tree, locate)
    if "sys.path" in text:
        yield from (SearchPath(locate(node)) for node in ast.walk(tree) if _changes_path(node))


def unparsed(source: Source, problem: Unreadable) -> Iterator[Fact]:
    """The imports of a file that has no tree, by line, and what it is instead: Python 2, newer Python, or broken."""
    if old := trees.old_python(source, problem):
        yield old
    elif not trees.is_newer(source.text):
        yield problem
    yield from line_imports(source.passage())


def line_imports(passage: Passage) -> Iterator[Import]:
    """Imports found line by line, for text that has no tree."""
    for match in IMPORT_LINE.finditer(passage.text):
        if match[1]:
            yield Import(passage.locate(match.start(1), match.end(1)), match[1])
            continue
        for name in re.finditer(r"(?:^|,)\s*([A-Za-z_][\w.]*)", match[2]):
            start = match.start(2) + name.start(1)
            yield Import(passage.locate(start, start + len(name[1])), name[1])


def imports(body: list[ast.stmt], locate: Locate, condition: str) -> Iterator[Import]:
    """The imports of statements and of all statements below them; expressions hold none and are not entered."""
    for statement in body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                yield Import(locate(alias), alias.name, condition)
        elif isinstance(statement, ast.ImportFrom):
            if statement.module and not statement.level:
                yield from _from(statement, locate, condition)
        else:
            for inner, state in _blocks(statement, condition):
                yield from imports(inner, locate, state)


def _from(statement: ast.ImportFrom, locate: Locate, condition: str) -> Iterator[Import]:
    """One Import for the module; those of a namespace package need their submodules too, so each name is kept."""
    at = locate(statement)
    column = at.column + len("from ")
    at = at._replace(column=column, end_line=at.line, end_column=column + len(statement.module or ""))
    yield Import(at, statement.module or "", condition)
    if statement.module in NAMESPACES:
        for alias in statement.names:
            yield Import(locate(alias), f"{statement.module}.{alias.name}", condition)


NAMESPACES = frozenset({"google", "google.cloud", "azure", "azure.ai", "azure.storage", "llama_index", "opentelemetry"})


def _blocks(statement: ast.stmt, condition: str) -> Iterator[tuple[list[ast.stmt], str]]:
    if isinstance(statement, ast.Try | ast.TryStar):
        optional = condition or ("optional" if any(map(_catches_missing, statement.handlers)) else "")
        yield statement.body, optional
        for handler in statement.handlers:
            yield handler.body, optional
        yield statement.orelse, condition
        yield statement.finalbody, condition
    elif isinstance(statement, ast.If):
        yield statement.body, "typing" if _is_type_checking(statement.test) else condition or _guard(statement.test)
        yield statement.orelse, condition or _guard(statement.test)
    elif isinstance(statement, ast.Match):
        yield from ((case.body, condition) for case in statement.cases)
    elif isinstance(statement, ast.With | ast.AsyncWith):
        suppressed = any("suppress" in ast.dump(item.context_expr) for item in statement.items)
        yield statement.body, condition or ("optional" if suppressed else "")
    else:
        for field in ("body", "orelse"):
            if isinstance(inner := getattr(statement, field, None), list):
                yield inner, condition


def _catches_missing(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or getattr(kind, "id", getattr(kind, "attr", "")) in MISSING for kind in kinds)


def _is_type_checking(test: ast.expr) -> bool:
    return getattr(test, "id", getattr(test, "attr", "")) == "TYPE_CHECKING"


def _guard(test: ast.expr) -> str:
    """An import under a test of availability or of the Python version is optional."""
    words = ast.dump(test)
    return "optional" if re.search(r"_available|find_spec|version_info|is_installed|'PY[23]'|has_", words) else ""


def _changes_path(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "path" and getattr(node.value, "id", "") == "sys"


def _commands(tree: ast.Module, locate: Locate) -> Iterator[Fact]:
    """Commands in the literal arguments of calls: subprocess.run(["pip", "install", "x"]), os.system("pip install x")."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        first = node.args[0]
        if isinstance(first, ast.List | ast.Tuple):
            yield from _listed(first.elts, locate)
        elif isinstance(first, ast.Constant) and isinstance(first.value, str):
            if (
                getattr(node.func, "attr", "") == "install"
                and getattr(getattr(node.func, "value", None), "id", "") == "session"
            ):
                yield from _session(node, locate)
            elif "install" in first.value and getattr(node.func, "attr", getattr(node.func, "id", "")) in RUNNERS:
                at = locate(first)
                yield from install.installs(Passage(first.value, lambda a, b: _part(at, a, b)), "python")


RUNNERS = frozenset(
    {"system", "run", "call", "check_call", "check_output", "Popen", "getoutput", "popen", "run_line_magic"}
)


def _listed(elements: list[ast.expr], locate: Locate) -> Iterator[Fact]:
    words, places = [], {}
    at = 0
    for element in elements:
        constant = isinstance(element, ast.Constant) and isinstance(element.value, str)
        text = element.value if constant else "python" if _is_interpreter(element) else "$x"
        words.append(shell.Word(str(text), at, at + len(str(text)), not constant and not _is_interpreter(element)))
        places[at] = locate(element)
        at += len(str(text)) + 1
    if any(word.text in ("install", "sync") for word in words):
        yield from install.command(words, lambda first, last: _listed_place(places, first, last), "python")


def _listed_place(places: dict[int, Location], first: int, last: int) -> Location:
    start = max(offset for offset in places if offset <= first)
    end = max(offset for offset in places if offset < max(last, 1))
    if start == end:
        return _part(places[start], first - start, last - start)
    return places[start]._replace(end_line=places[end].end_line, end_column=places[end].end_column)


def _is_interpreter(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "executable"


def _session(call: ast.Call, locate: Locate) -> Iterator[Fact]:
    """nox: session.install("pytest", "-r", "requirements.txt")."""
    prefix = [ast.Constant("pip"), ast.Constant("install")]
    for constant in prefix:
        ast.copy_location(constant, call.func)
    for fact in _listed([*prefix, *call.args], locate):
        yield fact._replace(place="nox") if isinstance(fact, InstallCommand) else fact


def _part(at: Location, first: int, last: int) -> Location:
    """A part of a string literal's place, where that is written on one line without prefix."""
    if at.line != at.end_line or last - first > at.end_column - at.column - 2:
        return at
    return at._replace(column=at.column + 1 + first, end_column=at.column + 1 + last)


__all__ = ["OldPython", "imports", "line_imports", "module", "read", "unparsed"]
