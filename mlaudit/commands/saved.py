"""What does the JSON report of an earlier run say?"""

import json
from collections.abc import Mapping
from typing import Any

from mlaudit import rulebook
from mlaudit.config import UsageError
from mlaudit.facts import Location
from mlaudit.findings import Change, Crash, Finding, Known, Looked, Origin, Related, Replacement, Report, Rule, Silenced
from mlaudit.listed import Item, Lineage, LineageEdge, LineageNode
from mlaudit.reports.json import SCHEMA


def load(path: str) -> Report:
    """The report that a file holds, as it was: levels, messages and scores are those of that run. Raises UsageError."""
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except OSError as error:
        raise UsageError(f"`{path}` cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise UsageError(f"`{path}` is no JSON: it must come from `mlaudit --output json={path}`") from None
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema != SCHEMA:
        raise UsageError(f"`{path}` is no report of mlaudit: its `schema` is {schema!r}, not {SCHEMA!r}")
    try:
        return _report(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"`{path}` is damaged: {type(error).__name__} at {error}") from None


def _report(data: Mapping[str, Any]) -> Report:
    words = {rule.id: rule for rule in rulebook.load()}
    rules = {each["id"]: _rule(each, words) for each in data["rules"]}
    kinds = ("findings", "below_confidence", "not_checked", "baselined")
    found = {kind: tuple(_finding(each, rules) for each in data[kind]) for kind in kinds}
    lineage = data["lineage"]
    return Report(
        root=data["name"],
        files=data["files"]["listed"],
        read=data["files"]["read"],
        rules=tuple(rules.values()),
        findings=found["findings"],
        unsure=found["below_confidence"],
        unchecked=found["not_checked"],
        silenced=tuple(_silenced(each, rules) for each in data["silenced"]),
        baselined=found["baselined"],
        stale=tuple(Known(**each) for each in data["stale"]),
        crashes=tuple(Crash(rules[each["rule"]], each["error"]) for each in data["crashes"]),
        lineage=Lineage(
            tuple(LineageNode(**each) for each in lineage["nodes"]),
            tuple(LineageEdge(**each) for each in lineage["edges"]),
        ),
        inventory=tuple(_item(each) for each in data["inventory"]),
        looked=tuple(Looked(**each) for each in data["looked"]),
        changes={
            finding: _change(each["change"])
            for finding, each in zip(found["findings"], data["findings"], strict=True)
            if "change" in each
        },
        idle=frozenset(rule for score in data["scores"] for rule in score["rules"]["idle"]),
        origin=Origin(**data["origin"]),
    )


def _rule(members: Mapping[str, Any], words: Mapping[str, Rule]) -> Rule:
    """A rule at the level that it had; one that this version does not know has only its title."""
    known = words.get(members["id"])
    if known is not None:
        return known._replace(level=members["level"])
    title = members["title"]
    return Rule(
        members["id"], members["name"], members["family"], members["level"], "high", title, title, "", "", "", path=""
    )


def _finding(members: Mapping[str, Any], rules: Mapping[str, Rule]) -> Finding:
    return Finding(
        rule=rules[members["rule"]],
        level=members["level"],
        confidence=members["confidence"],
        message=members["message"],
        at=_place(members),
        snippet=members["snippet"],
        related=tuple(Related(_place(each), each["message"]) for each in members["related"]),
    )


def _change(members: Mapping[str, Any]) -> Change:
    edits = tuple(Replacement(_place(each), str(each["text"])) for each in members["replacements"])
    title, origin, safety, diff = (str(members[key]) for key in ("title", "origin", "safety", "diff"))
    return Change(title, origin, safety, diff, edits)


def _silenced(members: Mapping[str, Any], rules: Mapping[str, Rule]) -> Silenced:
    by = members["silenced"]
    return Silenced(_finding(members, rules), by["kind"], by["reason"], Location(by["path"], by["line"]))


def _item(members: Mapping[str, Any]) -> Item:
    return Item(members["name"], members["detail"], _place(members), members["note"], members["kind"])


def _place(members: Mapping[str, Any]) -> Location:
    line, column, end_line, end_column = (int(members[key]) for key in ("line", "column", "end_line", "end_column"))
    return Location(str(members["path"]), line, column, end_line, end_column, int(members.get("cell", 0)))
