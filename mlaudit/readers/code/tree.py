"""What is the tree of this Python text, or why has it none?"""

import ast
import re
import warnings
from collections.abc import Callable

from mlaudit.facts import Location, OldPython, Unreadable
from mlaudit.facts.syntax import Span, located
from mlaudit.patterns import pattern
from mlaudit.source import Source

# What Python 3's own parser says of constructs that only Python 2 reads.
OLD = (
    ("Missing parentheses in call to 'print'", "print statement"),
    ("Missing parentheses in call to 'exec'", "exec statement"),
    ("multiple exception types must be parenthesized", "except with a comma"),
    ("leading zeros in decimal integer literals", "octal literal with a leading zero"),
    ("invalid hexadecimal literal", "long literal"),
    ("invalid decimal literal", ""),
)
OLD_LINE = pattern(
    r"^\s*print\s+[\"'%\w]|^\s*except\s+[\w.]+\s*,\s*\w+\s*:|<>|^\s*raise\s+\w+\s*,|\bur[\"']|\b0[xX]?[0-9a-fA-F]+[lL]\b"
)
# What later grammars brought: generics and type aliases (3.12), nested quotes in f-strings (3.12), templates and
# exceptions without parentheses (3.14).
NEWER = pattern(
    r"^\s*(?:type\s+\w+\s*[\[=]|(?:async\s+)?def\s+\w+\s*\[|class\s+\w+\s*\[|except\s+[\w.]+\s*,)|\b[fFtT][rR]?[\"']",
    re.MULTILINE,
)
LATER_PARSER = "import sys, libcst; libcst.parse_module(sys.stdin.buffer.read())"


def parse(source: Source) -> ast.Module | Unreadable:
    """The tree of a file, or the reason why there is none, in words a person can act on."""
    try:
        return tree_of(source.text)
    except SyntaxError as error:
        return Unreadable(_place(source, error), f"is no Python {_version()} that can be parsed: {error.msg}")
    except (ValueError, RecursionError, MemoryError) as error:
        return Unreadable(source.location(0), f"is no Python that can be parsed: {error or 'nested too deeply'}")


def tree_of(text: str) -> ast.Module:
    """ast.parse without its warnings on the audited code's escapes. Raises as ast.parse does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def is_newer(source: Source, problem: Unreadable) -> bool:
    """Whether a text that this Python refuses is Python of a later version: it looks so, and libcst parses it.

    libcst reads newer grammars, but its native parser can be crashed, so it runs in a process of its own.
    """
    if not NEWER.search(source.line(problem.at.line)) and "f-string" not in problem.reason:
        return False
    import subprocess
    import sys

    try:
        command = [sys.executable, "-I", "-c", LATER_PARSER]
        done = subprocess.run(command, input=source.text.encode(), capture_output=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired, UnicodeEncodeError):
        return False
    return done.returncode == 0


def old_python(source: Source, problem: Unreadable) -> OldPython | None:
    """The construct by which a file that does not parse shows itself as Python 2."""
    line = source.line(problem.at.line)
    for message, construct in OLD:
        if message in problem.reason and construct:
            return OldPython(problem.at, construct)
    return OldPython(problem.at, line.strip()) if OLD_LINE.search(line) else None


def locator(source: Source) -> Callable[[ast.AST], Location]:
    """A function that gives the place of a node."""
    path, span = source.path, spans(source)
    return lambda node: located(path, span(node))


def spans(source: Source) -> Callable[[ast.AST], Span]:
    """A function that gives the span of a node. ast counts columns in bytes of UTF-8, we in code points."""
    if source.text.isascii():
        return lambda node: (
            node.lineno,  # type: ignore[attr-defined]
            node.col_offset + 1,  # type: ignore[attr-defined]
            node.end_lineno,  # type: ignore[attr-defined]
            node.end_col_offset + 1,  # type: ignore[attr-defined]
            0,
        )

    wide = {number: line for number, line in enumerate(source.lines, 1) if not line.isascii()}

    def span(node: ast.AST) -> Span:
        line, start, end_line, end = node.lineno, node.col_offset, node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
        if line in wide:
            start = points(wide[line], start)
        if end_line in wide:
            end = points(wide[end_line], end)
        return line, start + 1, end_line, end + 1, 0

    return span


def points(line: str, column: int) -> int:
    """A column in bytes as a column in code points."""
    return column if line.isascii() else len(line.encode()[:column].decode(errors="replace"))


def _place(source: Source, error: SyntaxError) -> Location:
    line = error.lineno or 1
    column = max(error.offset or 1, 1)
    return Location(source.path, line, column, line, max(column + 1, len(source.line(line)) + 1))


def _version() -> str:
    import sys

    return f"{sys.version_info[0]}.{sys.version_info[1]}"
