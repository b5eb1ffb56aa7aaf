"""Are the `${…}` of a dvc.yaml resolved as DVC resolves them, and those that it would refuse not at all?"""

from pathlib import Path

import pytest

from mlaudit.audit import facts_of
from mlaudit.facts import Stage
from mlaudit.files.discover import discover
from mlaudit.lineage.templates import Unresolved, expanded, resolve
from tests.conftest import write

CONTEXT = {"a": {"b": [1, {"c": "x"}]}, "flag": True, "rate": 1e-05, "none": None, "list": [1, 2]}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("${a.b[0]}", 1),
        ("${a.b.1.c} ${flag}", "x true"),
        ("${list}", [1, 2]),
        ("--rate ${rate}", "--rate 1e-05"),
        ("${none}!", "None!"),
        ("\\${a}", "${a}"),
        ("$a {a}", "$a {a}"),
        ("${ a.b[0] }", 1),
    ],
)
def test_values(written: str, value: object) -> None:
    assert resolve(written, CONTEXT) == value


@pytest.mark.parametrize("written", ["${missing}", "${a.x}", "x ${a}", "x ${list}", "${a.b[7]}", "${}"])
def test_what_has_no_value(written: str) -> None:
    with pytest.raises(Unresolved):
        resolve(written, CONTEXT)


def names(tmp_path: Path, text: str, **files: str) -> list[str]:
    write(tmp_path, {"dvc.yaml": text, **{path.replace("_", "."): content for path, content in files.items()}})
    repo, _ = facts_of(discover(tmp_path))
    return [each.name for stage in repo.all(Stage) for each in expanded(repo, stage)]


def test_names(tmp_path: Path) -> None:
    text = """vars: [{models: {cnn: {n: 1}, rnn: {n: 2}}, pairs: [[1, 2], [3, 4]]}]
stages:
  a: {foreach: "${models}", do: {cmd: "x ${key} ${item.n}"}}
  b: {foreach: "${pairs}", do: {cmd: "x ${item[1]}"}}
  c: {foreach: [1, true], do: {cmd: "x ${item}"}}
  d: {matrix: {m: [x, y], n: "${pairs}"}, cmd: "x ${key} ${item.m}"}
"""
    assert names(tmp_path, text) == [
        "a@cnn",
        "a@rnn",
        "b@0",
        "b@1",
        "c@1",
        "c@true",
        "d@x-n0",
        "d@x-n1",
        "d@y-n0",
        "d@y-n1",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "vars: [nowhere.yaml]\nstages: {a: {cmd: x}}\n",
        "vars: [{x: 1}]\nstages: {a: {cmd: x}}\n",
        "stages: {a: {foreach: 5, do: {cmd: x}}}\n",
        "stages: {a: {matrix: {m: x}, cmd: x}}\n",
        "stages: {a: {cmd: x, vars: ['params.yaml:nothing']}}\n",
    ],
)
def test_what_dvc_refuses(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unresolved):
        names(tmp_path, text, params_yaml="x: 2\n")
