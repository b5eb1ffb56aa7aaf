"""What did Poetry lock?"""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from mlaudit.facts import Fact, Lock, LockedPackage, Unreadable, canonical
from mlaudit.patterns import pattern
from mlaudit.readers.documents import Malformed
from mlaudit.readers.documents.toml import Document
from mlaudit.readers.locks import blocks, first_line, shape
from mlaudit.readers.locks.reference import local, vcs
from mlaudit.source import Source

FILES = "[metadata.files]"
LISTED = pattern(r'^"?([\w.-]+)"? = \[\n', re.MULTILINE)
TOOL = pattern(r"#.*?[Gg]enerated by Poetry (\d[^ ]*)")


def read(source: Source) -> Iterator[Fact]:
    """One Lock with the digest, Python range and packages; Unreadable where it is cut off or no TOML."""
    try:
        rest, packages = _read(source)
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    metadata = rest.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("content-hash"), str):
        yield Unreadable(first_line(source), "is no whole poetry.lock: its content hash is missing")
        return
    tool = TOOL.match(source.text.partition("\n")[0])
    yield Lock(
        first_line(source),
        "poetry",
        packages,
        digest=metadata["content-hash"],
        tool=f"poetry {tool[1]}" if tool else "poetry",
        requires_python=str(metadata.get("python-versions", "")),
        sources=(posixpath.join(posixpath.dirname(source.path), "pyproject.toml"),),
    )


def _read(source: Source) -> tuple[dict[str, Any], tuple[LockedPackage, ...]]:
    folder = posixpath.dirname(source.path)
    found = blocks.layout(source, skip=FILES)
    if found is None:
        data = Document(source).data
        files = shape.table(shape.table(data.get("metadata")).get("files"))
        listed = {canonical(name) for name, entries in files.items() if entries}
        return data, tuple(_whole(table, folder, listed) for table in shape.tables(data.get("package")))
    cut = found.text.find(f"\n{FILES}\n")
    listed = {canonical(name) for name in LISTED.findall(found.text, cut)} if cut >= 0 else set()
    return found.rest, tuple(_block(found, block, folder, listed) for block in found.blocks)


def _block(found: blocks.Layout, block: blocks.Block, folder: str, listed: set[str]) -> LockedPackage:
    name = canonical(block.name)
    origin = ""
    if found.has(block, "\n[package.source]\n"):
        origin = _origin(found.table(block).get("source"), folder)
    return LockedPackage(
        name,
        block.version,
        origin,
        hashed=name in listed or found.has(block, 'hash = "'),
        marker=found.strings(block, "markers"),
        line=block.line,
    )


def _whole(table: dict[str, Any], folder: str, listed: set[str]) -> LockedPackage:
    name = canonical(str(table.get("name", "")))
    return LockedPackage(
        name,
        str(table.get("version", "")),
        _origin(table.get("source"), folder),
        hashed=name in listed or any("hash" in file for file in shape.tables(table.get("files"))),
        marker=shape.string(table.get("markers")),
    )


def _origin(source: Any, folder: str) -> str:
    """A [package.source] as LockedPackage.source writes it; "" for an index."""
    if not isinstance(source, dict) or source.get("type", "legacy") == "legacy":
        return ""
    url, kind = str(source.get("url", "")), source.get("type")
    if kind in ("directory", "file"):
        return local(folder, url)
    if kind == "git":
        return vcs(url, str(source.get("resolved_reference", "")), str(source.get("reference", "")))
    return url
