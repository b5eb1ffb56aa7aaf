"""How do two contents of a file differ, in the form that `git apply` takes?"""

import os
from collections.abc import Iterator
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
    start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    most = min(len(old), len(new)) - start
    same = next((n for n in range(most) if old[-1 - n] != new[-1 - n]), most)
    low = max(0, start - MARGIN)
    high = max(0, same - MARGIN)
    matcher = SequenceMatcher(None, old[low : len(old) - high], new[low : len(new) - high])
    for group in matcher.get_grouped_opcodes(AROUND):
        yield from _hunk(group, old, new, low)


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
