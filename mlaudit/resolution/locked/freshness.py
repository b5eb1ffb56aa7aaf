"""Does this lock still answer its manifests?

By the digest that the lock records where its tool records one, else by comparing names, versions and what the lock says
it was made from. What cannot be compared is `unknown`: a lock wrongly called stale is the worst error of all.
"""

import json
import posixpath
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256

from mlaudit.facts import Distribution, Include, InputDigest, Lock, Manifest, PythonVersion, Requirement
from mlaudit.resolution.locked import workspace
from mlaudit.resolution.locked.satisfaction import UNSAFE, Evidence, Freshness, Reason, unmet
from mlaudit.resolution.versions import clauses, release, span

GROUPED = ("extra:", "group:")


def freshness(
    lock: Lock,
    requirements: Iterable[Requirement],
    digests: Iterable[InputDigest] = (),
    pythons: Iterable[PythonVersion] = (),
    distributions: Iterable[Distribution] = (),
    *,
    includes: Iterable[Include] = (),
    manifests: Iterable[Manifest] = (),
    files: Iterable[str] | None = None,
) -> Freshness:
    """The verdict on one lock from the facts of the manifests it covers (for workspaces: those of all members).

    `includes` tell which files a compiled file's sources pull in; `files` lets a missing member or a uv.toml be seen.
    """
    evidence = Evidence(
        tuple(requirements),
        tuple(digests),
        tuple(pythons),
        tuple(distributions),
        tuple(includes),
        tuple(manifests),
        None if files is None else frozenset(files),
    )
    judge: dict[str, Callable[[Lock, Evidence], Freshness]] = {
        "poetry": _by_digest,
        "pipfile": _by_digest,
        "pdm": _by_digest,
        "uv": workspace.freshness,
        "compiled": _compiled,
        "pylock": _pylock,
        "pixi": _pixi,
        "conda-lock": _conda_lock,
    }
    if lock.format in judge:
        return judge[lock.format](lock, evidence)
    return _unknown(lock, f"{lock.format} locks name no manifest")


def _by_digest(lock: Lock, evidence: Evidence) -> Freshness:
    algorithm = "pdm" if lock.format == "pylock" else lock.format
    inputs = next((d for d in evidence.digests if d.algorithm == algorithm and d.at.path in lock.sources), None)
    asked = [requirement for requirement in evidence.requirements if requirement.at.path in lock.sources]
    if "lock_inputs=true" in lock.settings:
        return _pdm_inputs(lock, asked, evidence)
    accepted, certain = _accepted(lock, inputs, evidence) if inputs else ((), False)
    outside = tuple(unmet(lock, _locked_groups(lock, asked)))
    if lock.digest and lock.digest in accepted:
        partial = inputs is not None and algorithm == "poetry" and lock.digest not in inputs.values[:2]
        return Freshness("stale" if partial and outside else "fresh", outside if partial else (), algorithm)
    if certain and lock.digest and inputs is not None:
        return Freshness("stale", (Reason(inputs.at, "the content hash differs from the lock's"), *outside), algorithm)
    if outside:
        return Freshness("stale", outside, "structure")
    return _unknown(lock, "its content hash cannot be computed here", algorithm)


def _locked_groups(lock: Lock, asked: list[Requirement]) -> list[Requirement]:
    """Those of the groups that PDM says it locked; all for other tools."""
    named = next((setting for setting in lock.settings if setting.startswith("groups=")), "")
    if not named or lock.format != "pdm":
        return asked
    groups = {"" if group == "default" else group for group in json.loads(named.partition("=")[2])}
    return [found for found in asked if found.group.partition(":")[2].lower().replace("_", "-") in groups]


def _accepted(lock: Lock, inputs: InputDigest, evidence: Evidence) -> tuple[tuple[str, ...], bool]:
    """The digests that count for the version of the tool that locked, and whether no other one is possible."""
    version: tuple[int, ...] = release(lock.tool.partition(" ")[2]) or ()
    if inputs.algorithm == "poetry":
        return inputs.values[: _poetry_variants(version)], inputs.certain and bool(inputs.values)
    if inputs.algorithm == "pipfile":
        return (*inputs.values, *_completed(lock, inputs)), inputs.certain
    if not inputs.values:
        return (), False
    current = lock.format == "pylock" or version >= (4, 5)
    values = inputs.values[:2] if current else inputs.values
    members = {package.source[5:] for package in lock.packages if package.source.startswith("path:")}
    if not members:
        return values, current
    folder = posixpath.dirname(inputs.at.path)
    known = {posixpath.dirname(d.at.path): d.values[:1] for d in evidence.digests if d.algorithm == "pdm"}
    below = {path: values for path, values in known.items() if path != folder and path in members}
    mixed = tuple(_mixed(value, folder, below) for value in values)
    return (*values, *mixed), current and members == set(below)


