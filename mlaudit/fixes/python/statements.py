"""Where may a statement be added to a piece of Python, so that nothing around it changes?"""

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mlaudit.fixes.python.pieces import Change, Piece

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Names(NamedTuple):
    """What the imports of a module bind for all of it, by name; and the names that anything else in it binds."""

    imported: Mapping[str, str]
    others: frozenset[str]


def after(piece: Piece, statement: ast.stmt, lines: list[str]) -> Change | None:
    """New lines behind a statement, with its indentation; None where it shares its line with others."""
    start = piece.line_start(statement.lineno)
    indent = piece.text[start : piece.span(statement)[0]]
    if indent.strip() or not _ends_line(piece, statement):
        return None
    return _inserted(piece, (statement.end_lineno or 1) + 1, [indent + line for line in lines])


def before(piece: Piece, statement: ast.stmt, lines: list[str]) -> Change | None:
    """New lines before a statement, with its indentation; None where it shares its line with others."""
    first = min([statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", ()))])
    start = piece.line_start(first)
    indent = piece.text[start : piece.line_start(first) + _blanks(piece.text[start:])]
    if first == statement.lineno and piece.text[start : piece.span(statement)[0]].strip():
        return None
    return _inserted(piece, first, [indent + line for line in lines])


def head(piece: Piece, body: list[ast.stmt] | None = None) -> ast.stmt | None:
    """The last of the statements with which a module, or another body, begins: its docstring and its imports, as far as
    nothing but settings stand between them. None where it has neither."""
    found = None
    for index, statement in enumerate(piece.tree.body if body is None else body):
        if (index == 0 and _is_docstring(statement)) or _imports(statement):
            found = statement
        elif not _is_setting(statement):
            break
    return found


def names(pieces: list[Piece]) -> Names:
    """What a module binds, cell after cell."""
    imported: dict[str, str] = {}
    others: set[str] = set()
    for piece in pieces:
        for node in piece.parents:
            is_whole = piece.parents[node] is piece.tree
            if isinstance(node, ast.Import | ast.ImportFrom):
                bound = dict(_bound(node))
                if is_whole:
                    imported |= bound
                else:
                    others |= bound.keys()
            else:
                others |= set(_named(node))
    return Names({name: path for name, path in imported.items() if name not in others}, frozenset(others))


def function_of(piece: Piece, node: ast.AST) -> Function | ast.Module:
    """The function in which a node stands, or the module."""
    return next((each for each in piece.above(node) if isinstance(each, Function)), piece.tree)


def statement_of(piece: Piece, node: ast.AST) -> ast.stmt | None:
    """The innermost statement of which a node is a part."""
    if isinstance(node, ast.stmt):
        return node
    return next((each for each in piece.above(node) if isinstance(each, ast.stmt)), None)


def block_of(piece: Piece, statement: ast.stmt) -> list[ast.stmt]:
    """The statements that run one after the other with a statement, itself among them."""
    holder = piece.parents[statement]
    blocks = (getattr(holder, field, None) for field in ("body", "orelse", "finalbody"))
    return next((each for each in blocks if isinstance(each, list) and statement in each), [statement])


def is_plain(piece: Piece, statement: ast.stmt) -> bool:
    """Whether a statement runs once, and always, when the function or module in which it stands runs."""
    for each in piece.above(statement):
        if isinstance(each, Function | ast.Module):
            return True
        if isinstance(each, ast.With) or (isinstance(each, ast.If) and is_main(each)):
            continue
        return False
    return False


def is_main(statement: ast.stmt) -> bool:
    """Whether a statement is the main guard."""
    return isinstance(statement, ast.If) and any(
        isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(statement.test)
    )


def _inserted(piece: Piece, number: int, lines: list[str]) -> Change:
    """New lines before line `number`."""
    at = piece.line_start(number)
    text = piece.newline.join(lines)
    if at == len(piece.text) and piece.text and piece.text[-1] not in "\r\n":
        return Change(at, at, piece.newline + text)
    if at == len(piece.text) and piece.cell is not None:
        return Change(at, at, text)
    return Change(at, at, text + piece.newline)


def _ends_line(piece: Piece, statement: ast.stmt) -> bool:
    """Whether nothing but a comment stands behind a statement on its last line."""
    end = piece.span(statement)[1]
    rest = piece.text[end : piece.line_start((statement.end_lineno or 1) + 1)].strip()
    return not rest or rest.startswith("#")


def _blanks(text: str) -> int:
    return len(text) - len(text.lstrip(" \t\f"))


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _imports(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _is_setting(statement: ast.stmt) -> bool:
    """What may stand among imports: a path that is added, a warning that is silenced, an import that may fail; no
    definition, and nothing that makes a value which is used later."""
    match statement:
        case ast.Expr(ast.Call() | ast.Constant()) | ast.Pass():
            return True
        case ast.Try(body=body):
            return any(map(_imports, body))
        case ast.If():
            return any(map(_imports, statement.body)) and not is_main(statement)
        case ast.Assign(targets=[ast.Name(name)]):
            return name.startswith("__") or isinstance(statement.value, ast.Constant)
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            return True
    return False


def _bound(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            prefix = "." * node.level + (node.module or "")
            prefix = prefix if node.module else prefix[:-1]
            yield alias.asname or alias.name, f"{prefix}.{alias.name}"
        elif alias.asname:
            yield alias.asname, alias.name
        else:
            yield alias.name.partition(".")[0], alias.name.partition(".")[0]


def _named(node: ast.AST) -> Iterator[str]:
    """The names that a node itself binds."""
    match node:
        case ast.Name(name, ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name) | ast.arg(name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name
