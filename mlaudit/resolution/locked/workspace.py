"""Does a uv.lock still say what its projects say? uv records no digest, so the two are compared part by part.

The parts are those that `uv lock --check` compares (crates/uv-resolver/src/lock/mod.rs, `Lock::satisfies`), held
against uv's own verdicts in tests/fixtures/locks/uv-*.
"""

import json
import posixpath
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from mlaudit.facts import InputDigest, Location, Lock, Member, canonical
from mlaudit.resolution.locked import recorded_settings, rows
from mlaudit.resolution.locked.satisfaction import Evidence, Freshness, Reason
from mlaudit.resolution.versions import admits, clauses, span

RECORDED = {"constraint-dependencies": "constraint", "override-dependencies": "override"}
MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg")


class Project(NamedTuple):
    """A pyproject.toml of the workspace: its path, what uv reads besides requirements, and where it stands."""

    path: str
    inputs: dict[str, Any]
    at: Location


def freshness(lock: Lock, evidence: Evidence) -> Freshness:
    """The verdict on a uv.lock, or on the lock of a script."""
    if lock.sources[0].endswith(".py"):
        return _script(lock, evidence)
    projects = {d.at.path: _project(d) for d in evidence.digests if d.algorithm == "uv"}
    root = projects.get(lock.sources[0])
    if root is None:
        return Freshness("unknown", (Reason(lock.at, f"not checked: `{lock.sources[0]}` was not read"),), "structure")
    settings = _settings(lock.settings)
    reasons = [*_workspace(lock, projects, root, evidence, settings), *_recorded(lock, root, evidence)]
    more, unknown = _options(lock, projects, root, evidence)
    reasons += more
    for member in (*lock.members, *_rootless(lock, root, settings)):
        more, doubts = _member(lock, member, projects, root, evidence)
        reasons += more
        unknown += doubts
    reasons += _python(lock, evidence, projects)
    if reasons:
        return Freshness("stale", tuple(dict.fromkeys(reasons)), "structure")
    if unknown:
        return Freshness("unknown", (Reason(lock.at, f"not checked: {unknown[0]}"),), "structure")
    return Freshness("fresh", (), "structure")


def _options(
    lock: Lock, projects: dict[str, Project], root: Project, evidence: Evidence
) -> tuple[list[Reason], list[str]]:
    """How the options differ, and what is not known of them. A uv.toml hides those of [tool.uv]."""
    path = posixpath.join(posixpath.dirname(root.path), "uv.toml")
    if evidence.files is not None and path in evidence.files and path not in projects:
        return [], [f"`{path}` was not read"]
    where = projects.get(path, root)
    differ = [Reason(where.at, text) for text in recorded_settings.options(lock, where.inputs)]
    return differ, list(recorded_settings.doubts(lock, where.inputs))


def _member(
    lock: Lock, member: Member, projects: dict[str, Project], root: Project, evidence: Evidence
) -> tuple[list[Reason], list[str]]:
    """How a member differs from what the lock recorded of it, and what is not known of it."""
    project = projects.get(_manifest(member))
    if project is None:
        return [], [f"`{member.path}` was not read"]
    reasons = list(_identity(lock, member, project, evidence))
    if not member.name and reasons:
        return reasons, []
    reasons += _names(member, project, _settings(lock.settings))
    wanted, doubts = _wanted(project, root, evidence)
    return reasons + ([] if doubts else list(rows.differences(member, wanted, lock))), doubts


def _manifest(member: Member) -> str:
    return posixpath.normpath(posixpath.join(member.path, "pyproject.toml"))


def _rootless(lock: Lock, root: Project, settings: dict[str, str]) -> Iterator[Member]:
    """A root that is no project itself, but may have groups."""
    folder = posixpath.dirname(root.path)
    if not any(posixpath.normpath(member.path) == (folder or ".") for member in lock.members):
        recorded = tuple(found for found in lock.requirements if found.group.startswith("group:"))
        yield Member("", folder, requires=recorded, groups=tuple(_listed(settings, "groups")))


def _project(found: InputDigest) -> Project:
    """The project with the paths of its sources written from the repository's root."""
    inputs = {key: json.loads(value) for key, _, value in (text.partition("=") for text in found.inputs)}
    folder = posixpath.dirname(found.at.path)
    for key, value in inputs.items():
        for entry in (value if isinstance(value, list) else [value]) if key.startswith("source:") else ():
            if isinstance(entry, dict) and "path" in entry:
                entry["path"] = posixpath.normpath(posixpath.join(folder, str(entry["path"])))
    return Project(found.at.path, inputs, found.at)


