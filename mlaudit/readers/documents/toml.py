"""What does a TOML file say, and where does it say it?

tomllib reads; it gives no positions, so an index of our own finds the keys and values again in the text, after
tomllib has accepted it. tests/readers/test_toml.py holds both against each other on real files.
"""

import tomllib
from collections.abc import Generator, Iterator
from typing import Any, NamedTuple

from mlaudit.facts import Location
from mlaudit.patterns import pattern
from mlaudit.readers.documents import Malformed
from mlaudit.source import Passage, Source

Path = tuple[str | int, ...]

BLANK = pattern(r"(?:[ \t\r\n]+|#[^\n]*)*")
SPACE = pattern(r"[ \t]*")
STRING = pattern(
    r'"""(?:[^\\]|\\[\s\S])*?"{3,5}'
    r"|'''[\s\S]*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
)
BARE_KEY = pattern(r"[A-Za-z0-9_-]+")
BARE_VALUE = pattern(r"[^,\]}\n#]+")
POSITION = pattern(r"\(at line (\d+), column (\d+)\)")


class Span(NamedTuple):
    """Offsets in code points of a key and of its value, quotes included. Array items have no key."""

    key_start: int
    key_end: int
    start: int
    end: int


class Document:
    """A TOML file: `data` is the tree as tomllib gives it, the methods say where its values stand."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.data: dict[str, Any] = _load(source)
        self._index: dict[Path, Span] | None = None

    @property
    def index(self) -> dict[Path, Span]:
        """The span of every key and array item, by its path."""
        if self._index is None:
            self._index = dict(_Scanner(self.source.text).spans())
        return self._index

    def get(self, *path: str) -> Any:
        """The value at a path of keys, or None."""
        found: Any = self.data
        for key in path:
            if not isinstance(found, dict):
                return None
            found = found.get(key)
        return found

    def table(self, *path: str) -> dict[str, Any]:
        """The table at a path, empty where there is none."""
        found = self.get(*path)
        return found if isinstance(found, dict) else {}

    def strings(self, *path: str) -> Iterator[tuple[str, Path]]:
        """The strings of the array at a path, each with its own path; other items are passed over."""
        found = self.get(*path)
        if isinstance(found, list):
            for position, item in enumerate(found):
                if isinstance(item, str):
                    yield item, (*path, position)

    def where(self, *path: str | int) -> Location:
        """Where a value stands (a string without its quotes); the nearest table above where it is not written."""
        if (span := self.index.get(path)) is not None:
            start, end = self._inside(span)
            return self.source.location(start, end)
        return self.where(*path[:-1]) if path else self.source.location(0, 0)

    def key(self, *path: str | int) -> Location:
        """Where a key stands; as `where` for array items and what is not written."""
        span = self.index.get(path)
        return self.where(*path) if span is None else self.source.location(span.key_start, span.key_end)

    def passage(self, *path: str | int) -> Passage:
        """The string at a path as a passage; offsets shift where it holds escapes, so those are located whole."""
        span = self.index.get(path)
        if span is None:
            return Passage("", lambda start, end: self.where(*path))
        start, end = self._inside(span)
        text = self.source.text[start:end]
        if "\\" in text:
            return Passage(self._value(path), lambda first, last: self.source.location(start, end))
        return self.source.passage(start, end)

    def _inside(self, span: Span) -> tuple[int, int]:
        text = self.source.text
        for quote in ('"""', "'''", '"', "'"):
            if text.startswith(quote, span.start) and span.end - span.start >= 2 * len(quote):
                return span.start + len(quote), span.end - len(quote)
        return span.start, span.end

    def _value(self, path: Path) -> str:
        found: Any = self.data
        for step in path:
            found = found[step]
        return str(found)


def _load(source: Source) -> dict[str, Any]:
    try:
        return tomllib.loads(source.text.replace("\r\n", "\n"))
    except RecursionError:
        raise Malformed("is not TOML that can be read: nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        return _load_newer(source, str(error))


def _load_newer(source: Source, reason: str) -> dict[str, Any]:
    """TOML 1.1, which tomllib refuses until it learns it."""
    from tomlkit import parse
    from tomlkit.exceptions import TOMLKitError

    try:
        return parse(source.text).unwrap()
    except (TOMLKitError, RecursionError, ValueError):
        offset = 0
        if position := POSITION.search(reason):
            starts = source.starts
            offset = starts[min(int(position[1]), len(starts)) - 1] + int(position[2]) - 1
        raise Malformed(f"is not TOML: {POSITION.sub('', reason).strip()}", offset) from None


_Spans = Generator[tuple[Path, Span], None, int]


class _Scanner:
    """Walks TOML that is known to be well formed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lengths: dict[Path, int] = {}

    def spans(self) -> Iterator[tuple[Path, Span]]:
        table: Path = ()
        at = self._blank(0)
        while at < len(self.text):
            if self.text[at] == "[":
                table, span, at = self._header(at)
                yield table, span
            else:
                at = yield from self._pair(table, at)
            at = self._blank(at)

    def _blank(self, at: int) -> int:
        match = BLANK.match(self.text, at)
        return match.end() if match else at

    def _space(self, at: int) -> int:
        match = SPACE.match(self.text, at)
        return match.end() if match else at

    def _header(self, at: int) -> tuple[Path, Span, int]:
        brackets = 2 if self.text.startswith("[[", at) else 1
        names, start, end = self._key(self._space(at + brackets))
        path: Path = ()
        for position, name in enumerate(names):
            path = (*path, name)
            last = position == len(names) - 1
            if last and brackets == 2:
                self.lengths[path] = self.lengths.get(path, -1) + 1
            if path in self.lengths:
                path = (*path, self.lengths[path])
        return path, Span(start, end, start, end), self._space(end) + brackets

    def _key(self, at: int) -> tuple[list[str], int, int]:
        names, start = [], at
        while True:
            if match := STRING.match(self.text, at):
                names.append(next(iter(tomllib.loads(f"{match[0]} = 0"))))
            elif not (match := BARE_KEY.match(self.text, at)):
                raise Malformed("is not TOML: a key was expected", at)
            else:
                names.append(match[0])
            end = match.end()
            if self.text[self._space(end) : self._space(end) + 1] != ".":
                return names, start, end
            at = self._space(self._space(end) + 1)

    def _pair(self, table: Path, at: int) -> _Spans:
        names, key_start, key_end = self._key(at)
        path = (*table, *names)
        start = self._space(self._space(key_end) + 1)
        end = yield from self._value(path, start)
        yield path, Span(key_start, key_end, start, end)
        return end

    def _value(self, path: Path, at: int) -> _Spans:
        if match := STRING.match(self.text, at):
            return match.end()
        if self.text[at] == "[":
            return (yield from self._array(path, at + 1))
        if self.text[at] == "{":
            return (yield from self._inline_table(path, at + 1))
        match = BARE_VALUE.match(self.text, at)
        return at + len(match[0].rstrip()) if match else at + 1

    def _array(self, path: Path, at: int) -> _Spans:
        position = 0
        while True:
            at = self._blank(at)
            if self.text[at] == "]":
                return at + 1
            end = yield from self._value((*path, position), at)
            yield (*path, position), Span(at, at, at, end)
            at = self._blank(end)
            at += self.text[at] == ","
            position += 1

    def _inline_table(self, path: Path, at: int) -> _Spans:
        while True:
            at = self._blank(at)
            if self.text[at] == "}":
                return at + 1
            at = self._blank((yield from self._pair(path, at)))
            at += self.text[at] == ","
