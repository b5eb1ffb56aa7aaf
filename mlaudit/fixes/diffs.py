"""How do two contents of a file differ, in the form that `git apply` takes?"""

import os
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

PLAIN = frozenset(range(32, 127)) - {ord('"'), ord("\\")}
ESCAPES = {7: b"\\a", 8: b"\\b", 9: b"\\t", 10: b"\\n", 11: b"\\v", 12: b"\\f", 13: b"\\r", 34: b'\\"', 92: b"\\\\"}
AROUND = 3
# Lines before and behind all changes that are compared too: equal lines may be matched there.
MARGIN = 60


def difference(path: str, before: bytes | None, after: bytes) -> bytes:
    """The unified difference of one file; `before` is None for a file that is not there yet."""
    if before == after:
        return b""
    old, new = _name(f"a/{path}"), _name(f"b/{path}")
    head = b"diff --git " + old + b" " + new + b"\n"
    if before is None:
        head += b"new file mode 100644\n"
        if not after:
            return head
    tab = b"\t" if b" " in old and not old.startswith(b'"') else b""
    first = b"/dev/null" if before is None else old + tab
    head += b"--- " + first + b"\n+++ " + new + tab + b"\n"
    return head + b"".join(_hunks(_lines(before or b""), _lines(after)))


def _lines(content: bytes) -> list[bytes]:
    """The lines with their ends. Only a line feed ends one, as git sees it."""
    return [line + b"\n" for line in content.split(b"\n")[:-1]] + [line for line in content.split(b"\n")[-1:] if line]


def _hunks(old: list[bytes], new: list[bytes]) -> Iterator[bytes]:
    low, high = (max(0, number - MARGIN) for number in shared(old, new))
    matcher = SequenceMatcher(None, old[low : len(old) - high], new[low : len(new) - high])
    for group in matcher.get_grouped_opcodes(AROUND):
        yield from _hunk(group, old, new, low)


def shared(old: Sequence[object], new: Sequence[object]) -> tuple[int, int]:
    """With how many equal lines, or letters, two texts begin, and with how many others they end."""
    most = min(len(old), len(new))
    head = next((number for number in range(most) if old[number] != new[number]), most)
    tail = next((number for number in range(most - head) if old[-1 - number] != new[-1 - number]), most - head)
    return head, tail


def _hunk(group: list[tuple[str, int, int, int, int]], old: list[bytes], new: list[bytes], low: int) -> Iterator[bytes]:
    first, last = group[0], group[-1]
    ranges = (_range(first[1] + low, last[2] + low), _range(first[3] + low, last[4] + low))
    yield b"@@ -%b +%b @@\n" % ranges
    for tag, old_start, old_end, new_start, new_end in group:
        if tag == "equal":
            yield from (_shown(b" ", line) for line in old[low + old_start : low + old_end])
        else:
            yield from (_shown(b"-", line) for line in old[low + old_start : low + old_end])
            yield from (_shown(b"+", line) for line in new[low + new_start : low + new_end])


def _range(start: int, stop: int) -> bytes:
    """`start,length`, lines counted from 1; the line before for an empty one."""
    length = stop - start
    if length == 1:
        return b"%d" % (start + 1)
    return b"%d,%d" % (start + 1 if length else start, length)


def _shown(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + b"\n\\ No newline at end of file\n"


def _name(path: str) -> bytes:
    """A path as git writes it: quoted where it holds a quote, a backslash, a control or a byte beyond ASCII."""

    name = os.fsencode(path)
    if PLAIN.issuperset(name):
        return name
    quoted = (bytes([byte]) if byte in PLAIN else ESCAPES.get(byte, b"\\%03o" % byte) for byte in name)
    return b'"' + b"".join(quoted) + b'"'
