"""What does a tox configuration install, and on which Pythons does it run?"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Fact, Include, InstallCommand, PythonVersion
from mlaudit.patterns import pattern
from mlaudit.readers.commands import install, pythons
from mlaudit.readers.manifests import requirements
from mlaudit.source import Passage, Source

HEADER = pattern(r"\[([^\[\]\n]+)\]\s*$")
KEY = pattern(r"([A-Za-z][\w.-]*)\s*[=:]\s*")
COMMENT = pattern(r"(?:^|\s)#.*$")
FACTORS = pattern(r"!?[\w.{},!+-]+:\s+")
ROOT = pattern(r"\{(?:toxinidir|tox_root)\}/?")
ENVIRONMENTS = pattern(
    r"(?<![\w{.])py\{?((?:3\.?\d{1,2}|27)(?:\s*,\s*(?:3\.?\d{1,2}|27))*)\}?(?!\d)|(?<![\w.])(3\.\d{1,2})(?![\w.])"
)
COMMANDS = ("commands", "commands_pre", "commands_post")


class Entry(NamedTuple):
    """One line of a value: the section and key it belongs to, and its text without comment."""

    section: str
    key: str
    passage: Passage


def read(source: Source) -> Iterator[Fact]:
    """Requirement and Include of `deps`, InstallCommand of `commands`, PythonVersion of envlist and basepython."""
    found = list(entries(source))
    yield from _environments([entry for entry in found if entry.section in ("tox", "tox:tox")])
    for entry in found:
        if not entry.section.startswith("testenv"):
            continue
        passage = _without_factors(entry.passage)
        if entry.key == "deps":
            yield from _dependency(source, passage)
        elif entry.key in COMMANDS:
            yield from _command(source, passage)
        elif entry.key in ("basepython", "base_python") and (meant := pythons.comparisons(passage.text)):
            yield PythonVersion(passage.locate(0, len(passage.text)), meant, "tox")


def entries(source: Source) -> Iterator[Entry]:
    """Every line of every value of an ini file, as configparser splits them."""
    section = key = ""
    for start, line in zip(source.starts, source.lines, strict=False):
        text = COMMENT.sub("", line).rstrip()
        if not text or text.lstrip().startswith(";"):
            continue
        begin = len(text) - len(text.lstrip())
        if begin == 0 and (header := HEADER.match(text)):
            section, key = header[1].strip(), ""
            continue
        if begin == 0 and (named := KEY.match(text)):
            key, begin = named[1], named.end()
        if key and begin < len(text):
            yield Entry(section, key, source.passage(start + begin, start + len(text)))


def _environments(found: list[Entry]) -> Iterator[Fact]:
    """The Pythons of `py{38,39}-cpu, py310`; `at` goes from the first to the last of the first line."""
    places, choices = [], []
    for entry in found:
        if entry.key in ("envlist", "env_list"):
            for match in ENVIRONMENTS.finditer(entry.passage.text):
                group = 1 if match[1] else 2
                places.append(entry.passage.locate(match.start(group), match.end(group)))
                choices += [pythons.exact(_dotted(number.strip())) for number in match[group].split(",")]
    distinct = tuple(dict.fromkeys(choices))
    if distinct:
        last = [place for place in places if place.line == places[0].line][-1]
        at = places[0]._replace(end_column=last.end_column)
        yield PythonVersion(at, distinct[0] if len(distinct) == 1 else (), "tox", distinct if len(distinct) > 1 else ())


def _dotted(number: str) -> str:
    return number if "." in number else f"{number[0]}.{number[1:]}"


def _without_factors(passage: Passage) -> Passage:
    """The line behind `py38,py39: `; `{toxinidir}/` becomes as many characters that name the same folder."""
    factors = FACTORS.match(passage.text)
    start = factors.end() if factors else 0
    text = ROOT.sub(_here, passage.text[start:])
    return Passage(text, lambda first, last: passage.locate(start + first, start + last))


def _here(folder: re.Match[str]) -> str:
    length = len(folder[0])
    odd = "/" if folder[0].endswith("/") else "."
    return "./" * (length // 2) + odd * (length % 2)


def _dependency(source: Source, passage: Passage) -> Iterator[Fact]:
    if "{" not in passage.text.partition(";")[0]:
        for fact in requirements.statement(passage, source.path, group="tox"):
            yield _as_written(source, fact) if isinstance(fact, Include) else fact


def _command(source: Source, passage: Passage) -> Iterator[Fact]:
    """tox runs no shell, but its lines split into words as a shell's do; a leading `-` ignores failure."""
    start = len(passage.text) - len(passage.text.lstrip("-! "))
    body = Passage(passage.text[start:], lambda first, last: passage.locate(start + first, start + last))
    for fact in install.installs(body, "tox", posixpath.dirname(source.path)):
        if isinstance(fact, InstallCommand):
            fact = fact._replace(files=tuple(_as_written(source, file) for file in fact.files))
        yield fact


def _as_written(source: Source, include: Include) -> Include:
    at = include.at
    return include._replace(written=source.line(at.line)[at.column - 1 : at.end_column - 1])
