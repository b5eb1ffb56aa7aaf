"""Do the readers stay linear, and never raise, whatever they are given?"""

import random
import re
from collections.abc import Callable, Iterator

import pytest

from mlaudit.facts import Command, Fact
from mlaudit.readers.commands import dockerfile, install, makefile, platforms, script, shell, tox, workflow
from mlaudit.source import Source

READERS: dict[str, Callable[[Source], Iterator[Fact]]] = {
    "run.sh": script.read,
    "Dockerfile": dockerfile.read,
    "Makefile": makefile.read,
    "tox.ini": tox.read,
    ".github/workflows/x.yml": workflow.read,
    ".gitlab-ci.yml": workflow.read,
    ".circleci/config.yml": workflow.read,
    "azure-pipelines.yml": workflow.read,
    ".travis.yml": workflow.read,
    "valohai.yaml": platforms.read,
    "cog.yaml": platforms.read,
    "MLproject": platforms.read,
    "devcontainer.json": platforms.read,
    "Procfile": platforms.read,
}
UNITS = [
    '"',
    "'",
    "'\n\"\n",
    "$(",
    "${",
    "`\n",
    "\\",
    "\\\n",
    "<<E\n",
    "{{",
    "(",
    ")",
    "#\n",
    "\0",
    "a=",
    "-r",
    "$'\n",
    "1",
]


class Work:
    """Counts the words and the searches for a closing quote, which is where the time of the lexer goes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.characters = 0
        scanner = shell._Scanner
        close, quote = scanner._closing, scanner._quoted

        def closing(this: shell._Scanner, opening: re.Match[str]) -> int:
            end = this.limit
            try:
                end = close(this, opening)
                return end
            finally:
                self.characters += end - opening.end()

        def quoted(this: shell._Scanner, pieces: object, at: int) -> None:
            before = this.at
            try:
                quote(this, pieces, at)  # type: ignore[arg-type]
            except shell._Unclosed:
                self.characters += this.limit - before
                raise

        monkeypatch.setattr(scanner, "_closing", closing)
        monkeypatch.setattr(scanner, "_quoted", quoted)


@pytest.mark.parametrize("unit", UNITS)
def test_the_lexer_is_linear_in_what_does_not_close(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work(monkeypatch)
    text = "pip install a\n" + unit * 20_000 + "\npip install b\n"
    words = sum(len(command.words) for command in shell.simple_commands(text))
    assert words <= len(text)
    assert work.characters <= 4 * len(text)


@pytest.mark.parametrize(
    "line",
    [
        "pip install " + "a==1 " * 10_000,
        "pip install " + "a" * 1_000_000,
        "pip install -" + "q" * 1_000_000,
        "pip install '" + "a." * 500_000 + "'",
        "conda install '" + "a=" * 500_000 + "'",
        "npm install @" + "a/" * 500_000,
        "sudo " * 200_000 + "pip install a",
        "A=1 " * 200_000 + "pip install a",
        "bash -c " * 100_000 + "'pip install a'",
    ],
    ids=range(9),
)
def test_a_line_of_a_million_characters(line: str) -> None:
    source = Source("run.sh", line.encode())
    found = list(install.installs(source.passage(), "shell"))
    assert len([fact for fact in found if not isinstance(fact, Command)]) <= 1
    assert len(found) <= 2, "an install is a command too"


@pytest.mark.parametrize("path", READERS)
@pytest.mark.parametrize(
    "unit", ["[", "{", "- ", "a: ", "a:\n ", "\\\n", "FROM ", "\t", "\r", "&a *a ", "\ufeff", "🙂"]
)
def test_readers_take_anything_repeated(path: str, unit: str) -> None:
    for text in (unit * 3000, f"pip install {unit * 3000}", f"a: |\n  pip install\n{unit * 3000}"):
        list(READERS[path](Source(path, text.encode())))


PIECES = [
    "pip install ", "conda install -c ", "RUN ", "FROM python:", "- ", "run: ",
    "jobs:\n  x:\n    steps:\n    - run: |\n        ", "\n", " ", "  ", "\t", "\\\n", "\"", "'", "$(",
    "${{ matrix.x }}", "<<EOF\n", "EOF\n", "[", "]", "{", "}", ":", "#", "-r r.txt", "numpy==1.2 ", ">=2", "&&",
    ";", "\0", "é🙂", "script:\n- ", "[testenv]\ndeps = ", "envlist = py38", "[\"a\", \"b\"]", "\r\n",
    "--index-url ", "$X", "cd a\n", "(", ")", "COPY --from=", "ARG X=", "image: python:", "{toxinidir}/", "*",
    "&a", "|", "!",
]  # fmt: skip


@pytest.mark.parametrize("path", READERS)
def test_readers_never_raise(path: str) -> None:
    chooser = random.Random(path)
    for _ in range(300):
        text = "".join(chooser.choices(PIECES, k=chooser.randint(1, 40)))
        source = Source(path, text.encode())
        for fact in READERS[path](source):
            at = fact.at  # type: ignore[union-attr]
            assert 1 <= at.line <= at.end_line <= len(source.starts)
            assert (at.line, at.column) <= (at.end_line, at.end_column)
            assert at.end_column <= len(source.line(at.end_line)) + 2


@pytest.mark.parametrize("path", READERS)
def test_readers_take_any_bytes(path: str) -> None:
    chooser = random.Random(path)
    for length in (0, 1, 10, 5000):
        list(READERS[path](Source(path, chooser.randbytes(length))))
