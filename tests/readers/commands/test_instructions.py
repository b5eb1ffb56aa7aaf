"""Does the Dockerfile splitter agree with BuildKit, and does every part know its place?"""

import json
import re
from typing import Any

import pytest

from mlaudit.readers.commands.instructions import Instruction, instructions
from mlaudit.source import Source

from .buildkit import ANSWERS, DOCKERFILES

KNOWN: list[dict[str, Any]] = json.loads(ANSWERS.read_text(encoding="utf-8"))


def test_every_dockerfile_was_asked() -> None:
    assert {known["about"]: known["text"] for known in KNOWN} == DOCKERFILES


@pytest.mark.parametrize("known", KNOWN, ids=[known["about"] for known in KNOWN])
def test_agrees_with_buildkit(known: dict[str, Any]) -> None:
    found = list(instructions(Source("Dockerfile", known["text"].encode())))
    assert [_shape(instruction) for instruction in found] == [
        {key: value for key, value in theirs.items() if key != "value"} for theirs in known["instructions"]
    ]
    for ours, theirs in zip(found, known["instructions"], strict=True):
        if ours.words is not None:
            assert [word.text for word in ours.words] == theirs["value"]
        elif ours.keyword in ("RUN", "FROM", "CMD"):
            assert re.sub(r"\s+", "", ours.arguments.text) == re.sub(r"\s+", "", "".join(theirs["value"]))


def _shape(instruction: Instruction) -> dict[str, Any]:
    return {
        "keyword": instruction.keyword,
        "trigger": instruction.trigger,
        "line": instruction.at.line,
        "end_line": instruction.end_line,
        "flags": [flag.text for flag in instruction.flags],
        "json": instruction.words is not None,
    }


@pytest.mark.parametrize("text", DOCKERFILES.values(), ids=DOCKERFILES)
def test_offsets_of_arguments_are_those_of_the_file(text: str) -> None:
    source = Source("Dockerfile", text.encode())
    for instruction in instructions(source):
        for word in re.finditer(r"\S+", instruction.arguments.text):
            at = instruction.arguments.locate(word.start(), word.end())
            assert source.line(at.line)[at.column - 1 : at.end_column - 1] == word[0]


def test_heredoc_bodies_are_exact() -> None:
    source = Source("Dockerfile", b"FROM a\nRUN <<-EOF bash\n\tpip install x\n\tEOF\nRUN b\n")
    [_, run, _] = instructions(source)
    [heredoc] = run.heredocs
    assert heredoc.body.text == "\tpip install x\n"
    assert heredoc.body.locate(1, 4) == source.location(24, 27)


def test_an_unclosed_heredoc_runs_to_the_end() -> None:
    [_, run] = instructions(Source("Dockerfile", b"FROM a\nRUN <<EOF\npip install x\n"))
    assert run.heredocs[0].body.text == "pip install x\n"
