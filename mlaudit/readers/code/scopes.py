"""Which names does a scope of Python bind, by the language's own rules?"""

import ast
from collections.abc import Iterable, Mapping
from typing import NamedTuple

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Bindings(NamedTuple):
    """What a body binds for itself, and what of the module it binds by `global`; whether it is that of a generator."""

    own: set[str]
    shared: set[str]
    globals: set[str]
    yields: bool


def bindings(body: Iterable[ast.AST], magics: Mapping[int, tuple[str, ...]]) -> Bindings:
    """What some statements bind, without what the functions, classes and comprehensions in them bind for themselves.

    `magics` are the names that the magic standing for a `pass` binds, by line.
    """
    bound: set[str] = set()
    shared: set[str] = set()
    outer: set[str] = set()
    yields = False
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Global(names=names):
                shared.update(names)
            case ast.Nonlocal(names=names):
                outer.update(names)
            case ast.Pass():
                bound.update(magics.get(node.lineno, ()))
            case ast.Yield() | ast.YieldFrom():
                yields = True
        bound.update(_named(node))
        waiting += _inside(node)
    return Bindings(bound - shared - outer, shared, bound & shared, yields)


def _inside(node: ast.AST) -> Iterable[ast.AST]:
    """The parts of a node that are in its own scope."""
    match node:
        case ast.Name() | ast.Constant():
            return ()
        case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments) | ast.Lambda(args=arguments):
            decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
            return [*decorators, *arguments.defaults, *(each for each in arguments.kw_defaults if each)]
        case ast.ClassDef():
            return [*node.bases, *node.decorator_list]
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            parts: list[ast.AST] = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
            return [*parts, *(part for loop in node.generators for part in (loop.iter, *loop.ifs))]
    return ast.iter_child_nodes(node)


def _named(node: ast.AST) -> Iterable[str]:
    """The names that a node binds by itself."""
    match node:
        case ast.Name():
            return () if isinstance(node.ctx, ast.Load) else (node.id,)
        case ast.Import() | ast.ImportFrom():
            return [bound_by(alias) for alias in node.names]
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return (node.name,)
        case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar():
            return (node.name,) if node.name else ()
        case ast.MatchMapping():
            return (node.rest,) if node.rest else ()
    return ()


def bound_by(alias: ast.alias) -> str:
    """The name that a part of an import binds."""
    return alias.asname or alias.name.partition(".")[0]


def parameters(arguments: ast.arguments) -> set[str]:
    """The names of a function's parameters."""
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    found += [each for each in (arguments.vararg, arguments.kwarg) if each]
    return {each.arg for each in found}