def _completed(lock: Lock, inputs: InputDigest) -> tuple[str, ...]:
    """The digests of a Pipfile without [[source]], with the index that its lock says it was made with."""
    sources = next((setting for setting in lock.settings if setting.startswith("sources=")), "sources=[]")
    found = []
    for text in inputs.inputs:
        content = json.loads(text)
        content["_meta"]["sources"] = json.loads(sources.partition("=")[2])
        found.append(sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest())
    return tuple(found)


def _poetry_variants(version: tuple[int, ...]) -> int:
    """Poetry 2.3 hashes [dependency-groups] too; 1.x knew [tool.poetry] only. All, where the version is not known."""
    return 1 if version >= (2, 3) else 2 if version >= (2,) else 3


def _mixed(root: str, folder: str, members: dict[str, tuple[str, ...]]) -> str:
    """The digest of a PDM workspace: the root's, then path and digest of each member (pdm/project/workspace.py)."""
    found = sha256(root.encode())
    for path, values in sorted(members.items()):
        digest = "".join(values)
        found.update(b"\0" + posixpath.relpath(path, folder or ".").encode() + b"\0" + digest.encode())
    return found.hexdigest()


def _pdm_inputs(lock: Lock, asked: list[Requirement], evidence: Evidence) -> Freshness:
    """PDM's recorded inputs: names per group, the Python range, and versions that fit."""
    named = [found for found in asked if found.role == "requirement"]
    if any(found.url for found in named):
        return _unknown(lock, "PDM keeps references by URL as hashes")
    recorded = {(_group(found), found.name, found.extras) for found in lock.requirements}
    wanted = {(_group(found), found.name, found.extras): found for found in named}
    reasons = [
        Reason(found.at, f"`{found.written or found.name}` is not among the lock's inputs")
        for key, found in wanted.items()
        if key not in recorded
    ]
    reasons += [
        Reason(lock.at, f"the lock was made with `{name}`, which is no longer asked for")
        for group, name, extras in sorted(recorded - set(wanted))
    ]
    for python in evidence.pythons:
        if python.origin == "requires-python" and python.at.path in lock.sources:
            reasons += _python(lock, python)
    reasons += unmet(lock, _locked_groups(lock, named))
    return Freshness("stale" if reasons else "fresh", tuple(reasons), "structure")


def _group(requirement: Requirement) -> str:
    return requirement.group.partition(":")[2].lower().replace("_", "-")


def _python(lock: Lock, python: PythonVersion) -> Iterator[Reason]:
    wanted, locked = span(python.comparisons), span(clauses(lock.requires_python))
    if wanted and locked and wanted != locked:
        yield Reason(python.at, f"Python differs from the lock's `{lock.requires_python}`")


def _compiled(lock: Lock, evidence: Evidence) -> Freshness:
    """A compiled requirements file against its sources, and the sources' includes."""
    places = (fact.at for facts in (evidence.requirements, evidence.manifests, evidence.includes) for fact in facts)
    known = {place.path for place in places}
    missing = [source for source in lock.sources if source not in known]
    if not lock.sources or missing:
        what = f"`{missing[0]}` was not read" if missing else "its header names no source"
        return _unknown(lock, what)
    asked = list(_sources(lock, evidence))
    universal = any(setting.startswith("universal=") for setting in lock.settings)
    left_out = {setting.partition("=")[2] for setting in lock.settings if setting.startswith("no-emit-package=")}
    reasons = (*unmet(lock, asked, universal=universal, absent=UNSAFE | left_out), *_dropped(lock, asked, evidence))
    if reasons:
        return Freshness("stale", reasons, "structure")
    exported = " export" in lock.command or lock.tool in ("pdm", "pipenv", "pip freeze")
    computed = any(manifest.computed and manifest.at.path in lock.sources for manifest in evidence.manifests)
    if exported or computed:
        what = "the sources are computed" if computed else "an export does not say what was asked for"
        return _unknown(lock, what)
    return Freshness("fresh", (), "structure")


