"""What does a pixi.toml, or [tool.pixi], declare?"""

import posixpath
from collections.abc import Iterator
from typing import Any

from mlaudit.facts import Fact, Manifest, PackageSource, PythonVersion, Requirement, Unreadable, canonical
from mlaudit.readers.documents import Malformed
from mlaudit.readers.documents.toml import Document
from mlaudit.readers.manifests import constraint
from mlaudit.readers.manifests.poetry import direct_reference, entry_location
from mlaudit.source import Source

SECTIONS = {
    "dependencies": "conda",
    "host-dependencies": "conda",
    "build-dependencies": "conda",
    "pypi-dependencies": "pypi",
}


def read(source: Source) -> Iterator[Fact]:
    """The facts of a pixi.toml."""
    try:
        yield from tables(Document(source), ())
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)


def tables(document: Document, root: tuple[str, ...]) -> Iterator[Fact]:
    """The facts of the Pixi tables below `root`."""
    if not document.table(*root):
        return
    found = list(_sections(document, root, ""))
    for feature in document.table(*root, "feature"):
        found += _sections(document, (*root, "feature", feature), f"feature:{feature}")
    if found or root == ():
        yield Manifest(document.key(*root) if root else document.source.location(0), "pixi")
    yield from found
    for workspace in ("workspace", "project"):
        for channel, place in document.strings(*root, workspace, "channels"):
            yield PackageSource(document.where(*place), "channel", channel)


def _sections(document: Document, path: tuple[str, ...], group: str) -> Iterator[Fact]:
    for section, ecosystem in SECTIONS.items():
        yield from _entries(document, (*path, section), ecosystem, group)
    for target in document.table(*path, "target"):
        for section, ecosystem in SECTIONS.items():
            label = f"{group}:{target}" if group else f"target:{target}"
            yield from _entries(document, (*path, "target", target, section), ecosystem, label)


def _entries(document: Document, path: tuple[str, ...], ecosystem: str, group: str) -> Iterator[Fact]:
    for name, value in document.table(*path).items():
        entry: dict[str, Any] = value if isinstance(value, dict) else {"version": str(value)}
        comparisons = constraint.comparisons(str(entry.get("version", "*")))
        if name == "python" and ecosystem == "conda":
            if not group:
                yield PythonVersion(document.where(*path, name), comparisons, "pixi")
            continue
        url, revision, kind = direct_reference(entry, posixpath.dirname(document.source.path))
        yield Requirement(
            entry_location(document, (*path, name)),
            canonical(name),
            () if url else comparisons,
            written=name,
            ecosystem=ecosystem,
            group=group,
            url=url,
            build=str(entry.get("build", "")),
            origin=document.source.path,
            revision=revision,
            revision_kind=kind,
        )
