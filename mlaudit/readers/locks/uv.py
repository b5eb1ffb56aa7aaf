"""What did uv lock, and from which requirements? uv.lock, and `<script>.py.lock` beside a script."""

import json
import posixpath
from collections.abc import Iterator
from typing import Any

from mlaudit.facts import Fact, Location, Lock, LockedPackage, Member, Requirement, Unreadable, canonical
from mlaudit.patterns import pattern
from mlaudit.readers.documents import Malformed
from mlaudit.readers.documents.toml import Document
from mlaudit.readers.locks import blocks, first_line, shape
from mlaudit.readers.locks.reference import local
from mlaudit.readers.manifests.requirement import comparisons
from mlaudit.source import Source

Table = dict[str, Any]

LOCAL = ("virtual", "editable", "directory", "path")
SOURCE = pattern(r'\nsource = \{ (\w+) = "([^"\\\n]*)"(?:, subdirectory = "([^"\n]*)")? \}\n')
EXTRA = pattern(r"\bextra == '([^']+)'")
ROLES = {
    "constraints": "constraint",
    "overrides": "override",
    "build-constraints": "build",
    "requirements": "requirement",
}
MARKERS = ("supported-markers", "required-markers")


def read(source: Source) -> Iterator[Fact]:
    """One Lock with packages, members and what it says it was made from."""
    try:
        lock = _read(source)
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    yield lock or Unreadable(first_line(source), "is no uv.lock: it has no `version`")


def _read(source: Source) -> Lock | None:
    folder = posixpath.dirname(source.path)
    found = blocks.layout(source)
    if found is None:
        data = Document(source).data
        tables = [(table, 0) for table in shape.tables(data.get("package"))]
        packages = tuple(_whole(table, folder) for table, _ in tables)
        tables = [(table, line) for table, line in tables if _kind(table) in LOCAL]
    else:
        data = found.rest
        packages, tables = _blocks(found, folder)
    if not isinstance(data.get("version"), int):
        return None
    manifest = shape.table(data.get("manifest"))
    script = source.path.removesuffix(".lock") if source.path.endswith(".py.lock") else ""
    return Lock(
        first_line(source),
        "uv",
        packages,
        tool="uv",
        requires_python=str(data.get("requires-python", "")),
        sources=(script or posixpath.join(folder, "pyproject.toml"),),
        members=tuple(_member(table, folder, _at(source, line)) for table, line in tables),
        requirements=tuple(_manifest(manifest, folder, first_line(source))),
        settings=tuple(_settings(data, manifest)),
    )


def _at(source: Source, line: int) -> Location:
    return Location(source.path, line or 1, 1, line or 1, 1)


def _blocks(found: blocks.Layout, folder: str) -> tuple[tuple[LockedPackage, ...], list[tuple[Table, int]]]:
    packages, tables = [], []
    for block in found.blocks:
        source = SOURCE.search(found.text, block.start, block.end)
        kind, place, subdirectory = source.groups("") if source else ("", "", "")
        packages.append(
            LockedPackage(
                canonical(block.name),
                block.version,
                _origin(kind, place, subdirectory, folder),
                hashed=found.has(block, 'hash = "'),
                line=block.line,
            )
        )
        if kind in LOCAL or source is None:
            tables.append((found.table(block), block.line))
    return tuple(packages), tables


def _whole(table: Table, folder: str) -> LockedPackage:
    kind, source = _kind(table), shape.table(table.get("source"))
    files = [shape.table(table.get("sdist")), *shape.tables(table.get("wheels"))]
    return LockedPackage(
        canonical(str(table.get("name", ""))),
        str(table.get("version", "")),
        _origin(kind, str(source.get(kind, "")), str(source.get("subdirectory", "")), folder),
        hashed=any("hash" in file for file in files),
    )


def _kind(table: Table) -> str:
    return next(iter(shape.table(table.get("source"))), "")


