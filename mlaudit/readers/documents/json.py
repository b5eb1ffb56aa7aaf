"""What does a JSON file say, and where do the strings of it stand?

The decoder of the standard library skips each value at C speed and says where it ended; that is enough to know the
offset of every member that is asked for, without scanning the outputs of a notebook a second time.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

from mlaudit.facts import Location
from mlaudit.patterns import pattern
from mlaudit.readers.documents import Malformed
from mlaudit.source import Source

BLANK = pattern(r"[ \t\r\n]*")
ESCAPE = pattern(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
_decode = json.JSONDecoder(strict=False).raw_decode


class Member(NamedTuple):
    """A value and the offsets of its text, [start, end)."""

    value: Any
    start: int
    end: int


def load(source: Source) -> Any:
    """The whole tree. Raises Malformed with the place."""
    try:
        return json.loads(source.text, strict=False)
    except json.JSONDecodeError as error:
        raise Malformed(f"is not JSON: {error.msg}", error.pos) from None
    except (RecursionError, ValueError) as error:
        raise Malformed(f"is not JSON that can be read: {error or 'nested too deeply'}") from None


def table(value: Any) -> dict[str, Any]:
    """A value that should be an object; empty where it is none."""
    return value if isinstance(value, dict) else {}


def member(source: Source, start: int, name: str) -> int:
    """The offset of the value under `name` in the object at `start`. Raises Malformed where there is none."""
    text = source.text
    at = _opening(text, start, "{")
    while text[at : at + 1] != "}":
        key, end = _value(text, at)
        at = _skip(text, _skip(text, end, ":"))
        if key == name:
            return at
        at = _next(text, _value(text, at)[1], "}")
    raise Malformed(f"has no `{name}`", start)


def elements(source: Source, start: int) -> Iterator[Member]:
    """The elements of the array at `start`, in order."""
    text = source.text
    at = _opening(text, start, "[")
    while text[at : at + 1] != "]":
        value, end = _value(text, at)
        yield Member(value, at, end)
        at = _next(text, end, "]")


def end(source: Source, start: int) -> int:
    """The offset at which the value that starts at `start` ends."""
    return _value(source.text, start)[1]


def inside(source: Source, string: Member, first: int, last: int) -> Location:
    """Where the characters `first` to `last` of a string value stand in the file, its escapes counted."""
    found = escapes(source, string)
    return source.location(found.offset(first), found.offset(last))


def escaped(text: str, is_ascii: bool) -> str:
    """A text as it stands inside a JSON string."""
    return json.dumps(text, ensure_ascii=is_ascii)[1:-1]


class Escapes(NamedTuple):
    """The places in a string value behind each of its escapes, and the offsets of these places in the file. Both begin
    with the string itself."""

    positions: list[int]
    offsets: list[int]

    def offset(self, position: int) -> int:
        """The offset in the file of the character of the value at `position`."""
        index = bisect_right(self.positions, position) - 1
        return self.offsets[index] + position - self.positions[index]


def escapes(source: Source, string: Member) -> Escapes:
    """Where the escapes of a string value are."""
    position, at = 0, string.start + 1
    found = Escapes([position], [at])
    for escape in ESCAPE.finditer(source.text, at, string.end - 1):
        position += escape.start() - at + 1
        at = escape.end()
        found.positions.append(position)
        found.offsets.append(at)
    return found


def _opening(text: str, at: int, bracket: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] != bracket:
        raise Malformed(f"is not JSON of the expected shape: `{bracket}` was expected", at)
    return _skip(text, at + 1)


def _value(text: str, at: int) -> tuple[Any, int]:
    try:
        return _decode(text, at)
    except json.JSONDecodeError as error:
        raise Malformed(f"is not JSON: {error.msg}", error.pos) from None
    except RecursionError:
        raise Malformed("is not JSON that can be read: nested too deeply", at) from None


def _next(text: str, at: int, closing: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] == closing:
        return at
    return _skip(text, _skip(text, at, ","))


def _skip(text: str, at: int, expected: str = "") -> int:
    match = BLANK.match(text, at)
    at = match.end() if match else at
    if expected and text[at : at + 1] != expected:
        raise Malformed(f"is not JSON: `{expected}` was expected", at)
    return at + len(expected)