def _settings(settings: Iterable[str]) -> dict[str, str]:
    return {key: value for key, _, value in (setting.partition("=") for setting in settings)}


def _listed(settings: dict[str, str], key: str) -> list[Any]:
    found = json.loads(settings[key]) if key in settings else []
    return found if isinstance(found, list) else []


def _wanted(project: Project, root: Project, evidence: Evidence) -> tuple[list[rows.Row], list[str]]:
    """The rows that uv would record of a project, and why they cannot be known."""
    if "dependency-groups" in project.inputs:
        return [], [f"a group of `{project.path}` has a Python of its own"]
    dynamic = project.inputs.get("dynamic", [])
    if "dependencies" in dynamic or "optional-dependencies" in dynamic:
        return [], [f"the dependencies of `{project.path}` are dynamic"]
    if others := project.inputs.get("other-tables", []):
        return [], [f"`{project.path}` also declares them for {others[0]}"]
    folder, home = posixpath.dirname(project.path), posixpath.dirname(root.path)
    inputs = (root.inputs if _is_member(folder, home, root.inputs) else {}) | project.inputs
    asked = [
        found
        for found in evidence.requirements
        if found.at.path == project.path and found.role == "requirement" and found.ecosystem == "pypi"
    ]
    asked = [found for found in asked if found.group == "" or found.group.startswith(("extra:", "group:"))]
    return [rows.wanted(found, inputs) for found in asked], []


def _identity(lock: Lock, member: Member, project: Project, evidence: Evidence) -> Iterator[Reason]:
    """Name, version, and whether it is built."""
    found = next((d for d in evidence.distributions if d.at.path == project.path and d.name), None)
    if found is None:
        return
    if not member.name:
        yield Reason(found.at, f"the project `{found.name}` is not in the lock")
        return
    if canonical(found.name) != member.name:
        yield Reason(found.at, f"the project is called `{found.name}`, the lock has `{member.name}`")
    if found.version and member.version and admits(clauses(f"=={found.version}"), member.version) is False:
        yield Reason(found.at, f"`{found.name}` is version {found.version}, the lock has {member.version}")
    needed = {row.name for other in lock.members for row in other.requires}
    if member.kind in ("virtual", "editable") and member.name not in needed and found.buildable != member.buildable:
        yield Reason(found.at, f"the lock has `{found.name}` as {member.kind}, which it no longer is")


def _names(member: Member, project: Project, settings: dict[str, str]) -> Iterator[Reason]:
    """Extras and groups, empty ones too, and the groups installed by default, which uv records since revision 5."""
    revision = int(settings.get("revision", "0"))
    extras = {canonical(name) for name in member.extras}
    known = revision >= 1 and "optional-dependencies" not in project.inputs.get("dynamic", [])
    for name in sorted(extras ^ set(project.inputs.get("extras", []))) if known else ():
        yield Reason(project.at, f"the extra `{name}` is {'no longer there' if name in extras else 'not in the lock'}")
    groups = {canonical(name) for name in member.groups}
    for name in sorted(groups ^ set(project.inputs.get("groups", []))) if revision >= 1 else ():
        yield Reason(project.at, f"the group `{name}` is {'no longer there' if name in groups else 'not in the lock'}")
    usual = project.inputs.get("default-groups", ["dev"])
    recorded = json.loads(_settings(member.settings).get("default-groups", '["dev"]'))
    if revision >= 5 and sorted(usual) != sorted(recorded):
        yield Reason(project.at, "`default-groups` differs from the lock's")


def _recorded(lock: Lock, root: Project, evidence: Evidence) -> Iterator[Reason]:
    """Constraints and overrides, with what else [manifest] holds."""
    folder = posixpath.dirname(root.path)
    for key, role in RECORDED.items():
        stated = [found for found in evidence.requirements if found.at.path == root.path and found.role == role]
        recorded = tuple(found for found in lock.requirements if found.role == role)
        wanted = [rows.wanted(found, root.inputs) for found in stated]
        if any(rows.differences(Member("", folder, requires=recorded), wanted, lock)):
            yield Reason(stated[0].at if stated else root.at, f"`{key}` differs from the lock's")
    for key in recorded_settings.differences(lock, root.inputs):
        yield Reason(root.at, f"`{key}` differs from the lock's")


