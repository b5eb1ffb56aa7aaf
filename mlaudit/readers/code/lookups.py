"""Which names do expressions look up, and in which scope is each found?"""

import ast
import builtins
from collections.abc import Callable, Iterable, Mapping

from mlaudit.facts.cells import Bound, Defined, Magic, Opened, Step, Used
from mlaudit.facts.syntax import Span
from mlaudit.readers.code.scopes import COMPREHENSIONS, Bindings, bindings, parameters

Place = Callable[[ast.AST], Span]
BUILTINS = frozenset(dir(builtins))
# Calls after which any name may be bound, unless they only stand beside `in`.
TABLES = ("globals", "locals", "vars")
# Methods of such a table that bind nothing.
READING = ("get", "keys", "values", "items", "copy")
ENDLESS = 1000


class Scope:
    """Where names are looked up: module, function, class or comprehension. `sink` takes what is looked up, `deferred`
    the functions that are defined."""

    __slots__ = ("deferred", "kind", "names", "outer", "shared", "sink")

    def __init__(self, kind: str, names: set[str], outer: "Scope | None", sink: list[Step], deferred: list[Step]):
        self.kind = kind
        self.names = names
        self.outer = outer
        self.sink = sink
        self.deferred = deferred
        self.shared: set[str] = set()


