"""What does a version constraint say in the tables of Poetry, Pipenv, Pixi and npm?

All of them write a version in a value beside the package's name; they differ in what a bare `1.2` means.
"""

from mlaudit.facts import Comparison
from mlaudit.patterns import pattern

CLAUSE = pattern(r"(===|==|~=|!=|<=|>=|=|\^|~|<|>)?\s*v?([0-9*xX][^\s,|]*)")
SEPARATOR = pattern(r"\s*,\s*|\s+(?=[<>=!~^])")


def comparisons(text: str, bare: str = "==") -> tuple[Comparison, ...]:
    """The clauses of `text`. `bare` is the operator that a version without one has.

    A union (`||`, `|`) is one Comparison "?" with the whole text, since a Comparison tuple means "and".
    """
    text = text.strip()
    if text in ("", "*", "x", "latest"):
        return ()
    if "|" in text:
        return (Comparison("?", text),)
    found = []
    for clause in SEPARATOR.split(text):
        match = CLAUSE.fullmatch(clause.strip())
        if match is None:
            return (Comparison("?", text),)
        operator = match[1] or bare
        if match[2] not in ("*", "x", "X"):
            found.append(Comparison("==" if operator == "=" else operator, match[2]))
    return tuple(found)