def _workspace(
    lock: Lock, projects: dict[str, Project], root: Project, evidence: Evidence, settings: dict[str, str]
) -> Iterator[Reason]:
    """Members that are new or excluded, and conflicts that are gone."""
    listed = {canonical(name) for name in _listed(settings, "members")}
    recorded = listed or {member.name for member in lock.members}
    folder = posixpath.dirname(root.path)
    for distribution in evidence.distributions:
        path = posixpath.dirname(distribution.at.path)
        named = canonical(distribution.name)
        if distribution.at.path in projects and _is_member(path, folder, root.inputs) and named not in recorded:
            yield Reason(distribution.at, f"the workspace member `{distribution.name}` is not in the lock")
    for member in lock.members:
        path = posixpath.relpath(member.path or ".", folder or ".")
        if member.name in recorded and _matches(path, root.inputs.get("workspace:exclude", [])):
            yield Reason(root.at, f"the workspace excludes `{member.name}`, which is in the lock")
        manifests = {posixpath.normpath(f"{member.path}/{name}") for name in MANIFESTS}
        inside = member.kind != "path" and not member.path.startswith(("..", "/", "~", "file:"))
        if inside and evidence.files is not None and not manifests & evidence.files:
            yield Reason(lock.at, f"`{member.path}`, a member in the lock, is not there")
    if "conflicts" in settings and not any(project.inputs.get("conflicts") for project in projects.values()):
        yield Reason(root.at, "`conflicts` is gone, the lock was made with it")
    name = next((d.name for d in evidence.distributions if d.at.path == root.path), "")
    if not recorded_settings.conflicts(root.inputs, name) <= recorded_settings.conflicts(_conflicts(settings), ""):
        yield Reason(root.at, "`conflicts` differs from the lock's")


def _conflicts(settings: dict[str, str]) -> dict[str, Any]:
    return {"conflicts": _listed(settings, "conflicts")}


def _is_member(path: str, folder: str, inputs: dict[str, Any]) -> bool:
    relative = posixpath.relpath(path or ".", folder or ".")
    excluded = _matches(relative, inputs.get("workspace:exclude", []))
    return not excluded and _matches(relative, inputs.get("workspace:members", []))


def _matches(path: str, patterns: list[str]) -> bool:
    """Does a glob match, each `*` within one folder?"""
    parts = path.split("/")
    for pattern in patterns:
        wanted = posixpath.normpath(pattern).split("/")
        if "**" in wanted and fnmatchcase(path, posixpath.normpath(pattern).replace("**", "*")):
            return True
        if len(wanted) == len(parts) and all(map(fnmatchcase, parts, wanted)):
            return True
    return False


def _python(lock: Lock, evidence: Evidence, projects: dict[str, Project]) -> Iterator[Reason]:
    """The range of Pythons, which is that of all members at once."""
    members = {_manifest(member) for member in lock.members if member.kind in rows.OWN}
    if not members <= set(projects):
        return
    stated = [p for p in evidence.pythons if p.origin == "requires-python" and p.at.path in members]
    wanted, recorded = span([c for python in stated for c in python.comparisons]), span(clauses(lock.requires_python))
    if stated and wanted and recorded and wanted != recorded:
        yield Reason(stated[0].at, f"`requires-python` differs from the lock's `{lock.requires_python}`")


def _script(lock: Lock, evidence: Evidence) -> Freshness:
    """The lock of a script, against its header. Its [tool.uv] is not read, so sources count for nothing."""
    asked = [found for found in evidence.requirements if found.at.path == lock.sources[0]]
    recorded = tuple(found for found in lock.requirements if found.role == "requirement")
    if not asked and recorded:
        return Freshness("unknown", (Reason(lock.at, f"not checked: `{lock.sources[0]}` was not read"),), "structure")
    elsewhere = {found.name for found in recorded if found.url}
    wanted = [rows.wanted(found._replace(group=""), {}) for found in asked if found.name not in elsewhere]
    member = Member("", "", requires=tuple(found for found in recorded if not found.url))
    reasons = list(rows.differences(member, wanted, lock))
    for python in evidence.pythons:
        wished, locked = span(python.comparisons), span(clauses(lock.requires_python))
        if python.at.path == lock.sources[0] and wished and locked and wished != locked:
            reasons.append(Reason(python.at, f"`requires-python` differs from the lock's `{lock.requires_python}`"))
    return Freshness("stale" if reasons else "fresh", tuple(reasons), "structure")
