"""How does each family of rules stand, as one number?

The score of a rule is 1 where it held and 1 - weight(its worst finding) / weight(the rule) where it did not, with the
weights of WEIGHTS by level, and never below 0. The score of a family is the mean over its rules that applied, weighted
by their levels: Σ(score·weight) / Σ(weight), times 100, rounded down, so that 100 means that every rule held.

A rule does not apply where it had nothing to judge, or where what it should judge is not known without the network. A
family of which a rule crashed has no score: it is `?`, not a lower number. One to which no rule applied is `–`, never
100. Findings below the asked confidence count for nothing. Nothing depends on how many things a rule judged.
"""

from collections.abc import Iterable
from typing import NamedTuple

from mlaudit.findings import Finding, Report, Rule

WEIGHTS = {"error": 10, "warning": 5, "note": 2}
CRASHED, NOTHING = "?", "–"
# From these values on a family is good, or middling.
GOOD, MIDDLING = 90, 50


class Score(NamedTuple):
    """How a family stands: `value` from 0 to 100, None where it has none (`shown` then says why), and its rules by
    what became of them. `held` is Σ(score·weight), `weight` is Σ(weight)."""

    family: str
    value: int | None
    shown: str
    held: int
    weight: int
    failed: tuple[Rule, ...] = ()
    passed: tuple[Rule, ...] = ()
    unjudged: tuple[Rule, ...] = ()
    idle: tuple[Rule, ...] = ()
    crashed: tuple[Rule, ...] = ()

    @property
    def points(self) -> tuple[int, int]:
        """The rules that held, and those that applied."""
        return len(self.passed), len(self.passed) + len(self.failed)

    @property
    def grade(self) -> str:
        """good, middling, poor, or none where there is no value."""
        if self.value is None:
            return "none"
        return "good" if self.value >= GOOD else "middling" if self.value >= MIDDLING else "poor"


def scores(report: Report) -> tuple[Score, ...]:
    """The score of every family that has a rule in the run, by name."""
    worst = _worst(report.findings)
    return tuple(_score(family, report, worst) for family in sorted({rule.family for rule in report.rules}))


def unsilenced(report: Report) -> tuple[Score, ...]:
    """The scores as they would be if nothing were silenced or known to a baseline."""
    return scores(report._replace(findings=report.everything()))


def _worst(findings: Iterable[Finding]) -> dict[str, int]:
    """The weight of the worst finding of each rule that has one."""
    found: dict[str, int] = {}
    for finding in findings:
        found[finding.rule.id] = max(found.get(finding.rule.id, 0), WEIGHTS[finding.level])
    return found


def _score(family: str, report: Report, worst: dict[str, int]) -> Score:
    groups: dict[str, list[Rule]] = {"failed": [], "passed": [], "unjudged": [], "idle": [], "crashed": []}
    crashed = {crash.rule.id for crash in report.crashes}
    unjudged = {finding.rule.id for finding in report.unchecked}
    for rule in report.rules:
        if rule.family == family:
            groups[_state(rule.id, worst, crashed, unjudged, report.idle)].append(rule)
    held, weight = _sums(groups["failed"], groups["passed"], worst)
    value = 100 * held // weight if weight and not groups["crashed"] else None
    shown = CRASHED if groups["crashed"] else NOTHING if value is None else str(value)
    return Score(family, value, shown, held, weight, **{name: tuple(rules) for name, rules in groups.items()})


def _state(rule: str, worst: dict[str, int], crashed: set[str], unjudged: set[str], idle: Iterable[str]) -> str:
    if rule in crashed:
        return "crashed"
    if rule in worst:
        return "failed"
    if rule in unjudged:
        return "unjudged"
    return "idle" if rule in idle else "passed"


def _sums(failed: list[Rule], passed: list[Rule], worst: dict[str, int]) -> tuple[int, int]:
    weight = sum(WEIGHTS[rule.level] for rule in (*failed, *passed))
    held = sum(WEIGHTS[rule.level] for rule in passed)
    return held + sum(max(0, WEIGHTS[rule.level] - worst[rule.id]) for rule in failed), weight
