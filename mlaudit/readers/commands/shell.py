"""Which simple commands does a shell text hold, and where does each word of them stand?

A lexer of POSIX shell with what people use of bash. It never runs, expands or refuses anything: a line whose quotes do
not close is left out, and the next line starts afresh.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.patterns import pattern
from mlaudit.source import Passage

BLANK = pattern(r"(?:[ \t\r\f\v]|\\\r?\n)*")
# `\d*+` is possessive: a word of a million digits is read once.
OPERATOR = pattern(
    r"(?P<comment>#[^\n]*)"
    r"|(?P<heredoc>\d*+<<-?(?!<))"
    r"|(?P<redirect>\d*+(?:<<<|>>|>\||>&|<&|<>|[<>](?!\())|&>>?)"
    r"|(?P<newline>\n)"
    r"|(?P<end>&&|\|\||;;|[;&|()])"
)
PLAIN = pattern(r"[^ \t\r\n\f\v\"'\\$`;&|<>(){]++(?=[ \t\r\n;&|<>()])")
PART = pattern(
    r"(?P<plain>(?:[^ \t\r\n\f\v\"'\\$`;&|<>(){]++|\{(?!\{))+)"
    r"|(?P<template>\{\{[^{}\n]*\}\}|\{)"
    r"|(?P<single>'[^']*')"
    r"|(?P<joined>\\\r?\n)"
    r"|\\(?P<escaped>[\s\S])"
    r"|(?P<ansi>\$'(?:[^'\\]|\\[\s\S])*+')"
    r"|(?P<name>\$(?:\w+|[@*#?$!-]))"
    r"|(?P<open>[$<>]\(|\$\{|`)"
    r"|(?P<double>\$?\")"
    r"|(?P<odd>[$\\])"
)
IN_DOUBLE = pattern(
    r"(?P<plain>[^\"\\$`]+)"
    r"|(?P<joined>\\\r?\n)"
    r"|\\(?P<escaped>[\"\\$`])"
    r"|(?P<name>\$(?:\w+|[@*#?$!-]))"
    r"|(?P<open>\$[({]|`)"
    r"|(?P<close>\")"
    r"|(?P<odd>[$\\])"
)
NESTED = pattern(r"\\[\s\S]|\$[({]|[\"'`(){}]")
CLOSERS = {"$(": ")", "<(": ")", ">(": ")", "${": "}", "(": ")", "{": "}"}
DELIMITER = pattern(r"[A-Za-z_][\w.-]*")


class Word(NamedTuple):
    """A word of a command: its text without quotes, and the offsets of what was written, quotes included.

    `variable` says that the shell would put something in: `$NAME`, `${…}`, `$(…)`, backticks, `{{…}}`; that part stays
    in `text` as written. `runs` maps offsets of `text` to offsets of the passage where quoting makes them differ.
    """

    text: str
    start: int
    end: int
    variable: bool = False
    runs: tuple[tuple[int, int], ...] = ()

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The offsets in the passage of the characters `first` to `last` of the text."""
        if not self.runs:
            exact = self.end - self.start == len(self.text)
            return (self.start + first, self.start + last) if exact else (self.start, self.end)
        begin = self._position(first)
        return begin, self._position(last - 1) + 1 if last > first else begin

    def cut(self, first: int, last: int | None = None) -> "Word":
        """The part of the word from `first` to `last`, which knows its place too."""
        last = len(self.text) if last is None else last
        start, end = self.span(first, last)
        runs = tuple((offset - first, place) for offset, place in self.runs)
        return Word(self.text[first:last], start, end, self.variable, runs)

    def _position(self, offset: int) -> int:
        place = self.start
        for begins, stands in self.runs:
            if begins > offset:
                break
            place = stands + offset - begins
        return place


class Command(NamedTuple):
    """A simple command, and in how many subshells `( … )` it stands.

    `floor` is the lowest depth since the command before: what is above it was closed in between. `piped` says that the
    command behind it reads its output.
    """

    words: list[Word]
    depth: int = 0
    floor: int = 0
    piped: bool = False


def commands(passage: Passage) -> Iterator[list[Word]]:
    """The words of each simple command, without redirects, comments and here-documents."""
    for command in simple_commands(passage.text):
        yield command.words


def simple_commands(text: str) -> Iterator[Command]:
    """Every simple command of the text, in order."""
    words: list[Word] = []
    depth = floor = 0
    for token in _Scanner(text).tokens():
        if isinstance(token, Word):
            words.append(token)
            continue
        if words and token != BROKEN:
            yield Command(words, depth, floor, token == "|")
            floor = depth
        words = []
        depth = max(0, depth + (token == "(") - (token == ")"))
        floor = min(floor, depth)
    if words:
        yield Command(words, depth, floor)


BROKEN = "broken"


class _Unclosed(Exception):
    """A quote or a substitution that ends nowhere."""


