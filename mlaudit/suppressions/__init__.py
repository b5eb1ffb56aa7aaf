"""Which findings does somebody say are meant to be, and which of those words silence nothing?"""

from collections.abc import Callable, Iterable, Iterator

from mlaudit.facts import Fact, Location, Repo, SuppressedRule, Suppression, Unreadable
from mlaudit.files.discover import matcher
from mlaudit.files.git import said
from mlaudit.findings import Finding, Rule, Silenced


class Suppressions:
    """All suppressions of a run, and the date at which they are asked. What each silenced is remembered."""

    def __init__(self, found: list[Suppression], names: dict[str, str], today: str) -> None:
        self._found = found
        self._names = names  # id or name → id
        self._today = today
        self._matchers: dict[str, Callable[[str], bool]] = {}
        self._used: set[tuple[int, str]] = set()
        self._kept_from: set[int] = set()  # those in strings that had something to silence
        self._by_path: dict[str, list[tuple[int, Suppression]]] = {}
        self._external = [(number, each) for number, each in enumerate(found) if each.external]
        for number, each in enumerate(found):
            if not each.external:
                self._by_path.setdefault(each.at.path, []).append((number, each))

    def split(self, findings: Iterable[Finding]) -> tuple[list[Finding], list[Silenced]]:
        """What is left of findings, and what is silenced."""
        left, silenced = [], []
        for finding in findings:
            by = self._silencers(finding)
            if by:
                kind = "external" if by[0].external else "inSource"
                silenced.append(Silenced(finding, kind, by[0].reason, by[0].at))
            else:
                left.append(finding)
        return left, silenced

    def facts(self, repo: Repo, judged: set[str]) -> list[Fact]:
        """The suppressions and what became of the rules that they name. `judged` are the ids of rules that ran."""
        partly = {fact.at.path for fact in repo.all(Unreadable)}
        found: list[Fact] = []
        for number, each in enumerate(self._found):
            if each.at.path and (not each.in_string or number in self._kept_from):
                found.append(each._replace(expired=self._is_expired(each)))
                if not each.problem:
                    found += self._rules(number, each, judged, each.at.path in partly)
        return found

    def _is_expired(self, each: Suppression) -> bool:
        return bool(each.until and self._today and each.until < self._today)

    def _rules(self, number: int, each: Suppression, judged: set[str], partly: bool) -> Iterator[SuppressedRule]:
        for rule in each.rules:
            known = self._names.get(rule.name, "")
            is_asked = known in judged and not partly and not self._is_expired(each)
            used = (number, known) in self._used if is_asked else None
            yield SuppressedRule(rule.at, rule.name, bool(known), used, "" if known else self._nearest(rule.name))

    def _nearest(self, name: str) -> str:
        from difflib import get_close_matches

        close = get_close_matches(name.upper() if name[:3].upper() + "001" in self._names else name, self._names, n=1)
        return f"; the nearest is `{close[0]}`" if close else ""

    def _silencers(self, finding: Finding) -> list[Suppression]:
        found = []
        for number, each in (*self._by_path.get(finding.at.path, ()), *self._external):
            if not any(self._names.get(rule.name) == finding.rule.id for rule in each.rules):
                continue
            if not (self._is_external(each, finding) if each.external else _is_over(each.over, finding.at)):
                continue
            if each.in_string:
                self._kept_from.add(number)
            elif not each.problem and not self._is_expired(each):
                self._used.add((number, finding.rule.id))
                found.append(each)
        return found

    def _is_external(self, each: Suppression, finding: Finding) -> bool:
        if each.pattern not in self._matchers:
            self._matchers[each.pattern] = matcher([each.pattern])
        shown = f"{finding.message}\n{finding.snippet}"
        return each.text in shown and self._matchers[each.pattern](finding.at.path)


def _is_over(over: Location | None, at: Location) -> bool:
    """Whether a place begins or ends inside of what a suppression speaks for."""
    if over is None:
        return True
    if over.cell and over.cell != at.cell:
        return False
    start, end = (over.line, over.column), (over.end_line, over.end_column)
    last = (at.end_line, at.end_column - 1) if at.end_column > 1 else (at.end_line - 1, end[1])
    return start <= (at.line, at.column) <= end or (last >= (at.line, at.column) and start <= last <= end)


def suppressions(repo: Repo, external: list[Suppression], rules: Iterable[Rule], root: str, as_of: str) -> Suppressions:
    """All suppressions of a run. `rules` are all that there are; `as_of` is a date, or "" for that of the commit."""
    found = list(dict.fromkeys([*repo.all(Suppression), *external]))
    today = as_of
    if not today and any(each.until for each in found):
        today = said(root, "log", "-1", "--format=%cs")
    return Suppressions(found, {name: rule.id for rule in rules for name in (rule.id, rule.name)}, today)
