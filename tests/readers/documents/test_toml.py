"""Does the index of places find every key and value that tomllib finds, where it stands?"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from mlaudit.readers.documents import Malformed
from mlaudit.readers.documents.toml import Document
from mlaudit.source import Source

FILES = sorted(Path(__file__).parents[2].glob("fixtures/locks/*/*.toml"))[:150]
TRICKY = '''
a.b."c.d" = "x" # comment [not] = "a table"
'lit' = 'C:\\path'
multi = """
line "quoted"
"""
literal = \'\'\'it''s\'\'\'
date = 1979-05-27 07:32:00 # space inside
nested = [[1, 2], [{ x = "1", y = [3, 4,] }], ] # trailing
[t]
"key with space" = true
[[aot]]
n = 1
[aot.sub]
k = "v"
[[aot.deep]]
m = 1
[[aot]]
n = 2
[[aot.deep]]
m = 2
'''


def paths(tree: Any, prefix: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(tree, dict):
        return [path for key, value in tree.items() for path in [(*prefix, key), *paths(value, (*prefix, key))]]
    if isinstance(tree, list):
        return [path for at, value in enumerate(tree) for path in [(*prefix, at), *paths(value, (*prefix, at))]]
    return []


def check(text: str) -> None:
    document = Document(Source("x.toml", text.encode()))
    for path in paths(document.data):
        value = document.data
        for step in path:
            value = value[step]
        span = document.index.get(path)
        if span is None:
            assert isinstance(value, dict | list), f"{path}: only tables may be written in pieces"
        elif not isinstance(value, dict) and not (isinstance(value, list) and value and isinstance(value[0], dict)):
            written = text[span.start : span.end]
            assert tomllib.loads(f"x = {written}")["x"] == value, path


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_value_of_real_files(path: Path) -> None:
    check(path.read_text("utf-8"))


def test_tricky() -> None:
    check(TRICKY)


def test_crlf() -> None:
    document = Document(Source("x.toml", b'[a]\r\nb = "c"\r\n'))
    assert document.where("a", "b")[1:3] == (2, 6)


def test_toml_1_1_is_read() -> None:
    document = Document(Source("x.toml", b'a = {\n  b = "\\e[1m",\n}\n'))
    assert document.data["a"]["b"] == "\x1b[1m"


@pytest.mark.parametrize("text", ["a = ", "[a", "a = 1\na = 2", "= 1", "a = {b = {" * 2000])
def test_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        Document(Source("x.toml", text.encode()))
