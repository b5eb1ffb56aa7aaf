"""Does a uv.lock still say what its projects say? uv records no digest, so the two are compared part by part.

The parts are those that `uv lock --check` compares (crates/uv-resolver/src/lock/mod.rs, `Lock::satisfies`), held
against uv's own verdicts in tests/fixtures/locks/uv-*.
"""

import json
import posixpath
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from mlaudit.facts import InputDigest, Location, Lock, Member
from mlaudit.resolution import rows
from mlaudit.resolution.markers import Place, same
from mlaudit.resolution.satisfaction import Evidence, Freshness, Reason
from mlaudit.resolution.versions import admits, clauses, span

# Settings of [tool.uv] by the name that a lock records them under, with the value that is not recorded.
OPTIONS = {
    "resolution": ("resolution-mode", "highest"),
    "prerelease": ("prerelease-mode", "if-necessary-or-explicit"),
    "fork-strategy": ("fork-strategy", "requires-python"),
}
MARKERS = {"environments": "supported-markers", "required-environments": "required-markers"}
RECORDED = {"constraint-dependencies": "constraint", "override-dependencies": "override"}
MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg")
PLAIN_SPAN = re.compile(r"(\d+) (day|week)s?")


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
    reasons = list(_recorded(lock, root, evidence, settings))
    reasons += _workspace(lock, projects, root, evidence, settings)
    unknown: list[str] = []
    for member in (*lock.members, *_rootless(lock, root, settings)):
        project = projects.get(posixpath.normpath(posixpath.join(member.path, "pyproject.toml")))
        if project is None:
            unknown.append(f"`{member.path}` was not read")
            continue
        reasons += _identity(lock, member, project, evidence)
        reasons += _names(member, project, settings)
        wanted, doubt = _wanted(project, root, evidence)
        unknown += doubt
        reasons += [] if doubt else rows.differences(member, wanted, lock)
    if not unknown:
        reasons += _python(lock, evidence, projects)
    if reasons:
        return Freshness("stale", tuple(dict.fromkeys(reasons)), "structure")
    if unknown:
        return Freshness("unknown", (Reason(lock.at, f"not checked: {unknown[0]}"),), "structure")
    return Freshness("fresh", (), "structure")


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
    dynamic = project.inputs.get("dynamic", [])
    if "dependencies" in dynamic or "optional-dependencies" in dynamic:
        return [], [f"the dependencies of `{project.path}` are dynamic"]
    if others := project.inputs.get("other-tables", []):
        return [], [f"`{project.path}` also declares them for {others[0]}"]
    inputs = root.inputs | project.inputs
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
    if rows.canonical(found.name) != member.name:
        yield Reason(found.at, f"the project is called `{found.name}`, the lock has `{member.name}`")
    if found.version and member.version and admits(clauses(f"=={found.version}"), member.version) is False:
        yield Reason(found.at, f"`{found.name}` is version {found.version}, the lock has {member.version}")
    needed = {row.name for other in lock.members for row in other.requires}
    if member.kind in ("virtual", "editable") and member.name not in needed and found.buildable != member.buildable:
        yield Reason(found.at, f"the lock has `{found.name}` as {member.kind}, which it no longer is")


def _names(member: Member, project: Project, settings: dict[str, str]) -> Iterator[Reason]:
    """Extras and groups, empty ones too, and the groups installed by default, which uv records since revision 5."""
    revision = int(settings.get("revision", "0"))
    extras = {rows.canonical(name) for name in member.extras}
    known = revision >= 1 and "optional-dependencies" not in project.inputs.get("dynamic", [])
    for name in sorted(extras ^ set(project.inputs.get("extras", []))) if known else ():
        yield Reason(project.at, f"the extra `{name}` is {'no longer there' if name in extras else 'not in the lock'}")
    groups = {rows.canonical(name) for name in member.groups}
    for name in sorted(groups ^ set(project.inputs.get("groups", []))) if revision >= 1 else ():
        yield Reason(project.at, f"the group `{name}` is {'no longer there' if name in groups else 'not in the lock'}")
    usual = ["dev"]
    recorded = _listed(_settings(member.settings), "default-groups") or usual
    if revision >= 5 and project.inputs.get("default-groups", usual) != recorded:
        yield Reason(project.at, "`default-groups` differs from the lock's")


