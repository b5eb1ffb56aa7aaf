"""What do files hold when fixes are written into them?"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from mlaudit.findings import Edit, Finding, Fix
from mlaudit.fixes.parsing import fault
from mlaudit.source import Source, encoded

Fixes = Mapping[Finding, Fix]


class Applied(NamedTuple):
    """New contents by path, the fixes that are in them, and those that cannot be made, with the reason. What is in
    neither is in the way of another, and waits for the next round."""

    contents: dict[str, bytes]
    done: Fixes
    refused: Mapping[Finding, str]


def applied(fixes: Fixes, source: Callable[[str], Source | None]) -> Applied:
    """Write fixes, each as a whole or not at all. `source` gives the text of a file; None for one that may not be
    written."""
    refused: dict[Finding, str] = {}
    while True:
        chosen = _apart({finding: fix for finding, fix in fixes.items() if finding not in refused})
        contents, faults = _made(chosen.values(), source)
        if not faults:
            return Applied(contents, chosen, refused)
        for finding, fix in chosen.items():
            broken = [edit.path for edit in fix.edits if edit.path in faults]
            if broken:
                refused[finding] = f"`{broken[0]}` {faults[broken[0]]}"


def _apart(fixes: Fixes) -> Fixes:
    """The fixes, in order of their findings, whose edits do not touch those of an earlier one. Two fixes may share an
    edit: the same line is added once."""
    taken: dict[str, set[Edit]] = {}
    chosen: dict[Finding, Fix] = {}
    for finding in sorted(fixes, key=lambda each: each.order):
        fix = fixes[finding]
        if not any(_touch(edit, other) for edit in fix.edits for other in taken.get(edit.path, ()) if edit != other):
            chosen[finding] = fix
            for edit in fix.edits:
                taken.setdefault(edit.path, set()).add(edit)
    return chosen


def _touch(edit: Edit, other: Edit) -> bool:
    """Whether two edits share a character, or stand at one point."""
    if edit.start == other.start:
        return True
    first, second = sorted((edit, other), key=lambda each: each.start)
    return second.start < first.end or second.start == second.end == first.end


def _made(fixes: Iterable[Fix], source: Callable[[str], Source | None]) -> tuple[dict[str, bytes], dict[str, str]]:
    """The contents of the files with their edits in them, and what is wrong with those that cannot be written."""
    by_path: dict[str, set[Edit]] = {}
    for fix in fixes:
        for edit in fix.edits:
            by_path.setdefault(edit.path, set()).add(edit)
    contents, faults = {}, {}
    for path, edits in by_path.items():
        before = source(path)
        if before is None:
            faults[path] = "is a link, or lies outside of the repository"
            continue
        text = edited(before.text, edits)
        after = Source(path, encoded(before, text))
        problem = fault(before, after) if after.text == text else "cannot hold the fix in its encoding"
        if problem:
            faults[path] = problem
        contents[path] = after.content
    return contents, faults


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A text with edits in it that do not touch each other."""
    parts, at = [], 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])
