"""Which names does a notebook bind, look up and remove, in the order in which it runs?"""

import ast
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from mlaudit.facts.cells import Defined, Magic, Removed, Step, Used
from mlaudit.readers.code.lookups import Lookups, Place, Scope, is_table
from mlaudit.readers.code.scopes import bindings, bound_by, parameters

# Handlers of these go on where a name is missing.
CATCHING = ("NameError", "Exception", "BaseException", "UnboundLocalError")


class Names(Lookups):
    """What the statements of a notebook do to names, cell after cell."""

    def __init__(self) -> None:
        super().__init__()
        self._are_annotations_read = True
        self._table |= {
            ast.Assign: self._assign,
            ast.AugAssign: self._augmented,
            ast.AnnAssign: self._annotated,
            ast.For: self._for,
            ast.AsyncFor: self._for,
            ast.While: self._while,
            ast.If: self._if,
            ast.Try: self._try,
            ast.TryStar: self._try,
            ast.With: self._with,
            ast.AsyncWith: self._with,
            ast.Match: self._match,
            ast.FunctionDef: self._function,
            ast.AsyncFunctionDef: self._function,
            ast.ClassDef: self._class,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.Delete: self._delete,
            ast.Pass: self._pass,
        }

    def cell(self, tree: ast.Module, place: Place, magics: Mapping[int, Magic]) -> tuple[Step, ...]:
        """The steps of a cell. `magics` stand for the `pass` on their lines; `place` gives the span of a node."""
        self._start()
        self._place, self._magics = place, magics
        self._all(tree.body)
        return tuple(self._out)

    def _assign(self, node: ast.Assign) -> None:
        value, target = node.value, node.targets[0]
        if isinstance(value, ast.Lambda) and isinstance(target, ast.Name):
            self._defaults(value.args)
            needs = self._body([value.body], bindings([value.body], {}), parameters(value.args))
            self._define(Defined(target.id, "function", needs))
            return
        self._visit(value)
        self._all(node.targets)

    def _augmented(self, node: ast.AugAssign) -> None:
        """`x += 1` looks `x` up, and binds it only where it is bound already."""
        if isinstance(node.target, ast.Name):
            self._use(node.target, False)
        else:
            self._visit(node.target)
        self._visit(node.value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if self._scope.kind != "function" and self._are_annotations_read:
            self._visit(node.annotation)
        if node.value is not None:
            self._visit(node.value)
            self._visit(node.target)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self._visit(node.iter)
        self._visit(node.target)
        self._loop(node)

    def _while(self, node: ast.While) -> None:
        self._visit(node.test)
        self._loop(node)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While) -> None:
        """A body may look up what a round before it has bound."""
        if self._scope.kind == "module" and (names := bindings(node.body, {}).own):
            self._bind_globally(sorted(names - self._functions))
        self._loops += 1
        self._all(node.body)
        self._loops -= 1
        self._all(node.orelse)

    def _if(self, node: ast.If) -> None:
        self._visit(node.test)
        is_constant = isinstance(node.test, ast.Constant)
        guarded = self._guarded
        self._guarded = guarded | set(_guards(node.test))
        for block, runs in ((node.body, True), (node.orelse, False)):
            if is_constant and bool(node.test.value) is not runs:  # type: ignore[attr-defined]
                continue
            with self._maybe(not is_constant and not _is_main(node.test)):
                self._all(block)
        self._guarded = guarded

    @contextmanager
    def _maybe(self, doubt: int = 1, silent: bool = False) -> Iterator[None]:
        self._doubts += doubt
        self._silent += silent
        yield
        self._doubts -= doubt
        self._silent -= silent

    def _try(self, node: ast.Try) -> None:
        with self._maybe(0, any(map(_catches, node.handlers))):
            self._all(node.body)
        for handler in node.handlers:
            with self._maybe(2):
                self._visit(handler.type)
                if handler.name:
                    self._bind(handler.name)
                self._all(handler.body)
        self._all([*node.orelse, *node.finalbody])

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self._visit(item.context_expr)
            self._visit(item.optional_vars)
        self._all(node.body)

    def _match(self, node: ast.Match) -> None:
        self._visit(node.subject)
        for case in node.cases:
            with self._maybe():
                self._bind(*bindings([case.pattern], {}).own)
                self._parts(case.pattern)
                self._visit(case.guard)
                self._all(case.body)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._all(node.decorator_list)
        self._defaults(node.args)
        if self._are_annotations_read:
            self._all(_annotations(node))
        targets = {line: magic.targets for line, magic in self._magics.items()}
        found = bindings(node.body, targets)
        needs = self._body(node.body, found, parameters(node.args))
        if found.globals:
            self._bind_globally(sorted(found.globals - self._functions))
        is_later = found.yields or node.decorator_list or isinstance(node, ast.AsyncFunctionDef)
        self._define(Defined(node.name, "later" if is_later else "function", needs))

    def _class(self, node: ast.ClassDef) -> None:
        self._all([*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)])
        outer = self._scope
        members: list[Step] = []
        self._scope = Scope("class", set(), outer, outer.sink, members)
        self._all(node.body)
        self._scope = outer
        needs = tuple(each for each in members if isinstance(each, Used | Defined))
        self._define(Defined(node.name, "class", needs, tuple(map(ast.unparse, node.bases))))

    def _import(self, node: ast.Import) -> None:
        self._bind(*(bound_by(alias) for alias in node.names))

    def _import_from(self, node: ast.ImportFrom) -> None:
        names = [bound_by(alias) for alias in node.names]
        if node.module == "__future__" and "annotations" in names:
            self._are_annotations_read = False
        if "*" in names:
            self._open("." * node.level + (node.module or ""))
        else:
            self._bind(*names)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            for each in target.elts if isinstance(target, ast.Tuple | ast.List) else [target]:
                if not isinstance(each, ast.Name):
                    self._parts(each)
                elif self._scope.kind == "module":
                    self._use(ast.copy_location(ast.Name(each.id, ast.Load()), each), False)
                    if not self._doubts and not self._loops:
                        self._known.discard(each.id)
                        self._out.append(Removed(self._place(each), each.id))

    def _pass(self, node: ast.Pass) -> None:
        if magic := self._magics.get(node.lineno):
            self._magic(magic)


def _guards(test: ast.expr) -> Iterator[str]:
    """The names of which a test asks whether they are bound."""
    for node in ast.walk(test):
        if isinstance(node, ast.Compare) and any(map(is_table, node.comparators)):
            yield from (each.value for each in ast.walk(node.left) if isinstance(each, ast.Constant))  # type: ignore[misc]


def _is_main(test: ast.expr) -> bool:
    """Whether a test asks for the main program, which a notebook is."""
    return isinstance(test, ast.Compare) and getattr(test.left, "id", "") == "__name__"


def _catches(handler: ast.ExceptHandler) -> bool:
    """Whether a handler goes on where a name is missing."""
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(getattr(each, "id", "") in CATCHING for each in types)


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    found = node.args
    each = [*found.posonlyargs, *found.args, *found.kwonlyargs, found.vararg, found.kwarg]
    written = [one.annotation for one in each if one is not None] + [node.returns]
    return [one for one in written if one is not None]
