"""Which findings does a repository say are meant to be? Suppressions, and what became of the rules they name."""

from typing import NamedTuple

from mlaudit.facts.place import Location


class RuleName(NamedTuple):
    """A rule as a suppression names it: by id or by name."""

    at: Location
    name: str


class Suppression(NamedTuple):
    """A comment, or an entry of a notebook's metadata or of the configuration, that ignores findings of rules.

    `over` is the part of the file that it speaks for, None for all of it; in a notebook it names the cell, and cell 0
    stands for every cell. `until` is a date (YYYY-MM-DD) or "", `expired` says that it has passed. `problem` says why
    it silences nothing; with `in_string` that is so because it stands in a string, which matters only where there was
    something to silence. `external` says that it is an entry of the configuration, with its `pattern` and `text`.
    """

    at: Location
    written: str
    rules: tuple[RuleName, ...]
    over: Location | None = None
    reason: str = ""
    until: str = ""
    expired: bool = False
    problem: str = ""
    in_string: bool = False
    external: bool = False
    pattern: str = ""
    text: str = ""


class SuppressedRule(NamedTuple):
    """What became of one rule that a suppression names: whether a finding was silenced is None where nobody asked."""

    at: Location
    name: str
    known: bool
    used: bool | None
    nearest: str = ""
