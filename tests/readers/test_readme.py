"""What does a README tell? Text in, facts out."""

import time

import pytest

from mlaudit.facts import Command, Readme, ResultTable
from mlaudit.readers import readme
from mlaudit.source import Source


def _commands(text: str, path: str = "README.md") -> list[tuple[int, int, tuple[str, ...]]]:
    facts = readme.read(Source(path, text.encode()))
    return [(fact.at.line, fact.at.column, fact.words) for fact in facts if isinstance(fact, Command)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("```bash\npython a.py --x 1\n```\n", [(2, 1, ("python", "a.py", "--x", "1"))]),
        (
            "```console\n$ python a.py\nloss 0.1\n(env) $ make data\n```\n",
            [(2, 3, ("python", "a.py")), (4, 9, ("make", "data"))],
        ),
        ("Do `python a.py` now.\n", [(1, 5, ("python", "a.py"))]),
        ("```\nsudo CUDA_VISIBLE_DEVICES=0 uv run python \\\n  a.py\n```\n", [(2, 36, ("python", "a.py"))]),
        ("```python\npython = 1\n```\n", []),
        ("```\ndata/\n  train.py\npython and R are used\n```\n", [(4, 1, ("python", "and", "R", "are", "used"))]),
        ("Text::\n\n    python a.py\n", [(3, 5, ("python", "a.py"))]),
        (".. code-block:: bash\n\n   python a.py\n", [(3, 4, ("python", "a.py"))]),
        ("`train.py` and `python`\n", []),
    ],
)
def test_commands(text: str, found: list[tuple[int, int, tuple[str, ...]]]) -> None:
    assert _commands(text, "README.rst" if "::" in text else "README.md") == found


def test_a_readme_as_a_whole() -> None:
    text = "# Cats & dogs\n\nUsage\n-----\n\nThen run the notebooks, see [how](docs/a.md) and `b.py`.\n\n```python\nimport a\n```\n"
    (fact,) = (fact for fact in readme.read(Source("README.md", text.encode())) if isinstance(fact, Readme))
    assert fact.headings == ("cats  dogs", "usage")
    assert fact.links == ("docs/a.md",)
    assert fact.files == ("docs/a.md", "b.py")
    assert fact.shows_code
    assert fact.orders == ("run",)


def test_tables_of_numbers() -> None:
    text = "| model | acc |\n|---|---|\n| a | 0.9 |\n| b | 91.2% |\n\n| x | y |\n|---|---|\n| a | b |\n"
    facts = [fact for fact in readme.read(Source("README.md", text.encode())) if isinstance(fact, ResultTable)]
    assert [(fact.at.line, fact.columns, fact.varies) for fact in facts] == [(1, ("model", "acc"), False)]


@pytest.mark.parametrize(
    "unit", ["`", "```\n", "# ", "    a\n", "a::\n\n", "| - ", "[a](", "run the ", "$ python a.py\n", "> ", "-\n"]
)
def test_hostile_texts_take_no_time(unit: str) -> None:
    start = time.perf_counter()
    list(readme.read(Source("README.md", (unit * 20_000).encode())))
    assert time.perf_counter() - start < 20
