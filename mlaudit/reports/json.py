"""The whole report for programs. `schema` changes its number when a member changes its meaning or goes away."""

import json
import os
import posixpath
from typing import Any

from mlaudit import __version__
from mlaudit.facts import Location
from mlaudit.findings import Change, Finding, Report, Silenced
from mlaudit.listed import Item
from mlaudit.scores import Score, scores

SCHEMA = "mlaudit/1"


def render(report: Report) -> str:
    """A JSON object; lines and columns count from 1, ends are exclusive. docs/schema holds its JSON Schema."""
    data = {
        **run_members(report),
        "rules": [
            {"id": rule.id, "name": rule.name, "family": rule.family, "level": rule.level, "title": rule.title}
            for rule in report.rules
        ],
        "findings": [finding_members(finding, report.changes.get(finding)) for finding in report.findings],
        "silenced": [silenced_members(each) for each in report.silenced],
        "baselined": [finding_members(finding) for finding in report.baselined],
        "stale": [each._asdict() for each in report.stale],
        "below_confidence": [finding_members(finding) for finding in report.unsure],
        "not_checked": [finding_members(finding) for finding in report.unchecked],
        "lineage": {
            "nodes": [node._asdict() for node in report.lineage.nodes],
            "edges": [edge._asdict() for edge in report.lineage.edges],
        },
        "inventory": [item_members(item) for item in report.inventory],
        "crashes": [{"rule": crash.rule.id, "error": crash.error} for crash in report.crashes],
    }
    return json.dumps(data, indent=2, ensure_ascii=True) + "\n"


def run_members(report: Report) -> dict[str, Any]:
    """What the run was, and its totals."""
    return {
        "schema": SCHEMA,
        "version": __version__,
        "name": name_of(report),
        "origin": report.origin._asdict(),
        "files": {"listed": report.files, "read": report.read},
        "totals": {
            **{level: report.count(level) for level in ("error", "warning", "note")},
            "silenced": len(report.silenced),
            "baselined": len(report.baselined),
            "below_confidence": len(report.unsure),
            "not_checked": len(report.unchecked),
        },
        "scores": [_score(score) for score in scores(report)],
        "looked": [each._asdict() for each in report.looked],
    }


def name_of(report: Report) -> str:
    """The name of the folder: where it lies on this machine is nobody's business."""
    return posixpath.basename(report.root.replace(os.sep, "/").rstrip("/"))


def _score(score: Score) -> dict[str, Any]:
    states = ("failed", "passed", "unjudged", "idle", "crashed")
    rules = {state: [rule.id for rule in getattr(score, state)] for state in states}
    return {"family": score.family, "score": score.value, "shown": score.shown, "rules": rules}


def finding_members(finding: Finding, change: Change | None = None) -> dict[str, Any]:
    """A finding as members of an object; `change` only where something can be written for it."""
    members = {
        "rule": finding.rule.id,
        "name": finding.rule.name,
        "level": finding.level,
        "confidence": finding.confidence,
        "message": finding.message,
        **place(finding.at),
        "snippet": finding.snippet[:1000],
        "fix": finding.rule.fix,
        "related": [{**place(related.at), "message": related.text} for related in finding.related],
    }
    return {**members, "change": _change(change)} if change else members


def _change(change: Change) -> dict[str, Any]:
    edits = [{**place(each.at), "text": each.text} for each in change.replacements]
    return {**change._asdict(), "replacements": edits}


def silenced_members(each: Silenced) -> dict[str, Any]:
    """A silenced finding, and by what: a comment, or the configuration."""
    by = {"kind": each.kind, "reason": each.reason, "path": each.at.path, "line": each.at.line}
    return {**finding_members(each.finding), "silenced": by}


def item_members(item: Item) -> dict[str, Any]:
    """An item of the inventory."""
    return {"kind": item.kind, "name": item.name, "detail": item.detail, "note": item.note, **place(item.at)}


def place(at: Location) -> dict[str, Any]:
    """A location as members of an object; `cell` only in notebooks."""
    members: dict[str, Any] = {
        "path": at.path,
        "line": at.line,
        "column": at.column,
        "end_line": at.end_line,
        "end_column": at.end_column,
    }
    return {**members, "cell": at.cell} if at.cell else members
