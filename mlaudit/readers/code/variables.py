"""Which environment variables does a piece of Python need, ask for, set and name?"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from mlaudit.facts import Location, Variable
from mlaudit.readers.code.guards import Parents, copes, fails, parents_of, tested
from mlaudit.readers.code.mentions import Mentions

NAME = re.compile(r"[A-Za-z_]\w*$")
# What reads one, by its full name; the methods of os.environ likewise.
GETTERS = frozenset({"os.getenv", "os.environ.get"})
SETTERS = frozenset({"os.environ.setdefault", "os.putenv"})

# What a line must hold that does something with a variable, where no name is bound to a part of os.
WORDS = (".environ", ".getenv", ".putenv", "setenv")

Locate = Callable[[ast.AST], Location]


class _Use(NamedTuple):
    """A place that speaks of a variable: the node of its name, and what is done: needs, asks, sets or copes."""

    key: ast.expr
    name: str
    does: str


def variables(tree: ast.Module, text: str, locate: Locate) -> Iterator[Variable]:
    """What code does with variables. One that the same code tests, or has a value in place of, is not asked for."""
    bound = _bound(Mentions(text, "import").nodes(tree))
    parts = (name for name, path in bound.items() if path != "os")
    if not any(True for node in Mentions(text, *WORDS, *parts).nodes(tree) for _ in _acts(node, bound)):
        return
    constants, parents = _constants(tree), parents_of(tree)
    uses = [use for node in parents for use in _uses(node, bound, constants, parents)]
    spared = {use.name for use in uses if use.does == "copes"}
    open_names = set()
    for use in uses:
        if use.does == "sets" or (use.does in ("needs", "asks") and use.name not in spared):
            yield Variable(locate(use.key), use.name, use.does)
            open_names |= {use.name} if use.does != "sets" else set()
    texts = [node.value for node in parents if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    at = locate(tree.body[0])
    yield from (Variable(at, name, "names") for name in sorted(open_names) if _is_named(name, text, texts))


def named(texts: Iterable[str], names: Iterable[str], at: Location) -> Iterator[Variable]:
    """Those of some names that a text speaks of."""
    whole = "\n".join(texts)
    yield from (Variable(at, name, "names") for name in names if re.search(rf"\b{re.escape(name)}\b", whole))


def _is_named(name: str, text: str, texts: Iterable[str]) -> bool:
    """Whether a comment or a longer text of the code speaks of a variable: a message, a docstring, an option's help."""
    word = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])")
    if any(name in other and other != name and word.search(other) for other in texts):
        return True
    return any("#" in line and word.search(line.partition("#")[2]) for line in text.splitlines() if name in line)


def _bound(nodes: Iterable[ast.AST]) -> Mapping[str, str]:
    """What the imports of os, or from it, bind."""
    found = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            found.update({alias.asname or "os": "os" for alias in node.names if alias.name in ("os", "os.path")})
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            found.update({alias.asname or alias.name: f"os.{alias.name}" for alias in node.names})
    return found or {"os": "os"}


def _constants(tree: ast.Module) -> Mapping[str, str]:
    """The texts that names stand for which a module sets once."""
    values: dict[str, list[ast.expr]] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    values.setdefault(target.id, []).append(statement.value)
    single = ((name, found[0]) for name, found in values.items() if len(found) == 1)
    return {name: one.value for name, one in single if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def _uses(node: ast.AST, bound: Mapping[str, str], constants: Mapping[str, str], parents: Parents) -> Iterator[_Use]:
    for key, does, read in _acts(node, bound):
        name = key.value if isinstance(key, ast.Constant) else constants.get(getattr(key, "id", ""))
        if isinstance(name, str) and NAME.match(name):
            if does in ("needs", "asks") and copes(read, parents, does):
                does = "copes"
            elif does == "asks" and fails(read, parents):
                does = "needs"
            elif does == "asks" and tested(read, parents):
                does = "copes"
            yield _Use(key, name, does)


def _acts(node: ast.AST, bound: Mapping[str, str]) -> Iterator[tuple[ast.expr, str, ast.AST]]:
    """The node of each name that an expression speaks of, what is done, and the expression itself."""
    match node:
        case ast.Subscript(value, key):
            if _full(value, bound) == "os.environ" and not isinstance(node.ctx, ast.Del):
                yield key, "needs" if isinstance(node.ctx, ast.Load) else "sets", node
        case ast.Call(function, arguments, keywords):
            yield from ((key, does, node) for key, does in _called(function, arguments, keywords, bound))
        case ast.Compare(left, [ast.In() | ast.NotIn()], [container]):
            if _full(container.func if isinstance(container, ast.Call) else container, bound).startswith("os.environ"):
                yield left, "copes", node


def _called(
    function: ast.expr, arguments: list[ast.expr], keywords: list[ast.keyword], bound: Mapping[str, str]
) -> Iterator[tuple[ast.expr, str]]:
    name = _full(function, bound)
    if name == "os.environ.update":
        tables = [argument for argument in arguments if isinstance(argument, ast.Dict)]
        yield from ((key, "sets") for table in tables for key in table.keys if key is not None)
        yield from ((ast.copy_location(ast.Constant(word.arg), word.value), "sets") for word in keywords if word.arg)
    elif not arguments:
        return
    elif name in GETTERS:
        given = arguments[1:] or [word.value for word in keywords if word.arg == "default"]
        is_open = not given or (isinstance(given[0], ast.Constant) and given[0].value is None)
        yield arguments[0], "asks" if is_open else "copes"
    elif name == "os.environ.pop":
        yield arguments[0], "needs" if len(arguments) == 1 and not keywords else "copes"
    elif name in SETTERS or (isinstance(function, ast.Attribute) and function.attr == "setenv"):
        yield arguments[0], "sets"


def _full(node: ast.expr, bound: Mapping[str, str]) -> str:
    """The full name of a dotted expression that comes from os; "" for any other."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Call):
        return ""
    first = bound.get(node.id, "") if isinstance(node, ast.Name) else ""
    return ".".join([first, *reversed(parts)]) if first else ""
