"""One JSON object a line, for programs that read as they go: findings, what was not judged, crashes, then the run."""

import json
from collections.abc import Iterator
from typing import Any

from mlaudit.findings import Report
from mlaudit.reports.json import finding_members, run_members, silenced_members


def render(report: Report) -> str:
    """Each object says what it is in `kind`: finding, silenced, baselined, not_checked, crash, and at the end run."""
    return "".join(json.dumps(row, ensure_ascii=True) + "\n" for row in _rows(report))


def _rows(report: Report) -> Iterator[dict[str, Any]]:
    for finding in report.findings:
        yield {"kind": "finding", **finding_members(finding, report.changes.get(finding))}
    for each in report.silenced:
        yield {"kind": "silenced", **silenced_members(each)}
    for finding in report.baselined:
        yield {"kind": "baselined", **finding_members(finding)}
    for finding in report.unchecked:
        yield {"kind": "not_checked", **finding_members(finding)}
    for crash in report.crashes:
        yield {"kind": "crash", "rule": crash.rule.id, "error": crash.error}
    yield {"kind": "run", **run_members(report)}