class Lookups:
    """The names of one notebook so far, and what its expressions do to them. `_silent` counts what catches a missing
    name, `_doubts` the conditions under which a node stands, `_loops` the loops around it."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._functions: set[str] = set()
        self._place: Place = lambda node: (0, 0, 0, 0, 0)
        self._magics: Mapping[int, Magic] = {}
        self._table: dict[type, Callable[..., None]] = {
            ast.Load: _nothing,
            ast.Store: _nothing,
            ast.Constant: _nothing,
            ast.Name: self._name,
            ast.Call: self._call,
            ast.Compare: self._compare,
            ast.Lambda: self._lambda,
            ast.NamedExpr: self._walrus,
            **dict.fromkeys(COMPREHENSIONS, self._comprehension),
        }
        self._start()

    def _start(self) -> None:
        """A cell begins."""
        self._out: list[Step] = []
        self._scope = Scope("module", set(), None, self._out, self._out)
        self._told: dict[tuple[int, str, bool], int] = {}
        self._doubts = self._loops = self._silent = 0
        self._guarded: set[str] = set()

    def _forget(self) -> None:
        """All names are removed."""
        self._known.clear()

    def _all(self, nodes: Iterable[ast.AST]) -> None:
        table, other = self._table, self._parts
        for node in nodes:
            table.get(type(node), other)(node)

    def _visit(self, node: ast.AST | None) -> None:
        if node is not None:
            self._table.get(type(node), self._parts)(node)

    def _parts(self, node: ast.AST) -> None:
        """What has no rule of its own: its parts, in order."""
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, ast.AST):
                self._visit(value)
            elif isinstance(value, list):
                self._all([each for each in value if isinstance(each, ast.AST)])

    def _name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._use(node, False)
        elif isinstance(node.ctx, ast.Store):
            self._bind(node.id)

    def _use(self, node: ast.Name, is_called: bool) -> None:
        name = node.id
        if self._is_local(name) or self._silent or name in self._guarded:
            return
        is_function = name in self._functions
        if not is_function and (name in self._known or name in BUILTINS):
            return
        sink = self._scope.sink
        key = (id(sink), name, is_called and is_function)
        if self._told.get(key, ENDLESS) > self._doubts:
            self._told[key] = self._doubts
            sink.append(Used(self._place(node), name, is_called, self._doubts))

    def _is_local(self, name: str) -> bool:
        """Whether the scopes inside the module bind a name. A class's names are seen in its own body alone."""
        scope, is_innermost = self._scope, True
        while scope.outer is not None:
            if name in scope.names and (is_innermost or scope.kind != "class"):
                return True
            if name in scope.shared:
                return False
            is_innermost, scope = False, scope.outer
        return False

    def _bind(self, *names: str, definition: Defined | None = None) -> None:
        scope = self._scope
        while scope.kind == "comprehension" and scope.outer is not None:
            scope = scope.outer
        if scope.kind == "class":
            scope.names.update(names)
        elif scope.kind == "module":
            self._bind_globally(names, definition)

    def _bind_globally(self, names: Iterable[str], definition: Defined | None = None) -> None:
        self._known.update(names)
        if definition is not None and definition.needs:
            self._functions.add(definition.name)
            self._out.append(definition)
            return
        new = tuple(names)
        self._functions.difference_update(new)
        if self._out and isinstance(self._out[-1], Bound):
            new = tuple(dict.fromkeys(self._out.pop().names + new))  # type: ignore[union-attr]
        self._out.append(Bound(new))

    def _define(self, definition: Defined) -> None:
        if self._scope.kind == "module":
            self._bind(definition.name, definition=definition)
        else:
            self._bind(definition.name)
            if definition.needs:
                self._scope.deferred.append(definition)

    def _open(self, module: str = "") -> None:
        self._out.append(Opened(module))

    def _call(self, node: ast.Call) -> None:
        function = node.func
        if isinstance(function, ast.Name):
            self._use(function, True)
            is_asked = function.id in TABLES and not node.args
            is_run = function.id == "exec" and len(node.args) < 2  # with a table of its own, it binds there
            if (is_asked or is_run) and not self._is_local(function.id):
                self._open()
        elif not (isinstance(function, ast.Attribute) and function.attr in READING and is_table(function.value)):
            self._visit(function)
        self._all(node.args)
        self._all([keyword.value for keyword in node.keywords])
        if isinstance(function, ast.Attribute) and _is_shell(function.value):
            self._through_shell(function.attr, node)

    def _through_shell(self, method: str, node: ast.Call) -> None:
        """`get_ipython().run_line_magic("cd", "x")`, as tools write magics into plain code."""
        texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if len(texts) == len(node.args) and texts and method in ("magic", "run_line_magic"):
            name, _, rest = " ".join(texts).partition(" ")
            self._magic(Magic(self._place(node.func), name.lstrip("%"), rest.strip()))
        elif method not in ("system", "getoutput", "getoutput", "run_cell_magic"):
            self._open()

    def _compare(self, node: ast.Compare) -> None:
        """`"x" in globals()` looks up nothing and opens nothing."""
        self._visit(node.left)
        self._all(each for each in node.comparators if not is_table(each))

    def _lambda(self, node: ast.Lambda) -> None:
        self._defaults(node.args)
        found = bindings([node.body], {})
        if needs := self._body([node.body], found, parameters(node.args)):
            self._scope.deferred.append(Defined("", "function", needs))

    def _body(self, body: Iterable[ast.AST], found: Bindings, names: set[str]) -> tuple[Used | Defined, ...]:
        """What the body of a function looks up outside it."""
        outer, doubts, loops, silent = self._scope, self._doubts, self._loops, self._silent
        sink: list[Step] = []
        self._scope = Scope("function", found.own | names, outer, sink, sink)
        self._scope.shared = found.shared
        self._doubts = self._loops = self._silent = 0
        self._all(body)
        self._scope, self._doubts, self._loops, self._silent = outer, doubts, loops, silent
        return tuple(each for each in sink if isinstance(each, Used | Defined))

    def _defaults(self, arguments: ast.arguments) -> None:
        self._all([*arguments.defaults, *(each for each in arguments.kw_defaults if each)])

    def _walrus(self, node: ast.NamedExpr) -> None:
        self._visit(node.value)
        self._bind(node.target.id)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        first, outer = node.generators[0], self._scope
        self._visit(first.iter)
        names = bindings((loop.target for loop in node.generators), {}).own
        self._scope = Scope("comprehension", names, outer, outer.sink, outer.deferred)
        for loop in node.generators:
            if loop is not first:
                self._visit(loop.iter)
            self._parts(loop.target)
            self._all(loop.ifs)
        self._all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self._scope = outer

    def _magic(self, magic: Magic) -> None:
        if self._scope.kind == "module":
            self._known.update(magic.targets)
            if magic.name == "reset":
                self._forget()
            self._out.append(magic._replace(doubt=self._doubts))


def _nothing(node: ast.AST) -> None:
    """Nothing to look up."""


def _is_shell(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "get_ipython"


def is_table(node: ast.expr) -> bool:
    """`globals()`, `dir()`, `globals().keys()`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return is_table(node.func.value)
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in (*TABLES, "dir") and not node.args
