"""Which modules does a piece of Python import, and under which condition?"""

import ast
import re
from collections.abc import Callable, Iterator

from mlaudit.facts import Import, Location
from mlaudit.readers.code.mentions import Mentions
from mlaudit.source import Passage

IMPORT_LINE = re.compile(
    r"^[ \t]*(?:from[ \t]+([A-Za-z_][\w.]*)[ \t]+import\b|import[ \t]+([A-Za-z_][\w., \t]*))", re.MULTILINE
)
MISSING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException", "OSError"})
# Packages of many distributions: which one is meant shows only in the names that are taken from them.
NAMESPACES = frozenset({"google", "google.cloud", "azure", "azure.ai", "azure.storage", "llama_index", "opentelemetry"})
# Words by which code asks whether a package, or a Python, is there.
AVAILABLE = re.compile(
    r"available|find_spec|version_info|installed|'PY[23]'|'has_|module_exists|RequirementCache|import_error",
    re.IGNORECASE,
)

Locate = Callable[[ast.AST], Location]


def line_imports(passage: Passage) -> Iterator[Import]:
    """Imports found line by line, for text that has no tree."""
    for match in IMPORT_LINE.finditer(passage.text):
        if match[1]:
            yield Import(passage.locate(match.start(1), match.end(1)), match[1])
            continue
        for name in re.finditer(r"(?:^|,)\s*([A-Za-z_][\w.]*)", match[2]):
            start = match.start(2) + name.start(1)
            yield Import(passage.locate(start, start + len(name[1])), name[1])


def imports(body: list[ast.stmt], locate: Locate, mentions: Mentions, condition: str = "") -> Iterator[Import]:
    """The imports of statements and of all statements below them.

    `mentions` are the lines that hold the word: what does not span one of them is not entered.
    """
    for statement in body:
        if not mentions.within(statement):
            if isinstance(statement, ast.If) and _leaves(statement.body) and _guard(statement.test):
                condition = _stronger(condition, "optional")
        elif isinstance(statement, ast.Import):
            for alias in statement.names:
                yield Import(locate(alias), alias.name, condition)
        elif isinstance(statement, ast.ImportFrom):
            if statement.module and not statement.level:
                yield from _from(statement, locate, condition)
        else:
            for inner, state in _blocks(statement, condition):
                yield from imports(inner, locate, mentions, state)


def _from(statement: ast.ImportFrom, locate: Locate, condition: str) -> Iterator[Import]:
    """One Import for the module; those of a namespace package need their submodules too, so each name is kept."""
    at = locate(statement)
    column = at.column + len("from ")
    at = at._replace(column=column, end_line=at.line, end_column=column + len(statement.module or ""))
    yield Import(at, statement.module or "", condition)
    if statement.module in NAMESPACES:
        for alias in statement.names:
            yield Import(locate(alias), f"{statement.module}.{alias.name}", condition)


def _blocks(statement: ast.stmt, condition: str) -> Iterator[tuple[list[ast.stmt], str]]:
    """The bodies of a compound statement, each with the condition under which it runs."""
    if isinstance(statement, ast.Try | ast.TryStar):
        caught = "optional" if any(map(_catches_missing, statement.handlers)) else ""
        yield statement.body, _stronger(condition, caught)
        for handler in statement.handlers:
            yield handler.body, _stronger(condition, caught)
        yield statement.orelse, condition
        yield statement.finalbody, condition
    elif isinstance(statement, ast.If):
        guard = "typing" if _is_type_checking(statement.test) else _guard(statement.test)
        yield statement.body, _stronger(condition, guard)
        yield statement.orelse, _stronger(condition, "" if guard == "typing" else guard)
    elif isinstance(statement, ast.Match):
        yield from ((case.body, condition) for case in statement.cases)
    elif isinstance(statement, ast.With | ast.AsyncWith):
        suppressed = any("suppress" in ast.dump(item.context_expr) for item in statement.items)
        yield statement.body, _stronger(condition, "optional" if suppressed else "")
    else:
        is_function = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
        for field in ("body", "orelse"):
            if isinstance(inner := getattr(statement, field, None), list):
                yield inner, _stronger(condition, "deferred" if is_function else "")


def _stronger(first: str, second: str) -> str:
    """Of two conditions that an import stands under, the one that excuses more."""
    return max(first, second, key=("", "deferred", "optional", "typing").index)


def _catches_missing(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or getattr(kind, "id", getattr(kind, "attr", "")) in MISSING for kind in kinds)


def _is_type_checking(test: ast.expr) -> bool:
    return getattr(test, "id", getattr(test, "attr", "")) == "TYPE_CHECKING"


def _guard(test: ast.expr) -> str:
    """An import under a test of availability or of the Python version is optional."""
    return "optional" if AVAILABLE.search(ast.dump(test)) else ""


def _leaves(body: list[ast.stmt]) -> bool:
    """Whether what follows the statement runs only where its body does not: it raises, returns, skips or exits."""
    last = body[-1]
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return getattr(last.value.func, "attr", getattr(last.value.func, "id", "")) in ("skip", "exit", "importorskip")
    return isinstance(last, ast.Raise | ast.Return)
