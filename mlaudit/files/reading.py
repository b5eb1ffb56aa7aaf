"""What does one file say? Its reader asked, within limits, and what it said kept between runs."""

import importlib
from typing import TYPE_CHECKING

from mlaudit.facts import Fact, File, Location, Unreadable
from mlaudit.files.contents import content
from mlaudit.files.git import StrPath
from mlaudit.source import Source

if TYPE_CHECKING:
    from mlaudit.files.cache import Cache

MEGABYTE = 1_000_000
NOTEBOOK = "code.notebook"
LIMITS = {NOTEBOOK: 1000 * MEGABYTE, "locks": 50 * MEGABYTE}
# What a notebook may hold beside its outputs.
THIN_LIMIT = 100 * MEGABYTE
# The readers whose facts are kept between runs: parsing Python is most of a run.
CODE = ("code.python", NOTEBOOK)
LIMIT = 5 * MEGABYTE
# What every suppression holds, in UTF-8 and in UTF-16: a file without it has none.
MENTION, WIDE = b"mlaudit", b"m\0l\0a\0u\0d\0i\0t"


def read(root: StrPath, file: File, reader: str, role: str = "", cache: "Cache | None" = None) -> list[Fact]:
    """The facts of one file. Whatever goes wrong becomes a fact too."""
    whole = Location(file.path)
    limit = LIMITS.get(reader) or LIMITS.get(reader.partition(".")[0]) or LIMIT
    if file.size > limit:
        return [Unreadable(whole, f"is larger than {limit // MEGABYTE} MB")]
    try:
        held = content(root, file, limit + 1)
    except OSError as error:
        return [Unreadable(whole, f"cannot be read: {error.strerror}")]
    if reader == NOTEBOOK:
        held = _thinned(held)
        if len(held) > THIN_LIMIT:
            return [Unreadable(whole, f"is larger than {THIN_LIMIT // MEGABYTE} MB without its outputs")]
    facts = _remembered(file.path, held, reader, role, cache)
    is_wide = b"\0" in held[:4] or held[:1] in (b"\xff", b"\xfe")
    if MENTION in held or (is_wide and WIDE in held):
        facts = [*facts, *facts_of_source(Source(file.path, held), "comments", "")]
    return facts


def _remembered(path: str, content: bytes, reader: str, role: str, cache: "Cache | None") -> list[Fact]:
    if cache is None or reader not in CODE:
        return facts_of_source(Source(path, content), reader, role)
    key = cache.key(path, content, role)
    facts = cache.get(key)
    if facts is None:
        facts = facts_of_source(Source(path, content), reader, role)
        cache.put(key, facts)
    return facts


def _thinned(content: bytes) -> bytes:
    from mlaudit.readers.code import outputs

    return outputs.thinned(content)


def facts_of_source(source: Source, reader: str, role: str) -> list[Fact]:
    """What a reader finds in a text; Unreadable where it fails."""
    whole = Location(source.path)
    try:
        module = importlib.import_module(f"mlaudit.readers.{reader}")
        return list(module.read(source, role) if role else module.read(source))
    except (RecursionError, MemoryError):
        return [Unreadable(whole, "is nested too deeply")]
    except Exception as error:  # a fault of ours on one file must not lose the others; it is reported, never hidden
        return [Unreadable(whole, f"could not be read by mlaudit ({reader}: {type(error).__name__}: {error})")]
