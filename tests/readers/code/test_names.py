"""Does the reader find the scope of each name as Python's own symbol table does?"""

import ast
import builtins
import symtable
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlaudit.facts.cells import Defined, Step, Used
from mlaudit.readers.code.names import Names

LIBRARY = Path(sysconfig.get_path("stdlib"))
# Of poplib the table takes a method for the module, because its name is `top`.
MODULES = [
    path
    for path in (*sorted(LIBRARY.glob("*.py"))[::4], *sorted((LIBRARY / "asyncio").glob("*.py")))
    if path.stem != "poplib"
]
HARD = """
from sys import *
import a.b, c.d as e
x = [y for y in z if (w := y)]
class C(D, metaclass=M):
    n = 1
    m = [n for _ in range(n)]
    def f(self, p=n, *q: R, **s) -> T:
        global g
        g = n
        def h():
            nonlocal p
            p = g + C2
            return lambda t=p: t + u
        try:
            pass
        except E as v:
            print(v)
        match p:
            case {"k": k, **rest} | [k, *rest]:
                return k, rest
            case N.a as whole:
                return whole
        del p
        yield from h
async def i():
    async with j as k1, l:
        async for o in aa:
            await o
    return {b1: b2 for b1, b2 in bb for b3 in b1 if b3}
"""


def walked(steps: tuple[Step, ...] | tuple[Used | Defined, ...]) -> Iterator[str]:
    for step in steps:
        if isinstance(step, Used):
            yield step.name
        elif isinstance(step, Defined):
            yield from walked(step.needs)


def looked_up(text: str) -> set[str]:
    """The names that a module looks up among its own and Python's, without those that it has bound by then."""
    steps = Names().cell(ast.parse(text), lambda node: (0, 0, 0, 0, 0), {})
    return set(walked(steps))


def by_the_symbol_table(text: str) -> tuple[set[str], set[str]]:
    """The names that a module looks up among its own and Python's, and those that it binds."""
    top = symtable.symtable(text, "a.py", "exec")
    found: set[str] = set()
    bound = {each.get_name() for each in top.get_symbols() if each.is_assigned() or each.is_imported()}
    waiting = [top]
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        for each in table.get_symbols():
            if each.is_referenced() and (table is top or each.is_global()):
                found.add(each.get_name())
            if each.is_declared_global() and each.is_assigned():
                bound.add(each.get_name())
    return found, bound


def passed_over(text: str) -> set[str]:
    """Names in code that goes on where one is missing, and in annotations, which need not be looked up."""
    tree = ast.parse(text)
    roots: list[ast.AST] = [each for each in ast.walk(tree) if isinstance(each, ast.Try)]
    roots += [each.annotation for each in ast.walk(tree) if isinstance(each, ast.AnnAssign)]
    if "from __future__ import annotations" in text:
        roots += [each for each in ast.walk(tree) if isinstance(each, ast.arg | ast.FunctionDef)]
    return {node.id for root in roots for node in ast.walk(root) if isinstance(node, ast.Name)}


@pytest.mark.parametrize(
    "text", [HARD, *(path.read_text("utf-8") for path in MODULES)], ids=["hard", *(path.stem for path in MODULES)]
)
def test_names_are_those_of_the_symbol_table(text: str) -> None:
    theirs, bound = by_the_symbol_table(text)
    ours = looked_up(text)
    known = bound | set(dir(builtins)) | {"__class__"}
    assert ours - known <= theirs
    assert theirs - known - ours <= passed_over(text)
