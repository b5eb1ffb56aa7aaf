"""What does a Pipfile declare?"""

import posixpath
from collections.abc import Iterator
from typing import Any

from mlaudit.facts import Comparison, Fact, InputDigest, Manifest, PythonVersion, Requirement, Unreadable, canonical
from mlaudit.readers.documents import Malformed
from mlaudit.readers.documents.toml import Document
from mlaudit.readers.locks import digests
from mlaudit.readers.manifests import constraint
from mlaudit.readers.manifests.poetry import direct_reference, entry_location
from mlaudit.source import Source

OTHER_TABLES = frozenset({"source", "requires", "scripts", "pipenv", "pipfile", "build-system", "tool"})


def read(source: Source) -> Iterator[Fact]:
    """Every category of packages, the Python it requires and the digest that Pipfile.lock records."""
    try:
        document = Document(source)
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    yield Manifest(source.location(0), "pipfile")
    values, inputs = digests.pipfile(document.data), digests.pipfile_inputs(document.data)
    yield InputDigest(source.location(0), "pipfile", values, certain="source" in document.data, inputs=inputs)
    for category, table in document.data.items():
        if category not in OTHER_TABLES and isinstance(table, dict):
            yield from _category(document, category, table)
    yield from _python(document)


def _category(document: Document, category: str, table: dict[str, Any]) -> Iterator[Fact]:
    group = {"packages": "", "dev-packages": "group:dev"}.get(category, f"group:{category}")
    for name, value in table.items():
        entry = value if isinstance(value, dict) else {"version": str(value)}
        url, revision, kind = direct_reference(entry, posixpath.dirname(document.source.path))
        yield Requirement(
            entry_location(document, (category, name)),
            canonical(name),
            () if url else constraint.comparisons(str(entry.get("version", "*"))),
            written=name,
            group=group,
            extras=tuple(sorted(str(extra).lower() for extra in entry.get("extras") or [])),
            marker=str(entry.get("markers", "")),
            url=url,
            editable=bool(entry.get("editable")),
            origin=document.source.path,
            revision=revision,
            revision_kind=kind,
        )


def _python(document: Document) -> Iterator[Fact]:
    for key in ("python_full_version", "python_version"):
        if isinstance(value := document.get("requires", key), str):
            version = value if value.count(".") > 1 else f"{value}.*"
            yield PythonVersion(document.where("requires", key), (Comparison("==", version),), "pipfile")
            return