def _origin(kind: str, place: str, subdirectory: str, folder: str) -> str:
    if kind in LOCAL:
        return local(folder, place)
    if kind == "git":
        return f"git+{place}"
    return place + (f"#subdirectory={subdirectory}" if subdirectory else "") if kind == "url" else ""


def _member(table: Table, folder: str, at: Location) -> Member:
    kind = _kind(table)
    metadata = shape.table(table.get("metadata"))
    development = shape.table(metadata.get("requires-dev"))
    rows = [_row(row, folder, at) for row in shape.tables(metadata.get("requires-dist"))]
    for group, entries in development.items():
        rows += [_row(row, folder, at, group=f"group:{group}") for row in shape.tables(entries)]
    return Member(
        canonical(str(table.get("name", ""))),
        local(folder, str(shape.table(table.get("source")).get(kind, ""))).removeprefix("path:"),
        str(table.get("version", "")),
        tuple(rows),
        tuple(shape.strings(metadata.get("provides-extras"))),
        buildable=kind != "virtual",
        groups=tuple(development),
        kind=kind,
        settings=(f"default-groups={json.dumps(_default_groups(table))}",) if "default-groups" in table else (),
    )


def _default_groups(table: Table) -> str | list[str]:
    found = table["default-groups"]
    return found if isinstance(found, str) else shape.strings(found)


def _manifest(manifest: Table, folder: str, at: Location) -> Iterator[Requirement]:
    """What [manifest] records: constraints, overrides, a script's requirements, groups of a root without project."""
    for key, role in ROLES.items():
        for row in shape.tables(manifest.get(key)):
            yield _row(row, folder, at, role=role)
    for group, rows in shape.table(manifest.get("dependency-groups")).items():
        for row in shape.tables(rows):
            yield _row(row, folder, at, group=f"group:{group}")


def _row(row: Table, folder: str, at: Location, group: str = "", role: str = "requirement") -> Requirement:
    """A row of requires-dist and its like. The marker loses an `extra == '…'` that is all of it."""
    marker = str(row.get("marker", ""))
    extra = EXTRA.search(marker)
    place = next((kind for kind in ("git", "url", "index", *LOCAL) if kind in row), "")
    return Requirement(
        at,
        canonical(str(row.get("name", ""))),
        comparisons(str(row.get("specifier", ""))),
        written=str(row.get("name", "")),
        role=role,
        group=group or (f"extra:{extra[1]}" if extra else ""),
        extras=tuple(sorted(shape.strings(row.get("extras")))),
        marker="" if extra and extra[0] == marker else marker,
        url=_reference(place, str(row.get(place, "")), folder),
        editable=bool(row.get("editable")),
        origin=at.path,
    )


def _reference(kind: str, place: str, folder: str) -> str:
    if kind in LOCAL:
        return local(folder, place)
    return {"git": f"git+{place}", "index": f"index:{place}"}.get(kind, place)


def _settings(data: Table, manifest: Table) -> Iterator[str]:
    revision = data.get("revision", 0)
    yield f"revision={revision if isinstance(revision, int) else 0}"
    for key in MARKERS:
        if key in data:
            yield f"{key}={json.dumps(shape.strings(data[key]))}"
    for key, value in shape.table(data.get("options")).items():
        yield f"{key}={value if isinstance(value, str) else json.dumps(value, default=str)}"
    for key in ("members", "excludes"):
        if key in manifest:
            yield f"{key}={json.dumps(shape.strings(manifest[key]))}"
    if "conflicts" in data:
        yield f"conflicts={json.dumps(data['conflicts'], default=str)}"
    if "dependency-metadata" in manifest:
        tables = shape.tables(manifest["dependency-metadata"])
        yield f"dependency-metadata={json.dumps(tables, default=str)}"
    if "dependency-groups" in manifest:
        yield f"groups={json.dumps(sorted(shape.table(manifest['dependency-groups'])))}"
