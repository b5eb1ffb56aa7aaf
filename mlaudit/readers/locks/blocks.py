"""Where do the package tables of a TOML lock stand, and what is the rest of it?

Locks are the biggest files of a run, and tomllib reads 9 MB/s. Their tools write them line by line in one layout, so
the tables of packages are found by their first lines and only what surrounds them is given to tomllib. Where a lock
has another layout (edited by hand, cut off, a merge conflict), the caller reads it whole.
"""

import json
import tomllib
from collections.abc import Iterator
from typing import Any, NamedTuple

from mlaudit.patterns import pattern
from mlaudit.readers.documents import Malformed
from mlaudit.readers.locks import shape
from mlaudit.source import Source

LINES = pattern(r'(?:\n|[#\[\]} ][^\n]*\n|["\w][\w."\'+ -]*+= [^\n]*\n)*+')
FIRST = pattern(r'name = "(?P<name>[^"\\\n]+)"\n(?:version = "(?P<version>[^"\\\n]*)"\n)?')


class Block(NamedTuple):
    """One package table: its name and version, and [start, end) of its text in the lock. `line` is its header's."""

    name: str
    version: str
    start: int
    end: int
    line: int


class Layout(NamedTuple):
    """A lock that is laid out as expected. `text` has LF line ends; `rest` is what stands around the packages."""

    text: str
    rest: dict[str, Any]
    blocks: tuple[Block, ...]

    def strings(self, block: Block, key: str) -> str:
        """The value of a key of a block whose value is one quoted string, "" where there is none."""
        start = self.text.find(f'\n{key} = "', block.start, block.end)
        if start < 0:
            return ""
        start += len(key) + 4
        return unquote(self.text[start : self.text.index("\n", start)])

    def has(self, block: Block, text: str) -> bool:
        """Does the text stand in the block?"""
        return self.text.find(text, block.start, block.end) >= 0

    def table(self, block: Block, array: str = "package") -> dict[str, Any]:
        """The block as tomllib reads it. Raises Malformed."""
        try:
            found = tomllib.loads(self.text[block.start : block.end])[array][0]
        except (tomllib.TOMLDecodeError, RecursionError):
            raise Malformed(f"is not TOML in its table of `{block.name}`", block.start) from None
        return shape.table(found)


def unquote(literal: str) -> str:
    """The text of a TOML string on one line; JSON reads all escapes that lock tools write."""
    try:
        found = json.loads(literal)
    except ValueError:
        return literal.strip("\"'")
    return found if isinstance(found, str) else literal


def layout(source: Source, array: str = "package", skip: str = "") -> Layout | None:
    """The lock in parts, or None where it must be read whole. `array` is the name of the packages' array of tables.

    `skip` is the header of a table behind the packages that only repeats their files and is left out of `rest`.
    """
    text = source.text.replace("\r\n", "\n") if "\r" in source.text else source.text
    if not LINES.fullmatch(text) or text.count(" = [\n") != text.count("\n]\n"):
        return None
    starts = list(_starts(text, f"[[{array}]]\n"))
    end = _rest(text, starts[-1], array) if starts else len(text)
    blocks = tuple(_blocks(text, starts, end, len(array) + 5))
    around = text[: starts[0]] + text[end:] if starts else text
    if skip and (cut := around.find(f"\n{skip}\n")) >= 0:
        around = around[: cut + 1]
    try:
        rest = tomllib.loads(around)
        if starts:
            tomllib.loads(text[starts[-1] : end])
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return Layout(text, rest, blocks) if len(blocks) == len(starts) else None


def _starts(text: str, header: str) -> Iterator[int]:
    at = 0 if text.startswith(header) else text.find("\n" + header) + 1
    while at or (text.startswith(header) and at == 0):
        yield at
        at = text.find("\n" + header, at + 1) + 1
        if at == 0:
            return


def _rest(text: str, last: int, array: str) -> int:
    """Where the last package table ends: at the next header that is not its own."""
    at = last
    while (at := text.find("\n[", at) + 1) > 0:
        if not text.startswith((f"[{array}.", f"[[{array}."), at):
            return at
    return len(text)


def _blocks(text: str, starts: list[int], end: int, header: int) -> Iterator[Block]:
    line, counted = 1, 0
    for start, stop in zip(starts, [*starts[1:], end], strict=False):
        line, counted = line + text.count("\n", counted, start), start
        if match := FIRST.match(text, start + header):
            yield Block(match["name"], match["version"] or "", start, stop, line)
