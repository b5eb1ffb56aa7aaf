"""How sure is it that a requirement's range is a fault, given what kind of project asks for it?"""

from mlaudit.facts import Requirement
from mlaudit.resolution.projects import BESIDE, Project


def confidence(project: Project | None, requirement: Requirement) -> str:
    """For a library, which should keep ranges, "none"; beside one low, where it may be one medium; else "".

    The header of a script declares for that script alone, whatever the repository is, and an environment file says
    what to run with, not what a package needs; that of the docs or of an example changes no result.
    """
    if project is None or requirement.group == "script":
        return ""
    is_environment = requirement.ecosystem == "conda" or requirement.origin.endswith((".yml", ".yaml"))
    if project.kind == "library" and project.is_certain and is_environment:
        return "medium" if BESIDE.isdisjoint(requirement.at.path.split("/")) else "low"
    if project.kind == "library":
        return "none" if project.is_certain else "low"
    return "" if project.is_certain else "medium"
