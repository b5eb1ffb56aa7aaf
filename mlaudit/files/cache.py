"""What did this file say last time? Facts of code by content hash, kept outside every repository.

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
from mlaudit.facts import KINDS, Code, Fact, Location, Unreadable
from mlaudit.facts.packing import packed, unpacked
from mlaudit.files import kept

READERS = os.path.join(os.path.dirname(os.path.dirname(__file__)), "readers")


class Cache:
    """The entries of one repository. Only those that a run asked for are kept when it saves, so runs that ask the
    readers for different things (`role`) keep them in different files."""

    def __init__(self, root: str, folder: str | None = None, role: str = "") -> None:
        self._file = os.path.join(folder or kept.place(), f"{kept.name_of(root, role)}.json")
        self._stamp = _stamp()
        self._entries: dict[str, list[list[Any]]] = kept.load(self._file)
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
        except (TypeError, ValueError, IndexError, RecursionError):
            return None
        self._used[key] = rows
        return facts

    def put(self, key: str, facts: list[Fact]) -> None:
        """Keep the facts under a key; those of a file that could not be read are sought anew each time."""
        if any(isinstance(fact, Unreadable) for fact in facts):
            return
        try:
            self._used[key] = [packed(_kept(fact)) for fact in facts]
        except RecursionError:  # code that is nested too deeply to be kept is read anew
            return

    def save(self) -> None:
        """Write the entries of this run."""
        if self._used != self._entries:
            kept.save(self._file, self._used)


def _stamp() -> bytes:
    """Changes whenever the facts of the same bytes may: with mlaudit, with Python, with an edit of the readers."""
    files = sorted(
        os.path.join(folder, name) for folder, _, names in os.walk(READERS) for name in names if name.endswith(".py")
    )
    states = [(os.stat(path).st_size, os.stat(path).st_mtime_ns) for path in files]
    return repr((__version__, sys.version_info[:3], states)).encode()


def _fact(row: list[Any]) -> Fact:
    fact: Fact = unpacked(row)
    if not isinstance(fact, KINDS) or not isinstance(fact.at, Location):
        raise TypeError("is no fact")
    if not all(isinstance(number, int) for number in fact.at[1:]):
        raise TypeError("stands nowhere")
    if isinstance(fact, Code):
        held: Any = fact.held
        text, checksum = held
        if zlib.crc32(text.encode()) != checksum:
            raise ValueError("the statements are not what was kept")
        return fact._replace(held=cache(partial(_statements, text)))
    return fact


def _kept(fact: Fact) -> Any:
    """A fact as it is kept: the statements of code as a text, which is taken apart only when a run asks for them."""
    if not isinstance(fact, Code):
        return fact
    text = json.dumps(packed(fact.body), separators=(",", ":"))
    return fact._replace(held=(text, zlib.crc32(text.encode())))  # type: ignore[arg-type]


def _statements(text: str) -> Any:
    with deep():
        return unpacked(json.loads(text))
