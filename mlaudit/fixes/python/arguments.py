"""How does a call look with one more argument, or another? Its comments, line breaks and commas stay as they are."""

import ast
from typing import TYPE_CHECKING

from mlaudit.fixes.diffs import shared
from mlaudit.fixes.python.pieces import UNPARSED, Change, Piece
from mlaudit.source import NEWLINE

if TYPE_CHECKING:
    import libcst

# libcst's native parser is crashed by nesting that is deeper by far than what anybody writes.
DEEPEST = 60
LONGEST = 20_000


def keyword(piece: Piece, call: ast.Call, name: str, value: str) -> tuple[Change, ...]:
    """A call with `name=value` behind its other arguments; () where it may have that already, by `*` or `**`."""
    is_open = any(isinstance(each, ast.Starred) for each in call.args) or any(not each.arg for each in call.keywords)
    given = next((each for each in call.keywords if each.arg == name), None)
    if is_open or given:
        return other(piece, given.value, value) if given and not is_open else ()
    return _added(piece, call, name, value)


def positional(piece: Piece, call: ast.Call, value: str) -> tuple[Change, ...]:
    """A call without arguments with one, or one whose first argument is None with another."""
    if call.keywords or len(call.args) > 1:
        return ()
    return other(piece, call.args[0], value) if call.args else _added(piece, call, "", value)


def quoted(piece: Piece, call: ast.Call, text: str) -> str:
    """A text in the quotes that a call uses."""
    written = piece.written(call)
    return f"'{text}'" if "'" in written and '"' not in written else f'"{text}"'


def other(piece: Piece, given: ast.expr, value: str) -> tuple[Change, ...]:
    """Another value in the place of None."""
    if not isinstance(given, ast.Constant) or given.value is not None:
        return ()
    return (Change(*piece.span(given), value),)


def _added(piece: Piece, call: ast.Call, name: str, value: str) -> tuple[Change, ...]:
    import libcst

    start, end = piece.span(call)
    before = f"({piece.text[start:end]})"
    if len(before) > LONGEST or _depth(before) > DEEPEST or _levels(call) > DEEPEST:
        return ()
    ends = NEWLINE.search(before)
    newline = ends[0] if ends else piece.newline
    try:
        parsed = libcst.parse_expression(before, libcst.PartialParserConfig(default_newline=newline))
    except libcst.ParserSyntaxError:
        return ()
    nothing = libcst.Module([], default_newline=newline)
    if not isinstance(parsed, libcst.Call) or nothing.code_for_node(parsed) != before:
        return ()
    after = nothing.code_for_node(_with(parsed, name, libcst.parse_expression(value)))
    if not _is_call(after):
        return ()
    return (_smallest(before, after, start - 1),)


def _with(call: "libcst.Call", name: str, value: "libcst.BaseExpression") -> "libcst.Call":
    """The call with one more argument."""
    import libcst

    equal = libcst.AssignEqual(libcst.SimpleWhitespace(""), libcst.SimpleWhitespace(""))
    new = libcst.Arg(value, libcst.Name(name), equal=equal) if name else libcst.Arg(value)
    if not call.args:
        return call.with_changes(args=[new], whitespace_before_args=_tight(call.whitespace_before_args))
    last = _closed(call.args[-1])
    space = _separator(call)
    if isinstance(last.comma, libcst.Comma):
        behind = last.comma.whitespace_after
        comma = last.comma.with_changes(whitespace_after=_told(behind, space))
        new = new.with_changes(comma=libcst.Comma(whitespace_after=_untold(behind)))
    else:
        behind = last.whitespace_after_arg
        comma = libcst.Comma(whitespace_after=_told(behind, space))
        new = new.with_changes(whitespace_after_arg=_untold(behind))
        last = last.with_changes(whitespace_after_arg=libcst.SimpleWhitespace(""))
    last = last.with_changes(comma=comma)
    return call.with_changes(args=[*call.args[:-1], last, new])


def _closed(argument: "libcst.Arg") -> "libcst.Arg":
    """A generator needs parentheses where it is no longer the only argument."""
    import libcst

    if isinstance(argument.value, libcst.GeneratorExp) and not argument.value.lpar:
        value = argument.value.with_changes(lpar=[libcst.LeftParen()], rpar=[libcst.RightParen()])
        return argument.with_changes(value=value)
    return argument


def _separator(call: "libcst.Call") -> "libcst.BaseParenthesizableWhitespace":
    """What stands between two arguments here: a line break where the others have one, else a blank."""
    import libcst

    last = call.args[-1]
    is_broken = isinstance(
        last.comma.whitespace_after if isinstance(last.comma, libcst.Comma) else last.whitespace_after_arg,
        libcst.ParenthesizedWhitespace,
    )
    before = call.whitespace_before_args
    if len(call.args) > 1 and isinstance(comma := call.args[-2].comma, libcst.Comma):
        before = comma.whitespace_after
        if not isinstance(before, libcst.ParenthesizedWhitespace):
            return libcst.SimpleWhitespace(" ")
    if isinstance(before, libcst.ParenthesizedWhitespace) and (len(call.args) > 1 or is_broken):
        return _untold(before)
    return libcst.SimpleWhitespace(" ")


def _told(
    behind: "libcst.BaseParenthesizableWhitespace", space: "libcst.BaseParenthesizableWhitespace"
) -> "libcst.BaseParenthesizableWhitespace":
    """The blank between two arguments that keeps the comments which stood behind the first."""
    import libcst

    if not isinstance(behind, libcst.ParenthesizedWhitespace):
        return space
    has_comment = behind.first_line.comment is not None or any(line.comment for line in behind.empty_lines)
    if isinstance(space, libcst.ParenthesizedWhitespace):
        return behind.with_changes(indent=space.indent, last_line=space.last_line) if has_comment else space
    return behind if has_comment else space


def _untold(space: "libcst.BaseParenthesizableWhitespace") -> "libcst.BaseParenthesizableWhitespace":
    """A blank without its comments."""
    import libcst

    if not isinstance(space, libcst.ParenthesizedWhitespace):
        return space
    line = space.first_line.with_changes(whitespace=libcst.SimpleWhitespace(""), comment=None)
    return space.with_changes(first_line=line, empty_lines=[])


def _tight(space: "libcst.BaseParenthesizableWhitespace") -> "libcst.BaseParenthesizableWhitespace":
    """No blanks, but comments and line breaks."""
    import libcst

    return space if isinstance(space, libcst.ParenthesizedWhitespace) else libcst.SimpleWhitespace("")


def _smallest(before: str, after: str, at: int) -> Change:
    """The one change between two texts, the first of which stands at an offset."""
    head, tail = shared(before, after)
    return Change(at + head, at + len(before) - tail, after[head : len(after) - tail])


def _depth(text: str) -> int:
    """How deep brackets can be nested in a text at most."""
    deepest = depth = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}" and depth > 0)
        deepest = max(deepest, depth)
    return deepest


def _levels(node: ast.AST) -> int:
    """How deep a tree is."""
    levels, row = 0, [node]
    while row and levels <= DEEPEST:
        levels += 1
        row = [child for each in row for child in ast.iter_child_nodes(each)]
    return levels


def _is_call(text: str) -> bool:
    try:
        return isinstance(ast.parse(text, mode="eval").body, ast.Call)
    except UNPARSED:
        return False
