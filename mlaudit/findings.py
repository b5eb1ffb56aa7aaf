"""What is wrong, where, and how sure are we? Hits of checks, findings of rules, and the report of a run."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from mlaudit.facts import Fact, Location
from mlaudit.listed import Item, Lineage, Part

LEVELS = ("note", "warning", "error")
CONFIDENCES = ("low", "medium", "high")
# The level of a hit that is no fault: something that the rule should judge, and cannot without the network.
UNCHECKED = "unchecked"


class Related(NamedTuple):
    """Another place that a finding speaks of, and what it has to do with it."""

    at: Location
    text: str


class Hit:
    """What a check yields: the fact at fault, and the words that its rule's message takes besides the fact's fields."""

    __slots__ = ("at", "confidence", "fact", "level", "related", "words")

    def __init__(
        self,
        fact: Fact,
        *,
        at: Location | None = None,
        level: str = "",
        confidence: str = "",
        related: tuple[Related, ...] = (),
        **words: str | int,
    ) -> None:
        self.fact = fact
        self.at = at or fact.at
        self.level = level
        self.confidence = confidence
        self.related = related
        self.words: Mapping[str, Any] = words

    def message(self, template: str) -> str:
        """The template filled with the fact's fields and the hit's words. Raises KeyError for any other word."""
        return template.format_map({**self.fact._asdict(), **self.words})


class Rule(NamedTuple):
    """A rule as its TOML file states it. `family` is the folder; `path` the file. `fixable` is safe or unsafe where
    mlaudit can write the fix, else "". `is_own` says that it is the user's: `match` is what one of a pack looks for, in
    place of a function, `plugin` the plug-in that brings it."""

    id: str
    name: str
    family: str
    level: str
    confidence: str
    title: str
    passed: str
    message: str
    rationale: str
    fix: str
    path: str
    unless: str = ""
    effort: str = "minutes"
    references: tuple[str, ...] = ()
    enabled: bool = True
    fixable: str = ""
    match: Any = None
    plugin: str = ""
    is_own: bool = False


class Finding(NamedTuple):
    """One fault. `snippet` is the text of the line at which `at` starts, decoded where the file is JSON."""

    rule: Rule
    level: str
    confidence: str
    message: str
    at: Location
    snippet: str = ""
    related: tuple[Related, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """What the message names in backquotes, without the path of the file: it stays where the file is renamed."""
        return tuple(part.replace(self.at.path, "") for part in self.message.split("`")[1:-1:2])

    @property
    def order(self) -> tuple[str, int, int, str]:
        """Path, line, column, rule: the one order of all outputs."""
        return (self.at.path, self.at.line, self.at.column, self.rule.id)


class Edit(NamedTuple):
    """The characters from `start` to `end` of a file's text (code points, from 0) become `text`. A file that is not
    there is made by an edit at 0."""

    path: str
    start: int
    end: int
    text: str


class Fix(NamedTuple):
    """What can be written for a finding, all of it or nothing. `origin` says where its values come from: "`uv.lock`,
    line 12". `safety` is safe or unsafe, "" for what the rule says."""

    title: str
    origin: str
    safety: str
    edits: tuple[Edit, ...]


class Replacement(NamedTuple):
    """What stands at a place of a file becomes `text`."""

    at: Location
    text: str


class Change(NamedTuple):
    """A fix as outputs show it: what it is called, where its values come from, whether it is safe, the lines taken and
    added in the manner of a unified diff, and each text with the place that it replaces."""

    title: str
    origin: str
    safety: str
    diff: str
    replacements: tuple[Replacement, ...] = ()


class Silenced(NamedTuple):
    """A finding that is meant to be: by a comment (`inSource`) or by the configuration (`external`), and why."""

    finding: Finding
    kind: str
    reason: str
    at: Location


class Known(NamedTuple):
    """Faults that a baseline knows: `number` of one rule in one file with the same text, `hash`ed; `message` is for
    people."""

    rule: str
    path: str
    hash: str
    number: int
    message: str = ""


class Baseline(NamedTuple):
    """What is known already, and by which name: that of a file, or of a commit."""

    name: str
    entries: tuple[Known, ...]


class Compared(NamedTuple):
    """The findings that a baseline knows, and what it knows and is no longer there."""

    known: frozenset[Finding] = frozenset()
    stale: tuple[Known, ...] = ()


class Crash(NamedTuple):
    """A rule whose check failed: its family has no verdict."""

    rule: Rule
    error: str


class Looked(NamedTuple):
    """Of which thing a family had how many to judge: 34, `requirement`."""

    family: str
    thing: str
    number: int


class Origin(NamedTuple):
    """From what a run can be repeated: the commit, whether tracked files differ from it, the page of the repository
    (an https address, without credentials), the command, and digests of the rules and settings. Empty where unknown.
    """

    commit: str = ""
    branch: str = ""
    changed: bool = False
    url: str = ""
    command: str = ""
    rules: str = ""
    settings: str = ""


class Report(NamedTuple):
    """All that one run found.

    `silenced` are findings that a comment or the configuration says are meant to be: they count for nothing, and every
    output names them. `baselined` are findings that a baseline knows, `stale` what it knows and is no longer there,
    `baseline` its name, and `before` that of the commit that a change was held against. `unsure` are findings below
    the asked confidence; outputs count them, no more. `unchecked` are things that a rule should judge and cannot, each
    with its reason: never a pass. `looked` says what there was to judge, and `idle` holds the ids of the rules that
    had nothing. `bill` is None where no output asks for it. `origin`, `fingerprints` (GitHub's hash of a line, by path
    and line), `fixes` (what can be written for findings) and `changes` (how that is shown) are there where an output
    asks for them.
    """

    root: str
    files: int
    read: int
    rules: tuple[Rule, ...]
    findings: tuple[Finding, ...]
    unsure: tuple[Finding, ...] = ()
    unchecked: tuple[Finding, ...] = ()
    silenced: tuple[Silenced, ...] = ()
    baselined: tuple[Finding, ...] = ()
    stale: tuple[Known, ...] = ()
    baseline: str = ""
    before: str = ""
    crashes: tuple[Crash, ...] = ()
    lineage: Lineage = Lineage()
    inventory: tuple[Item, ...] = ()
    bill: tuple[Part, ...] | None = None
    looked: tuple[Looked, ...] = ()
    idle: frozenset[str] = frozenset()
    seconds: float = 0.0
    origin: Origin = Origin()
    fingerprints: Mapping[tuple[str, int], str] = MappingProxyType({})
    fixes: Mapping[Finding, Fix] = MappingProxyType({})
    changes: Mapping[Finding, Change] = MappingProxyType({})

    def worst(self) -> int:
        """The rank of the worst level found, -1 where nothing was."""
        return max((LEVELS.index(finding.level) for finding in self.findings), default=-1)

    def everything(self) -> tuple[Finding, ...]:
        """The findings with those that are silenced or known to the baseline."""
        return (*self.findings, *(each.finding for each in self.silenced), *self.baselined)

    def count(self, level: str) -> int:
        """How many findings have a level."""
        return sum(finding.level == level for finding in self.findings)
