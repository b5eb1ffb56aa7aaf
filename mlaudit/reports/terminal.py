"""The report that a person reads at a terminal."""

from collections import Counter
from collections.abc import Iterator

from mlaudit.findings import LEVELS, Finding, Report
from mlaudit.marks import ignore
from mlaudit.reports.text import count, hidden, plain
from mlaudit.scores import scores, unsilenced

COLORS = {"error": "31", "warning": "33", "note": "36", "bold": "1", "dim": "2", "caret": "31"}
# After this many findings of one rule the rest are only counted.
SHOWN = 3
WIDEST = 160
# From this many findings on, a start with what is new is offered.
MANY = 40


def render(report: Report, *, color: bool = False, verbose: bool = False, quiet: bool = False) -> str:
    """Findings by level, path and line (errors last, next to the totals), then the footer."""
    style = _Style(color)
    parts: list[str] = []
    order = sorted(report.findings, key=lambda finding: (LEVELS.index(finding.level), finding.rule.id, *finding.order))
    seen: Counter[str] = Counter()
    for finding in order:
        seen[finding.rule.id] += 1
        if verbose or seen[finding.rule.id] <= SHOWN:
            explained = verbose or seen[finding.rule.id] == 1
            parts.append("\n".join(_finding(finding, style, explained, verbose)) + "\n")
        last = seen[finding.rule.id] == sum(other.rule.id == finding.rule.id for other in order)
        if last and not verbose and seen[finding.rule.id] > SHOWN:
            parts.append(_more(order, finding.rule.id, style) + "\n")
    if not quiet:
        parts.append("\n".join(_footer(report, style)) + "\n")
    return "\n".join(parts)


class _Style:
    def __init__(self, color: bool) -> None:
        self._color = color

    def __call__(self, name: str, text: str) -> str:
        return f"\x1b[{COLORS[name]}m{text}\x1b[0m" if self._color else text


def _finding(finding: Finding, style: _Style, explained: bool, with_ignore: bool) -> Iterator[str]:
    rule, at = finding.rule, finding.at
    yield f"{style(finding.level, f'{finding.level}[{rule.id}]')} {style('bold', rule.name)}: {plain(finding.message)}"
    margin = " " * len(str(at.line))
    cell = f" (cell {at.cell})" if at.cell else ""
    sure = "" if finding.confidence == "high" else f"  confidence {finding.confidence}"
    yield f"{margin}{style('dim', '-->')} {plain(at.path)}:{at.line}:{at.column}{cell}{style('dim', sure)}"
    if finding.snippet.strip():
        yield from _snippet(finding, margin, style)
    for related in finding.related[:5]:
        yield f"{margin} {style('dim', '=')} {plain(related.at.path)}:{related.at.line}: {plain(related.text)}"
    if explained:
        yield f"{margin} {style('dim', '=')} why: {_sentence(rule.rationale)}"
        yield f"{margin} {style('dim', '=')} fix: {_sentence(rule.fix)}"
        yield f"{margin} {style('dim', '=')} docs: mlaudit rule {rule.id}"
    if with_ignore:
        yield f"{margin} {style('dim', '=')} meant to be so? {plain(ignore(at, rule.id))}"


def _snippet(finding: Finding, margin: str, style: _Style) -> Iterator[str]:
    """The line and a caret below its part at fault; a long line is cut around that part."""
    at, line = finding.at, finding.snippet
    first = at.column - 1
    last = min(at.end_column - 1 if at.end_line == at.line else len(line), len(line))
    start = max(0, first - 40) if len(line) > WIDEST else 0
    shown = line[start : start + WIDEST]
    before = plain(line[start:first].replace("\t", " "))
    marked = plain(line[first : min(last, start + WIDEST)].replace("\t", " "))
    bar = style("dim", "|")
    yield f"{margin} {bar}"
    yield f"{style('dim', str(at.line))} {bar} {plain(shown.replace(chr(9), ' '))}"
    yield f"{margin} {bar} {' ' * len(before)}{style('caret', '^' * max(1, len(marked)))}"


def _sentence(text: str) -> str:
    """The first paragraph on one line."""
    return " ".join(text.strip().split("\n\n")[0].split())


def _more(order: list[Finding], rule: str, style: _Style) -> str:
    rest = [finding for finding in order if finding.rule.id == rule][SHOWN:]
    files = Counter(plain(finding.at.path) for finding in rest)
    named = ", ".join(f"{path} ({number})" for path, number in files.most_common(3))
    others = f" and {count(len(files) - 3, 'other file')}" if len(files) > 3 else ""
    return style("dim", f"  … {len(rest)} more {rule} in {named}{others}: mlaudit --select {rule} --verbose")


def _footer(report: Report, style: _Style) -> Iterator[str]:
    size = f"{count(len(report.rules), 'rule')} over {count(report.read, 'file')} of {report.files}"
    if not report.findings and not report.crashes:
        passed = "Nothing new" if report.baselined else "All checks passed"
        yield f"{style('bold', passed)}: {size}, {report.seconds:.2f} s"
    else:
        levels = [style(level, count(report.count(level), level)) for level in ("error", "warning", "note")]
        yield f"{count(len(report.findings), 'finding')}: {', '.join(levels)} · {size}, {report.seconds:.2f} s"
    if report.unsure:
        yield style("dim", f"not shown: {len(report.unsure)} of low confidence (--min-confidence low)")
    if report.unchecked:
        first = report.unchecked[0]
        more = f" (and {len(report.unchecked) - 1} more)" if len(report.unchecked) > 1 else ""
        yield style("dim", f"not checked by {first.rule.id}: {plain(first.message)}{more}")
    if told := hidden(report):
        yield style("dim", f"not counted: {told}")
    if report.stale:
        yield style("dim", f"stale baseline: {count(len(report.stale), 'entry', 'entries')} (mlaudit baseline prune)")
    yield style("dim", f"scores: {' · '.join(_scores(report))}")
    for crash in report.crashes:
        yield f"{crash.rule.family}: ? ({crash.rule.id} failed, so this family has no verdict)"
    if command := _next(report):
        yield f"next: {command}"
    if len(report.findings) >= MANY and not report.baseline:
        yield "many at once? `mlaudit baseline create` remembers them, and only new findings count"


def _scores(report: Report) -> Iterator[str]:
    """Each family's score, and what it would be if nothing were silenced, where that differs."""
    for score, full in zip(scores(report), unsilenced(report), strict=True):
        yield f"{score.family} {score.shown}" + (f" ({full.shown} with those)" if full.shown != score.shown else "")


def _next(report: Report) -> str:
    """The one command to run next."""
    if not report.findings:
        return ""
    worst = max(report.findings, key=lambda finding: LEVELS.index(finding.level))
    common = Counter(f.rule.id for f in report.findings if f.level == worst.level).most_common(1)[0][0]
    return f"mlaudit rule {common}"
