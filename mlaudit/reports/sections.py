"""What does the page say of each family: which rules failed, held, or had nothing to judge, and where?"""

from typing import NamedTuple

from mlaudit.facts import Location
from mlaudit.findings import LEVELS, Change, Finding, Report, Rule
from mlaudit.marks import ignore
from mlaudit.patterns import pattern
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
# Words whose plural is not made by an s at the end.
PLURALS = {
    "file of code": "files of code",
    "file in git": "files in git",
    "query": "queries",
    "table of results": "tables of results",
}
HEADINGS = {"error": "Failed", "warning": "Warnings", "note": "Notes"}
# The text around the part at fault that a report shows of a long line.
WIDEST, BEFORE = 200, 60


# The quotes of a line of a cell in the notebook's JSON, and what is escaped in it.
OPENING, ENDING = pattern(r'^\s*"(?=\s*\S)'), pattern(r'(?<!\\)(?:\\n)?",?$')
ESCAPES = pattern(r'\\(["\\/nt])')


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

    @property
    def ignore(self) -> str:
        """What silences a finding of it, where that is the same for all of them."""
        texts = {ignore(each.finding.at, self.rule.id) for each in self.offenders}
        return texts.pop() if len(texts) == 1 else ""


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
    looked = ", ".join(count(each.number, each.thing, PLURALS.get(each.thing, "")) for each in seen)
    unjudged = tuple(finding for finding in report.unchecked if finding.rule.family == score.family)
    question = QUESTIONS.get(score.family, "")
    return Section(score.family, question, score, looked, tuple(pair for pair in grouped if pair[1]), unjudged)


def _failed(report: Report, rule: Rule, findings: list[Finding]) -> Failed:
    level = max((finding.level for finding in findings), key=LEVELS.index)
    ordered = sorted(findings, key=lambda finding: (-LEVELS.index(finding.level), *finding.order))
    return Failed(rule, level, tuple(_offender(report, finding) for finding in ordered))


def shown_of_cell(text: str) -> str:
    """A part of a line of a notebook's JSON as the cell has it: without the quotes of the string and its escapes."""
    inner = OPENING.sub("", ENDING.sub("", text))
    return ESCAPES.sub(lambda match: {"n": "", "t": "\t"}.get(match[1], match[1]), inner)


def lines_of(change: Change) -> list[str]:
    """The lines of a change; those of a notebook as its cells have them."""
    lines = change.diff.rstrip("\n").split("\n")
    is_notebook, found = False, []
    for line in lines:
        is_notebook = line.endswith(".ipynb") if line.startswith("--- ") else is_notebook
        is_code = is_notebook and not line.startswith(("---", "@@"))
        found.append(line[:1] + shown_of_cell(line[1:]) if is_code else line)
    return found


def _offender(report: Report, finding: Finding) -> Offender:
    at, line = finding.at, finding.snippet
    first, last = at.column - 1, at.end_column - 1 if at.end_line == at.line else len(line)
    start = max(0, first - BEFORE) if len(line) > WIDEST else 0
    end = min(len(line), start + WIDEST)
    before = line[start:first].lstrip() if not start else f"…{line[start:first]}"
    after = line[min(last, end) : end].rstrip() + ("…" if end < len(line) else "")
    marked = line[first : min(last, end)]
    if at.path.endswith(".ipynb"):
        before, marked, after = map(shown_of_cell, (before, marked, after))
    related = tuple((each.at, permalink(report, each.at), each.text) for each in finding.related)
    return Offender(finding, permalink(report, at), before, marked, after, related, report.changes.get(finding))
