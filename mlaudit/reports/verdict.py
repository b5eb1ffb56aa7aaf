"""Which one sentence says how a repository stands?"""

from mlaudit.findings import Report
from mlaudit.reports.text import count, hidden

LIKELY = "Somebody else could probably get the same result from this commit"
UNLIKELY = "Somebody else could not count on the same result from this commit"


def sentence(report: Report) -> str:
    """The verdict, with what it rests on. It claims no more than what was looked at."""
    return ": ".join(parts(report))


def parts(report: Report) -> tuple[str, str]:
    """The verdict and its ground, with what does not count."""
    verdict, ground = _parts(report)
    told = hidden(report)
    return verdict, f"{ground} Not counted: {told}." if told else ground


def _parts(report: Report) -> tuple[str, str]:
    looked = f"{count(len(report.rules), 'rule')} over {count(report.read, 'file')}"
    errors, others = report.count("error"), report.count("warning") + report.count("note")
    if report.crashes:
        failed = ", ".join(sorted({crash.rule.id for crash in report.crashes}))
        return (
            "No verdict",
            f"{failed} failed inside mlaudit; the other rules have {count(errors + others, 'finding')}.",
        )
    if errors:
        stands = "stands" if errors == 1 else "stand"
        more = f", and {count(others, 'lesser thing')}" if others else ""
        return UNLIKELY, f"{count(errors, 'error')} {stands} in the way{more} ({looked})."
    if others:
        return LIKELY, f"no error stands in the way, and {count(others, 'lesser thing')} may ({looked})."
    return LIKELY, f"nothing stands in the way that {looked} can see."
