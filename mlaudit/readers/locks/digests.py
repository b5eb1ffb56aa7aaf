"""Which digest would a lock tool record of this manifest?

Each function takes the parsed manifest and gives the digests of the tool's versions, the newest first; none where the
digest cannot be known. Read in the sources of Poetry 2.5.1 and 1.8.5 (packages/locker.py), pipenv 2026.10
(utils/pipfile.py), plette (pipfiles.py) and PDM 2.29 (project/project_file.py, project/workspace.py).
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from mlaudit.facts import canonical
from mlaudit.readers.locks import shape

Table = dict[str, Any]

# Tables of other tools that declare requirements in the same file.
OTHERS = {
    "poetry": {"dependencies", "group", "dev-dependencies"},
    "pdm": {"dev-dependencies"},
    "pixi": {"pypi-dependencies", "feature", "target"},
}
UV_WORDS = ("resolution", "prerelease", "fork-strategy", "exclude-newer")
UV_LISTS = (
    "environments",
    "required-environments",
    "default-groups",
    "build-constraint-dependencies",
    "exclude-dependencies",
)

POETRY_LEGACY = ("dependencies", "source", "extras", "dev-dependencies")
POETRY_PROJECT = ("requires-python", "dependencies", "optional-dependencies")
PIPFILE_TABLES = frozenset(
    {"source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv", "default", "develop"}
)


def poetry(data: Table) -> tuple[str, ...]:
    """`content-hash` of poetry.lock from a pyproject.toml: Poetry 2.3 and later, 2.0 to 2.2, and 1.x."""
    project, tool = _table(data, "project"), _table(_table(data, "tool"), "poetry")
    groups = _table(data, "dependency-groups")
    relevant = {key: project[key] for key in POETRY_PROJECT if project.get(key) is not None}
    variants = (_poetry(relevant, groups, tool), _poetry(relevant, {}, tool), _poetry({}, {}, tool))
    return tuple(_digest(variant) for variant in variants)


def _poetry(project: Table, groups: Table, tool: Table) -> Table:
    """The content that Poetry hashes; a missing legacy key counts as null where only [tool.poetry] speaks."""
    parts = ({"project": project} if project else {}) | ({"dependency-groups": groups} if groups else {})
    kept = {
        key: tool.get(key)
        for key in (*POETRY_LEGACY, "group")
        if tool.get(key) is not None or (key in POETRY_LEGACY and not parts)
    }
    return parts | {"tool": {"poetry": kept}} if parts else kept


def pipfile(data: Table) -> tuple[str, ...]:
    """`_meta.hash.sha256` of Pipfile.lock: with names as PEP 503 normalises them, and as written (before 2026).

    Without a [[source]] the digest holds the index of the machine that locked: see `pipfile_inputs`.
    """
    return tuple(_digest(_pipfile(data, normalised), (",", ":")) for normalised in (True, False))


def pipfile_inputs(data: Table) -> tuple[str, ...]:
    """What Pipfile.lock hashes, as JSON, where no [[source]] says the index: the lock's own sources complete it."""
    if "source" in data:
        return ()
    return tuple(json.dumps(_pipfile(data, normalised), sort_keys=True, default=str) for normalised in (True, False))


def _pipfile(data: Table, normalised: bool) -> Table:
    def named(section: Any) -> Any:
        if not normalised or not isinstance(section, dict):
            return section
        return {canonical(name): value for name, value in section.items()}

    content = {
        "_meta": {"sources": data.get("source", []), "requires": data.get("requires", {})},
        "default": named(data.get("packages", {})),
        "develop": named(data.get("dev-packages", {})),
    }
    return content | {key: named(value) for key, value in data.items() if key not in PIPFILE_TABLES}


def pdm(data: Table) -> tuple[str, ...]:
    """`content_hash` of pdm.lock, without its `sha256:`; a workspace's root mixes its members' digests in.

    None for a manifest without [project], which PDM converts first, and for one that names a group both in
    [dependency-groups] and in PDM's own table, of which PDM 2.29 hashes a list that it has extended before.
    """
    project, settings = _table(data, "project"), _table(_table(data, "tool"), "pdm")
    groups, legacy = _table(data, "dependency-groups"), _table(settings, "dev-dependencies")
    names = [canonical(name) for name in (*groups, *legacy)]
    if not project or len(set(names)) < len(names):
        return ()
    content = {
        "sources": settings.get("source", []),
        "dependencies": project.get("dependencies", []),
        "optional-dependencies": project.get("optional-dependencies", {}),
        "requires-python": project.get("requires-python", ""),
    }
    newest = {canonical(name): value for name, value in (groups | legacy).items()}
    resolution = _table(settings, "resolution")
    return (
        _digest(content | {"dev-dependencies": newest, "resolution": resolution}),
        _digest(content | {"dev-dependencies": groups | legacy, "resolution": resolution}),
        _digest(content | {"dev-dependencies": legacy, "resolution": resolution}),
        _digest(content | {"dev-dependencies": legacy, "overrides": resolution.get("overrides", {})}),
    )


def uv(data: Table) -> tuple[str, ...]:
    """What uv compares with its lock besides the requirements: `key=value` each, values as JSON.

    Sources and indexes by name, the workspace's patterns, the names of extras and groups (empty ones count), what is
    dynamic, and the settings that a lock records (crates/uv-resolver/src/lock in uv 0.13).
    """
    project, settings = _table(data, "project"), _table(_table(data, "tool"), "uv")
    groups = {*_table(data, "dependency-groups"), *(["dev"] if settings.get("dev-dependencies") else [])}
    workspace = _table(settings, "workspace")
    found: Table = {
        "dynamic": shape.strings(project.get("dynamic")),
        "extras": sorted(map(canonical, _table(project, "optional-dependencies"))),
        "groups": sorted(map(canonical, groups)),
        "other-tables": [tool for tool, keys in OTHERS.items() if keys & set(_table(_table(data, "tool"), tool))],
    }
    for name, source in _table(settings, "sources").items():
        found[f"source:{canonical(name)}"] = shape.tables(source) if isinstance(source, list) else shape.table(source)
    for index in shape.tables(settings.get("index")):
        found |= {f"index:{index['name']}": str(index.get("url", ""))} if "name" in index else {}
    found |= {f"workspace:{key}": shape.strings(workspace[key]) for key in ("members", "exclude") if key in workspace}
    found |= dict(_settings(settings))
    return tuple(f"{key}={json.dumps(value, sort_keys=True, default=str)}" for key, value in found.items())


def _settings(settings: Table) -> Iterator[tuple[str, Any]]:
    """The settings of [tool.uv] that a lock records, each in the shape that uv takes."""
    yield from ((key, str(settings[key])) for key in UV_WORDS if key in settings)
    for key in UV_LISTS:
        if key in settings:
            value = settings[key]
            yield key, value if isinstance(value, str) else shape.strings(value)
    if "conflicts" in settings:
        yield "conflicts", [shape.tables(items) for items in _list(settings["conflicts"])]
    if "dependency-metadata" in settings:
        yield "dependency-metadata", shape.tables(settings["dependency-metadata"])
    if groups := _table(settings, "dependency-groups"):
        yield "dependency-groups", groups


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _digest(content: Table, separators: tuple[str, str] = (", ", ": ")) -> str:
    return sha256(json.dumps(content, sort_keys=True, separators=separators, default=str).encode()).hexdigest()


def _table(data: Table, key: str) -> Table:
    return shape.table(data.get(key))
