"""What can be written so that the same commit installs the same packages?"""

from mlaudit.facts import IgnorePattern, Location, Repo, Requirement
from mlaudit.findings import Finding, Fix
from mlaudit.fixes import Asked
from mlaudit.fixes.ignoring import taken_back, without_line
from mlaudit.fixes.pinned import pinned
from mlaudit.fixes.versions import known, known_for
from mlaudit.resolution import installs


def unpinned_requirement(finding: Finding, asked: Asked) -> Fix | None:
    requirement = asked.fact(Requirement, finding.at)
    version = requirement and known(requirement, asked)
    edit = requirement and version and pinned(requirement, asked, version.number)
    if not (requirement and version and edit):
        return None
    title = f"Pin `{requirement.written or requirement.name}` to {version.number}"
    return Fix(title, version.origin, version.safety, (edit,))


def unpinned_install_command(finding: Finding, asked: Asked) -> Fix | None:
    loose = asked.repo.view(_loose).get(finding.at, [])
    versions = [known_for(requirement, finding.at.path, asked) for requirement in loose]
    edits = [version and pinned(each, asked, version.number) for each, version in zip(loose, versions, strict=True)]
    found = [version for version in versions if version]
    if not edits or not all(edits):
        return None
    named = ", ".join(
        f"`{each.written or each.name}` to {version.number}" for each, version in zip(loose, found, strict=True)
    )
    safety = next((version.safety for version in found if version.safety), "")
    origin = "; ".join(dict.fromkeys(version.origin for version in found))
    return Fix(f"Pin {named}", origin, safety, tuple(edit for edit in edits if edit))


def ignored_lock(finding: Finding, asked: Asked) -> Fix | None:
    pattern = asked.fact(IgnorePattern, finding.at)
    if pattern is not None:
        return Fix(f"Take `{pattern.pattern}` out of `{pattern.at.path}`", "", "", (without_line(asked, pattern.at),))
    path = finding.at.path
    if not asked.repo.files[path].ignored:
        return None
    edit = taken_back(asked, path)
    return edit and Fix(f"Let git see `{path}`, which then has to be added", "", "", (edit,))


def _loose(repo: Repo) -> dict[Location, list[Requirement]]:
    """The packages of install commands without an exact version, by the place of their finding."""
    return {installs.span(requirements): requirements for _, requirements in installs.loose(repo)}
