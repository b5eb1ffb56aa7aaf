"""Which comments say that findings are meant to be, and what do the files hold with them?"""

import os
from collections.abc import Iterable
from typing import NamedTuple

from mlaudit.facts import Location
from mlaudit.findings import Finding
from mlaudit.marks import comment, lasting
from mlaudit.readers.comments import read
from mlaudit.source import NEWLINE, Source, encoded
from mlaudit.suppressions.anchors import anchors, top
from mlaudit.suppressions.unchanged import is_unchanged

LARGEST = 100_000_000


class Edits(NamedTuple):
    """New contents by path, how many findings their comments speak for, and those that need the configuration."""

    contents: dict[str, bytes]
    commented: int
    others: list[Finding]


def edits(findings: Iterable[Finding], root: str, reason: str, kept: Iterable[str] = ()) -> Edits:
    """The comments for findings. Files that are `kept` as they are, by a digest of them, get none."""
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.at.path, []).append(finding)
    untouched = frozenset(kept)
    contents: dict[str, bytes] = {}
    others: list[Finding] = []
    commented = 0
    for path, found in by_path.items():
        changed, left = (None, found) if path in untouched else _commented(root, path, found, reason)
        if changed is not None:
            contents[path] = changed
        commented += len(found) - len(left)
        others += left
    return Edits(contents, commented, others)


def _commented(root: str, path: str, findings: list[Finding], reason: str) -> tuple[bytes | None, list[Finding]]:
    """What a file holds with its comments, and the findings that none can speak for."""
    source = _read(root, path) if lasting(path) else None
    return (None, findings) if source is None else commented(source, findings, reason)


def commented(source: Source, findings: list[Finding], reason: str) -> tuple[bytes | None, list[Finding]]:
    """What a source holds with comments for findings in it, and those that none can speak for."""
    kind = lasting(source.path)
    readable = [each for each in findings if each.rule.id != "MLA001"]
    if not kind or not readable or encoded(source, source.text) != source.content:
        return None, findings
    if kind == "notebook":
        from mlaudit.suppressions import notebooks

        return notebooks.commented(source, findings, reason)
    places, left = _places(source, kind, readable)
    content = encoded(source, _inserted(source, kind, places, reason))
    after = Source(source.path, content)
    if not places or not content or not is_unchanged(source, after, kind):
        return None, findings
    if not all(each in left or _is_spoken_for(each, places, after) for each in readable):
        return None, findings
    return content, [*left, *(each for each in findings if each not in readable)]


def _places(
    source: Source, kind: str, findings: list[Finding]
) -> tuple[dict[tuple[int, str, str], set[str]], list[Finding]]:
    """The rules to name by line, what stands before the comment, and word; and findings that have no place."""
    anchor = anchors(source, kind)
    places: dict[tuple[int, str, str], set[str]] = {}
    left = []
    for finding in findings:
        if is_whole(finding.at):
            places.setdefault((top(source, kind), "", "file-ignore"), set()).add(finding.rule.id)
        elif found := anchor(finding.at.line):
            places.setdefault((*found, "ignore"), set()).add(finding.rule.id)
        else:
            left.append(finding)
    return places, left


def _inserted(source: Source, kind: str, places: dict[tuple[int, str, str], set[str]], reason: str) -> str:
    """The text with a line above each place, its ends as the file has them."""
    text = source.text
    end = NEWLINE.search(text)
    newline = end[0] if end else "\n"
    for (line, indent, word), rules in sorted(places.items(), reverse=True):
        at = source.starts[line - 1] if line <= len(source.starts) else len(text)
        said = comment("plain" if kind == "markdown" else kind, directive(word, rules, reason))
        text = f"{text[:at]}{indent}{said}{newline}{text[at:]}"
    return text


def _is_spoken_for(finding: Finding, places: Iterable[tuple[int, str, str]], after: Source) -> bool:
    """Whether a comment speaks for a finding where it stands now."""
    line = finding.at.line + sum(place[0] <= finding.at.line for place in places)
    return any(
        not each.problem and (each.over is None or each.over.line <= line <= each.over.end_line)
        for each in read(after)
        if any(rule.name == finding.rule.id for rule in each.rules)
    )


def directive(word: str, rules: Iterable[str], reason: str) -> str:
    """`mlaudit: ignore[RULE] reason`."""
    return f"mlaudit: {word}[{','.join(sorted(rules))}] {reason}".rstrip()


def is_whole(at: Location) -> bool:
    """Whether a finding is about a file and no place in it."""
    return at[1:5] == (1, 1, 1, 1)


def _read(root: str, path: str) -> Source | None:
    """A file inside the root; None for one that is a link to somewhere else, or cannot be read."""
    full = os.path.realpath(os.path.join(root, path))
    if full != os.path.join(os.path.realpath(root), *path.split("/")):
        return None
    try:
        with open(full, "rb") as file:
            return Source(path, file.read(LARGEST))
    except OSError:
        return None
