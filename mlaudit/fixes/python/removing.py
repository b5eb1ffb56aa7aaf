"""How is a statement taken out of a piece of Python?"""

import ast

from mlaudit.fixes.python.pieces import Change, Piece
from mlaudit.fixes.python.statements import block_of


def removed(piece: Piece, statement: ast.stmt) -> Change | None:
    """The piece without a statement; None where it shares its lines with others, or is the only one of its block."""
    start, end = piece.line_start(statement.lineno), piece.line_start((statement.end_lineno or 1) + 1)
    first, last = piece.span(statement)
    if piece.text[start:first].strip() or piece.text[last:end].strip(" \t\r\n;"):
        return None
    if len(block_of(piece, statement)) < 2 and not isinstance(piece.parents[statement], ast.Module):
        return Change(first, last, "pass")
    if end == len(piece.text) and piece.cell is not None and start:
        start -= 1
    return Change(start, end, "")
