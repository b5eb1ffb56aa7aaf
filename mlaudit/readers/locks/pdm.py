"""What did PDM lock?"""

import json
import posixpath
from collections.abc import Callable, Iterator
from typing import Any

from mlaudit.facts import Fact, Lock, LockedPackage, Requirement, Unreadable, canonical
from mlaudit.readers.documents import Malformed
from mlaudit.readers.documents.toml import Document
from mlaudit.readers.locks import blocks, first_line, shape
from mlaudit.readers.locks.reference import local, vcs
from mlaudit.readers.manifests.requirement import parse
from mlaudit.source import Source


def read(source: Source) -> Iterator[Fact]:
    """One Lock; `tool` holds the version of the lock's format, since PDM does not write its own.

    Where PDM records its inputs instead of a digest (`lock_inputs`), they are the Lock's requirements and settings.
    """
    try:
        rest, packages = _read(source)
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    metadata = rest.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("lock_version"), str):
        yield Unreadable(first_line(source), "is no whole pdm.lock: its metadata is missing")
        return
    inputs = shape.table(metadata.get("lock_inputs"))
    project = shape.table(inputs.get("project"))
    yield Lock(
        first_line(source),
        "pdm",
        packages,
        digest="" if "lock_inputs" in metadata else str(metadata.get("content_hash", "")).partition(":")[2],
        tool=f"pdm {metadata['lock_version']}",
        requires_python=shape.string(project.get("requires-python")),
        sources=(posixpath.join(posixpath.dirname(source.path), "pyproject.toml"),),
        requirements=tuple(_asked(source, project)),
        settings=tuple(_settings(metadata)),
    )


def _settings(metadata: dict[str, Any]) -> Iterator[str]:
    for key in ("groups", "strategy"):
        if key in metadata:
            yield f"{key}={json.dumps(shape.strings(metadata[key]))}"
    if "lock_inputs" in metadata:
        yield "lock_inputs=true"


def _asked(source: Source, project: dict[str, Any]) -> Iterator[Requirement]:
    """The requirements of each group, without versions, which PDM leaves out; URLs are hashed, so unnamed."""
    at = first_line(source)
    for group, lines in shape.table(project.get("groups")).items():
        for line in shape.strings(lines):
            label = "" if group == "default" else f"group:{group}"
            if line.startswith("url-sha256:"):
                yield Requirement(at, "", group=label, url=line, written=line)
            elif found := parse(line, lambda start, end: at, group=label):
                yield found


def _read(source: Source) -> tuple[dict[str, Any], tuple[LockedPackage, ...]]:
    folder = posixpath.dirname(source.path)
    found = blocks.layout(source, skip="[metadata.files]")
    if found is not None:
        kept = (block for block in found.blocks if not found.has(block, "\nextras = ["))
        return found.rest, tuple(_block(found, block, folder) for block in kept)
    data = Document(source).data
    tables = shape.tables(data.get("package"))
    return data, tuple(_whole(table, folder) for table in tables if "extras" not in table)


def _block(found: blocks.Layout, block: blocks.Block, folder: str) -> LockedPackage:
    return LockedPackage(
        canonical(block.name),
        block.version,
        _origin(lambda key: found.strings(block, key), folder),
        hashed=found.has(block, 'hash = "'),
        marker=found.strings(block, "marker"),
        line=block.line,
    )


def _whole(table: dict[str, Any], folder: str) -> LockedPackage:
    return LockedPackage(
        canonical(str(table.get("name", ""))),
        str(table.get("version", "")),
        _origin(lambda key: str(table.get(key, "")), folder),
        hashed=any("hash" in file for file in shape.tables(table.get("files"))),
        marker=str(table.get("marker", "")),
    )


def _origin(value: Callable[[str], str], folder: str) -> str:
    """Where a package that is on no index comes from; "" for one from an index."""
    for tool in ("git", "hg", "svn", "bzr"):
        if url := value(tool):
            return vcs(url, value("revision"), value("ref"))
    return local(folder, path) if (path := value("path")) else value("url")
