"""Why does a rule say something about a file, or nothing: which setting, comment or baseline decides, and at what did
it look there?"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from mlaudit import rulebook
from mlaudit.audit import audit, code_role, facts_of
from mlaudit.catalogue import catalogue
from mlaudit.commands import deciding
from mlaudit.config import UsageError, nearest
from mlaudit.facts import KINDS, Repo, Suppression, Unreadable
from mlaudit.files.discover import discover, matcher, reader_for
from mlaudit.findings import LEVELS, Finding, Report
from mlaudit.looked import JUDGES
from mlaudit.patterns import pattern
from mlaudit.prepared import cache, configuration, known_of, targets

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from mlaudit.config import Config
    from mlaudit.files.discover import Listing
    from mlaudit.findings import Rule

LINE = pattern(r"(.+):(\d+)")
# So many findings of one file are told; the others are counted.
MOST = 12


class _Asked(NamedTuple):
    """What was asked: a rule, in a file of a repository, on a line or (0) all of them."""

    root: str
    path: str
    line: int
    rule: Rule
    config: Config


def run(options: Namespace) -> tuple[int, str]:
    """The exit code, and what is told. Raises UsageError for a file or rule that is not there."""
    place, line = _place(options.path)
    root, scope = targets([place])
    config = configuration(options, root)
    every = catalogue(config, root)
    rule = _rule(options.rule, every)
    asked = _Asked(root, scope[0], line, rule, config)
    listing = discover(root, config.exclude, config.extend_exclude)
    rules = [each for each in every if each.family == rule.family or each.id == rule.id]
    kept = cache(options, root, rules)
    repo, _ = facts_of(listing, config.kind, kept, code_role(rules), config.large_file_mb * 1_000_000)
    known = known_of(options, root, config, rules)
    report = audit(root, config, [rule], (), cache(options, root, [rule]), known, listing)
    place = f"{asked.path}:{line}" if line else asked.path
    rows = [f"{rule.id} {rule.name} in {place}", *_told(asked, options, listing, repo, report)]
    return 0, "".join(f"{row}\n" for row in rows)


def _rule(name: str, rules: list[Rule]) -> Rule:
    for rule in rules:
        if name in (rule.id, rule.name):
            return rule
    known = [word for rule in rules for word in (rule.id, rule.name)]
    raise UsageError(f"no rule is called `{name}`{nearest(name, known)}")


def _place(text: str) -> tuple[str, int]:
    """The file, and the line behind a colon."""
    match = LINE.fullmatch(text)
    if match and not os.path.exists(text):
        text, line = match[1], int(match[2])
    else:
        line = 0
    if not os.path.isfile(text):
        raise UsageError(
            f"why: `{text}` is a folder; name a file" if os.path.isdir(text) else f"`{text}` does not exist"
        )
    return text, line


def _told(asked: _Asked, options: Namespace, listing: Listing, repo: Repo, report: Report) -> Iterator[str]:
    is_on, why = deciding.selected(asked.rule, asked.config, options)
    yield f"  rule      {'on' if is_on else 'off'}: {why}"
    level, by = deciding.level(asked.rule, asked.config)
    yield f"  level     {level}: {by}; {_gate(level, asked.config, options)}"
    yield from (f"  file      {row}" for row in _file(asked, listing, repo))
    yield from (f"  silenced  {row}" for row in _silencers(asked, repo, report))
    yield f"  looked    {_looked(asked, repo, report)}"
    found = list(_findings(asked, report))
    yield from (f"  found     {row}" for row in found[:MOST])
    if len(found) > MOST:
        yield f"  found     {len(found) - MOST} more"
    yield f"  verdict   {_verdict(asked, is_on, report)}"


def _gate(level: str, config: Config, options: Namespace) -> str:
    if config.fail_on == "never" or LEVELS.index(level) < LEVELS.index(config.fail_on):
        does = "the exit code stays 0"
    else:
        does = "the exit code is 1"
    place = ", on the command line" if options.fail_on else deciding.written(config.file, "fail-on")
    return f"with fail-on = {config.fail_on}{place} {does}"


def _file(asked: _Asked, listing: Listing, repo: Repo) -> Iterator[str]:
    """Whether the file is read, and by what; else why not."""
    file = listing.files.get(asked.path)
    reader = reader_for(asked.path)
    if file is None:
        yield f"not read: {_left_out(asked)}"
    elif file.vendored:
        yield "not read: it lies in a folder of other people's code"
    elif not reader:
        yield "read by nothing: rules know that it is there, and no more"
    else:
        yield f"read by {reader}{'' if file.tracked is not False else '; git does not track it'}"
    for fact in repo.all(Unreadable):
        if fact.at.path == asked.path:
            yield f"{'partly' if fact.partly else 'not'} read: {fact.reason}"


def _left_out(asked: _Asked) -> str:
    for key in ("exclude", "extend-exclude"):
        for word in getattr(asked.config, key.replace("-", "_")) or ():
            if matcher([word])(asked.path):
                return f"`{word}` in `{key}`{deciding.written(asked.config.file, key, word)}"
    return "git ignores it, it lies in a folder that tools fill, or it leads out of the repository"


def _silencers(asked: _Asked, repo: Repo, report: Report) -> Iterator[str]:
    """Each comment and setting that speaks for this rule in this file, and what it silences."""
    names = {asked.rule.id, asked.rule.name}
    mine = [each for each in report.silenced if each.finding.at.path == asked.path]
    for comment in repo.all(Suppression):
        if comment.at.path == asked.path and names & {each.name for each in comment.rules}:
            number = sum(each.at == comment.at for each in mine)
            over = "the whole file" if comment.over is None else f"line {comment.over.line}"
            until = f", until {comment.until}" if comment.until else ""
            said = comment.problem or f"silences {number} here"
            yield f"comment of line {comment.at.line}, for {over}{until}: {said} ({comment.reason or 'no reason'})"
    for path, words in asked.config.per_file_ignores:
        if any(rulebook.specificity(word, asked.rule) for word in words) and matcher([path])(asked.path):
            yield f'per-file-ignores, "{path}"{deciding.written(asked.config.file, "per-file-ignores", path)}'
    for entry in asked.config.ignores:
        if names & set(entry.rules) and matcher([entry.path])(asked.path):
            text = f' with the text "{entry.text}"' if entry.text else ""
            where = deciding.written(asked.config.file, "ignores")
            yield f'ignores, "{entry.path}"{text}{where} ({entry.reason or "no reason"})'


def _looked(asked: _Asked, repo: Repo, report: Report) -> str:
    """What the file says, by kind of fact, and what the rule judges in the whole repository."""
    here: Counter[str] = Counter()
    for kind in KINDS:
        facts: list[Any] = repo.all(kind)
        places = [fact.at for fact in facts if fact.at.path == asked.path]
        if asked.line:
            places = [at for at in places if at.line <= asked.line <= max(at.end_line, at.line)]
        here[kind.__name__] += len(places)
    told = ", ".join(f"{number} {name}" for name, number in here.items() if number) or "nothing that is a fact"
    things = JUDGES.get(asked.rule.name)
    judged = [
        f"{each.number} {each.thing}"
        for each in report.looked
        if each.family == asked.rule.family and (things is None or each.thing in things)
    ]
    where = "on this line" if asked.line else "in this file"
    return f"{where}: {told}; in the repository: {', '.join(judged) or 'nothing that it judges'}"


def _is_asked(finding: Finding, asked: _Asked) -> bool:
    at = finding.at
    is_here = at.path == asked.path or any(each.at.path == asked.path for each in finding.related)
    return is_here and (not asked.line or at.path != asked.path or at.line <= asked.line <= max(at.end_line, at.line))


def _findings(asked: _Asked, report: Report) -> Iterator[str]:
    """Each finding of the rule here, and what becomes of it."""
    known = report.baseline or "the baseline"
    least = asked.config.min_confidence
    rows = [
        *((each, "counts") for each in report.findings),
        *((each, f"known to {known}") for each in report.baselined),
        *((each, f"not shown: confidence {each.confidence} is below {least}") for each in report.unsure),
        *((each, "not checked") for each in report.unchecked),
        *((each.finding, f"silenced: {each.reason or 'no reason'}") for each in report.silenced),
    ]
    for finding, becomes in sorted(rows, key=lambda row: row[0].order):
        if _is_asked(finding, asked):
            place = (
                f"line {finding.at.line}" if finding.at.path == asked.path else f"{finding.at.path}:{finding.at.line}"
            )
            yield f"{place}: {finding.message} [{becomes}]"


def _verdict(asked: _Asked, is_on: bool, report: Report) -> str:
    if any(crash.rule.id == asked.rule.id for crash in report.crashes):
        return "the rule failed: it has no verdict"
    count = sum(_is_asked(finding, asked) for finding in report.findings)
    told = f"{count} finding{'' if count == 1 else 's'}"
    if not is_on:
        return f"the rule does not run; if it did, {told} would count here"
    return f"{told} counts here" if count == 1 else f"{told} count here" if count else "nothing counts here"
