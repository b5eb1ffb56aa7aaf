"""Do the facts of cells stand where the text stands in the JSON file, whatever the cell is made of?"""

import json

import pytest

from mlaudit.facts import Import, InstallCommand, Location
from mlaudit.readers.code import notebook
from mlaudit.source import Source
from tests.conftest import notebook as written


def under(source: Source, at: Location) -> str:
    start = source.starts[at.line - 1] + at.column - 1
    return source.text[start : source.starts[at.end_line - 1] + at.end_column - 1]


def modules(*cells: str, text: str | None = None) -> list[tuple[str, int, str]]:
    source = Source("n.ipynb", (text or written(list(cells))).encode())
    found = [fact for fact in notebook.read(source) if isinstance(fact, Import)]
    return [(fact.module, fact.at.cell, under(source, fact.at)) for fact in found]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("import torch", [("torch", 1, "torch")]),
        ("%matplotlib inline\nimport torch", [("torch", 1, "torch")]),
        ("x = !ls\nimport torch", [("torch", 1, "torch")]),
        ("df?\nimport torch", [("torch", 1, "torch")]),
        ("%%time\nimport torch", [("torch", 1, "torch")]),
        ("%%bash\nimport torch", []),
        ("%%writefile x.py\nimport torch", []),
        ("pip install torch\nimport torch", [("torch", 1, "torch")]),
        ("if x:\n    !ls\n    import torch", [("torch", 1, "torch")]),
        ("  import torch\n  import numpy", [("torch", 1, "torch"), ("numpy", 1, "numpy")]),
        ("x = (1\n%2)\nimport torch", [("torch", 1, "torch")]),
        ("print 'old'\nimport torch", [("torch", 1, "torch")]),
        ('s = "é\\t\\"日"; import torch', [("torch", 1, "torch")]),
        ("!echo a \\\n  b\nimport torch", [("torch", 1, "torch")]),
    ],
)
def test_imports_of_cells(cell: str, expected: list[tuple[str, int, str]]) -> None:
    assert modules(cell) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "!pip install torch",
        "%pip install torch",
        "pip install torch",
        "%%bash\npip install torch",
        "%%capture\n!pip install -q torch",
        "!sudo pip3 install torch",
        "import sys\n!{sys.executable} -m pip install torch",
        "import subprocess\nsubprocess.run(['pip', 'install', 'torch'])",
        "import os\nos.system('pip install torch')",
        'x = "é"\nimport os; os.system("pip install torch")',
    ],
)
def test_install_commands_of_cells(cell: str) -> None:
    source = Source("n.ipynb", written([cell]).encode())
    (command,) = [fact for fact in notebook.read(source) if isinstance(fact, InstallCommand)]
    assert [under(source, requirement.at) for requirement in command.requirements] == ["torch"]
    assert command.at.cell == 1


def test_source_as_one_string_and_escapes() -> None:
    data = {"cells": [{"cell_type": "code", "source": "a = '\u00e9\\n'\nimport torch\n"}], "metadata": {}}
    for ascii_only in (True, False):
        assert modules(text=json.dumps(data, ensure_ascii=ascii_only)) == [("torch", 1, "torch")]


def test_nbformat_3() -> None:
    cells = [
        {"cell_type": "markdown", "source": "x"},
        {"cell_type": "code", "input": ["import torch\n", "import numpy"]},
    ]
    data = {"worksheets": [{"cells": cells}], "metadata": {}, "nbformat": 3}
    assert modules(text=json.dumps(data, indent=2)) == [("torch", 2, "torch"), ("numpy", 2, "numpy")]


def test_other_languages_are_said() -> None:
    text = written(["library(x)"], kernelspec={"name": "ir", "language": "R"})
    reasons = [fact.reason for fact in notebook.read(Source("n.ipynb", text.encode())) if hasattr(fact, "reason")]
    assert reasons == ["is a notebook in R: its code is not audited"]
