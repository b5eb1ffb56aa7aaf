"""Edits of Python change what they say they change, and not one other byte."""

import ast
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlaudit.findings import Edit
from mlaudit.fixes.python import arguments, listings, statements
from mlaudit.fixes.python.pieces import Change, Piece, pieces
from mlaudit.fixes.python.removing import removed
from mlaudit.source import Source

NEWLINES = st.sampled_from(["\n", "\r\n", "\r"])
BLANKS = st.sampled_from(["", " ", "  "])
INDENTS = st.sampled_from(["    ", "\t", "  "])
COMMENTS = st.sampled_from(["", "  # one (", "# ünï )", " # ,"])
VALUES = st.sampled_from(
    ["1", "'ä)'", '"a,b"', "f(x, y)", "[1,\n 2]", "x for x in y", "lambda q: q", "(a)", "b'x'", "a.b[0]"]
)


@st.composite
def calls(draw: Callable[..., str]) -> str:
    """A call of `target` as people write it: on one line or several, with comments and trailing commas."""
    values = draw(st.lists(VALUES, max_size=4))
    named = draw(st.booleans())
    if len(values) > 1 or named:
        values = [f"({value})" if " for " in value else value for value in values]
    written = [f"k{n}={value}" if named else value for n, value in enumerate(values)]
    if draw(st.booleans()):
        blank = draw(BLANKS)
        comma = "," if written and written[-1] != "x for x in y" and draw(st.booleans()) else ""
        return f"target({blank}{', '.join(written)}{comma}{blank})"
    indent = draw(INDENTS)
    lines = [f"{indent}{value},{draw(COMMENTS)}" for value in written]
    if lines and (draw(st.booleans()) or written == ["x for x in y"]):
        lines[-1] = indent + written[-1] + draw(COMMENTS)
    return "\n".join([f"target({draw(COMMENTS)}", *lines, ")"])


@st.composite
def modules(draw: Callable[..., str]) -> str:
    """A module with one such call somewhere in it."""
    call = draw(calls())
    text = draw(
        st.sampled_from(
            [
                "{}\n",
                "x = {}  # behind\n",
                "# ä\nimport os\n\n\ndef run(a):\n    return [{}, 1]\n",
                "class A:\n\tdef run(self):\n\t\tif self: x = {}; y = 1\n",
                "with {} as a, b:\n    pass",
            ]
        )
    )
    return text.format(call.replace("\n", "\n        " if "def" in text else "\n")).replace("\n", draw(NEWLINES))


def written(text: str, changes: tuple[Change, ...] | tuple[Edit, ...]) -> str:
    for change in sorted(changes, key=lambda each: -each.start):
        text = text[: change.start] + change.text + text[change.end :]
    return text


def target(piece: Piece) -> ast.Call:
    found = (node for node in ast.walk(piece.tree) if isinstance(node, ast.Call))
    return next(node for node in found if isinstance(node.func, ast.Name) and node.func.id == "target")


@given(modules(), st.sampled_from(["utf-8", "utf-8-sig", "latin-1"]))
def test_a_keyword_is_all_that_is_added(text: str, encoding: str) -> None:
    cookie = "# -*- coding: latin-1 -*-\n" if encoding == "latin-1" else ""
    source = Source("a.py", (cookie + text).encode(encoding))
    (piece,) = pieces(source)
    changes = arguments.keyword(piece, target(piece), "seed", "SEED")
    if not changes:  # libcst reads no line that ends as on the first Macs
        assert "\r" in text.replace("\r\n", "")
        return
    after = written(piece.text, changes)
    (again,) = pieces(Source("a.py", after.encode()))
    call = target(again)
    assert (call.keywords[-1].arg, ast.unparse(call.keywords[-1].value)) == ("seed", "SEED")
    call.keywords.pop()
    assert ast.dump(again.tree) == ast.dump(piece.tree)
    assert _comments(after) == _comments(piece.text)
    assert set(_ends(after)) <= set(_ends(piece.text))
    assert arguments.keyword(again, target(pieces(Source("a.py", after.encode()))[0]), "seed", "SEED") == ()


def _comments(text: str) -> list[str]:
    return [line.partition("#")[2].strip() for line in text.splitlines() if "#" in line]


def _ends(text: str) -> list[str]:
    return [line[len(line.rstrip("\r\n")) :] for line in text.splitlines(keepends=True)]


@given(modules())
def test_a_call_is_wrapped_and_nothing_else(text: str) -> None:
    (piece,) = pieces(Source("a.py", text.replace("target", "listdir").encode()))
    call = next(
        node for node in ast.walk(piece.tree) if isinstance(node, ast.Call) and piece.written(node)[:7] == "listdir"
    )
    changes = listings.in_order(piece, call)
    after = written(piece.text, changes)
    if changes:
        assert after.replace("sorted(listdir", "listdir", 1).count(")") == piece.text.count(")") + 1
        ast.parse(after)
    else:
        assert "with " in text


