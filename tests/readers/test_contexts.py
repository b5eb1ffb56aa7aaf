"""What do a .dockerignore and a .gitmodules say, and which commands has a Dockerfile?"""

import pytest

from mlaudit.facts import ContainerCommand, ContextRule, Copy, ImageRef, Submodule
from mlaudit.readers import ignores, submodules
from mlaudit.readers.commands import dockerfile
from mlaudit.source import Source

DOCKERFILE = b"""FROM python:3.12 AS Base
RUN a b && c <<EOF
EOF
COPY one two/ /to/
ONBUILD COPY three /to/
FROM base
CMD ["python", "x.py"]
ENTRYPOINT sh run.sh
"""


def test_rules_of_a_context_in_order() -> None:
    found = list(ignores.read(Source("a/.dockerignore", b"# all\n\n*\n!src \n  data/**\r\n!\n")))
    rules = [
        (fact.pattern, fact.keeps, fact.at.line, fact.at.column) for fact in found if isinstance(fact, ContextRule)
    ]
    assert rules == [("*", False, 3, 1), ("src", True, 4, 1), ("data/**", False, 5, 3), ("", True, 6, 1)]


@pytest.mark.parametrize("content", [b"", b"\0\0\xff", b"\xff\xfe*\0", b"[" * 5000, b"!" * 5000 + b"\n"])
def test_hostile_texts_give_no_crash(content: bytes) -> None:
    list(ignores.read(Source(".dockerignore", content)))
    list(submodules.read(Source(".gitmodules", content)))
    list(dockerfile.read(Source("Dockerfile", content)))


def test_submodules() -> None:
    text = b'[submodule "a"]\n\tpath = third/a/\r\n\turl = ../a\n[submodule "b"]\n path=b\nxpath = no\n'
    found = [fact for fact in submodules.read(Source(".gitmodules", text)) if isinstance(fact, Submodule)]
    assert [(fact.path, fact.at.line) for fact in found] == [("third/a", 2), ("b", 5)]


def test_commands_copies_and_stages_of_a_dockerfile() -> None:
    found = list(dockerfile.read(Source("Dockerfile", DOCKERFILE)))
    commands = [(fact.words, fact.stage, fact.starts) for fact in found if isinstance(fact, ContainerCommand)]
    assert commands[0] == (("a", "b"), 0, False)
    assert commands[-2:] == [(("python", "x.py"), 1, True), (("sh", "run.sh"), 1, True)]
    copies = [fact for fact in found if isinstance(fact, Copy)]
    assert [(copy.sources, copy.is_later) for copy in copies] == [(("one", "two/"), False), (("three",), True)]
    assert [(place.line, place.column) for place in copies[0].places] == [(4, 6), (4, 10)]
    images = [fact for fact in found if isinstance(fact, ImageRef)]
    assert [(image.alias, image.stage) for image in images] == [("base", False), ("", True)]
