"""What did a change bring? The findings that stand on its lines, and those elsewhere that were not there before it."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

from mlaudit.baselines import compare, keyed
from mlaudit.changes.lines import Touched, is_touched
from mlaudit.findings import Finding, Known, Report


class Before(NamedTuple):
    """A state before the change: the lines that are others since, what was found, and the rules that failed there."""

    touched: Touched
    found: tuple[Known, ...] = ()
    failed: frozenset[str] = frozenset()


def narrowed(report: Report, befores: Iterable[Before], files: Collection[str], name: str) -> Report:
    """The report with the findings that the change brought; all others count as known before it.

    A merge has several states before it: what one of them knew, and on lines of its own, is not of the merge.
    `files` are those of the repository after the change, `name` is what the state before it is called.
    """
    befores = tuple(befores)
    everything = sorted((*report.findings, *report.baselined), key=lambda finding: finding.order)
    brought = [each for each in everything if all(_is_of(each, before) for before in befores)]
    for before in befores:
        brought = _new(brought, everything, before, report, files)
    shown = _beyond(brought, report, befores)
    return report._replace(
        findings=tuple(each for each in everything if each in shown),
        baselined=tuple(each for each in everything if each not in shown),
        unsure=tuple(each for each in report.unsure if _is_on(each, befores)),
        unchecked=tuple(each for each in report.unchecked if _is_on(each, befores)),
        silenced=tuple(each for each in report.silenced if _is_on(each.finding, befores)),
        before=name,
    )


def elsewhere(report: Report, touched: Touched) -> bool:
    """Whether a finding stands on no line that was touched: what was found before is asked for these alone."""
    return any(not is_touched(each.at, touched) for each in (*report.findings, *report.baselined))


def _is_of(finding: Finding, before: Before) -> bool:
    return is_touched(finding.at, before.touched) or finding.rule.id not in before.failed


def _is_on(finding: Finding, befores: Iterable[Before]) -> bool:
    return all(is_touched(finding.at, before.touched) for before in befores)


def _new(
    brought: list[Finding], everything: list[Finding], before: Before, report: Report, files: Collection[str]
) -> list[Finding]:
    """Those on touched lines, and those that this state did not know."""
    still = [each for each in everything if not is_touched(each.at, before.touched)]
    old = compare(still, before.found, report.root, files).known if before.found else frozenset[Finding]()
    return [each for each in brought if each not in old]


def _beyond(brought: list[Finding], report: Report, befores: tuple[Before, ...]) -> set[Finding]:
    """What is more than a baseline knows. Of equals in one file it does not say which ones it knows: those of the
    change are the new ones, first those on its lines."""
    if not report.baselined:
        return set(brought)
    keys = dict(keyed((*report.findings, *report.baselined), report.root, {}))
    left = Counter(keys[each] for each in report.findings)
    shown = set()
    for each in sorted(brought, key=lambda finding: not _is_on(finding, befores)):
        if left[keys[each]] > 0:
            left[keys[each]] -= 1
            shown.add(each)
    return shown
