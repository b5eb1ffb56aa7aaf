"""By which hash does GitHub know a line again when the lines above it change?

The algorithm is that of GitHub's own upload action (`primaryLocationLineHash`): a polynomial of base 37, modulo 2^64,
over the 100 UTF-16 units from the line's start on, without spaces and tabs, and with every line end as one LF. U+FFFF
ends the file, zeros follow. Equal values of a file are counted: the value is `hash:occurrence`.
"""

import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from mlaudit.findings import Report
from mlaudit.patterns import pattern

if TYPE_CHECKING:
    import re

WINDOW = 100
BASE = 37
MODULUS = 1 << 64
LIMIT = 100_000_000
ASTRAL = pattern("[\U00010000-\U0010ffff]")


def fingerprints(report: Report) -> Mapping[tuple[str, int], str]:
    """The hash of the line of every finding, by path and line; none where the file cannot be read."""
    wanted: dict[str, set[int]] = {}
    for finding in report.everything():
        wanted.setdefault(finding.at.path, set()).add(finding.at.line)
    return {
        (path, line): value
        for path, lines in wanted.items()
        for line, value in line_hashes(_text(os.path.join(report.root, path)), lines).items()
    }


def line_hashes(text: str, wanted: Collection[int] = ()) -> dict[int, str]:
    """GitHub's hash of the wanted lines, counted from 1; of every line where none is named."""
    seen: Counter[str] = Counter()
    found: dict[int, str] = {}
    last = max(wanted, default=0)
    for line, window in enumerate(_windows(text), 1):
        seen[window] += 1
        if not wanted or line in wanted:
            found[line] = f"{_hash(window):x}:{seen[window]}"
        if line == last:
            break
    return found


def _windows(text: str) -> Iterator[str]:
    """What is hashed of each line: its first units and those that follow it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    units = ASTRAL.sub(_surrogates, text) + "\uffff"
    start = 0
    while start < len(units):
        yield units[start : start + WINDOW]
        start = (units.find("\n", start) + 1) or len(units)


def _surrogates(match: "re.Match[str]") -> str:
    number = ord(match[0]) - 0x10000
    return chr(0xD800 + (number >> 10)) + chr(0xDC00 + (number & 0x3FF))


def _hash(window: str) -> int:
    value = 0
    for unit in window.ljust(WINDOW, "\0"):
        value = (value * BASE + ord(unit)) % MODULUS
    return value


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read(LIMIT).decode("utf-8", errors="replace")
    except OSError:
        return ""