@given(modules(), NEWLINES)
def test_a_line_is_inserted_behind_imports(text: str, newline: str) -> None:
    head = newline.join(['"""Words."""', "from __future__ import annotations", "", "import os  # here", ""])
    (piece,) = pieces(Source("a.py", (head + text).encode()))
    statement = statements.head(piece)
    assert statement is not None
    change = statements.after(piece, statement, ["import random", "random.seed(1)"])
    assert change is not None
    assert change.start == change.end
    after = written(piece.text, (change,))
    lines = pieces(Source("a.py", after.encode()))[0].tree.body
    index = next(n for n, each in enumerate(lines) if ast.unparse(each) == "import random")
    del lines[index : index + 2]
    assert ast.unparse(ast.Module(lines, [])) == ast.unparse(piece.tree)


@st.composite
def cells(draw: Callable[..., object]) -> dict[str, object]:
    lines = draw(
        st.lists(
            st.sampled_from(["x = 'é\\n'", "%time y = 1", '# \U0001f600 "', 'a = "\\\\"', "", "import os"]), max_size=4
        )
    )
    text = "\n".join([*lines, draw(calls())])
    source = text.splitlines(keepends=True) if draw(st.booleans()) else text
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1, "source": source}


@given(
    st.lists(cells(), min_size=1, max_size=3),
    st.sampled_from([None, 1, 2, "\t"]),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_cell_changes_and_no_other_byte(
    made: list[dict[str, object]], indent: int | str | None, is_ascii: bool, newline: str
) -> None:
    text = json.dumps({"cells": made, "nbformat": 4, "metadata": {}}, indent=indent, ensure_ascii=is_ascii)
    source = Source("a.ipynb", text.replace("\n", newline).encode("utf-8", "surrogatepass"))
    for piece in pieces(source):
        assert piece.cell is not None
        call = target(piece)
        statement = statements.statement_of(piece, call)
        assert statement is not None
        line = statements.after(piece, statement, ["# ünten", "pass"])
        changes = (*arguments.keyword(piece, call, "seed", "'ä\"'"), *((line,) if line else ()))
        edits = piece.edits(changes)
        after = written(source.text, edits)
        loaded = json.loads(after)
        number = piece.cell.number - 1
        found = loaded["cells"][number]["source"]
        assert "".join(found) == written(piece.text, changes)
        assert isinstance(found, str) or all(part.endswith("\n") for part in found[:-1])
        assert isinstance(found, str) or not any("\n" in part[:-1] for part in found)
        loaded["cells"][number]["source"] = made[number]["source"]
        assert loaded == json.loads(source.text)
        assert [line.rstrip(",") for line in source.text.split(newline) if line not in after.split(newline)] == [
            each.rstrip(",") for each in source.text.split(newline) if each not in after.split(newline)
        ]
        assert set(_ends(after)) <= set(_ends(source.text))


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("f(*a)", None),
        ("f(**a)", None),
        ("f(seed=1)", None),
        ("f(seed=None, b=1)", "f(seed=SEED, b=1)"),
        ("f" + "(" * 90 + "1" + ")" * 90, None),
        ("f(" + "-" * 90 + "1)", None),
        ("f(a)(b)", "f(a)(b, seed=SEED)"),
    ],
)
def test_where_nothing_is_certain_nothing_is_written(text: str, after: str | None) -> None:
    (piece,) = pieces(Source("a.py", text.encode()))
    call = piece.tree.body[0].value  # type: ignore[attr-defined]
    changes = arguments.keyword(piece, call, "seed", "SEED")
    assert (written(text, changes) if changes else None) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a = 1\nb = 2\nc = 3\n", "a = 1\nc = 3\n"),
        ("if a:\n    b = 2\n", "if a:\n    pass\n"),
        ("a = 1; b = 2\n", None),
        ("a = 1\r\nb = (2,\r\n 3)\r\n", "a = 1\r\n"),
        ("b = 2  # why\n", None),
        ("a = 1\nb = 2", "a = 1\n"),
    ],
)
def test_a_statement_goes_with_its_lines(text: str, after: str | None) -> None:
    (piece,) = pieces(Source("a.py", text.encode()))
    found = next(
        node for node in ast.walk(piece.tree) if isinstance(node, ast.Assign) and "b" in ast.unparse(node.targets[0])
    )
    change = removed(piece, found)
    assert (written(text, (change,)) if change else None) == after


def test_positions_inside_f_strings_are_not_trusted() -> None:
    (piece,) = pieces(Source("a.py", b'x = f"{1:>{f(2)}} {f(3)}"\n'))
    for node in ast.walk(piece.tree):
        if isinstance(node, ast.Call):
            found = piece.find(piece.at(node.func), ast.Call)
            assert found is None or piece.written(found).startswith("f(")
