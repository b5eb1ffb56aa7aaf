"""What do `mlaudit baseline create`, `update`, `prune` and `show` do?"""

import os
from collections import Counter

from mlaudit.baselines import files, known
from mlaudit.config import UsageError
from mlaudit.findings import Known, Report


def entries(action: str, path: str) -> list[Known]:
    """What the file says before. Raises UsageError where `create` finds one, and where another action finds none."""
    if action != "create":
        return files.load(path)
    if os.path.exists(path):
        raise UsageError(f"`{path}` is there: `mlaudit baseline update` writes it anew, `prune` makes it smaller")
    return []


def after(action: str, report: Report, before: list[Known], root: str, allow_growth: bool) -> list[Known]:
    """What the file says afterwards. `prune` never adds; `update` does so on a CI machine only when it is allowed."""
    if action == "prune":
        gone = {(entry.rule, entry.path, entry.hash): entry.number for entry in report.stale}
        kept = [each._replace(number=each.number - gone.get((each.rule, each.path, each.hash), 0)) for each in before]
        return [entry for entry in kept if entry.number > 0]
    if action == "update" and report.findings and os.environ.get("CI") and not allow_growth:
        raise UsageError(f"on a CI machine the baseline grows by {len(report.findings)} only with --allow-growth")
    unasked = {entry.rule for entry in before} - {rule.id for rule in report.rules}
    return [*known((*report.findings, *report.baselined), root), *(e for e in before if e.rule in unasked)]


def summary(action: str, before: list[Known], now: list[Known], path: str) -> str:
    """What was done, in one line."""
    total, rules = sum(entry.number for entry in now), len({entry.rule for entry in now})
    head = f"{os.path.basename(path)}: {_count(total, 'finding')} of {_count(rules, 'rule')}"
    if action == "create":
        return f"{head}. From now on only new findings count; commit the file."
    return f"{head}, {sum(entry.number for entry in before)} before."


def listing(entries: list[Known]) -> str:
    """One line for each rule, with its files."""
    rules = Counter[str]()
    for entry in entries:
        rules[entry.rule] += entry.number
    lines = [f"{_count(sum(rules.values()), 'finding')} of {_count(len(rules), 'rule')}"]
    for rule, number in sorted(rules.items(), key=lambda pair: (-pair[1], pair[0])):
        places = Counter[str]()
        for entry in entries:
            if entry.rule == rule:
                places[entry.path] += entry.number
        named = ", ".join(f"{_plain(path)} ({n})" for path, n in places.most_common(5))
        more = f" and {len(places) - 5} more files" if len(places) > 5 else ""
        lines.append(f"{number:5} {_plain(rule)}  {named}{more}")
    return "".join(f"{line}\n" for line in lines)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _plain(text: str) -> str:
    """Text of the file without what could move a cursor."""
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
