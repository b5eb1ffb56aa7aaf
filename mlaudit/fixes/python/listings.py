"""How does a listing look whose order is fixed?"""

import ast

from mlaudit.fixes.python.pieces import Change, Piece
from mlaudit.fixes.python.statements import before, function_of

# What gives its entries one by one: a list in its place cannot be asked for the next.
LAZY = ("iglob", "iterdir", "glob", "rglob", "scandir", "walk", "fwalk", "Walk")
LISTING = ("list", "tuple")


def in_order(piece: Piece, call: ast.Call) -> tuple[Change, ...]:
    """A listing in `sorted(...)`; a walk's folders and files sorted as they come. () where that would not do."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if _is_rebound(piece, "sorted"):
        return ()
    holder = piece.parents[call]
    if method in ("walk", "fwalk", "Walk"):
        return _walk(piece, call, holder)
    if isinstance(holder, ast.withitem | ast.Starred | ast.Await | ast.YieldFrom | ast.FormattedValue):
        return ()
    if method in LAZY and _is_asked_for_next(piece, call, holder):
        return ()
    if method == "scandir":
        return _wrapped(piece, call, "sorted(", ", key=lambda entry: entry.name)")
    if _is_made_list(piece, holder, call):
        start, end = piece.span(holder.func)  # type: ignore[attr-defined]
        return (Change(start, end, "sorted"),)
    return _wrapped(piece, call, "sorted(", ")")


def _wrapped(piece: Piece, node: ast.expr, opening: str, closing: str) -> tuple[Change, ...]:
    start, end = piece.span(node)
    return Change(start, start, opening), Change(end, end, closing)


def _is_made_list(piece: Piece, holder: ast.AST, call: ast.Call) -> bool:
    """Whether the listing is all that goes into `list(...)`."""
    return (
        isinstance(holder, ast.Call)
        and isinstance(holder.func, ast.Name)
        and holder.func.id == "list"
        and holder.args == [call]
        and not holder.keywords
        and not _is_rebound(piece, "list")
    )


def _is_asked_for_next(piece: Piece, call: ast.Call, holder: ast.AST) -> bool:
    """Whether an iterator, or the name that it is given, is asked for its next entry, or handed on as such."""
    if isinstance(holder, ast.Call) and isinstance(holder.func, ast.Name) and holder.func.id == "next":
        return True
    if isinstance(holder, ast.Return) and "Iter" in ast.unparse(
        getattr(function_of(piece, call), "returns", None) or ast.Constant("")
    ):
        return True
    if not isinstance(holder, ast.Assign) or not isinstance(holder.targets[0], ast.Name):
        return False
    name = holder.targets[0].id
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "next"
        and any(isinstance(each, ast.Name) and each.id == name for each in node.args)
        for node in piece.parents
    )


def _walk(piece: Piece, call: ast.Call, holder: ast.AST) -> tuple[Change, ...]:
    """`for folder, folders, files in os.walk(root):` sorts both lists first: the walk then goes in that order."""
    if not isinstance(holder, ast.For) or holder.iter is not call or len(call.args) != 1 or call.keywords:
        return ()
    match holder.target:
        case ast.Tuple([_, ast.Name(folders), ast.Name(files)]) if folders != files:
            pass
        case _:
            return ()
    wrapped = _wrapped(piece, call, "sorted(", ")") if folders.startswith("_") else ()
    lines = [f"{name}.sort()" for name in (folders, files) if not name.startswith("_")]
    change = before(piece, holder.body[0], lines) if lines else None
    if change is None or piece.span(holder.body[0])[0] <= piece.span(call)[1]:
        return ()
    return (*wrapped, change)


def _is_rebound(piece: Piece, name: str) -> bool:
    """Whether the module has something else by the name of a function of Python's own."""
    return any(
        (isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load))
        or (isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name)
        or (isinstance(node, ast.alias) and (node.asname or node.name) == name)
        for node in piece.parents
    )


def set_in_order(piece: Piece, call: ast.Call) -> tuple[Change, ...]:
    """`list(set(...))` becomes `sorted(set(...))`, and a loop over a set one over its elements in order."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    holder = piece.parents[call]
    if name not in ("set", "frozenset") or not call.args or _is_rebound(piece, "sorted"):
        return ()
    if _is_made_list(piece, holder, call):
        return (Change(*piece.span(holder.func), "sorted"),)  # type: ignore[attr-defined]
    if isinstance(holder, ast.For | ast.comprehension) and holder.iter is call:
        return _wrapped(piece, call, "sorted(", ")")
    if isinstance(holder, ast.Call) and isinstance(holder.func, ast.Name) and holder.func.id == "enumerate":
        return _wrapped(piece, call, "sorted(", ")")
    return ()
