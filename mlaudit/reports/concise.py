"""One line for each finding, for pipes and editors."""

from mlaudit.findings import Report
from mlaudit.reports.text import plain


def render(report: Report) -> str:
    """`path:line:column: level ID name: message`, cells of notebooks named."""
    lines = []
    for finding in report.findings:
        cell = f" cell {finding.at.cell}:" if finding.at.cell else ""
        place = f"{finding.at.path}:{finding.at.line}:{finding.at.column}:{cell}"
        lines.append(plain(f"{place} {finding.level} {finding.rule.id} {finding.rule.name}: {finding.message}"))
    return "".join(f"{line}\n" for line in lines)
