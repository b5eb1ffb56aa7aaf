"""What does the [match] of a rule ask for, and does a text fit a pattern?"""

from collections.abc import Iterable
from typing import Any, NamedTuple


class Argument(NamedTuple):
    """What is asked of an argument; what is not asked is "", None or ()."""

    name: str
    state: str = ""
    position: int | None = None
    equals: tuple[Any, ...] = ()
    differs: tuple[Any, ...] = ()
    like: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class Match(NamedTuple):
    """A subject, the patterns of what is matched and of what is let through, gitignore patterns of the files in which
    it counts and does not count, and what else is asked, by key."""

    subject: str
    patterns: tuple[str, ...]
    exempt: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    asked: tuple[tuple[str, Any], ...] = ()

    def get(self, key: str) -> Any:
        """What is asked under a key; None where nothing is."""
        return next((value for name, value in self.asked if name == key), None)


def fits(text: str, patterns: Iterable[str]) -> bool:
    """Whether a text fits one of some patterns, in which `*` stands for anything."""
    return any(_fits(text, pattern) for pattern in patterns)


def _fits(text: str, pattern: str) -> bool:
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    last = rest.pop()
    if not text.startswith(first) or len(text) < len(first) + len(last) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in rest:  # each at its first place: no other could fit more
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
