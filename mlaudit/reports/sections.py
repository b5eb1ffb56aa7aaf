"""What does the page say of each family: which rules failed, held, or had nothing to judge, and where?"""

from typing import NamedTuple

from mlaudit.facts import Location
from mlaudit.findings import LEVELS, Change, Finding, Report, Rule
from mlaudit.reports.links import permalink
from mlaudit.reports.text import count
from mlaudit.scores import Score, scores

QUESTIONS = {
    "audit": "Could everything be read?",
    "automation": "Does a machine check what is claimed?",
    "data": "Would somebody else read the same data?",
    "dependencies": "Would an install on another day bring the same packages?",
    "environment": "Does the same system stand below?",
    "models": "Is it known which model this is?",
    "monitoring": "Is it written down what a run did?",
    "notebooks": "Does a notebook give what it shows?",
    "portability": "Does it run on another machine?",
    "randomness": "Do two runs draw the same numbers?",
}
HEADINGS = {"error": "Failed", "warning": "Warnings", "note": "Notes"}
# The text around the part at fault that a report shows of a long line.
WIDEST, BEFORE = 200, 60


class Offender(NamedTuple):
    """A finding as the page shows it: the line in three parts, the middle one at fault."""

    finding: Finding
    link: str
    before: str
    marked: str
    after: str
    related: tuple[tuple[Location, str, str], ...]
    change: Change | None = None


class Failed(NamedTuple):
    """A rule that did not hold, and where."""

    rule: Rule
    level: str
    offenders: tuple[Offender, ...]


class Section(NamedTuple):
    """A family: its score, what it looked at, and its failed rules by level, worst first."""

    family: str
    question: str
    score: Score
    looked: str
    failed: tuple[tuple[str, tuple[Failed, ...]], ...]
    unjudged: tuple[Finding, ...]


def sections(report: Report) -> list[Section]:
    """The sections of the page, by family."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_rule.setdefault(finding.rule.id, []).append(finding)
    return [_section(report, score, by_rule) for score in scores(report)]


def _section(report: Report, score: Score, by_rule: dict[str, list[Finding]]) -> Section:
    failed = [_failed(report, rule, by_rule[rule.id]) for rule in (*score.failed, *score.crashed) if rule.id in by_rule]
    grouped = tuple(
        (
            HEADINGS[level],
            tuple(sorted((each for each in failed if each.level == level), key=lambda e: -len(e.offenders))),
        )
        for level in reversed(LEVELS)
    )
    seen = [each for each in report.looked if each.family == score.family and each.number]
    looked = ", ".join(count(each.number, each.thing) for each in seen)
    unjudged = tuple(finding for finding in report.unchecked if finding.rule.family == score.family)
    question = QUESTIONS.get(score.family, "")
    return Section(score.family, question, score, looked, tuple(pair for pair in grouped if pair[1]), unjudged)


def _failed(report: Report, rule: Rule, findings: list[Finding]) -> Failed:
    level = max((finding.level for finding in findings), key=LEVELS.index)
    ordered = sorted(findings, key=lambda finding: (-LEVELS.index(finding.level), *finding.order))
    return Failed(rule, level, tuple(_offender(report, finding) for finding in ordered))


def _offender(report: Report, finding: Finding) -> Offender:
    at, line = finding.at, finding.snippet
    first, last = at.column - 1, at.end_column - 1 if at.end_line == at.line else len(line)
    start = max(0, first - BEFORE) if len(line) > WIDEST else 0
    end = min(len(line), start + WIDEST)
    before = line[start:first].lstrip() if not start else f"…{line[start:first]}"
    after = line[min(last, end) : end].rstrip() + ("…" if end < len(line) else "")
    related = tuple((each.at, permalink(report, each.at), each.text) for each in finding.related)
    return Offender(
        finding,
        permalink(report, at),
        before,
        line[first : min(last, end)],
        after,
        related,
        report.changes.get(finding),
    )
