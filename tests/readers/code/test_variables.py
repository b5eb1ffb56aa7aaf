"""Which environment variables does code need, ask for, set and name?"""

import pytest

from mlaudit.facts import Variable
from mlaudit.readers.code import notebook, python
from mlaudit.source import Source
from tests import conftest


def _read(text: str) -> list[tuple[str, str, int, int]]:
    facts = python.read(Source("a.py", text.encode()))
    return [
        (fact.name, fact.does, fact.at.line, fact.at.column)
        for fact in facts
        if isinstance(fact, Variable) and fact.does != "names"
    ]


CASES = {
    "import os\nos.environ['A']\n": [("A", "needs", 2, 12)],
    "from os import environ as e\nx = e['A']\n": [("A", "needs", 2, 7)],
    "from os import getenv\nx = getenv('A')\nuse(x)\n": [("A", "asks", 2, 12)],
    "import os\nos.environ['A'] = '1'\nos.environ.setdefault('B', '2')\nos.environ.update(C='3')\n": [
        ("A", "sets", 2, 12),
        ("B", "sets", 3, 23),
        ("C", "sets", 4, 21),
    ],
    "import os\nos.environ.update({'A': '1', **more})\n": [("A", "sets", 2, 20)],
    "import os\ndel os.environ['A']\nos.environ.pop('B', None)\n": [],
    "import os\nos.environ.pop('A')\n": [("A", "needs", 2, 16)],
    "import os\nfloat(os.getenv('A'))\nos.getenv('B').split()\nos.getenv('C') + '/x'\n": [
        ("A", "needs", 2, 17),
        ("B", "needs", 3, 11),
        ("C", "needs", 4, 11),
    ],
    "import os\nx = os.getenv('A', None)\nif x:\n    pass\n": [],
    "import os\nself.x = os.getenv('A')\nassert self.x\n": [],
    "import os\nparser.add_argument('--a', default=os.getenv('A'))\n": [],
    "import os\ntry:\n    x = os.environ['A']\nexcept (KeyError, OSError):\n    x = 1\n": [],
    "import os\ntry:\n    x = os.environ['A']\nexcept OSError:\n    x = 1\n": [("A", "needs", 3, 20)],
    "import os\nfrom contextlib import suppress\nwith suppress(KeyError):\n    x = os.environ['A']\n": [],
    "import os\ntry:\n    pass\nexcept KeyError:\n    x = os.environ['A']\n": [("A", "needs", 5, 20)],
    "import os\nos.environ[name]\nos.environ[f'{x}_KEY']\nos.environ[1]\nother.environ['A']\n": [],
    "# environ\n": [],
    "'environ'\n": [],
}


@pytest.mark.parametrize(("text", "found"), CASES.items())
def test_what_code_does(text: str, found: list[tuple[str, str, int, int]]) -> None:
    assert _read(text) == found


def test_names_in_comments_messages_and_prose() -> None:
    text = "import os\n# ONE_KEY is ours\nx = [os.environ['ONE_KEY'], os.environ['TWO_KEY']]\nprint('set TWO_KEYS')\n"
    found = python.read(Source("a.py", text.encode()))
    assert [fact.name for fact in found if isinstance(fact, Variable) and fact.does == "names"] == ["ONE_KEY"]


@pytest.mark.parametrize("cells", ["null", "[1, null]", '[{"cell_type": "markdown", "source": 3}]'])
def test_hostile_prose(cells: str) -> None:
    content = conftest.notebook(["import os\nos.environ['ONE_KEY']\n"])
    hostile = content.replace('"cells": [', f'"cells": [{cells[1:-1]},' if cells != "null" else '"cells": [null,', 1)
    found = list(notebook.read(Source("a.ipynb", hostile.encode())))
    assert any(isinstance(fact, Variable) for fact in found)


def test_deep_code_is_no_crash() -> None:
    text = "import os\nx = os.environ['A']" + "[0]" * 5000 + "\n"
    assert list(python.read(Source("a.py", text.encode())))
