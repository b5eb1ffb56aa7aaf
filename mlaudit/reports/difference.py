"""What is new, fixed and moved between two runs?"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from mlaudit.findings import Finding, Report
from mlaudit.reports.text import count, plain

Key = tuple[object, ...]


class Difference(NamedTuple):
    """The findings of the later run that the earlier one did not have, those that it no longer has, and pairs of those
    that stand elsewhere now. `same` is the number of the others."""

    new: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    moved: tuple[tuple[Finding, Finding], ...]
    same: int


def compare(old: Report, new: Report) -> Difference:
    """Findings are the same by rule, by what stands in their line, and by what their message names: first those at the
    same place, then those of the same file, then the others."""
    left, right = list(old.findings), list(new.findings)
    pairs: list[tuple[Finding, Finding]] = []
    for place in (_at, _file, _anywhere):
        pairs += _paired(left, right, place)
    moved = [(before, after) for before, after in pairs if _at(before) != _at(after)]
    ordered = tuple(sorted(moved, key=lambda pair: pair[1].order))
    return Difference(tuple(right), tuple(left), ordered, len(pairs) - len(moved))


def _paired(
    left: list[Finding], right: list[Finding], place: Callable[[Finding], Key]
) -> list[tuple[Finding, Finding]]:
    """The pairs that share a key; they are taken out of both lists."""
    waiting: dict[Key, list[Finding]] = defaultdict(list)
    for finding in reversed(left):
        waiting[place(finding)].append(finding)
    pairs = [(waiting[place(after)].pop(), after) for after in right if waiting[place(after)]]
    left[:] = _without(left, (before for before, _ in pairs))
    right[:] = _without(right, (after for _, after in pairs))
    return pairs


def _without(findings: list[Finding], taken: Iterable[Finding]) -> list[Finding]:
    gone = {id(finding) for finding in taken}
    return [finding for finding in findings if id(finding) not in gone]


def _anywhere(finding: Finding) -> Key:
    return finding.rule.id, "".join(finding.snippet.split()), finding.named


def _file(finding: Finding) -> Key:
    return (*_anywhere(finding), finding.at.path)


def _at(finding: Finding) -> Key:
    return (*_file(finding), finding.at.line, finding.at.cell)


def render(difference: Difference) -> str:
    """New findings first, then what is fixed, then what stands elsewhere, then the totals."""
    lines = [f"+ {_line(finding)}" for finding in difference.new]
    lines += (f"- {_line(finding)}" for finding in difference.fixed)
    lines += (f"~ {_line(after)} (was at {before.at.path}:{before.at.line})" for before, after in difference.moved)
    numbers = (len(difference.new), len(difference.fixed), len(difference.moved), difference.same)
    words = ("new", "fixed", "moved", "unchanged")
    total = ", ".join(f"{number} {word}" for number, word in zip(numbers, words, strict=True))
    return "".join(f"{plain(line)}\n" for line in lines) + f"{count(sum(numbers), 'finding')}: {total}\n"


def _line(finding: Finding) -> str:
    at, rule = finding.at, finding.rule
    cell = f" cell {at.cell}:" if at.cell else ""
    return f"{at.path}:{at.line}:{at.column}:{cell} {finding.level} {rule.id} {rule.name}: {finding.message}"