def _sources(lock: Lock, evidence: Evidence) -> Iterator[Requirement]:
    """The requirements of the sources, their includes, and the constraints of the command, each with its true role."""
    roles = dict.fromkeys(lock.sources, "requirement")
    for setting in lock.settings:
        key, _, value = setting.partition("=")
        if key in ("constraint", "override"):
            roles.setdefault(value, key)
    queue = list(roles)
    while queue:
        path = queue.pop()
        for include in evidence.includes:
            if include.at.path == path and include.target not in roles:
                roles[include.target] = roles[path] if include.role == "requirement" else include.role
                queue.append(include.target)
    groups = _groups(lock)
    for requirement in evidence.requirements:
        role = roles.get(requirement.at.path)
        if role and _is_compiled(requirement, groups):
            yield requirement if role == "requirement" else requirement._replace(role=role)


def _groups(lock: Lock) -> set[str]:
    """The extras and groups that the command names; "*extra" and "*group" for all of them."""
    found = set()
    for setting in lock.settings:
        key, _, value = setting.partition("=")
        found |= {"*extra:"} if key == "all-extras" else {"*group:"} if key == "all-groups" else set()
        if key in ("extra", "group"):
            found |= {f"{key}:{name.strip()}" for name in value.split(",")}
    return found


def _is_compiled(requirement: Requirement, groups: set[str]) -> bool:
    if requirement.role == "build" or requirement.group == "build":
        return False
    kind = next((kind for kind in GROUPED if requirement.group.startswith(kind)), "")
    return not kind or f"*{kind}" in groups or requirement.group in groups


def _dropped(lock: Lock, asked: list[Requirement], evidence: Evidence) -> Iterator[Reason]:
    """Packages that the lock says a source asked for, and no source does any longer."""
    names = {requirement.name for requirement in asked}
    read = {requirement.at.path for requirement in asked if requirement.role == "requirement"}
    computed = {manifest.at.path for manifest in evidence.manifests if manifest.computed}
    projects = {distribution.name.lower() for distribution in evidence.distributions}
    if names & projects or read & computed:
        return
    for requirement in lock.requirements:
        if requirement.role == "requirement" and requirement.origin in read and requirement.name not in names:
            file = posixpath.basename(requirement.origin)
            yield Reason(requirement.at, f"`{requirement.name}` is no longer asked for in `{file}`")


def _pylock(lock: Lock, evidence: Evidence) -> Freshness:
    if lock.digest:
        return _by_digest(lock, evidence)
    if not lock.sources:
        maker = lock.tool or "its tool"
        return _unknown(lock, f"{maker} does not record what it locked")
    found = _compiled(lock, evidence)
    if found.verdict != "fresh":
        return found
    return _unknown(lock, "pylock.toml does not say what was asked for")


def _pixi(lock: Lock, evidence: Evidence) -> Freshness:
    """Names and versions of the default feature; PyPI names that conda packages answer are not recorded before 6."""
    manifest = next((m.at.path for m in evidence.manifests if m.format == "pixi" and m.at.path in lock.sources), "")
    asked = [found for found in evidence.requirements if found.at.path == manifest and found.group == ""]
    if (release(lock.tool.partition(" ")[2]) or (0,)) < (6,):
        asked = [found for found in asked if found.ecosystem == "conda"]
    return _structural(lock, tuple(unmet(lock, asked)))


def _conda_lock(lock: Lock, evidence: Evidence) -> Freshness:
    """Versions only: a name may be absent because of a selector in a comment, or bear another name on conda."""
    asked = [found for found in evidence.requirements if found.at.path in lock.sources]
    absent = frozenset(found.name for found in asked)
    return _structural(lock, tuple(unmet(lock, asked, absent=absent)))


def _structural(lock: Lock, reasons: tuple[Reason, ...]) -> Freshness:
    if reasons:
        return Freshness("stale", reasons, "structure")
    return _unknown(lock, "names and versions fit, channels and removed packages are not compared")


def _unknown(lock: Lock, why: str, algorithm: str = "structure") -> Freshness:
    return Freshness("unknown", (Reason(lock.at, f"not checked: {why}"),), algorithm)
