"""What do the statements of a tree do, in the order in which they run?"""

import ast
from collections.abc import Callable, Iterable

from mlaudit.facts.syntax import (
    Assign,
    Bind,
    Branch,
    Call,
    Class,
    Expression,
    Function,
    Leave,
    Loop,
    Opaque,
    Operation,
    Parameter,
    Run,
    Shared,
    Statement,
    With,
)
from mlaudit.readers.code.expressions import OPERATORS, Lowering, Place

Block = tuple[Statement, ...]
QUIET = (ast.Constant, ast.Name)


class Statements(Lowering):
    """Statements by the type of their node, expressions by Lowering."""

    def __init__(self, place: Place) -> None:
        super().__init__(place, self.lambda_body)
        self._by_type: dict[type, Callable[..., Statement | None]] = {
            ast.Expr: self._run,
            ast.Assign: self._assign,
            ast.AugAssign: self._augmented,
            ast.AnnAssign: self._annotated,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.FunctionDef: self._function,
            ast.AsyncFunctionDef: self._function,
            ast.ClassDef: self._class,
            ast.If: self._if,
            ast.For: self._for,
            ast.AsyncFor: self._for,
            ast.While: self._while,
            ast.With: self._with,
            ast.AsyncWith: self._with,
            ast.Try: self._try,
            ast.TryStar: self._try,
            ast.Match: self._match,
            ast.Return: self._return,
            ast.Raise: self._raise,
            ast.Break: lambda _: Leave("break"),
            ast.Continue: lambda _: Leave("continue"),
            ast.Assert: self._assert,
            ast.Global: self._shared,
            ast.Nonlocal: self._shared,
        }
        self._yields = False
        self.modules: list[str] = []
        # What imports bind anywhere, and the first node of each path that they take from another module.
        self.bound: dict[str, str] = {}
        self.taken: dict[str, ast.AST] = {}
        self.calls_in: dict[int, list[Call]] = {}

    def block(self, body: Iterable[ast.stmt]) -> Block:
        """A list of statements, without those that do nothing."""
        found = []
        for statement in body:
            if lower := self._by_type.get(type(statement)):
                made = lower(statement)
                if made is not None:
                    found.append(made)
        return tuple(found)

    def _run(self, node: ast.Expr) -> Statement | None:
        value = node.value
        if isinstance(value, QUIET):
            return None
        if isinstance(value, ast.Yield | ast.YieldFrom):
            self._yields = True
        return Run(self.value(value))

    def _assign(self, node: ast.Assign) -> Statement:
        return Assign(self.place(node.targets[0]), tuple(map(self.value, node.targets)), self.value(node.value))

    def _augmented(self, node: ast.AugAssign) -> Statement:
        target = self.value(node.target)
        changed = Operation(OPERATORS.get(type(node.op), "?"), (target, self.value(node.value)))
        return Assign(self.place(node.target), (target,), changed)

    def _annotated(self, node: ast.AnnAssign) -> Statement:
        value = self.value(node.value) if node.value is not None else None
        return Assign(self.place(node.target), (self.value(node.target),), value, _of_numbers(node.annotation))

    def _import(self, node: ast.Import) -> Statement:
        names: list[tuple[str, str]] = []
        self.words.update(part for alias in node.names for part in alias.name.split("."))
        for alias in node.names:
            if alias.asname:
                names.append((alias.asname, alias.name))
            else:
                names.append((alias.name.partition(".")[0], alias.name.partition(".")[0]))
                if "." in alias.name:
                    names.append(("", alias.name))
        self.modules += [path for _, path in names]
        self.bound.update(names)
        for alias in node.names:
            self.taken.setdefault(alias.name, alias)
        return Bind(tuple(names))

    def _import_from(self, node: ast.ImportFrom) -> Statement:
        self.words.update(alias.name for alias in node.names if alias.asname)
        self.words.update((node.module or "").split("."))
        module = "." * node.level + (node.module or "")
        joint = "" if module.endswith(".") or not module else "."
        names = tuple(
            ("*", module) if alias.name == "*" else (alias.asname or alias.name, f"{module}{joint}{alias.name}")
            for alias in node.names
        )
        self.modules += [path for _, path in names]
        if not node.level:
            self.bound.update(names)
            for alias, (_, path) in zip(node.names, names, strict=True):
                self.taken.setdefault(path, alias)
        return Bind(names)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Function:
        outer, self._yields = self._yields, False
        parameters = self._parameters(node.args)
        start = len(self.calls)
        body = self.block(node.body)
        calls = self.calls[start:]
        made = Function(
            self._name_place(node), node.name, parameters, body, self.values(node.decorator_list), self._yields
        )
        self.calls_in[id(made)] = calls
        self._yields = outer
        return made

    def _class(self, node: ast.ClassDef) -> Class:
        bases = self.values(node.bases)
        return Class(self._name_place(node), node.name, bases, self.block(node.body), self.values(node.decorator_list))

    def _name_place(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    ) -> tuple[int, int, int, int, int]:
        """The span of the name after `def` or `class`, which ast does not keep."""
        start = node.col_offset + (len("class ") if isinstance(node, ast.ClassDef) else len("def "))
        if isinstance(node, ast.AsyncFunctionDef):
            start += len("async ")
        name = ast.Name(
            node.name,
            lineno=node.lineno,
            col_offset=start,
            end_lineno=node.lineno,
            end_col_offset=start + len(node.name),
        )
        return self.place(name)

    def _parameters(self, found: ast.arguments) -> tuple[Parameter, ...]:
        plain = [*found.posonlyargs, *found.args]
        defaults: list[ast.expr | None] = [None] * (len(plain) - len(found.defaults))
        defaults += found.defaults
        made = [self._parameter(each, default) for each, default in zip(plain, defaults, strict=True)]
        if found.vararg:
            made.append(Parameter(found.vararg.arg, None, "*"))
        only = zip(found.kwonlyargs, found.kw_defaults, strict=True)
        made += [self._parameter(each, default, "only") for each, default in only]
        if found.kwarg:
            made.append(Parameter(found.kwarg.arg, None, "**"))
        return tuple(made)

    def _parameter(self, found: ast.arg, default: ast.expr | None, kind: str = "") -> Parameter:
        return Parameter(found.arg, self._default(default), kind, _of_numbers(found.annotation))

    def _default(self, node: ast.expr | None) -> Expression | None:
        return None if node is None else self.value(node)

    def lambda_body(self, node: ast.Lambda) -> Function:
        """A lambda is a function that returns its expression."""
        body = (Leave("return", self.value(node.body)),)
        return Function(self.place(node), "", self._parameters(node.args), body)

    def _if(self, node: ast.If) -> Statement:
        return Branch(self.value(node.test), (self.block(node.body), self.block(node.orelse)))

    def _for(self, node: ast.For | ast.AsyncFor) -> Statement:
        body = self.block(node.body) + self.block(node.orelse)
        return Loop(self.value(node.target), self.value(node.iter), body)

    def _while(self, node: ast.While) -> Statement:
        return Loop(None, self.value(node.test), self.block(node.body) + self.block(node.orelse))

    def _with(self, node: ast.With | ast.AsyncWith) -> Statement:
        contexts = tuple(
            (self.value(item.context_expr), None if item.optional_vars is None else self.value(item.optional_vars))
            for item in node.items
        )
        return With(contexts, self.block(node.body))

    def _try(self, node: ast.Try | ast.TryStar) -> Statement:
        """What is tried runs; handlers may; `finally` runs whatever happened before."""
        body = self.block(node.body) + self.block(node.orelse)
        handlers = tuple(self.block(handler.body) for handler in node.handlers)
        tried = Branch(None, (body, *handlers))
        if not node.finalbody:
            return tried
        return With((), (tried, *self.block(node.finalbody)))

    def _match(self, node: ast.Match) -> Statement:
        blocks = tuple(self.block(case.body) for case in node.cases)
        return With(((self.value(node.subject), None),), (Branch(Opaque(), (*blocks, ())),))

    def _return(self, node: ast.Return) -> Statement:
        return Leave("return", None if node.value is None else self.value(node.value))

    def _raise(self, node: ast.Raise) -> Statement:
        return Leave("raise", None if node.exc is None else self.value(node.exc))

    def _assert(self, node: ast.Assert) -> Statement | None:
        return Run(self.value(node.test))

    def _shared(self, node: ast.Global | ast.Nonlocal) -> Statement:
        return Shared(tuple(node.names))


def _of_numbers(annotation: ast.expr | None) -> str:
    """An annotation that says that there are numbers, or something that holds them, also if it may be None."""
    match annotation:
        case ast.Name("int" | "float" as name):
            return name
        case ast.Subscript(ast.Name("Optional"), inner) | ast.BinOp(inner, ast.BitOr(), ast.Constant(None)):
            return _of_numbers(inner)
        case ast.Subscript(ast.Name(name) | ast.Attribute(attr=name), ast.Name("int" | "float" as inner)):
            return f"{name}[{inner}]"
    return ""
