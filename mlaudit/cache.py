"""What did this file say last time? Facts of Python files by content hash, kept outside every repository.

The format is JSON, which cannot run code; what is not understood counts as absent. An entry is found again only for the
same path, the same bytes, the same Python and the same readers.
"""

import json
import os
import sys
import zlib
from functools import cache, partial
from hashlib import blake2b
from typing import Any

from mlaudit import __version__
from mlaudit.depth import deep
from mlaudit.facts import Code, Fact, Import, Location, OldPython, Script, SearchPath
from mlaudit.facts.packing import packed, unpacked

# Records that can be kept; a file that gives any other is read anew each time.
KEPT = {kind.__name__: kind for kind in (Code, Import, OldPython, Script, SearchPath)}
READERS = os.path.join(os.path.dirname(__file__), "readers", "code")


class Cache:
    """The entries of one repository. Only those that a run asked for are kept when it saves, so runs that ask the
    readers for different things (`role`) keep them in different files."""

    def __init__(self, root: str, folder: str | None = None, role: str = "") -> None:
        named = f"{os.path.realpath(root)}\0{role}" if role else os.path.realpath(root)
        name = blake2b(named.encode(errors="surrogateescape"), digest_size=12).hexdigest()
        self._file = os.path.join(folder or _folder(), f"{name}.json")
        self._stamp = _stamp()
        self._entries: dict[str, list[list[Any]]] = _load(self._file)
        self._used: dict[str, list[list[Any]]] = {}

    def key(self, path: str, content: bytes, role: str = "") -> str:
        """What names the facts that a reader in this role takes from these bytes at this path."""
        digest = blake2b(self._stamp, digest_size=16)
        digest.update(role.encode() + b"\0")
        digest.update(path.encode(errors="surrogateescape") + b"\0")
        digest.update(content)
        return digest.hexdigest()

    def get(self, key: str) -> list[Fact] | None:
        """The facts under a key, or None."""
        rows = self._entries.get(key)
        if rows is None:
            return None
        try:
            facts = [_fact(row) for row in rows]
        except (KeyError, TypeError, ValueError, IndexError, RecursionError):
            return None
        self._used[key] = rows
        return facts

    def put(self, key: str, facts: list[Fact]) -> None:
        """Keep the facts under a key, if they are of a kind that can be kept."""
        if not all(type(fact).__name__ in KEPT for fact in facts):
            return
        try:
            self._used[key] = [[type(fact).__name__, *fact.at, *map(packed, _fields(fact))] for fact in facts]
        except RecursionError:  # code that is nested too deeply to be kept is read anew
            return

    def save(self) -> None:
        """Write the entries of this run; a folder that cannot be written to is no fault of the audit."""
        if self._used == self._entries:
            return
        try:
            os.makedirs(os.path.dirname(self._file), exist_ok=True)
            unfinished = f"{self._file}.{os.getpid()}"
            with open(unfinished, "w", encoding="utf-8") as file:
                json.dump(self._used, file)
            os.replace(unfinished, self._file)
        except OSError:
            return


def _folder() -> str:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "mlaudit")


def _stamp() -> bytes:
    """Changes whenever the facts of the same bytes may: with mlaudit, with Python, with an edit of the readers."""
    files = sorted(entry.path for entry in os.scandir(READERS) if entry.name.endswith(".py"))
    states = [(os.stat(path).st_size, os.stat(path).st_mtime_ns) for path in files]
    return repr((__version__, sys.version_info[:3], states)).encode()


def _load(path: str) -> dict[str, list[list[Any]]]:
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _fact(row: list[Any]) -> Fact:
    path, line, column, end_line, end_column, cell, *fields = row[1:]
    if not all(isinstance(number, int) for number in (line, column, end_line, end_column, cell)):
        raise TypeError("a place is five numbers")
    at = Location(path, line, column, end_line, end_column, cell)
    if KEPT[row[0]] is Code:
        kind, (text, checksum), *others = fields
        if zlib.crc32(text.encode()) != checksum:
            raise ValueError("the statements are not what was kept")
        return Code(at, kind, cache(partial(_statements, text)), *map(unpacked, others))
    fact: Fact = KEPT[row[0]](at, *map(unpacked, fields))
    return fact


def _fields(fact: Fact) -> tuple[Any, ...]:
    """What a fact says; the statements of code as a text, which is taken apart only when a run asks for them."""
    if not isinstance(fact, Code):
        return fact[1:]
    text = json.dumps(packed(fact.body), separators=(",", ":"))
    return (fact.kind, (text, zlib.crc32(text.encode())), *fact[3:])


def _statements(text: str) -> Any:
    with deep():
        return unpacked(json.loads(text))
