"""What does a pyproject.toml declare? PEP 621, 735 and 518, and the tables of Poetry, PDM, Hatch, uv and Pixi."""

import posixpath
from collections.abc import Iterator
from typing import Any

from mlaudit.facts import (
    Comparison,
    Distribution,
    EntryPoint,
    Fact,
    InputDigest,
    Manifest,
    PackageSource,
    PythonVersion,
    Requirement,
    Unreadable,
    canonical,
)
from mlaudit.readers.documents import Malformed
from mlaudit.readers.documents.toml import Document
from mlaudit.readers.locks import digests
from mlaudit.readers.manifests import requirement, requirements
from mlaudit.source import Source

INDEX_SIGNALS = ("classifiers", "license", "urls", "authors", "maintainers", "keywords", "readme")
CONSTRAINTS = {"constraint-dependencies": "constraint", "override-dependencies": "override"}


def read(source: Source) -> Iterator[Fact]:
    """Every table of the file that declares requirements, Pythons or a distribution."""
    try:
        document = Document(source)
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    yield from facts(document)


def facts(document: Document) -> Iterator[Fact]:
    """The same from a document that is already parsed."""
    sources = document.table("tool", "uv", "sources")
    for fact in (*_project(document), *_groups(document), *_build(document), *_tools(document)):
        yield _sourced(fact, sources, document) if isinstance(fact, Requirement) else fact
    if document.table("tool", "poetry"):
        from mlaudit.readers.manifests import poetry

        yield from poetry.read(document)
    if document.table("tool", "pixi"):
        from mlaudit.readers.manifests import pixi

        yield from pixi.tables(document, ("tool", "pixi"))
    yield from _digests(document)
    yield from _entry_points(document)


def _entry_points(document: Document) -> Iterator[Fact]:
    for table in (("project", "scripts"), ("project", "gui-scripts"), ("tool", "poetry", "scripts")):
        for name, target in document.table(*table).items():
            if isinstance(target, str) and ":" in target:
                yield EntryPoint(document.where(*table, name), name, target)


def _project(document: Document) -> Iterator[Fact]:
    project = document.table("project")
    if not project:
        return
    listed = project.get("dynamic")
    dynamic = listed if isinstance(listed, list) else []
    files = document.get("tool", "setuptools", "dynamic", "dependencies", "file")
    computed = "dependencies" in dynamic and not files
    yield Manifest(document.key("project"), "project", computed=computed)
    yield _distribution(document, project)
    yield from _strings(document, ("project", "dependencies"))
    for extra in project.get("optional-dependencies") or {}:
        yield from _strings(document, ("project", "optional-dependencies", extra), group=f"extra:{extra}")
    for target in [files] if isinstance(files, str) else files or []:
        at = document.where("tool", "setuptools", "dynamic", "dependencies", "file")
        yield requirements.include(at, str(target), document.source.path)
    yield from _python(document, ("project", "requires-python"))


def _distribution(document: Document, project: dict[str, Any]) -> Distribution:
    signals = tuple(key for key in INDEX_SIGNALS if project.get(key))
    private = any("Private" in str(classifier) for classifier in project.get("classifiers") or [])
    managed = document.get("tool", "uv", "package")
    return Distribution(
        document.where("project", "name"),
        str(project.get("name", "")),
        str(project.get("version", "")),
        () if private or managed is False else signals,
        buildable=("build-system" in document.data) if managed is None else bool(managed),
    )


def _groups(document: Document) -> Iterator[Fact]:
    groups = document.table("dependency-groups")
    if groups and "project" not in document.data:
        yield Manifest(document.key("dependency-groups"), "groups")
    for group in groups:
        yield from _group(document, group, f"group:{group}", ())


def _group(document: Document, name: str, label: str, seen: tuple[str, ...]) -> Iterator[Fact]:
    entries = document.table("dependency-groups").get(name)
    if name in seen or not isinstance(entries, list):
        return
    yield from _strings(document, ("dependency-groups", name), group=label)
    for entry in entries:
        if isinstance(entry, dict) and isinstance(included := entry.get("include-group"), str):
            for other in document.table("dependency-groups"):
                if canonical(other) == canonical(included):
                    yield from _group(document, other, label, (*seen, name))


def _build(document: Document) -> Iterator[Fact]:
    yield from _strings(document, ("build-system", "requires"), role="build", group="build")


def _tools(document: Document) -> Iterator[Fact]:
    yield from _strings(document, ("tool", "uv", "dev-dependencies"), group="group:dev")
    for key, role in CONSTRAINTS.items():
        yield from _strings(document, ("tool", "uv", key), role=role)
    for group in document.table("tool", "pdm", "dev-dependencies"):
        yield from _strings(document, ("tool", "pdm", "dev-dependencies", group), group=f"group:{group}")
    for environment in document.table("tool", "hatch", "envs"):
        path = ("tool", "hatch", "envs", environment)
        for key in ("dependencies", "extra-dependencies"):
            yield from _strings(document, (*path, key), group=f"env:{environment}")
        yield from _python(document, (*path, "python"), origin="hatch")
    for option in ("prerelease", "extra-index-url"):
        if value := document.get("tool", "uv", option):
            yield PackageSource(document.where("tool", "uv", option), option, str(value))


def _strings(document: Document, path: tuple[str, ...], **context: str) -> Iterator[Fact]:
    """The requirement strings of the array at `path`."""
    origin = document.source.path
    for text, place in document.strings(*path):
        passage = document.passage(*place)
        if found := requirement.parse(text, passage.locate, origin=origin, **context):
            yield requirements.rooted(found, origin)
        else:
            yield Unreadable(document.where(*place), f"`{text.strip()}` is no requirement that pip reads", partly=True)


def _python(document: Document, path: tuple[str, ...], origin: str = "requires-python") -> Iterator[Fact]:
    value = document.get(*path)
    if not isinstance(value, str) or not value.strip():
        return
    found = requirement.comparisons(value)
    if origin == "hatch":
        found = (Comparison("==", f"{value}.*"),)
    yield PythonVersion(document.where(*path), found, origin)


def _sourced(found: Requirement, sources: dict[str, Any], document: Document) -> Requirement:
    """The requirement with what [tool.uv.sources] says of its name."""
    for name, entry in sources.items():
        if canonical(name) == found.name and not found.url and isinstance(entry, dict):
            folder = posixpath.dirname(document.source.path)
            url, revision, kind = _uv_source(entry, folder)
            return found._replace(url=url, revision=revision, revision_kind=kind)
    return found


def _uv_source(entry: dict[str, Any], folder: str) -> tuple[str, str, str]:
    if "git" in entry:
        kind = next((key for key in ("rev", "tag", "branch") if key in entry), "")
        revision = str(entry.get(kind, ""))
        return f"git+{entry['git']}" + (f"@{revision}" if revision else ""), revision, kind
    if "path" in entry:
        return f"path:{posixpath.normpath(posixpath.join(folder, str(entry['path'])))}", "", ""
    if entry.get("workspace"):
        return "workspace:", "", ""
    if "index" in entry:
        return f"index:{entry['index']}", "", ""
    return str(entry.get("url", "")), "", ""


def _digests(document: Document) -> Iterator[Fact]:
    at = document.source.location(0)
    if "poetry" in document.table("tool") or "project" in document.data:
        yield InputDigest(at, "poetry", digests.poetry(document.data))
    if "project" in document.data or "uv" in document.table("tool"):
        yield InputDigest(at, "uv", (), inputs=digests.uv(document.data))
    if "project" in document.data or "pdm" in document.table("tool"):
        yield InputDigest(at, "pdm", digests.pdm(document.data))
