"""What does an expression evaluate, and from what?"""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable

from mlaudit.facts.syntax import (
    Attribute,
    Call,
    Choice,
    Comprehension,
    Constant,
    Expression,
    Function,
    Item,
    Items,
    Name,
    Opaque,
    Operation,
    Span,
    Starred,
    Table,
    Yield,
)

Place = Callable[[ast.AST], Span]
OPERATORS: dict[type, str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.BitAnd: "&",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.And: "and",
    ast.Or: "or",
    ast.Not: "not",
    ast.USub: "-",
    ast.UAdd: "+",
    ast.Invert: "~",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
UNKNOWN = Opaque()
PLAIN = (str, int, float, bool, type(None))
LONG = 2000
# Shorter texts than this may be names that somebody asks for.
SHORT = 24


def _unknown(_: ast.expr) -> Expression:
    return UNKNOWN


class Lowering:
    """Expressions by the type of their node. A long text is cut: nobody asks what it says."""

    def __init__(self, place: Place, function: Callable[[ast.Lambda], Function]) -> None:
        self.place = place
        self.words: set[str] = set()
        self.texts: set[str] = set()
        # The first node of each name with the attributes taken from it.
        self.first: dict[str, ast.AST] = {}
        self.calls: list[Call] = []
        self._table: defaultdict[type, Callable[..., Expression]] = defaultdict(lambda: _unknown)
        self._table |= {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
            ast.Starred: lambda node: Starred(self.value(node.value)),
            ast.List: lambda node: Items("list", self.values(node.elts)),
            ast.Tuple: lambda node: Items("tuple", self.values(node.elts)),
            ast.Set: self._set,
            ast.Dict: self._dict,
            ast.Subscript: lambda node: Item(self.value(node.value), self.value(node.slice)),
            ast.BinOp: self._binary,
            ast.BoolOp: lambda node: Operation(OPERATORS[type(node.op)], self.values(node.values)),
            ast.UnaryOp: lambda node: Operation(OPERATORS[type(node.op)], (self.value(node.operand),)),
            ast.Compare: self._compare,
            ast.IfExp: lambda node: Choice(self.value(node.test), self.value(node.body), self.value(node.orelse)),
            ast.JoinedStr: self._joined,
            ast.Lambda: function,
            ast.ListComp: lambda node: self._comprehension("list", node, self.value(node.elt)),
            ast.SetComp: self._set_comprehension,
            ast.GeneratorExp: lambda node: self._comprehension("generator", node, self.value(node.elt)),
            ast.DictComp: lambda node: self._comprehension(
                "dict", node, Items("tuple", (self.value(node.key), self.value(node.value)))
            ),
            ast.NamedExpr: lambda node: self.value(node.value),
            ast.Await: lambda node: self.value(node.value),
            ast.Yield: lambda node: Yield(self.value(node.value) if node.value else Constant(None)),
            ast.YieldFrom: lambda node: Yield(self.value(node.value)),
        }

    def value(self, node: ast.expr) -> Expression:
        """The expression of a node; what no question needs is Opaque."""
        return self._table[type(node)](node)

    def values(self, nodes: Iterable[ast.expr]) -> tuple[Expression, ...]:
        """The expressions of some nodes."""
        table = self._table
        return tuple([table[type(node)](node) for node in nodes])

    def _constant(self, node: ast.Constant) -> Expression:
        value = node.value
        if isinstance(value, str):
            if len(value) <= SHORT:
                self.texts.add(value)
            return Constant(value if len(value) <= LONG else value[:LONG])
        return Constant(value) if isinstance(value, PLAIN) else UNKNOWN

    def _name(self, node: ast.Name) -> Expression:
        self.words.add(node.id)
        self.first.setdefault(node.id, node)
        return Name(node.id)

    def _set(self, node: ast.Set) -> Expression:
        self.words.add("set")
        return Items("set", self.values(node.elts))

    def _set_comprehension(self, node: ast.SetComp) -> Expression:
        self.words.add("set")
        return self._comprehension("set", node, self.value(node.elt))

    def _attribute(self, node: ast.Attribute) -> Expression:
        names = [node.attr]
        inner = node.value
        while isinstance(inner, ast.Attribute):
            names.append(inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name):
            names.append(inner.id)
            self.words.update(names)
            names.reverse()
            dotted = ".".join(names)
            self.first.setdefault(dotted, node)
            return Name(dotted)
        self.words.update(names)
        value = self.value(inner)
        for name in reversed(names):
            value = Attribute(value, name)
        return value

    def _call(self, node: ast.Call) -> Expression:
        made = Call(
            self.place(node.func),
            self.value(node.func),
            self.values(node.args) if node.args else (),
            tuple([(keyword.arg or "", self.value(keyword.value)) for keyword in node.keywords])
            if node.keywords
            else (),
        )
        if type(made.function) is Name:
            self.calls.append(made)
        return made

    def _dict(self, node: ast.Dict) -> Expression:
        pairs = zip(node.keys, node.values, strict=True)
        return Table(tuple([(key if key is None else self.value(key), self.value(value)) for key, value in pairs]))

    def _binary(self, node: ast.BinOp) -> Expression:
        """A chain of one operator is one operation, however long: it must not nest by its length."""
        operator = type(node.op)
        operands = [node.right]
        left = node.left
        while isinstance(left, ast.BinOp) and type(left.op) is operator:
            operands.append(left.right)
            left = left.left
        operands.append(left)
        operands.reverse()
        return Operation(OPERATORS.get(operator, "?"), self.values(operands))

    def _compare(self, node: ast.Compare) -> Expression:
        operator = OPERATORS[type(node.ops[0])] if len(node.ops) == 1 else "?"
        right = node.comparators[0]
        if operator in ("in", "not in") and isinstance(right, ast.Set):
            # A set that is only asked whether it holds something makes no word: no order comes of it.
            return Operation(operator, (self.value(node.left), Items("set", self.values(right.elts))))
        return Operation(operator, self.values([node.left, *node.comparators]))

    def _joined(self, node: ast.JoinedStr) -> Expression:
        parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        return Operation("", self.values(parts))

    def _comprehension(
        self, kind: str, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, element: Expression
    ) -> Expression:
        loops = tuple(
            (self.value(loop.target), self.value(loop.iter), self.values(loop.ifs)) for loop in node.generators
        )
        return Comprehension(kind, loops, element)
