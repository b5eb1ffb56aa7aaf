"""Do programs take what we write? Annotations, code quality, JUnit, Markdown, JSON lines, and the JSON report's schema."""

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from lxml import etree

from mlaudit.arguments import FORMATS
from mlaudit.findings import Report
from mlaudit.reports import github, gitlab, json_lines, junit, markdown
from mlaudit.reports import json as json_report
from tests.reports.conftest import schema

ROOT = Path(__file__).parent.parent.parent
REPORTS = ("sample", "hostile", "clean", "large", "quiet")
TEXTS = [form for form in FORMATS if form not in ("full", "json")]
# What must reach no reader as it is: terminal escapes, marks that reorder text, line ends that are no line ends.
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2028\ud800-\udfff]")


def render(form: str, report: Report) -> str:
    return str(importlib.import_module(f"mlaudit.reports.{form.replace('-', '_')}").render(report))


@pytest.mark.parametrize("form", TEXTS)
def test_hostile_text_is_shown_and_not_obeyed(form: str, hostile: Report) -> None:
    text = render(form, hostile)
    assert not HIDDEN.search(text)
    assert text == render(form, hostile), "the same report, the same bytes"
    text.encode()


@pytest.mark.parametrize("form", FORMATS)
def test_only_the_asked_format_is_imported(form: str, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy>=1\n")
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(*sorted(m for m in sys.modules if m.startswith('mlaudit.reports.') or m in"
        " ('jinja2', 'xml.etree.ElementTree')), sep='\\n', file=sys.stderr))\n"
        f"from mlaudit.cli import main; main(['.', '--select', 'REQ001', '--output-format', '{form}'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    modules = {name.removeprefix("mlaudit.reports.") for name in done.stderr.split()}
    others = {name.replace("-", "_") for name in FORMATS} - {form.replace("-", "_"), "json"}
    assert not modules & others
    assert ("jinja2" in modules) is (form == "html")
    assert done.returncode == 1


@pytest.mark.parametrize("name", REPORTS)
def test_the_published_schema_of_the_json_report_holds(name: str, request: pytest.FixtureRequest) -> None:
    published = json.loads((ROOT / "docs" / "schema" / "report-1.json").read_text())
    jsonschema.Draft202012Validator.check_schema(published)
    report = request.getfixturevalue(name)
    low = report._replace(unsure=report.findings[:1])
    jsonschema.Draft202012Validator(published).validate(json.loads(json_report.render(low)))


def test_json_lines(sample: Report, hostile: Report) -> None:
    for report in (sample, hostile):
        rows = [json.loads(line) for line in json_lines.render(report).splitlines()]
        assert [row["kind"] for row in rows][-1] == "run"
        whole = json.loads(json_report.render(report))
        for kind, member in (("finding", "findings"), ("not_checked", "not_checked"), ("crash", "crashes")):
            assert [{k: v for k, v in row.items() if k != "kind"} for row in rows if row["kind"] == kind] == whole[
                member
            ]


def test_github_annotations(sample: Report) -> None:
    lines = github.render(sample).splitlines()
    assert [re.match(r"::(error|warning|notice) ", line) is not None for line in lines] == [True] * len(lines)
    (pinned,) = [line for line in lines if "REQ001" in line]
    assert pinned.startswith(
        "::error title=REQ001 unpinned-requirement,file=requirements.txt,line=1,endLine=1,col=1,endColumn=9::`numpy`"
    )
    assert "%0Afix: Name one version" in pinned


def test_github_shows_ten_of_a_level_and_counts_the_rest(large: Report) -> None:
    lines = github.render(large).splitlines()
    levels = [line.split(" ")[0] for line in lines[:-1]]
    assert levels == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"] * 10
    assert lines[-1].startswith("::notice title=mlaudit::970 more findings")


def test_github_commands_stay_one_line_each(hostile: Report) -> None:
    lines = github.render(hostile).split("\n")
    assert len(lines) == 1 + 4 + 1
    for line in lines[:-1]:
        properties = line.split("::")[1]
        assert properties.count(",") in (0, 3), "lines that differ have no columns"


def test_gitlab_code_quality(sample: Report, hostile: Report, large: Report) -> None:
    """The members that GitLab's documentation asks for; fingerprints differ, and lines above do not change them."""
    for report in (sample, hostile, large):
        issues = json.loads(gitlab.render(report))
        assert len({issue["fingerprint"] for issue in issues}) == len(issues) == len(report.findings)
        for issue in issues:
            assert issue.keys() == {"description", "check_name", "fingerprint", "severity", "location"}
            assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
            assert issue["location"]["lines"]["begin"] >= 1
            assert not issue["location"]["path"].startswith(("/", "./"))
    moved = [finding._replace(at=finding.at._replace(line=finding.at.line + 7)) for finding in sample.findings]
    prints = [issue["fingerprint"] for issue in json.loads(gitlab.render(sample._replace(findings=tuple(moved))))]
    assert prints == [issue["fingerprint"] for issue in json.loads(gitlab.render(sample))]


@pytest.mark.parametrize("name", REPORTS)
def test_junit_holds_jenkins_schema(name: str, request: pytest.FixtureRequest) -> None:
    """junit-10.xsd is that of Jenkins' xunit plugin (MIT), as pytest's source distribution ships it."""
    report = request.getfixturevalue(name)
    document = etree.fromstring(junit.render(report).encode())
    etree.XMLSchema(etree.parse(schema("junit-10.xsd"))).assertValid(document)
    assert len(document.findall(".//failure")) == len(report.findings)
    assert len(document.findall(".//error")) == len(report.crashes)
    assert len(document.findall(".//skipped")) == len(report.unchecked)
    silent = {rule.id for rule in report.rules} - {
        finding.rule.id for finding in (*report.findings, *report.unchecked)
    } - {crash.rule.id for crash in report.crashes}  # fmt: skip
    assert len([case for case in document.iter("testcase") if not len(case)]) == len(silent)


def test_markdown_names_every_finding(sample: Report) -> None:
    text = markdown.render(sample)
    assert text.count("\n| 🔴 error |") == sample.count("error")
    assert f"](https://github.com/ann/digits/blob/{sample.origin.commit}/eda.ipynb#L" in text
    assert "`numpy` has only a lower bound, `>=1`" in text
    assert "cell 2" in text


def test_markdown_of_hostile_text_is_text(hostile: Report) -> None:
    text = markdown.render(hostile)
    table = text[text.index("| | where") :].split("\n\n")[0].splitlines()
    assert len(table) == 2 + 4
    for line in table:
        assert len(re.findall(r"(?<!\\)\|", line)) == 5, "no cell ends early"
    fenced = re.compile(r"^(`{4,})diff\n.*?\n\1$", re.DOTALL | re.MULTILINE)
    assert len(fenced.findall(text)) == 2, "a fence is longer than what it holds"
    outside = re.sub(r"`[^`]*`", "", fenced.sub("", text))
    assert "<script" not in outside
    assert "<img" not in outside
    assert "](javascript" not in outside


def test_markdown_fits_a_comment(large: Report) -> None:
    text = markdown.render(large)
    assert len(text) < 65_536
    assert "960 more findings are not shown" in text


def test_what_can_be_written_stands_beside_its_finding(sample: Report) -> None:
    found = [each for each in json.loads(json_report.render(sample))["findings"] if "change" in each]
    (change,) = [each["change"] for each in found if each["rule"] == "PRT003"]
    assert change["safety"] == "unsafe"
    assert change["diff"].startswith("--- read.py\n@@ line 1 @@\n-text = open('notes.txt').read()\n+")
    line = "text = open('notes.txt').read()"
    for each in change["replacements"]:
        start, end = each["column"] - 1, each["end_column"] - 1
        line = line[:start] + each["text"] + line[end:]
    assert line == change["diff"].splitlines()[3][1:]
    assert "fix --diff" not in markdown.render(sample), "all of them are shown"
    assert "+text = open(" in markdown.render(sample)
