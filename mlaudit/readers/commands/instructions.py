"""Which instructions does a Dockerfile hold? BuildKit's own splitting, with the place of every character.

Directives, line continuations with comments and blank lines between them, flags, the JSON form, here-documents and
ONBUILD. tests/readers/commands/test_instructions.py holds what BuildKit's parser said to the same texts.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Location
from mlaudit.patterns import pattern
from mlaudit.readers.commands.shell import Word
from mlaudit.source import Passage, Source

DIRECTIVE = pattern(r"[ \t]*#[ \t]*([A-Za-z][A-Za-z0-9]*)[ \t]*=[ \t]*(.+?)[ \t]*$")
COMMENT = pattern(r"[ \t\f\v]*#")
KEYWORD = pattern(r"[ \t]*([A-Za-z]+)(?:[ \t\r\n\f\v]+|$)")
FLAG = pattern(r"(--(?:\"[^\"]*\"|'[^']*'|\\.|[^\s\"'\\])*+)(?:\s+|$)")
QUOTES = pattern(r"[\"']|\\(?=.)")
HEREDOC = pattern(r"(?<!\S)\d*<<(-?)([\"']?)([A-Za-z0-9_.]+)\2(?!\S)")
STRING = pattern(r'"(?:[^"\\]|\\.)*+"')
WITH_HEREDOC = frozenset({"ADD", "COPY", "RUN"})
WITH_JSON = frozenset({"ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"})
KEYWORDS = WITH_JSON | {
    "ARG", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "STOPSIGNAL", "USER", "WORKDIR",
}  # fmt: skip


class Heredoc(NamedTuple):
    """A here-document of an instruction: its name and its body."""

    name: str
    body: Passage


class Instruction(NamedTuple):
    """One instruction of a Dockerfile. `keyword` is in capitals; `trigger` says that it follows ONBUILD.

    `arguments` is the text behind keyword and flags; continuations, and the comments and blank lines between them, are
    spaces in it, so that offsets stay. `words` are the strings of the JSON form, None for the shell form.
    `flags` are words such as `--from=build`. `at` spans the instruction without here-documents.
    """

    keyword: str
    at: Location
    arguments: Passage
    flags: tuple[Word, ...] = ()
    words: tuple[Word, ...] | None = None
    heredocs: tuple[Heredoc, ...] = ()
    trigger: bool = False
    end_line: int = 0


class _Line(NamedTuple):
    """A logical line: its text with blanked continuations, its offset, and the number of the line behind it."""

    text: str
    start: int
    next: int


def instructions(source: Source) -> Iterator[Instruction]:
    """Every instruction of the file, in order; what BuildKit would refuse is left to the caller."""
    lines = source.lines if source.lines[-1] else source.lines[:-1]
    escape = _escape(source)
    number = 0
    while number < len(lines):
        if not lines[number].strip() or COMMENT.match(lines[number]):
            number += 1
            continue
        line = _logical(source, lines, number, escape)
        number = line.next
        if found := _instruction(source, line, line.text, 0):
            heredocs, number = _heredocs(source, lines, line, found)
            yield found._replace(heredocs=heredocs, end_line=number)


def directives(source: Source) -> Iterator[tuple[str, str, int]]:
    """The directives at the head of the file: the name in lower case, the value, and the offset of the value."""
    for number, line in enumerate(source.lines):
        directive = DIRECTIVE.match(line)
        if directive is None:
            return
        yield directive[1].lower(), directive[2], source.starts[number] + directive.start(2)


def _escape(source: Source) -> str:
    """The escape character that a directive chooses."""
    chosen = (value for name, value, _ in directives(source) if name == "escape" and value in ("\\", "`"))
    return next(chosen, "\\")


def _logical(source: Source, lines: list[str], number: int, escape: str) -> _Line:
    continued = re.compile(rf"(?:^|(?<!{re.escape(escape)})){re.escape(escape)}[ \t]*$")
    start = source.starts[number]
    kept: list[str] = []
    first = number
    while number < len(lines):
        line = lines[number]
        length = (source.starts[number + 1] if number + 1 < len(lines) else len(source.text)) - source.starts[number]
        number += 1
        if number - 1 > first and (not line.strip() or COMMENT.match(line)):
            kept.append(" " * length)
            continue
        ends = continued.search(line) if line.rstrip(" \t").endswith(escape) else None
        if ends is None:
            kept.append(line)
            break
        kept.append(line[: ends.start()].ljust(length))
    return _Line("".join(kept), start, number)


def _instruction(source: Source, line: _Line, text: str, at: int) -> Instruction | None:
    keyword = KEYWORD.match(text, at)
    if keyword is None:
        return None
    if keyword[1].upper() == "ONBUILD" and at == 0:
        inner = _instruction(source, line, text, keyword.end())
        return inner._replace(trigger=True) if inner else None
    flags = []
    behind = keyword.end()
    while (flag := FLAG.match(text, behind)) and flag[1] != "--":
        flags.append(Word(QUOTES.sub("", flag[1]), line.start + behind, line.start + flag.end(1)))
        behind = flag.end()
    end = len(text.rstrip())
    name = keyword[1].upper()
    return Instruction(
        keyword=name,
        at=source.location(line.start + keyword.start(1), line.start + max(end, keyword.end(1))),
        arguments=_passage(source, text[behind:end], line.start + behind),
        flags=tuple(flags),
        words=_json(text[behind:end]) if name in WITH_JSON else None,
    )


def _passage(source: Source, text: str, start: int) -> Passage:
    return Passage(text, lambda first, last: source.location(start + first, start + last))


def _json(text: str) -> tuple[Word, ...] | None:
    """The strings of a JSON array, with offsets in `text`; None where it is none."""
    if not text.lstrip().startswith("["):
        return None
    import json

    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        return None
    words = []
    for value, string in zip(values, STRING.finditer(text), strict=True):
        exact = len(value) == string.end() - string.start() - 2
        words.append(Word(value, string.start() + exact, string.end() - exact, "$" in value))
    return tuple(words)


def _heredocs(
    source: Source, lines: list[str], line: _Line, instruction: Instruction
) -> tuple[tuple[Heredoc, ...], int]:
    """The here-documents that an instruction opens, and the number of the line behind them."""
    number = line.next
    if instruction.keyword not in WITH_HEREDOC or instruction.words is not None or "<<" not in line.text:
        return (), number
    found = []
    for opening in HEREDOC.finditer(line.text):
        first = number
        while number < len(lines) and (lines[number].lstrip("\t") if opening[1] else lines[number]) != opening[3]:
            number += 1
        start = source.starts[first] if first < len(lines) else len(source.text)
        end = source.starts[number] if number < len(lines) else len(source.text)
        found.append(Heredoc(opening[3], source.passage(start, end)))
        number += 1
    return tuple(found), min(number, len(lines))
