"""The report that a person reads at a terminal."""

from collections import Counter
from collections.abc import Iterator

from mlaudit.findings import LEVELS, Finding, Report
from mlaudit.marks import ignore
from mlaudit.patterns import pattern
from mlaudit.reports.text import count, hidden, plain
from mlaudit.scores import scores, unsilenced

COLORS = {"error": "31", "warning": "33", "note": "36", "bold": "1", "dim": "2", "caret": "31"}
# After this many findings of one rule the rest are only counted.
SHOWN = 3
WIDEST = 160
# A report of more rows is cut, unless all of it is asked for; a row is taken to hold this many letters.
SCREEN, COLUMNS = 45, 100
# In a report that is cut: so many rules have a line of their own, and so many letters of a path are kept.
ROWS, LONGEST = 14, 50
# From this many findings on, a start with what is new is offered.
MANY = 40


def render(report: Report, *, color: bool = False, verbose: bool = False, quiet: bool = False) -> str:
    """The findings, errors first, then the footer; what is longer than a screen is cut, unless all is asked for."""
    style = _Style(color)
    order = sorted(report.findings, key=lambda finding: (-LEVELS.index(finding.level), finding.rule.id, *finding.order))
    footer = [] if quiet else ["\n".join(_footer(report, style))]
    parts = list(_listed(order, style, verbose))
    if not verbose and not quiet and _rows([*parts, *footer]) > SCREEN:
        parts = _cut(order, style, SCREEN - _rows(footer))
    return "\n".join(f"{part}\n" for part in (*parts, *footer))


def _listed(order: list[Finding], style: "_Style", verbose: bool) -> Iterator[str]:
    """Each finding, and after SHOWN of a rule the number of the others."""
    seen: Counter[str] = Counter()
    total = Counter(finding.rule.id for finding in order)
    for finding in order:
        rule = finding.rule.id
        seen[rule] += 1
        if verbose or seen[rule] <= SHOWN:
            yield "\n".join(_finding(finding, style, verbose or seen[rule] == 1, verbose))
        if seen[rule] == total[rule] > SHOWN and not verbose:
            yield _more(order, rule, style)


def _cut(order: list[Finding], style: "_Style", room: int) -> list[str]:
    """The first finding of each rule as long as there is room, one at least, and the others counted by rule."""
    shown: list[str] = []
    left, told = order, ""
    for first in _firsts(order):
        part = "\n".join(_finding(first, style, explained=True, with_ignore=False))
        after = [finding for finding in left if finding is not first]
        counted = "\n".join(_counted(after, style)) if after else ""
        if shown and _rows([*shown, part, counted]) > room:
            break
        shown.append(part)
        left, told = after, counted
    return [*shown, told] if told else shown


def _firsts(order: list[Finding]) -> list[Finding]:
    """The first finding of each rule."""
    firsts: dict[str, Finding] = {}
    for finding in order:
        firsts.setdefault(finding.rule.id, finding)
    return list(firsts.values())


def _counted(left: list[Finding], style: "_Style") -> Iterator[str]:
    """A line for each rule of the errors and warnings, one for all notes, and how to see them."""
    yield style("bold", f"{count(len(left), 'finding')} more:")
    loud = [finding for finding in left if finding.level != "note"]
    rules = list(dict.fromkeys((finding.level, finding.rule.id, finding.rule.name) for finding in loud))
    for level, rule, name in rules[:ROWS]:
        files = Counter(plain(f.at.path) for f in loud if (f.level, f.rule.id) == (level, rule))
        others = f" and {count(len(files) - 1, 'other file')}" if len(files) > 1 else ""
        path = next(iter(files))
        near = path if len(path) <= LONGEST else f"…{path[-LONGEST:]}"
        yield f"  {style(level, f'{level:8}')}{rule} {files.total():4}  {name}: {near}{others}"
    if beyond := {rule for _, rule, _ in rules[ROWS:]}:
        yield f"  {count(len(beyond), 'other rule')}: {', '.join(sorted(beyond))}"
    if quiet := Counter(finding.rule.id for finding in left if finding.level == "note"):
        yield f"  {style('note', 'note')}    {', '.join(f'{rule} {number}' for rule, number in quiet.most_common())}"
    yield style("dim", "all of them: mlaudit --verbose; those of one rule: mlaudit --select RULE --verbose")


def _rows(parts: list[str]) -> int:
    """How many rows some parts take, with a free one after each and long lines in several."""
    lines = [line for part in parts for line in (*pattern(r"\x1b\[\d*m").sub("", part).split("\n"), "")]
    return sum(max(1, -(-len(line) // COLUMNS)) for line in lines)


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
    if len(report.findings) >= MANY and not report.baseline:
        advice = "many at once? `mlaudit baseline create` remembers them, and only new findings count"
        return f"mlaudit rule {common} · {advice}"
    return f"mlaudit rule {common}"
