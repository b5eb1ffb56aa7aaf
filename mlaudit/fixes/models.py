"""What can be written so that it is known which model this is? Commits that this machine has, where the user asks."""

from mlaudit.findings import Finding, Fix
from mlaudit.fixes import Asked
from mlaudit.fixes.revisions import revision_of


def moving_model_revision(finding: Finding, asked: Asked) -> Fix | None:
    return revision_of(finding, asked, "models")
