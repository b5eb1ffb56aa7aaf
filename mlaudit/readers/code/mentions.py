"""Which statements of a text can hold a word? Asked of lines, so that most of a tree need not be walked."""

import ast
from bisect import bisect_left
from collections.abc import Iterator


class Mentions:
    """The lines of a text that hold one of some words. A text with lone carriage returns counts as holding them all."""

    def __init__(self, text: str, *words: str) -> None:
        self._everywhere = "\r" in text.replace("\r\n", "\n")
        lines = text.split("\n")
        found = {number for word in words for number, line in enumerate(lines, 1) if word in line}
        self._lines = sorted(found)

    def within(self, statement: ast.stmt) -> bool:
        """Whether the statement spans a line that holds a word."""
        decorators = getattr(statement, "decorator_list", None)
        at = bisect_left(self._lines, decorators[0].lineno if decorators else statement.lineno)
        is_spanned = at < len(self._lines) and self._lines[at] <= (statement.end_lineno or statement.lineno)
        return is_spanned or self._everywhere

    def nodes(self, tree: ast.Module) -> Iterator[ast.AST]:
        """All nodes of the innermost statements that span such a line, and of the heads of those around them."""
        waiting: list[ast.AST] = [statement for statement in reversed(tree.body) if self.within(statement)]
        while waiting:
            node = waiting.pop()
            yield node
            parts = [part for part in ast.iter_child_nodes(node) if not isinstance(part, ast.stmt) or self.within(part)]
            waiting += reversed(parts)
