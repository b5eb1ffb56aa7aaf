"""How does an editor show a finding?"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lsprotocol import types

from mlaudit.facts import Location
from mlaudit.findings import Finding, Fix
from mlaudit.reports.help import page_of
from mlaudit.server.places import Desk

SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}
TAGS = {
    "unused-suppression": types.DiagnosticTag.Unnecessary,
    "version-bound-api": types.DiagnosticTag.Deprecated,
    "end-of-life-python": types.DiagnosticTag.Deprecated,
}


class Shown(NamedTuple):
    """A finding as it is shown, and the fix that could be written."""

    diagnostic: types.Diagnostic
    finding: Finding
    fix: Fix | None


def shown(findings: Iterable[Finding], fixes: Mapping[Finding, Fix], desk: Desk) -> dict[str, list[Shown]]:
    """The findings by the document that shows them."""
    found: dict[str, list[Shown]] = {}
    for finding in findings:
        uri, where = desk.of(finding.at)
        diagnostic = types.Diagnostic(
            range=where,
            message=finding.message,
            severity=SEVERITIES.get(finding.level, types.DiagnosticSeverity.Information),
            code=finding.rule.id,
            code_description=types.CodeDescription(page) if (page := page_of(finding.rule)) else None,
            source="mlaudit",
            tags=[TAGS[finding.rule.name]] if finding.rule.name in TAGS else None,
            related_information=[_related(desk, each.at, each.text) for each in finding.related] or None,
        )
        found.setdefault(uri, []).append(Shown(diagnostic, finding, fixes.get(finding)))
    return found


def _related(desk: Desk, at: Location, text: str) -> types.DiagnosticRelatedInformation:
    uri, where = desk.of(at)
    return types.DiagnosticRelatedInformation(types.Location(uri, where), text)
