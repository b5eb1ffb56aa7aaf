"""GitLab's Code Quality report: findings that a merge request shows, known again by what they say and not by line."""

import hashlib
import json
from collections import Counter

from mlaudit.findings import Finding, Report
from mlaudit.reports.text import plain

SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(report: Report) -> str:
    """An array of issues."""
    seen: Counter[str] = Counter()
    return json.dumps([_issue(finding, seen) for finding in report.findings], indent=2) + "\n"


def _issue(finding: Finding, seen: Counter[str]) -> dict[str, object]:
    rule, at = finding.rule, finding.at
    cell = f" (cell {at.cell})" if at.cell else ""
    return {
        "description": f"{rule.id} {rule.name}: {plain(finding.message)}{cell}",
        "check_name": rule.id,
        "fingerprint": _fingerprint(finding, seen),
        "severity": SEVERITIES[finding.level],
        "location": {"path": plain(at.path), "lines": {"begin": at.line, "end": at.end_line}},
    }


def _fingerprint(finding: Finding, seen: Counter[str]) -> str:
    """Of rule, path, message and line without its spaces; GitLab shows one issue of a fingerprint, so equals count."""
    text = "\0".join((finding.rule.id, finding.at.path, finding.message, "".join(finding.snippet.split())))
    seen[text] += 1
    return hashlib.sha256(f"{text}\0{seen[text]}".encode("utf-8", "surrogateescape")).hexdigest()
