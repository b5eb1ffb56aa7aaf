"""What should be done first? Rules by what they cost and what they win."""

from typing import NamedTuple

from mlaudit.findings import LEVELS, Finding, Report, Rule
from mlaudit.scores import WEIGHTS

SURENESS = {"high": 1.0, "medium": 0.7, "low": 0.4}
EFFORTS = {"minutes": 1, "hours": 4, "days": 16}
FIRST = 5


class Action(NamedTuple):
    """A rule to mend, and the findings that this mends."""

    rule: Rule
    findings: tuple[Finding, ...]

    @property
    def level(self) -> str:
        """The worst level found."""
        return max((finding.level for finding in self.findings), key=LEVELS.index)

    @property
    def command(self) -> str:
        """The command that shows all of them."""
        return f"mlaudit --select {self.rule.id} --verbose"


def first(report: Report) -> list[Action]:
    """The five rules with the highest severity × confidence ÷ effort; of equals, those with more findings."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_rule.setdefault(finding.rule.id, []).append(finding)
    actions = [Action(findings[0].rule, tuple(findings)) for findings in by_rule.values()]
    return sorted(actions, key=lambda each: (-_worth(each), -len(each.findings), each.rule.id))[:FIRST]


def _worth(action: Action) -> float:
    effort = EFFORTS.get(action.rule.effort, 4)
    return max(WEIGHTS[each.level] * SURENESS[each.confidence] for each in action.findings) / effort
