"""Which constant, option or attribute of the project is its seed at a place, and what says so?"""

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mlaudit.facts import Repo
from mlaudit.fixes.python.pieces import Piece
from mlaudit.fixes.python.projects import Option, Seeds, Written, is_number, is_seed, seeds
from mlaudit.fixes.python.statements import Function, Names, function_of, is_main, is_plain, names
from mlaudit.programs.modules import modules

# What a seed is where the project has none.
LITERAL = 42
PARSES = ("parse_args", "parse_known_args")


class Own(NamedTuple):
    """A seed that can be written at a place: the expression, and where it comes from."""

    expression: str
    origin: str


class Place(NamedTuple):
    """A node, its piece, and the other pieces of the file."""

    pieces: list[Piece]
    piece: Piece
    node: ast.AST


def own_seed(repo: Repo, place: Place) -> Own:
    """The project's own seed at a place; a literal where it has none there."""
    return next(in_scope(repo, place), None) or number(repo, place)


def in_scope(repo: Repo, place: Place) -> Iterator[Own]:
    """The seeds of the project that have a number at a place, the nearest first."""
    functions = _functions(place)
    for inner, function in enumerate(functions):
        yield from _of_loops(place, function)
        yield from _of_parameters(function, functions[:inner])
        yield from _of_object(place, function)
        yield from _of_locals(repo, place, function)
    hidden = {name for function in functions for name in _bound_in(function)}
    found = repo.view(seeds)
    yield from _of_module(found, place, hidden)
    yield from _of_imports(repo, found, place, hidden)


def number(repo: Repo, place: Place) -> Own:
    """The number with which the file, or else the project, seeds elsewhere; 42 where it seeds nothing."""
    for piece in (place.piece, *place.pieces):
        for node in piece.parents:
            if (
                isinstance(node, ast.keyword)
                and node.arg
                and is_seed(node.arg)
                and isinstance(node.value, ast.Constant)
            ):
                value = node.value.value
            elif isinstance(node, ast.Call) and _seeds(node) and isinstance(node.args[0], ast.Constant):
                value = node.args[0].value
            else:
                continue
            if is_number(value):
                line = piece.at(node.value if isinstance(node, ast.keyword) else node).line
                return Own(str(value), f"the number that line {line} of `{piece.path}` seeds with")
    written = [each for found in repo.view(seeds).constants.values() for each in found]
    if len({each.number for each in written}) == 1:
        return Own(str(written[0].number), f"the number of `{written[0].expression}` in {_place(written[0])}")
    return Own(str(LITERAL), f"no seed of the project's own is in reach here: {LITERAL} is a number like any other")


