"""Does GitHub take what we write? The official schema, GitHub's own rules, and its fingerprints."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mlaudit.facts import Location
from mlaudit.findings import Report
from mlaudit.outputs.fingerprints import line_hashes
from mlaudit.reports import sarif
from tests.reports.conftest import schema
from tests.reports.tools import MULTITOOL, needs_multitool

REPORTS = ("sample", "hostile", "clean", "large", "quiet")
POLICY = "".join(
    f"<Properties Key='{rule}.Options'><Property Key='RuleEnabled' Value='Error' /></Properties>"
    for rule in (
        "GH1001.ProvideRequiredLocationProperties",
        "GH1002.InlineThreadFlowLocations",
        "GH1003.ProvideRequiredRegionProperties",
        "GH1005.LocationsMustBeRelativeUrisOrFilePaths",
        "GH1006.ProvideCheckoutPath",
        "GH1007.ProvideFullyFormattedMessageStrings",
    )
)


def run_of(report: Report) -> dict[str, Any]:
    (run,) = json.loads(sarif.render(report))["runs"]
    return dict(run)


@pytest.mark.parametrize("name", REPORTS)
def test_the_official_schema_holds(name: str, request: pytest.FixtureRequest) -> None:
    """sarif-2.1.0.json is lib/schemas/sarif-2.1.0-rtm.5.json of the npm package @microsoft/jest-sarif (MIT)."""
    log = json.loads(sarif.render(request.getfixturevalue(name)))
    jsonschema.Draft4Validator(json.loads(schema("sarif-2.1.0.json").read_text())).validate(log)
    assert log["version"] == "2.1.0"


@needs_multitool
def test_githubs_rules_hold(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    found, policy = tmp_path / "found.sarif", tmp_path / "policy.xml"
    logs = [tmp_path / f"{name}.sarif" for name in REPORTS]
    for log in logs:
        log.write_text(sarif.render(request.getfixturevalue(log.stem)))
    policy.write_text(f"<?xml version='1.0' encoding='utf-8'?><Properties>{POLICY}</Properties>")
    options = ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--log", "ForceOverwrite"]
    done = subprocess.run(
        [MULTITOOL, "validate", *logs, "--config", policy, "--output", found, *options],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        check=True,
    )
    assert f"{len(logs)} files scanned" in done.stdout.decode()
    (run,) = json.loads(found.read_text("utf-8-sig"))["runs"]
    assert [(result["ruleId"], result["locations"][0]) for result in run["results"]] == []


def test_every_enabled_rule_is_listed_with_its_help(sample: Report) -> None:
    rules = run_of(sample)["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in sample.rules]
    for rule in rules:
        assert re.fullmatch("([A-Z][a-z0-9]*)+", rule["name"])
        assert rule["help"]["text"]
        assert "## Fix" in rule["help"]["markdown"]
        assert rule["helpUri"].startswith("https://")
        assert max(len(rule["shortDescription"]["text"]), len(rule["fullDescription"]["text"])) <= 1024
        assert rule["properties"]["precision"] in ("low", "medium", "high")
        assert "security-severity" not in rule["properties"]


def test_places_are_relative_single_lines(sample: Report) -> None:
    results = run_of(sample)["results"]
    assert len(results) == len(sample.findings) > 3
    for result in results:
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert not place["artifactLocation"]["uri"].startswith(("/", "file:", "."))
        assert place["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
        assert place["region"]["startLine"] == place["region"]["endLine"]
        assert place["region"]["startColumn"] < place["region"]["endColumn"]
        assert result["message"]["text"].endswith(".")
        assert "arguments" not in result["message"]


def test_notebooks_name_the_true_line_and_the_cell(sample: Report) -> None:
    (result,) = [result for result in run_of(sample)["results"] if result["ruleId"] == "DAT001"]
    place = result["locations"][0]["physicalLocation"]
    lines = (Path(sample.root) / "eda.ipynb").read_text().splitlines()
    assert "/home/ann/rows.csv" in lines[place["region"]["startLine"] - 1]
    assert result["message"]["text"].endswith("It is in cell 2.")
    assert result["properties"]["mlaudit/cell"] == 2


def test_fixes_say_what_becomes_of_which_region(sample: Report) -> None:
    (result,) = [result for result in run_of(sample)["results"] if result["ruleId"] == "PRT003"]
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "read.py", "uriBaseId": "%SRCROOT%"}
    (replacement,) = change["replacements"]
    assert replacement["deletedRegion"]["startLine"] == 1
    assert "encoding=" in replacement["insertedContent"]["text"]


def test_other_places_are_linked(hostile: Report) -> None:
    result = run_of(hostile)["results"][0]
    assert [location["id"] for location in result["relatedLocations"]] == [1]
    assert "](1)." in result["message"]["text"]
    assert not re.search(r"(?<!\\)\[a\]\(javascript", result["message"]["text"]), "a link of the repository is text"


def test_what_was_not_judged_is_a_notification(sample: Report, hostile: Report) -> None:
    invocation = run_of(sample)["invocations"][0]
    assert invocation["executionSuccessful"]
    unread = [note for note in invocation["toolExecutionNotifications"] if note["associatedRule"]["id"] == "MLA001"]
    assert [note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for note in unread] == [
        "pyproject.toml"
    ]
    invocation = run_of(hostile)["invocations"][0]
    assert not invocation["executionSuccessful"]
    assert [note["level"] for note in invocation["toolExecutionNotifications"]] == ["error", "note"]


def test_the_run_names_its_commit(sample: Report) -> None:
    (provenance,) = run_of(sample)["versionControlProvenance"]
    assert provenance["repositoryUri"] == "https://github.com/ann/digits"
    assert re.fullmatch("[0-9a-f]{40}", provenance["revisionId"])
    assert sample.root not in sarif.render(sample)


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (" a\nb\n  \t\tc\n d", ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]),
    ],
)
def test_fingerprints_are_githubs(text: str, hashes: list[str]) -> None:
    """The vectors that GitHub publishes with its upload action."""
    assert [*line_hashes(text).values()] == hashes
    assert [*line_hashes(text.replace("\n", "\r\n")).values()] == hashes


def test_fingerprints_by_the_letter() -> None:
    """The same as the rolling form of the algorithm, character by character, over text that is not plain."""
    text = "x = '\U0001f600'\r\n\r \n" + "y = 1\n" * 40 + "\tz" * 300
    assert line_hashes(text) == _rolling(text)
    assert line_hashes(text, {5})[5] == _rolling(text)[5]


def _rolling(text: str) -> dict[int, str]:
    raw = text.encode("utf-16-le")
    units = [int.from_bytes(raw[at : at + 2], "little") for at in range(0, len(raw), 2)]
    kept, after_cr = [], False
    for unit in units:
        if unit in (32, 9) or (after_cr and unit == 10):
            after_cr = False
            continue
        after_cr = unit == 13
        kept.append(10 if unit == 13 else unit)
    kept.append(0xFFFF)
    starts = [0, *(at + 1 for at, unit in enumerate(kept) if unit == 10)]
    padded, counts, found = kept + [0] * 100, {}, {}
    for line, start in enumerate(starts, 1):
        value = sum(unit * 37 ** (99 - at) for at, unit in enumerate(padded[start : start + 100])) % 2**64
        counts[value] = counts.get(value, 0) + 1
        found[line] = f"{value:x}:{counts[value]}"
    return found


def test_a_place_past_its_line_is_cut_to_it(clean: Report, sample: Report) -> None:
    finding = sample.findings[0]._replace(at=Location("a b#.py", 2, 3, 9, 1), snippet="abcdef")
    result = run_of(clean._replace(findings=(finding,)))["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b%23.py"
    assert (place["region"]["endLine"], place["region"]["endColumn"]) == (2, 7)
