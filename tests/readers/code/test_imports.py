"""Under which condition does each import of a module stand?"""

import ast

import pytest

from mlaudit.facts import Code, Import, OldPython, Unreadable
from mlaudit.readers.code import python
from mlaudit.readers.code.imports import imports
from mlaudit.readers.code.mentions import Mentions
from mlaudit.readers.code.tree import locator
from mlaudit.source import Source


def conditions(text: str) -> list[tuple[str, str]]:
    source = Source("x.py", text.encode())
    return [
        (fact.module, fact.condition)
        for fact in imports(ast.parse(text).body, locator(source), Mentions(text, "import"))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import a, b.c", [("a", ""), ("b.c", "")]),
        ("from a.b import c", [("a.b", "")]),
        ("from . import c\nfrom .a import b", []),
        ("try:\n    import a\nexcept ImportError:\n    import b", [("a", "optional"), ("b", "optional")]),
        ("try:\n    import a\nexcept (ImportError, KeyError):\n    pass", [("a", "optional")]),
        ("try:\n    import a\nexcept ValueError:\n    pass", [("a", "")]),
        ("try:\n    import a\nfinally:\n    pass", [("a", "")]),
        ("if TYPE_CHECKING:\n    import a\nelse:\n    import b", [("a", "typing"), ("b", "")]),
        ("if typing.TYPE_CHECKING:\n    import a", [("a", "typing")]),
        ("if find_spec('a'):\n    import a", [("a", "optional")]),
        ("def f():\n    import a", [("a", "deferred")]),
        ("def f():\n    if is_a_available():\n        import a", [("a", "optional")]),
        (
            "def f():\n    try:\n        import a\n        x()\n    except ModuleNotFoundError:\n        raise",
            [("a", "optional")],
        ),
        ("def f():\n    if not HAS_A:\n        raise E\n    import a", [("a", "optional")]),
        ("def f():\n    if x:\n        return\n    import a", [("a", "deferred")]),
        ("with suppress(ImportError):\n    import a", [("a", "optional")]),
        ("class A:\n    import a", [("a", "")]),
        ("for x in y:\n    import a", [("a", "")]),
        ("match x:\n    case 1:\n        import a", [("a", "")]),
        ("from google.cloud import storage", [("google.cloud", ""), ("google.cloud.storage", "")]),
    ],
)
def test_conditions(text: str, expected: list[tuple[str, str]]) -> None:
    assert conditions(text) == expected


def test_places_count_code_points() -> None:
    text = "x = 'é日'; import torch\n"
    (found,) = [fact for fact in python.read(Source("x.py", text.encode())) if isinstance(fact, Import)]
    assert text[found.at.column - 1 : found.at.end_column - 1] == "torch"


@pytest.mark.parametrize(
    "text",
    [
        "print 'x'\nimport a\n",
        "import a\ntry:\n    pass\nexcept E, e:\n    pass\n",
        "import a\nx = 0777\n",
        "import a\nexec 'x'\n",
    ],
)
def test_python_2_is_told_apart_and_its_imports_are_kept(text: str) -> None:
    found = list(python.read(Source("x.py", text.encode())))
    assert [type(fact) for fact in found] == [OldPython, Import]


@pytest.mark.parametrize(
    "text", ["import a\ntype X = int\n", "import a\ndef f[T](x: T): ...\n", "import a\nclass A[T]: ...\n"]
)
def test_newer_python_is_read(text: str) -> None:
    found = list(python.read(Source("x.py", text.encode())))
    assert [type(fact) for fact in found] == [Import]


def test_broken_python_is_said_and_its_imports_are_kept() -> None:
    found = list(python.read(Source("x.py", b"import a\ndef f(:\n")))
    assert [type(fact) for fact in found] == [Unreadable, Import]


def test_python_that_is_not_utf_8_is_said() -> None:
    found = list(python.read(Source("x.py", b"# \xff\nimport a\n")))
    assert [type(fact) for fact in found] == [Unreadable, Import, Code]
