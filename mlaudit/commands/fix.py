"""What does `mlaudit fix` do? Rounds of fixes and audits until nothing changes; then a diff, or files are written."""

import os
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import NamedTuple

from mlaudit.config import UsageError
from mlaudit.findings import Finding, Fix, Report
from mlaudit.fixes.applying import Fixes, applied
from mlaudit.fixes.diffs import difference
from mlaudit.source import Source

ROUNDS = 40
LARGEST = 1_000_000_000
Again = Callable[[Mapping[str, bytes]], Report]


class Outcome(NamedTuple):
    """What fixing came to: the report on what the files hold then, their contents by path, what was fixed, what could
    not be, and what needs `--unsafe-fixes`."""

    report: Report
    contents: Mapping[str, bytes]
    done: tuple[tuple[Finding, Fix], ...]
    refused: Mapping[Finding, str]
    unsafe: tuple[tuple[Finding, Fix], ...]
    settled: bool = True


def fixed(report: Report, again: Again, unsafe: bool) -> Outcome:
    """Apply the fixes of a report, and those of the report on what they leave, until nothing changes. `again` audits
    the repository with contents that nobody has written yet."""
    contents: dict[str, bytes] = {}
    done: list[tuple[Finding, Fix]] = []
    refused: dict[Finding, str] = {}
    careful: set[str] = set()
    source = partial(_source, report.root, contents)
    for _ in range(ROUNDS):
        wanted = {
            finding: fix
            for finding, fix in report.fixes.items()
            if (unsafe or fix.safety == "safe") and finding not in refused
        }
        step = applied(_one_each(wanted, careful), source)
        refused |= step.refused
        if not step.contents:
            if step.refused:
                continue
            left = ((finding, fix) for finding, fix in report.fixes.items() if fix.safety != "safe" and not unsafe)
            return Outcome(report, contents, tuple(done), refused, tuple(left))
        after = again({**contents, **step.contents})
        if worse := _worse(report, after, step.contents):
            refused |= _blamed(step.done, worse, careful)
            careful |= worse.keys()
            continue
        contents |= step.contents
        done += step.done.items()
        report = after
    return Outcome(report, contents, tuple(done), refused, (), settled=False)


def _one_each(fixes: Fixes, careful: set[str]) -> Fixes:
    """The fixes, of those files that are fixed with care one each."""
    chosen: dict[Finding, Fix] = {}
    taken: set[str] = set()
    for finding in sorted(fixes, key=lambda each: each.order):
        paths = {edit.path for edit in fixes[finding].edits}
        if not paths & careful & taken:
            chosen[finding] = fixes[finding]
            taken |= paths
    return chosen


def _worse(before: Report, after: Report, paths: Collection[str]) -> dict[str, str]:
    """The files in which something was changed and a rule finds more than it did, and that rule. Notes do not count."""
    was, now = (
        Counter((each.at.path, each.rule.id) for each in report.findings if each.level != "note")
        for report in (before, after)
    )
    return {path: rule for (path, rule), number in now.items() if path in paths and number > was[path, rule]}


def _blamed(done: Fixes, worse: Mapping[str, str], careful: set[str]) -> dict[Finding, str]:
    """The fixes that are known to bring something new: the only ones of their files. Others are tried one by one."""
    blamed: dict[Finding, str] = {}
    for path, rule in worse.items():
        touching = [finding for finding, fix in done.items() if any(edit.path == path for edit in fix.edits)]
        if path in careful or len(touching) == 1:
            blamed |= dict.fromkeys(touching, f"would bring a finding of {rule} in `{path}`")
    return blamed


def _source(root: str, contents: Mapping[str, bytes], path: str) -> Source | None:
    """The text of a file, as it is now or will be; empty for one that is not there. None for a link, and for what lies
    behind one."""
    if path in contents:
        return Source(path, contents[path])
    held = _held(root, path)
    return None if held is None else Source(path, held)


def _held(root: str, path: str) -> bytes | None:
    full = os.path.join(os.path.realpath(root), *path.split("/"))
    if os.path.realpath(full) != full:
        return None
    try:
        with open(full, "rb") as file:
            return file.read(LARGEST)
    except FileNotFoundError:
        return b""
    except OSError:
        return None


def diff(outcome: Outcome) -> bytes:
    """All changes as one unified diff that `git apply` takes at the root."""
    root = outcome.report.root
    return b"".join(
        difference(path, _held(root, path) if os.path.lexists(os.path.join(root, path)) else None, after)
        for path, after in sorted(outcome.contents.items())
    )


def write(outcome: Outcome) -> None:
    """Write the files. Raises UsageError where one cannot be written."""
    for path, content in outcome.contents.items():
        full = os.path.join(outcome.report.root, path)
        try:
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "wb") as file:
                file.write(content)
        except OSError as error:
            raise UsageError(f"`{full}` cannot be written: {error.strerror}") from None


def summary(outcome: Outcome, *, written: bool, verbose: bool) -> list[str]:
    """What to say on stderr: how many were fixed, which could not be, and what else could be."""
    told = []
    if outcome.done:
        verb = "fixed" if written else "would fix"
        told = [f"{verb} {_count(len(outcome.done), 'finding')} in {_count(len(outcome.contents), 'file')}"]
    elif not outcome.unsafe:
        told = ["nothing to fix"]
    told += [_told(finding, fix) for finding, fix in outcome.done if verbose]
    told += [f"{each.at.path}:{each.at.line}: not fixed: {why}" for each, why in outcome.refused.items()]
    if outcome.unsafe:
        told.append(f"{_count(len(outcome.unsafe), 'finding')} could be fixed with --unsafe-fixes")
        told += [_told(finding, fix) for finding, fix in outcome.unsafe if verbose]
    if not outcome.settled:
        told.append(f"stopped after {ROUNDS} rounds: the fixes of some findings undo each other")
    return told


def _told(finding: Finding, fix: Fix) -> str:
    origin = f" ({fix.origin})" if fix.origin else ""
    return f"{finding.at.path}:{finding.at.line}: {finding.rule.id} {fix.title}{origin}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