def _seeds(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in ("seed", "manual_seed", "set_seed", "seed_everything", "set_random_seed") and len(call.args) == 1


def _functions(place: Place) -> list[Function]:
    """The functions around a place, from the inside out."""
    above = (each for each in place.piece.above(place.node) if isinstance(each, Function))
    return [each for each in above if _is_inside(place, each)]


def _is_inside(place: Place, function: Function) -> bool:
    """Whether a node stands in a function's body, not in its defaults or decorators."""
    line = getattr(place.node, "lineno", 0)
    return line >= function.body[0].lineno


def _of_loops(place: Place, function: Function) -> Iterator[Own]:
    for each in place.piece.above(place.node):
        if isinstance(each, ast.For) and isinstance(each.target, ast.Name) and is_seed(each.target.id):
            yield Own(each.target.id, f"the loop over `{each.target.id}` in line {_line(place.piece, each)}")
        if each is function:
            return


def _of_parameters(function: Function, inner: Iterable[Function]) -> Iterator[Own]:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    missing: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    pairs = [
        *zip(positional, [*missing, *arguments.defaults], strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    hidden = {name for each in inner for name in _bound_in(each)}
    for argument, default in pairs:
        is_int = argument.annotation is None or ast.unparse(argument.annotation) == "int"
        has_number = default is None or (isinstance(default, ast.Constant) and is_number(default.value))
        if is_seed(argument.arg) and is_int and has_number and argument.arg not in hidden:
            if argument.arg in _stored_in(function):
                continue
            yield Own(argument.arg, f"the parameter `{argument.arg}` of `{function.name}`")


def _of_object(place: Place, function: Function) -> Iterator[Own]:
    """`self.seed`, where the constructor sets it."""
    holder = place.piece.parents[function]
    if not isinstance(holder, ast.ClassDef) or not function.args.args or function.args.args[0].arg != "self":
        return
    maker = next((each for each in holder.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"), None)
    for statement in maker.body if maker else ():
        match statement:
            case ast.Assign([ast.Attribute(ast.Name("self"), name)], value) if is_seed(name):
                is_set = maker is not function or statement.lineno < getattr(place.node, "lineno", 0)
                if is_set and maker is not None and _has_number(maker, value):
                    yield Own(
                        f"self.{name}",
                        f"`self.{name}`, which `{holder.name}` sets in line {_line(place.piece, statement)}",
                    )


def _has_number(function: Function, value: ast.expr) -> bool:
    """Whether a value is a number, or a parameter that has one or must be given."""
    if isinstance(value, ast.Constant):
        return is_number(value.value)
    arguments = function.args
    positional = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    defaults = dict(zip(reversed(positional), reversed(arguments.defaults), strict=False))
    if not isinstance(value, ast.Name) or value.id not in positional or not is_seed(value.id):
        return False
    default = defaults.get(value.id)
    return default is None or (isinstance(default, ast.Constant) and is_number(default.value))


def _of_locals(repo: Repo, place: Place, function: Function) -> Iterator[Own]:
    """Names of the function that were given a number, and options that it reads."""
    line = getattr(place.node, "lineno", 0)
    bound = _stored_in(function)
    for node in ast.walk(function):
        match node:
            case ast.Assign([ast.Name(name)], ast.Constant(value)) if is_seed(name) and is_number(value):
                is_own = bound.count(name) == 1 and function_of(place.piece, node) is function
                if node.lineno < line and is_own and is_plain(place.piece, node):
                    yield Own(name, f"`{name}`, which line {_line(place.piece, node)} sets")
    yield from _of_options(repo, place, function)


def _of_options(repo: Repo, place: Place, scope: Function | ast.Module) -> Iterator[Own]:
    """`args.seed`, where the function made the options itself, or reads that one already."""
    options = repo.view(seeds).options
    line = getattr(place.node, "lineno", 0)
    told: set[str] = set()
    for node in ast.walk(scope):
        match node:
            case ast.Assign([ast.Name(base) | ast.Tuple([ast.Name(base), *_])], value) if _parses(value):
                if node.lineno < line and is_plain(place.piece, node) and function_of(place.piece, node) is scope:
                    made = {
                        name for name, all_ in options.items() if {each.at.path for each in all_} == {place.piece.path}
                    }
                    told |= {f"{base}.{name}" for name in made}
            case ast.Attribute(ast.Name(base), name, ast.Load()) if is_seed(name) and name in options:
                is_known = isinstance(scope, Function) or node.lineno < line
                if is_known and _is_parameter(scope, base):
                    told.add(f"{base}.{name}")
    for expression in sorted(told):
        found = options[expression.rpartition(".")[2]]
        if all(each.number is not None for each in found):
            yield Own(expression, f"the option `--{found[0].name.replace('_', '-')}` in {_place(found[0])}")


def _parses(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in PARSES


def _is_parameter(scope: Function | ast.Module, name: str) -> bool:
    """Whether a function takes something by a name and never binds that name anew."""
    if not isinstance(scope, Function):
        return False
    return name in [each.arg for each in scope.args.args] and name not in _stored_in(scope)


def _of_module(found: Seeds, place: Place, hidden: set[str]) -> Iterator[Own]:
    """Constants of the file that have their number where the place is reached."""
    for written in found.constants.get(place.piece.path, ()):
        if _base(written.expression) not in hidden and _is_set(place, written):
            yield Own(written.expression, f"`{written.expression}` in line {written.at.line}")


def _is_set(place: Place, written: Written) -> bool:
    """Whether a constant stands before a place; in a script, functions run after all that stands before the guard."""
    cell = place.piece.cell.number if place.piece.cell else 0
    at = place.piece.at(place.node) if hasattr(place.node, "lineno") else None
    if at is None or (written.at.cell, written.at.line) < (cell, at.line):
        return True
    return (
        isinstance(function_of(place.piece, place.node), Function)
        and not cell
        and not _is_called_before(place, written)
    )


def _is_called_before(place: Place, written: Written) -> bool:
    """Whether the module runs anything that might come to the place before it sets the constant."""
    for statement in place.piece.tree.body:
        if statement.lineno >= written.at.line:
            return False
        if isinstance(statement, ast.Expr | ast.For | ast.With | ast.While) or is_main(statement):
            return True
    return False


def _of_imports(repo: Repo, found: Seeds, place: Place, hidden: set[str]) -> Iterator[Own]:
    """Constants of other modules that the file imports by name, or whose module or class it imports."""
    bound: Names = names(place.pieces)
    for name, path in bound.imported.items():
        target = None if name in hidden else repo.view(modules).find(path, place.piece.path)
        if target is None:
            continue
        file, rest = target
        for written in found.constants.get(file, ()):
            base = _base(written.expression)
            if rest == base:
                expression = name + written.expression[len(base) :]
            elif not rest and path.rpartition(".")[2] == name:
                expression = f"{name}.{written.expression}"
            else:
                continue
            yield Own(expression, f"`{written.expression}` in {_place(written)}")


def _base(expression: str) -> str:
    return expression.partition(".")[0].partition("[")[0]


def _bound_in(function: Function) -> set[str]:
    arguments = function.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    return {each.arg for each in every if each} | set(_stored_in(function))


def _stored_in(function: Function) -> list[str]:
    return [node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def _line(piece: Piece, node: ast.AST) -> int:
    return piece.at(node).line


def _place(written: Written | Option) -> str:
    at = written.at
    return f"`{at.path}`, line {at.line}"
