"""What should be done first? Rules by what they cost and what they win."""

from typing import NamedTuple

from mlaudit.findings import LEVELS, Change, Finding, Report, Rule
from mlaudit.scores import WEIGHTS

SURENESS = {"high": 1.0, "medium": 0.7, "low": 0.4}
EFFORTS = {"minutes": 1, "hours": 4, "days": 16}
FIRST = 5


class Action(NamedTuple):
    """A rule to mend, the findings that this mends, and of them those that can be written, with whether all of these
    are safe."""

    rule: Rule
    findings: tuple[Finding, ...]
    written: int = 0
    is_safe: bool = True
    example: Change | None = None

    @property
    def level(self) -> str:
        """The worst level found."""
        return max((finding.level for finding in self.findings), key=LEVELS.index)

    @property
    def command(self) -> str:
        """The command that writes what can be written, else that which shows all of them."""
        if self.written:
            return f"mlaudit fix --select {self.rule.id}{'' if self.is_safe else ' --unsafe-fixes'}"
        return f"mlaudit --select {self.rule.id} --verbose"


def first(report: Report) -> list[Action]:
    """The five rules with the highest severity × confidence ÷ effort; of equals, those with more findings."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_rule.setdefault(finding.rule.id, []).append(finding)
    actions = [_action(report, tuple(findings)) for findings in by_rule.values()]
    return sorted(actions, key=lambda each: (-_worth(each), -len(each.findings), each.rule.id))[:FIRST]


def _action(report: Report, findings: tuple[Finding, ...]) -> Action:
    changes = [report.changes[finding] for finding in findings if finding in report.changes]
    is_safe = all(change.safety == "safe" for change in changes)
    return Action(findings[0].rule, findings, len(changes), is_safe, next(iter(changes), None))


def _worth(action: Action) -> float:
    effort = EFFORTS.get(action.rule.effort, 4)
    return max(WEIGHTS[each.level] * SURENESS[each.confidence] for each in action.findings) / effort