class _Scanner:
    """Reads words and operators from left to right. After a first unclosed quote, none is sought past its line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.limit = len(text)
        self.by_line = False
        self.heredocs: list[tuple[str, bool]] = []
        self.seek_heredocs = True

    def tokens(self) -> Iterator[Word | str]:
        """Words, operators, and BROKEN where the rest of a line is given up."""
        awaited = ""
        while self._skip_blank():
            operator = OPERATOR.match(self.text, self.at)
            if operator is None:
                try:
                    word = self._word()
                except _Unclosed:
                    self._give_up()
                    yield BROKEN
                    awaited = ""
                    continue
                if not awaited:
                    yield word
                elif awaited != "redirect" and DELIMITER.fullmatch(word.text):
                    self.heredocs.append((word.text, awaited == "<<-"))
                awaited = ""
                continue
            self.at = operator.end()
            match operator.lastgroup:
                case "redirect":
                    awaited = "redirect"
                case "heredoc":
                    awaited = operator[0].lstrip("0123456789")
                case "newline" | "end":
                    awaited = ""
                    yield operator[0]
                    if operator[0] == "\n":
                        self._skip_heredocs()

    def _skip_blank(self) -> bool:
        blank = BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at
        return self.at < len(self.text)

    def _skip_heredocs(self) -> None:
        for delimiter, tabs in self.heredocs if self.seek_heredocs else ():
            closing = re.compile(("^\t*" if tabs else "^") + re.escape(delimiter) + r"\r?$", re.MULTILINE)
            found = closing.search(self.text, self.at)
            self.seek_heredocs = found is not None
            self.at = found.end() if found else self.at
        self.heredocs = []

    def _give_up(self) -> None:
        self.by_line = True
        line_end = self.text.find("\n", self.at)
        self.at = len(self.text) if line_end < 0 else line_end
        self.heredocs = []

    def _word(self) -> Word:
        start = self.at
        if plain := PLAIN.match(self.text, start):
            self.at = plain.end()
            return Word(plain[0], start, self.at)
        self.limit = len(self.text)
        if self.by_line and (line_end := self.text.find("\n", start)) >= 0:
            self.limit = line_end
        pieces = _Pieces()
        while part := PART.match(self.text, self.at, self.limit):
            if part.lastgroup == "double":
                self._quoted(pieces, part.end())
            else:
                self._add(pieces, part)
        if self.at == start or self.text[self.at : self.at + 1] in ("'", '"'):
            raise _Unclosed
        return pieces.word(start, self.at)

    def _add(self, pieces: "_Pieces", part: re.Match[str]) -> None:
        self.at = part.end()
        match part.lastgroup:
            case "single":
                pieces.add(part[0][1:-1], part.start() + 1)
            case "ansi":
                pieces.add(part[0][2:-1], part.start() + 2)
            case "escaped":
                pieces.add(part["escaped"], part.start("escaped"))
            case "open":
                self.at = self._closing(part)
                pieces.add(self.text[part.start() : self.at], part.start(), variable=True)
            case "joined":
                pass
            case kind:
                pieces.add(part[0], part.start(), variable=kind == "name" or part[0].startswith("{{"))

    def _quoted(self, pieces: "_Pieces", at: int) -> None:
        opened = self.at
        self.at = at
        while part := IN_DOUBLE.match(self.text, self.at, self.limit):
            if part.lastgroup == "close":
                self.at = part.end()
                return
            self._add(pieces, part)
        self.at = opened
        raise _Unclosed

    def _closing(self, opening: re.Match[str]) -> int:
        """The offset behind the substitution that `opening` opens; nesting and quotes counted, without recursion."""
        stack = [CLOSERS.get(opening[0], "`")]
        at = opening.end()
        while token := NESTED.search(self.text, at, self.limit):
            at = token.end()
            mark = token[0]
            if mark == stack[-1]:
                stack.pop()
                if not stack:
                    return at
            elif mark in ("$(", "${") or (mark in ("(", "{") and CLOSERS[mark] == stack[-1]):
                stack.append(CLOSERS[mark])
            elif mark in ('"', "`"):
                stack.append(mark)
            elif mark == "'" and stack[-1] != '"':
                at = self.text.find("'", at, self.limit) + 1
                if at == 0:
                    break
        self.at = opening.start()
        raise _Unclosed


class _Pieces:
    """The parts of one word, as they are read."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.runs: list[tuple[int, int]] = []
        self.length = 0
        self.variable = False

    def add(self, text: str, start: int, *, variable: bool = False) -> None:
        self.texts.append(text)
        self.runs.append((self.length, start))
        self.length += len(text)
        self.variable = self.variable or variable

    def word(self, start: int, end: int) -> Word:
        plain = self.length == end - start
        return Word("".join(self.texts), start, end, self.variable, () if plain else tuple(self.runs))
