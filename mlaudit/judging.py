"""What do the rules say of a repository, and what is left of that when its suppressions are heard?"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mlaudit import rulebook
from mlaudit.catalogue import catalogue
from mlaudit.config import Config
from mlaudit.facts import File, Location, Repo, Suppression
from mlaudit.files.contents import content
from mlaudit.findings import UNCHECKED, Crash, Finding, Hit, Rule, Silenced
from mlaudit.masking import masked
from mlaudit.source import Source

# The rules about suppressions, which judge what is known only when all others have spoken.
LATE = frozenset(
    {
        "unused-suppression",
        "unknown-rule-in-suppression",
        "unattached-suppression",
        "expired-suppression",
        "suppression-without-reason",
    }
)
LARGEST = 100_000_000


class Judged(NamedTuple):
    """The findings that count, those that are silenced, and the rules that failed."""

    findings: frozenset[Finding]
    silenced: tuple[Silenced, ...]
    crashes: tuple[Crash, ...]


def judged(repo: Repo, rules: list[Rule], config: Config, root: str) -> Judged:
    """What all rules find. Those about suppressions come last: they ask what the others have found."""
    snippets = _Snippets(root, repo.files)
    early = [rule for rule in rules if rule.name not in LATE]
    late = [rule for rule in rules if rule.name in LATE]
    findings, crashes = _checked(early, repo, snippets, config)
    if not (config.ignores or config.per_file_ignores or repo.all(Suppression)):
        return Judged(frozenset(findings), (), tuple(crashes))
    from mlaudit.suppressions import suppressions
    from mlaudit.suppressions.settings import external

    known = catalogue(config, root)
    heard = suppressions(repo, external(config, root, known), known, root, config.as_of)
    left, silenced = heard.split(set(findings))
    asked = {rule.id for rule in early} - {crash.rule.id for crash in crashes}
    spoken = Repo(repo.files, iter(heard.facts(repo, asked)))
    later, failed = _checked(late, spoken, snippets, config)
    later_left, later_silenced = heard.split(set(later))
    return Judged(frozenset([*left, *later_left]), (*silenced, *later_silenced), (*crashes, *failed))


def leveled(rules: Iterable[Rule], config: Config) -> list[Rule]:
    """The rules with the levels that the configuration gives them."""
    levels = dict(config.levels)
    return [rule._replace(level=levels.get(rule.id, levels.get(rule.name, rule.level))) for rule in rules]


def _checked(
    rules: Iterable[Rule], repo: Repo, snippets: "_Snippets", config: Config
) -> tuple[list[Finding], list[Crash]]:
    """The findings of rules, and the rules that failed."""
    findings: list[Finding] = []
    crashes: list[Crash] = []
    chosen = {name for name, _ in config.levels}
    for rule in rules:
        is_set = bool(chosen) and bool(chosen & {rule.id, rule.name})
        try:
            findings += [_finding(rule, hit, snippets, is_set) for hit in rulebook.check_of(rule)(repo)]
        except Exception as error:  # one rule that fails must not take the others with it
            crashes.append(Crash(rule, f"{type(error).__name__}: {error}"))
    return findings, crashes


def _finding(rule: Rule, hit: Hit, snippets: "_Snippets", is_set: bool) -> Finding:
    """`is_set` says that the user has chosen the level, whatever the check says of this hit."""
    level = rule.level if is_set and hit.level != UNCHECKED else hit.level or rule.level
    return Finding(
        rule=rule,
        level=level,
        confidence=hit.confidence or rule.confidence,
        message=masked(hit.message(rule.message)),
        at=hit.at,
        snippet=masked(snippets.line(hit.at)),
        related=tuple(each._replace(text=masked(each.text)) for each in hit.related),
    )


def _lines(held: bytes, path: str) -> bytes:
    """What of a file may stand under a finding."""
    if not path.endswith(".ipynb"):
        return held[:LARGEST]
    from mlaudit.readers.code import outputs

    return outputs.thinned(held)


class _Snippets:
    """The lines under findings. The file of the last finding is kept: findings of a rule come file by file."""

    def __init__(self, root: str, files: Mapping[str, File]) -> None:
        self._root = root
        self._files = files
        self._source = Source("", b"")

    def line(self, at: Location) -> str:
        """The text of the line at which a place starts; "" where the file is gone or has none."""
        if self._source.path != at.path:
            try:
                held = content(self._root, self._files.get(at.path) or File(at.path, 0))
                self._source = Source(at.path, _lines(held, at.path))
            except OSError:
                return ""
        return self._source.line(at.line)
