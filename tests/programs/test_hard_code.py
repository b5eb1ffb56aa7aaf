"""Does code that is large, deep, circular or old lose nothing, and crash nothing?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlaudit.findings import Report
from tests.conftest import audited, notebook

Make = Callable[[dict[str, Any]], Path]
DRAW = "import numpy as np\n\nprint(np.random.rand())\n"


def told(report: Report) -> list[str]:
    """The rules and paths of what was found; no check may have crashed."""
    assert report.crashes == ()
    return [f"{finding.rule.id} {finding.at.path}" for finding in report.findings]


def test_functions_that_call_one_another_end(repo: Make) -> None:
    text = (
        "import random\n\n\ndef even(n):\n    return n == 0 or odd(n - 1)\n\n\n"
        "def odd(n):\n    random.random()\n    return n != 0 and even(n - 1)\n\n\neven(random.randint(0, 9))\n"
    )
    assert told(audited(repo({"a.py": text}), "RNG")) == ["RNG001 a.py"]


def test_modules_that_import_one_another_end(repo: Make) -> None:
    files = {"a.py": "import b\n" + DRAW, "b.py": "import a\n\nX = a.np\n"}
    assert told(audited(repo(files), "RNG001")) == ["RNG001 a.py"]


def test_star_imports_bring_the_seed(repo: Make) -> None:
    files = {
        "a.py": "from b import *\n\nnp.random.seed(SEED)\nprint(np.random.rand())\n",
        "b.py": "import numpy as np\n\nSEED = 3\n",
    }
    assert told(audited(repo(files), "RNG")) == []


def test_ten_thousand_functions(repo: Make) -> None:
    functions = "".join(
        f"def f{number}(x):\n    return f{number - 1}(x) if x else x\n\n\n" for number in range(1, 10_001)
    )
    text = f"import random\n\n\ndef f0(x):\n    return random.random()\n\n\n{functions}print(f10000(1), f0(2))\n"
    assert told(audited(repo({"a.py": text}), "RNG001")) == ["RNG001 a.py"]


def test_a_generated_module_of_forty_thousand_lines(repo: Make) -> None:
    text = "import random\n" + "".join(f"TABLE_{number} = ({number}, 'x', [{number}])\n" for number in range(40_000))
    assert told(audited(repo({"a.py": text + "print(random.random())\n"}), "RNG001")) == ["RNG001 a.py"]


@pytest.mark.parametrize(
    "deep",
    [
        "x = " + " + ".join(["1"] * 3000) + "\n",
        "x = a" + ".b()" * 900 + "\n",
        "if a == 0:\n    pass\n" + "".join(f"elif a == {number}:\n    pass\n" for number in range(1500)),
        "x = " + "[" * 90 + "]" * 90 + "\n",
        "x = " + "f(" * 90 + ")" * 90 + "\n",
        "x = " + "-" * 500 + "1\n",
    ],
    ids=["sum", "methods", "elif", "lists", "calls", "signs"],
)
def test_deep_code_keeps_its_draws(repo: Make, deep: str) -> None:
    root = repo({"a.py": "a = 1\n" + deep, "b.py": DRAW})
    assert told(audited(root, "RNG001")) == ["RNG001 b.py"]


def test_code_that_is_too_deep_is_said(repo: Make) -> None:
    root = repo({"a.py": "x = a" + ".b()" * 6000 + "\n", "b.py": DRAW})
    report = audited(root, "RNG001", "MLA001")
    assert "RNG001 b.py" in told(report)
    assert "MLA001 a.py" in told(report)


def test_python_2_is_said_and_the_rest_is_followed(repo: Make) -> None:
    root = repo({"a.py": "import random\nprint random.random()\n", "b.py": "import a\n" + DRAW})
    assert told(audited(root, "RNG001")) == ["RNG001 b.py"]
    assert any("a.py" in line for line in told(audited(root, "REQ", "MLA")))


@pytest.mark.parametrize("language", ["R", "julia"])
def test_notebooks_of_other_languages_are_said(repo: Make, language: str) -> None:
    kernel = {
        "kernelspec": {"name": "ir", "display_name": language, "language": language},
        "language_info": {"name": language},
    }
    root = repo({"a.ipynb": notebook(["x <- rnorm(3)"], **kernel), "b.py": DRAW})
    report = audited(root, "RNG001", "MLA001")
    assert told(report) == ["MLA001 a.ipynb", "RNG001 b.py"]
    assert language in report.findings[0].message


def test_a_long_chain_of_things_that_hold_methods_of_one_another(repo: Make) -> None:
    links = "x = lib.Thing(x.call)\n" * 3_000
    text = f"import lib\n\n\ndef given(x):\n    return x\n\n\nx = lib.Thing()\n{links}given(x)\n"
    assert told(audited(repo({"a.py": text + DRAW}), "RNG001")) == ["RNG001 a.py"]
