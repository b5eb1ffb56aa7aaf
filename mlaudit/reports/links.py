"""Where can a reader open the place that a finding names?"""

from mlaudit.facts import Location
from mlaudit.findings import Report
from mlaudit.reports.text import link_path


def permalink(report: Report, at: Location) -> str:
    """The address of a line at the audited commit, on the pages of the repository; "" where they are not known."""
    origin = report.origin
    if not (origin.url and origin.commit):
        return ""
    blob = "-/blob" if "gitlab" in origin.url.split("/")[2] else "blob"
    return f"{origin.url}/{blob}/{origin.commit}/{link_path(at.path)}#L{at.line}"
