"""Which of some variables does a text speak of, whatever its bytes are?"""

import pytest

from mlaudit.facts import Variable
from mlaudit.readers import variables
from mlaudit.source import Source


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"export A_KEY=1\n", ["A_KEY"]),
        (b"${A_KEY}", ["A_KEY"]),
        (b"NOT_A_KEY A_KEYS A_KEY_2", []),
        (b"\xff\xfe\0A_KEY\0", ["A_KEY"]),
        (b"", []),
        ("é A_KEY é".encode("latin-1"), ["A_KEY"]),
    ],
)
def test_words(content: bytes, found: list[str]) -> None:
    facts = list(variables.read(Source("README.md", content), "A_KEY B_KEY"))
    assert [fact.name for fact in facts if isinstance(fact, Variable)] == found
