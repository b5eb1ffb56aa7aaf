"""SARIF 2.1.0 as GitHub code scanning reads it: every rule with its help, every finding at one line of its file."""

import json
from typing import Any

from mlaudit import __version__
from mlaudit.facts import Location
from mlaudit.findings import Change, Finding, Report, Rule, Silenced
from mlaudit.patterns import pattern
from mlaudit.reports.help import HOME, as_markdown, as_text, page_of, paragraph
from mlaudit.reports.text import link_path, plain

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# What GitHub shows of a description.
LONGEST = 1024
SEVERITIES = {"error": "error", "warning": "warning", "note": "recommendation"}
# Text that a reader of SARIF would take for a link, when it comes from the audited repository.
LINK = pattern(r"\[(?=[^\]]*\]\()")


SURROGATE = pattern("[\\ud800-\\udfff]")


def render(report: Report) -> str:
    """A log of one run; columns count code points from 1, ends are exclusive."""
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, indent=2) + "\n"


def _run(report: Report) -> dict[str, Any]:
    index = {rule.id: number for number, rule in enumerate(report.rules)}
    run = {
        "tool": {
            "driver": {
                "name": "mlaudit",
                "informationUri": HOME,
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in report.rules],
            }
        },
        "automationDetails": {"id": "mlaudit/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the audited repository."}}},
        "invocations": [_invocation(report, index)],
        "results": _results(report, index),
        "properties": {"mlaudit/belowConfidence": len(report.unsure), "mlaudit/notChecked": len(report.unchecked)},
    }
    if known := report.before or report.baseline:
        from uuid import NAMESPACE_URL, uuid5

        run["baselineGuid"] = str(uuid5(NAMESPACE_URL, f"{HOME}#{plain(known)}"))
    if report.origin.url:
        run["versionControlProvenance"] = [_provenance(report)]
    return run


def _provenance(report: Report) -> dict[str, Any]:
    branch = {"branch": plain(report.origin.branch)} if report.origin.branch else {}
    return {
        "repositoryUri": report.origin.url,
        "revisionId": report.origin.commit,
        **branch,
        "mappedTo": {"uriBaseId": "%SRCROOT%"},
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": paragraph(rule.rationale)[:LONGEST]},
        "help": {"text": as_text(rule), "markdown": as_markdown(rule)},
        **({"helpUri": page_of(rule)} if page_of(rule) else {}),
        "defaultConfiguration": {"level": rule.level},
        "properties": {
            "tags": ["reproducibility", rule.family],
            "precision": rule.confidence,
            "problem.severity": SEVERITIES[rule.level],
            "mlaudit/effort": rule.effort,
        },
    }


def _results(report: Report, index: dict[str, int]) -> list[dict[str, Any]]:
    """The findings, those that are silenced with the reason, and those that the baseline knows."""
    new = {"baselineState": "new"} if report.before or report.baseline else {}
    found = [{**_result(finding, index, report), **new} for finding in report.findings]
    found += [
        {**_result(each.finding, index, report), "suppressions": [_suppression(each)]} for each in report.silenced
    ]
    return [*found, *({**_result(each, index, report), "baselineState": "unchanged"} for each in report.baselined)]


def _suppression(each: Silenced) -> dict[str, Any]:
    reason = {"justification": plain(each.reason)} if each.reason else {}
    place = {"location": _location(each.at)} if each.at.path else {}
    return {"kind": each.kind, "status": "accepted", **reason, **place}


def _result(finding: Finding, index: dict[str, int], report: Report) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule.id,
        "ruleIndex": index[finding.rule.id],
        "level": finding.level,
        "message": {"text": _message(finding)},
        "locations": [_location(finding.at, finding.snippet)],
        "properties": {"mlaudit/confidence": finding.confidence, **_cell(finding.at)},
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_location(related.at), "message": {"text": _literal(related.text)}}
            for number, related in enumerate(finding.related, 1)
        ]
    if (change := report.changes.get(finding)) and _can_be_told(change):
        result["fixes"] = [_fix(change)]
    if value := report.fingerprints.get((finding.at.path, finding.at.line)):
        result["partialFingerprints"] = {"primaryLocationLineHash": value}
    return result


def _can_be_told(change: Change) -> bool:
    """Whether the texts can be written into a log: some are masked, some are no text of UTF-8."""
    return bool(change.replacements) and not any(SURROGATE.search(each.text) for each in change.replacements)


def _fix(change: Change) -> dict[str, Any]:
    """What a reader may write into the files, and where its values come from."""
    by_path: dict[str, list[dict[str, Any]]] = {}
    for at, text in change.replacements:
        region = {
            "startLine": at.line,
            "startColumn": at.column,
            "endLine": at.end_line,
            "endColumn": at.end_column,
        }
        by_path.setdefault(at.path, []).append({"deletedRegion": region, "insertedContent": {"text": text}})
    changes = [
        {"artifactLocation": {"uri": link_path(path), "uriBaseId": "%SRCROOT%"}, "replacements": replacements}
        for path, replacements in by_path.items()
    ]
    origin = f" ({_literal(change.origin)})" if change.origin else ""
    return {"description": {"text": f"{_literal(change.title)}{origin}."}, "artifactChanges": changes}


def _cell(at: Location) -> dict[str, int]:
    return {"mlaudit/cell": at.cell} if at.cell else {}


def _message(finding: Finding) -> str:
    """The message as text: it names the cell of a notebook, and links to the other places."""
    parts = [_literal(finding.message)]
    if finding.at.cell:
        parts.append(f"It is in cell {finding.at.cell}.")
    links = [
        f"[{_literal(related.text).replace('[', chr(92) + '[').replace(']', chr(92) + ']')}]({number})"
        for number, related in enumerate(finding.related, 1)
    ]
    return " ".join([*parts, *([f"See also {', '.join(links)}."] if links else [])])


def _literal(text: str) -> str:
    """Text of the repository with nothing in it that shows as a link."""
    return LINK.sub(r"\\[", plain(text))


def _location(at: Location, snippet: str | None = None) -> dict[str, Any]:
    """One line of a file: GitHub shows a region in a pull request only where all its lines are in the diff."""
    end = at.end_column if at.end_line == at.line else len(snippet or "") + 1
    region: dict[str, Any] = {
        "startLine": at.line,
        "startColumn": at.column,
        "endLine": at.line,
        "endColumn": max(end, at.column + 1),
    }
    if snippet:
        region["snippet"] = {"text": plain(snippet[:1000])}
    artifact = {"uri": link_path(at.path), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _invocation(report: Report, index: dict[str, int]) -> dict[str, Any]:
    """Whether the run went well: rules that crashed, files that could not be read, and what could not be judged."""
    crashes = [
        _notification("error", f"{crash.rule.id} {crash.rule.name} failed: {plain(crash.error)}", crash.rule, index)
        for crash in report.crashes
    ]
    unread = [finding for finding in (*report.everything(), *report.unsure) if finding.rule.id == "MLA001"]
    found = [
        {**_notification(level, plain(finding.message), finding.rule, index), "locations": [_location(finding.at)]}
        for level, findings in (("warning", unread), ("note", report.unchecked))
        for finding in findings
    ]
    return {"executionSuccessful": not report.crashes, "toolExecutionNotifications": [*crashes, *found]}


def _notification(level: str, text: str, rule: Rule, index: dict[str, int]) -> dict[str, Any]:
    return {
        "level": level,
        "message": {"text": text},
        "associatedRule": {"id": rule.id, "index": index[rule.id]},
    }