def _recorded(lock: Lock, root: Project, evidence: Evidence, settings: dict[str, str]) -> Iterator[Reason]:
    """Constraints, overrides and options. A uv.toml, where there is one, may set them instead."""
    folder = posixpath.dirname(root.path)
    elsewhere = evidence.files is None or posixpath.join(folder, "uv.toml") in evidence.files
    for key, role in RECORDED.items():
        wanted = [
            rows.wanted(found, root.inputs)
            for found in evidence.requirements
            if found.at.path == root.path and found.role == role
        ]
        if wanted or not elsewhere:
            recorded = tuple(found for found in lock.requirements if found.role == role)
            if any(rows.differences(Member("", folder, requires=recorded), wanted, lock)):
                yield Reason(wanted[0].at if wanted else root.at, f"`{key}` differs from the lock's")
    if elsewhere:
        return
    for key, (name, usual) in OPTIONS.items():
        if key in root.inputs and root.inputs[key] != settings.get(name, usual):
            yield Reason(root.at, f"`{key}` is {root.inputs[key]}, the lock was made with {settings.get(name, usual)}")
    if differs := _span_differs(root.inputs.get("exclude-newer"), settings.get("exclude-newer-span")):
        yield Reason(root.at, f"`exclude-newer` is {differs}, the lock was made with {settings['exclude-newer-span']}")
    for key, name in MARKERS.items():
        stated = root.inputs.get(key, [])
        stated = [stated] if isinstance(stated, str) else stated
        if _markers_differ(stated, _listed(settings, name), lock):
            yield Reason(root.at, f"`{key}` differs from the lock's")


def _span_differs(stated: Any, recorded: str | None) -> str:
    """The stated span where it is plain days or weeks and the recorded one is another, else ""."""
    match = PLAIN_SPAN.fullmatch(stated) if isinstance(stated, str) else None
    if match is None or recorded is None:
        return ""
    days = int(match[1]) * (7 if match[2] == "week" else 1)
    return "" if recorded in (f"P{days}D", f"P{match[1]}{match[2][0].upper()}") else str(stated)


def _markers_differ(stated: list[str], recorded: list[str], lock: Lock) -> bool:
    if not stated or not recorded:
        return bool(stated) != bool(recorded)
    return same(stated, recorded, Place(clauses(lock.requires_python))) is False


def _workspace(
    lock: Lock, projects: dict[str, Project], root: Project, evidence: Evidence, settings: dict[str, str]
) -> Iterator[Reason]:
    """Members that are new or excluded, and conflicts that are gone."""
    listed = {rows.canonical(name) for name in _listed(settings, "members")}
    recorded = listed or {member.name for member in lock.members}
    folder = posixpath.dirname(root.path)
    for distribution in evidence.distributions:
        path = posixpath.dirname(distribution.at.path)
        named = rows.canonical(distribution.name)
        if distribution.at.path in projects and _is_member(path, folder, root.inputs) and named not in recorded:
            yield Reason(distribution.at, f"the workspace member `{distribution.name}` is not in the lock")
    for member in lock.members:
        path = posixpath.relpath(member.path or ".", folder or ".")
        if member.name in recorded and _matches(path, root.inputs.get("workspace:exclude", [])):
            yield Reason(root.at, f"the workspace excludes `{member.name}`, which is in the lock")
        manifests = {posixpath.normpath(f"{member.path}/{name}") for name in MANIFESTS}
        if evidence.files is not None and not manifests & evidence.files:
            yield Reason(lock.at, f"`{member.path}`, a member in the lock, is not there")
    if "conflicts" in settings and not any(project.inputs.get("conflicts") for project in projects.values()):
        yield Reason(root.at, "`conflicts` is gone, the lock was made with it")
    if "conflicts" not in settings and root.inputs.get("conflicts"):
        yield Reason(root.at, "`conflicts` is not in the lock")


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
    members = {posixpath.normpath(posixpath.join(m.path, "pyproject.toml")) for m in lock.members if m.kind in rows.OWN}
    stated = [p for p in evidence.pythons if p.origin == "requires-python" and p.at.path in members & set(projects)]
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
