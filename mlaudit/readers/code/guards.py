"""Can code go on without a value that it reads? Tests, handlers and defaults around an expression."""

import ast
from collections.abc import Iterator, Mapping

Parents = Mapping[ast.AST, ast.AST]

CATCHING = frozenset({"KeyError", "LookupError", "Exception", "BaseException"})
# What cannot be made of None.
CONVERTERS = frozenset({"int", "float", "len", "open", "Path", "PurePath", "loads"})


def parents_of(tree: ast.AST) -> Parents:
    """Every node of a tree in order, each with the one that holds it."""
    found: dict[ast.AST, ast.AST] = {}
    waiting = [(tree, tree)]
    while waiting:
        node, parent = waiting.pop()
        found[node] = parent
        waiting += [(child, node) for child in reversed(_children(node))]
    return found


def _children(node: ast.AST) -> list[ast.AST]:
    """The nodes in a node, in order, without the contexts of names, of which all have the same three."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [each for each in value if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST) and name != "ctx":
            found.append(value)
    return found


def copes(node: ast.AST, parents: Parents, does: str) -> bool:
    """Whether code goes on where a value is missing: what is raised is caught; None is tested, or has a stand-in."""
    if does == "needs":
        return any(_catches(each, inner) for inner, each in _above(node, parents))
    return _is_test(node, parents[node])


def fails(node: ast.AST, parents: Parents) -> bool:
    """Whether None in the place of an expression fails where it stands."""
    match parents[node]:
        case ast.Attribute(value) | ast.Subscript(value):
            return value is node
        case ast.BinOp(left, ast.Add() | ast.Div(), right):
            return isinstance(right if left is node else left, ast.Constant | ast.JoinedStr)
        case ast.Call(ast.Name(name), [first, *_]) | ast.Call(ast.Attribute(attr=name), [first, *_]) if first is node:
            return name in CONVERTERS
    return False


def tested(node: ast.AST, parents: Parents) -> bool:
    """Whether code tests the name to which an expression is assigned, anywhere."""
    match parents[node]:
        case ast.Assign(targets=targets):
            names = set(map(_last, targets))
        case ast.AnnAssign(target=target) | ast.NamedExpr(target=target):
            names = {_last(target)}
        case ast.keyword(arg=name):
            return name == "default"
        case _:
            return False
    names.discard("")
    return any(_last(each) in names and _is_test(each, parents[each]) for each in parents)


def _is_test(node: ast.AST, parent: ast.AST) -> bool:
    match parent:
        case ast.BoolOp() | ast.Compare() | ast.UnaryOp(ast.Not()):
            return True
        case ast.If(test) | ast.While(test) | ast.IfExp(test) | ast.Assert(test):
            return test is node
        case ast.Call(ast.Name("bool" | "all" | "any")):
            return True
        case ast.NamedExpr() | ast.comprehension():
            return True
    return False


def _last(node: ast.AST) -> str:
    """The name of a variable, or of an attribute whatever it belongs to."""
    return getattr(node, "attr", "") or getattr(node, "id", "")


def _catches(node: ast.AST, inner: ast.AST) -> bool:
    """Whether what `inner`, a part of a statement, raises for a missing key is caught in the statement."""
    if isinstance(node, ast.With):
        calls = (item.context_expr for item in node.items)
        return any(isinstance(call, ast.Call) and _last(call.func) == "suppress" for call in calls)
    if not isinstance(node, ast.Try) or inner not in node.body:
        return False
    return any(not CATCHING.isdisjoint(_caught(handler.type)) for handler in node.handlers)


def _caught(node: ast.expr | None) -> set[str]:
    if node is None:
        return {"Exception"}
    return set(map(_last, node.elts)) if isinstance(node, ast.Tuple) else {_last(node)}


def _above(node: ast.AST, parents: Parents) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Pairs of a node and the one that holds it, from the inside out, within one function."""
    while parents[node] is not node and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        yield node, parents[node]
        node = parents[node]
