"""Markdown for a comment on a pull request or the summary of a job: the verdict, then the findings, worst first."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlaudit.findings import LEVELS, Finding, Report
from mlaudit.patterns import pattern
from mlaudit.reports.help import page_of, paragraph
from mlaudit.reports.links import permalink
from mlaudit.reports.text import count, hidden, plain
from mlaudit.reports.verdict import sentence
from mlaudit.scores import scores

if TYPE_CHECKING:
    import re

SIGNS = {"error": "🔴 error", "warning": "🟡 warning", "note": "🔵 note"}
# GitHub takes comments of 65,536 characters; a finding takes up to about a thousand.
SHOWN = 40
LONGEST = 300
# Diffs that are shown, and lines of each.
DIFFS, LINES = 8, 20
TICKS = pattern("`+")
# Whatever could be markup, a mention, a reference or a link.
MARKUP = pattern(r"[!-&*+:-@\[-`{-~]|(?<=[wW])\.")


def render(report: Report) -> str:
    """A comment. Nothing that comes from the repository is markup in it, and nobody is mentioned."""
    parts = ["## mlaudit", sentence(report)]
    parts.append("\n".join(_scores(report)))
    worst = sorted(report.findings, key=lambda finding: (-LEVELS.index(finding.level), *finding.order))
    if worst:
        parts.append("\n".join(_table(report, worst[:SHOWN])))
    if len(worst) > SHOWN:
        parts.append(f"{len(worst) - SHOWN} more findings are not shown.")
    if changes := _changes(report, worst):
        parts.append(f"<details><summary>What mlaudit fix would write</summary>\n\n{changes}\n\n</details>")
    if rules := _rules(worst):
        parts.append(f"<details><summary>Why, and what to do</summary>\n\n{rules}\n\n</details>")
    return "\n\n".join([*parts, *_remarks(report)]) + "\n"


def _scores(report: Report) -> Iterator[str]:
    found = scores(report)
    yield f"| {' | '.join(score.family for score in found)} |"
    yield "|" + "---|" * len(found)
    yield f"| {' | '.join(score.shown for score in found)} |"


def _table(report: Report, findings: list[Finding]) -> Iterator[str]:
    yield "| | where | what | rule |"
    yield "|---|---|---|---|"
    for finding in findings:
        page = page_of(finding.rule)
        rule = f"[{finding.rule.id}]({page})" if page else finding.rule.id
        yield f"| {SIGNS[finding.level]} | {_place(report, finding)} | {spans(finding.message)} | {rule} |"


def _place(report: Report, finding: Finding) -> str:
    cell = f" cell {finding.at.cell}" if finding.at.cell else ""
    shown = f"{escaped(finding.at.path)}:{finding.at.line}{cell}"
    address = permalink(report, finding.at)
    return f"[{shown}]({address.replace('(', '%28').replace(')', '%29')})" if address else shown


def _changes(report: Report, findings: list[Finding]) -> str:
    """The first changes, each as a block of its own lines; a fence longer than any in them ends none early."""
    found = [report.changes[finding] for finding in findings if finding in report.changes]
    blocks = []
    for change in found[:DIFFS]:
        lines = [_cut(plain(line)) for line in change.diff.split("\n")[:LINES]]
        text = "\n".join(lines)
        fence = "`" * max(3, 1 + max(map(len, TICKS.findall(text)), default=0))
        words = "" if change.safety == "safe" else " (only with `--unsafe-fixes`)"
        blocks.append(f"{spans(change.title)}{words}\n\n{fence}diff\n{text}\n{fence}")
    more = (
        [f"{count(len(found) - DIFFS, 'more fix', 'more fixes')} with `mlaudit fix --diff`."] if found[DIFFS:] else []
    )
    return "\n\n".join([*blocks, *more])


def _rules(findings: list[Finding]) -> str:
    rules = {finding.rule.id: finding.rule for finding in findings}
    return "\n".join(
        f"- **{rule.id} {rule.name}**: {paragraph(rule.rationale)} *Fix:* {paragraph(rule.fix)}"
        for rule in rules.values()
    )


def _remarks(report: Report) -> Iterator[str]:
    for crash in report.crashes:
        yield f"**{crash.rule.id} failed**, so {crash.rule.family} has no verdict: {escaped(crash.error)}"
    if report.unchecked:
        yield f"{count(len(report.unchecked), 'thing')} could not be judged without the network."
    if report.silenced or report.baselined:
        yield f"Not counted: {hidden(report)}."
    if report.unsure:
        yield f"{count(len(report.unsure), 'finding')} of low confidence not shown."


def spans(message: str) -> str:
    """A message whose backticks are spans of code; everything else in it is plain text."""
    pieces = plain(_cut(message)).split("`")
    if len(pieces) % 2 == 0:
        return escaped(message)
    return "".join(
        _code(piece) if number % 2 else MARKUP.sub(_entity, piece) for number, piece in enumerate(pieces) if piece
    )


def _code(text: str) -> str:
    return f"`{text.replace('|', chr(92) + '|')}`"


def escaped(text: str) -> str:
    """Text of the repository, which Markdown shows as it is."""
    return MARKUP.sub(_entity, plain(_cut(text)))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _entity(match: "re.Match[str]") -> str:
    return f"&#{ord(match[0])};"
