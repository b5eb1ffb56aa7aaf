"""What do the [tool.poetry] tables declare?"""

import posixpath
from collections.abc import Iterator
from typing import Any

from mlaudit.facts import Distribution, Fact, Location, Manifest, PackageSource, PythonVersion, Requirement, canonical
from mlaudit.readers.documents.toml import Document
from mlaudit.readers.manifests import constraint

INDEX_SIGNALS = ("classifiers", "license", "homepage", "repository", "documentation", "keywords", "urls")
ROOT = ("tool", "poetry")


def read(document: Document) -> Iterator[Fact]:
    """Requirements of every group, the Python version, extra package sources and the distribution."""
    table = document.table(*ROOT)
    if not table:
        return
    if "dependencies" in table or "group" in table or "dev-dependencies" in table:
        yield Manifest(document.key(*ROOT), "poetry")
    if "name" in table:
        yield _distribution(document, table)
    yield from _section(document, (*ROOT, "dependencies"), "")
    yield from _section(document, (*ROOT, "dev-dependencies"), "group:dev")
    for group in document.table(*ROOT, "group"):
        yield from _section(document, (*ROOT, "group", group, "dependencies"), f"group:{group}")
    for position, entry in enumerate(table.get("source") or []):
        if isinstance(entry, dict) and entry.get("priority") != "explicit":
            yield PackageSource(document.where(*ROOT, "source", position), "source", str(entry.get("url", "")))


def _distribution(document: Document, table: dict[str, Any]) -> Distribution:
    is_package = table.get("package-mode", True) is not False
    return Distribution(
        document.where(*ROOT, "name"),
        str(table["name"]),
        str(table.get("version", "")),
        tuple(key for key in INDEX_SIGNALS if table.get(key)) if is_package else (),
        buildable=is_package and "build-system" in document.data,
    )


def _section(document: Document, path: tuple[str, ...], group: str) -> Iterator[Fact]:
    for name, value in document.table(*path).items():
        at = entry_location(document, (*path, name))
        if name == "python":
            yield PythonVersion(document.where(*path, name), constraint.comparisons(str(value)), "poetry")
            continue
        for alternative in value if isinstance(value, list) else [value]:
            yield _requirement(document, at, name, alternative, group)


def entry_location(document: Document, path: tuple[str, ...]) -> Location:
    """Where `name = value` stands: from the key to the end of the value, or of its first line."""
    span = document.index.get(path)
    if span is None:
        return document.where(*path)
    text = document.source.text
    end = text.find("\n", span.start, span.end)
    return document.source.location(span.key_start, span.end if end < 0 else end)


def _requirement(document: Document, at: Location, name: str, value: Any, group: str) -> Requirement:
    entry = value if isinstance(value, dict) else {"version": str(value)}
    url, revision, kind = direct_reference(entry, posixpath.dirname(document.source.path))
    return Requirement(
        at,
        canonical(name),
        () if url else constraint.comparisons(str(entry.get("version", "*"))),
        written=name,
        group=f"extra:{name}" if entry.get("optional") and not group else group,
        extras=tuple(sorted(str(extra).lower() for extra in entry.get("extras") or [])),
        marker=_marker(entry),
        url=url,
        editable=bool(entry.get("develop")),
        origin=document.source.path,
        revision=revision,
        revision_kind=kind,
    )


def _marker(entry: dict[str, Any]) -> str:
    conditions = [str(entry["markers"])] if entry.get("markers") else []
    conditions += [f"{key} {entry[key]}" for key in ("python", "platform") if entry.get(key)]
    return " and ".join(conditions)


def direct_reference(entry: dict[str, Any], folder: str) -> tuple[str, str, str]:
    """The URL, revision and kind of revision of a table with git, path, file or url, as Poetry and Pipenv write it."""
    if "git" in entry:
        kind = next((key for key in ("rev", "ref", "tag", "branch") if key in entry), "")
        revision = str(entry.get(kind, ""))
        return f"git+{entry['git']}" + (f"@{revision}" if revision else ""), revision, "rev" if kind == "ref" else kind
    local = entry.get("path") or (entry.get("file") if "://" not in str(entry.get("file", "")) else None)
    if local:
        written = str(local)
        absolute = written.startswith(("/", "~"))
        return written if absolute else f"path:{posixpath.normpath(posixpath.join(folder, written))}", "", ""
    return str(entry.get("url") or entry.get("file") or ""), "", ""
