"""How is a requirement written that names one version, in the words of its file?"""

from mlaudit.facts import Requirement
from mlaudit.patterns import pattern

# `name[extras] >= 1, < 2`, with the blanks that stand around the first operator.
WRITTEN = pattern(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:[ \t]*\[[^\]\r\n]*\])?)"
    r"(?P<before>[ \t]*)(?P<open>\([ \t]*)?"
    r"(?:(?:===|==|~=|!=|<=|>=|<|>)(?P<after>[ \t]*)(?P<rest>[^()\\\"'\r\n]*))?(?P<close>\))?"
)


def pinned(requirement: Requirement, text: str, version: str) -> str | None:
    """The text at a requirement with one version in it; None where its form is not known."""
    return _line(text, version) if requirement.ecosystem == "pypi" else None


def _line(text: str, version: str) -> str | None:
    match = WRITTEN.fullmatch(text)
    if match is None or bool(match["open"]) is not bool(match["close"]):
        return None
    if match["rest"] is None:
        return f"{match['name']}=={version}"
    return f"{match['name']}{match['before']}{match['open'] or ''}=={match['after']}{version}{match['close'] or ''}"
