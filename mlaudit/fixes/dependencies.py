"""What can be written so that the same commit installs the same packages?"""

from mlaudit.facts import Requirement
from mlaudit.findings import Finding, Fix
from mlaudit.fixes import Asked
from mlaudit.fixes.pinned import pinned
from mlaudit.fixes.versions import known


def unpinned_requirement(finding: Finding, asked: Asked) -> Fix | None:
    requirement = asked.fact(Requirement, finding.at)
    version = requirement and known(requirement, asked)
    text = requirement and version and pinned(requirement, asked.text(requirement.at), version.number)
    if not (requirement and version and text):
        return None
    edit = asked.edit(requirement.at, text)
    return Fix(f"Pin `{requirement.written or requirement.name}` to {version.number}", version.origin, "", (edit,))
