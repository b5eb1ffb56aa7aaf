"""Annotations of GitHub's workflow log, worst first: GitHub shows ten of a level in a step, so the rest are counted."""

from mlaudit.findings import LEVELS, Finding, Report
from mlaudit.reports.help import paragraph
from mlaudit.reports.text import count, plain

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
SHOWN = 10


def render(report: Report) -> str:
    """One workflow command a line."""
    lines = [
        _command("error", f"{crash.rule.id} {crash.rule.name} failed", "", plain(crash.error))
        for crash in report.crashes
    ]
    hidden = 0
    for level in reversed(LEVELS):
        found = [finding for finding in report.findings if finding.level == level]
        lines += map(_annotation, found[:SHOWN])
        hidden += max(0, len(found) - SHOWN)
    if hidden:
        lines.append(_command("notice", "mlaudit", "", f"{count(hidden, 'more finding')}: see the report of the run."))
    return "".join(f"{line}\n" for line in lines)


def _annotation(finding: Finding) -> str:
    at = finding.at
    place = f",file={_property(at.path)},line={at.line},endLine={at.end_line}"
    if at.line == at.end_line:  # GitHub refuses columns of more lines than one
        place += f",col={at.column},endColumn={max(at.end_column, at.column + 1)}"
    cell = f" (cell {at.cell})" if at.cell else ""
    text = f"{plain(finding.message)}{cell}\nfix: {paragraph(finding.rule.fix)}"
    return _command(COMMANDS[finding.level], f"{finding.rule.id} {finding.rule.name}", place, text)


def _command(name: str, title: str, place: str, text: str) -> str:
    return f"::{name} title={_property(title)}{place}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(plain(text)).replace(":", "%3A").replace(",", "%2C")
