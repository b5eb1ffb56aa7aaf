"""Is a notebook without its outputs the same notebook, with every other character where it was?"""

import json
from typing import Any

import pytest

from mlaudit.facts import Cell
from mlaudit.readers.code import notebook
from mlaudit.readers.code.outputs import thinned
from mlaudit.source import Source

ERROR = {"output_type": "error", "ename": 'a "b" é', "evalue": "", "traceback": ["x]", "}", '"ename": "no"']}
STREAM = {"output_type": "stream", "name": "stdout", "text": ['"outputs": [\n', "[[[", '\\"', "é日"]}
PICTURE = {
    "output_type": "display_data",
    "data": {"image/png": "iVBOR" * 99, "application/json": {"outputs": [{"a": [1]}]}},
}


def cell(*outputs: Any, **others: Any) -> dict[str, Any]:
    return {"cell_type": "code", "outputs": list(outputs), "source": ['a = "outputs"\n', "b = []"], **others}


CELLS = [
    cell(STREAM, ERROR, execution_count=1),
    cell(),
    cell(PICTURE),
    {"cell_type": "markdown", "attachments": {"a.png": {"image/png": "iVBOR" * 99}}, "source": '"outputs": ['},
    cell(ERROR),
]
LAYOUTS: dict[str, dict[str, Any]] = {
    "as Jupyter writes it": {"indent": 1, "ensure_ascii": False},
    "four spaces": {"indent": 4},
    "no indentation": {"indent": 0},
    "tabs": {"indent": "\t"},
    "one line": {},
    "one line without spaces": {"separators": (",", ":")},
}


def made(layout: str, end: str = "\n") -> bytes:
    data = {"cells": CELLS, "metadata": {"widgets": {"application/vnd.jupyter.widget-state+json": {"a": {"b": 1}}}}}
    return json.dumps({**data, "nbformat": 4}, **LAYOUTS[layout]).replace("\n", end).encode()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_all_but_the_outputs_is_the_same(layout: str, end: str) -> None:
    whole, thin = made(layout, end), thinned(made(layout, end))
    before, after = json.loads(whole), json.loads(thin)
    outputs = [each.pop("outputs", None) for each in after["cells"]]
    assert outputs == [[{"ename": ERROR["ename"]}], [], [0], None, [{"ename": ERROR["ename"]}]]
    assert [each.pop("attachments", None) for each in after["cells"]] == [None] * 3 + [{}] + [None]
    for each in before["cells"]:
        each.pop("outputs", None)
        each.pop("attachments", None)
    assert after["cells"] == before["cells"]
    assert after["metadata"]["widgets"] == {"application/vnd.jupyter.widget-state+json": {}}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_facts_stand_where_they_stood(layout: str, end: str) -> None:
    whole, thin = Source("a.ipynb", made(layout, end)), Source("a.ipynb", thinned(made(layout, end)))
    assert len(whole.lines) == len(thin.lines)
    found = [fact for fact in notebook.read(whole) if isinstance(fact, Cell)]
    assert found == [fact for fact in notebook.read(thin) if isinstance(fact, Cell)]
    assert [fact.error for fact in found] == ['a "b" é', "", "", 'a "b" é']


@pytest.mark.parametrize("cut", [0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_cut_notebook_stays_broken(layout: str, cut: float) -> None:
    content = made(layout)
    content = content[: int(len(content) * cut)]
    with pytest.raises(ValueError, match=r".+"):
        json.loads(thinned(content))


def test_what_is_no_output_stays() -> None:
    for text in (b'{"outputs": 3}', b'{"outputs": {}}', b'"outputs"', b'{"a": "\\"outputs\\": [1]"}', b"", b"\xff\xfe"):
        assert thinned(text) == text


def test_a_conflict_in_the_outputs_is_left_to_be_found() -> None:
    content = b'{"cells": [{"outputs": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> other\n]}]}'
    assert thinned(content) == content
