"""What does a pylock.toml fix? PEP 751, as uv, pip, PDM and Hatch write it."""

import posixpath
from collections.abc import Iterator
from typing import Any

from mlaudit.facts import Fact, Lock, LockedPackage, Unreadable, canonical
from mlaudit.readers.documents import Malformed
from mlaudit.readers.documents.toml import Document
from mlaudit.readers.locks import blocks, command, first_line, shape
from mlaudit.readers.locks.reference import local, vcs
from mlaudit.source import Source

Table = dict[str, Any]

DIRECT = ("vcs", "directory", "archive")


def read(source: Source) -> Iterator[Fact]:
    """One Lock. `digest` is PDM's, which alone records one; `sources` are known where the tool names its command."""
    try:
        rest, packages = _read(source)
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    if not isinstance(rest.get("lock-version"), str):
        yield Unreadable(first_line(source), "is no pylock.toml: it has no `lock-version`")
        return
    tool = str(rest.get("created-by", ""))
    wrote = command.find(source.text[:3000], source.path)
    project = posixpath.join(posixpath.dirname(source.path), "pyproject.toml")
    digest = _inner(rest, "tool", "pdm", "hashes").get("sha256", "")
    yield Lock(
        first_line(source),
        "pylock",
        packages,
        digest=str(digest),
        tool=tool,
        requires_python=str(rest.get("requires-python", "")),
        sources=wrote.sources or ((project,) if digest or tool in ("pdm", "hatch") else ()),
        command=wrote.text,
        settings=wrote.settings,
    )


def _inner(table: Table, *path: str) -> Table:
    for key in path:
        table = shape.table(table.get(key))
    return table


def _read(source: Source) -> tuple[Table, tuple[LockedPackage, ...]]:
    folder = posixpath.dirname(source.path)
    found = blocks.layout(source, array="packages")
    if found is None:
        data = Document(source).data
        return data, tuple(_package(table, folder) for table in shape.tables(data.get("packages")))
    return found.rest, tuple(_block(found, block, folder) for block in found.blocks)


def _block(found: blocks.Layout, block: blocks.Block, folder: str) -> LockedPackage:
    if any(found.has(block, f"\n{key} = ") or found.has(block, f"\n[packages.{key}]") for key in DIRECT):
        return _package(found.table(block, "packages"), folder)._replace(line=block.line)
    return LockedPackage(
        canonical(block.name),
        block.version,
        hashed=found.has(block, "hashes"),
        marker=found.strings(block, "marker"),
        line=block.line,
    )


def _package(table: Table, folder: str) -> LockedPackage:
    files = [_inner(table, "sdist"), _inner(table, "archive"), *shape.tables(table.get("wheels"))]
    return LockedPackage(
        canonical(str(table.get("name", ""))),
        str(table.get("version", "")),
        _origin(table, folder),
        hashed=any("hashes" in file for file in files),
        marker=str(table.get("marker", "")),
    )


def _origin(table: Table, folder: str) -> str:
    if found := _inner(table, "vcs"):
        place = str(found.get("url") or found.get("path") or "")
        return vcs(place, str(found.get("commit-id", "")), str(found.get("requested-revision", "")))
    if found := _inner(table, "directory"):
        return local(folder, str(found.get("path", "")))
    found = _inner(table, "archive")
    return str(found.get("url", "")) or (local(folder, str(found["path"])) if "path" in found else "")
