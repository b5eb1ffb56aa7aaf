"""What does a comment ask mlaudit to ignore? `mlaudit: ignore[RULE, …] reason [until=YYYY-MM-DD]`, or `file-ignore`."""

from datetime import date
from difflib import get_close_matches
from typing import NamedTuple

from mlaudit.patterns import pattern

KINDS = ("ignore", "file-ignore")
# What other tools call it: who writes one of these means a suppression.
OTHERS = ("disable", "enable", "noqa", "skip", "allow", "suppress", "ignore-file", "ignore-line", "ignore-next-line")
DIRECTIVE = pattern(r"mlaudit:[ \t]*([A-Za-z_-]+)[ \t]*(\[[^\]\r\n]*\]?)?([^\r\n]*)")
NAME = pattern(r"[^\s,\[\]]+")
UNTIL = pattern(r"\[?\buntil=([^\s\]]*)\]?")
# Where another tool's comment begins, or the comment itself ends.
NEXT = pattern(r"\s+#\s.*|\s*(?:-->|\*/).*")
FORM = "`ignore[RULE] reason` is the form"


class Directive(NamedTuple):
    """What a comment says. `names` are the rules with their offsets from the start of the directive."""

    kind: str
    names: tuple[tuple[int, str], ...]
    reason: str = ""
    until: str = ""
    problem: str = ""


def directive(text: str) -> Directive | None:
    """The directive of a text that begins with `mlaudit:`; None where it is about something else."""
    match = DIRECTIVE.match(text)
    if match is None:
        return None
    kind, rules, rest = match[1], match[2] or "", NEXT.sub("", match[3])
    if kind not in KINDS:
        is_meant = bool(rules) or kind in OTHERS or get_close_matches(kind.lower(), KINDS, n=1, cutoff=0.75)
        return Directive(kind, (), problem=f"is no suppression that mlaudit knows: {FORM}") if is_meant else None
    names = tuple((match.start(2) + each.start(), each[0]) for each in NAME.finditer(rules))
    until = UNTIL.search(rest)
    reason = UNTIL.sub("", rest).strip(" \t:-–—")
    found = Directive(kind, names, reason, until[1] if until else "")
    return found._replace(problem=_problem(found, rules))


def _problem(found: Directive, rules: str) -> str:
    if not found.names:
        return f"names no rule: {FORM}"
    if not rules.endswith("]"):
        return "does not close its list of rules with `]`"
    return date_problem(found.until)


def date_problem(until: str) -> str:
    """Why a date is none, else ""."""
    try:
        is_date = not until or date.fromisoformat(until).isoformat() == until
    except ValueError:
        is_date = False
    return "" if is_date else f"names no date: `until={until}` is not written YYYY-MM-DD"
