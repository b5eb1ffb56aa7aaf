"""What does `--add-ignore` do? It writes a suppression for every finding that is shown."""

import os
import posixpath
from collections.abc import Iterable, Iterator

from mlaudit.config import Config, UsageError
from mlaudit.files.discover import discover
from mlaudit.findings import Report
from mlaudit.patterns import pattern
from mlaudit.suppressions.tables import added
from mlaudit.suppressions.writing import edits

RECORDED = pattern(r"(?m)^\s*(?:-\s+)?path:\s*['\"]?([^'\"\r\n]+?)['\"]?\s*$")


def add(report: Report, config: Config, reason: str) -> str:
    """Write comments, and tables of the configuration where a file takes none; say in one line what was written.

    Findings about suppressions are left for people to mend. Raises UsageError for a reason that is no single line, and
    where a file cannot be written.
    """
    if not reason.isprintable() or not reason.strip():
        raise UsageError("--add-ignore: the reason must be one line of text")
    findings = [finding for finding in report.findings if "suppression" not in finding.rule.name]
    planned = edits(findings, report.root, reason.strip(), _kept(report.root, {each.at.path for each in findings}))
    file, content, tables = "", b"", 0
    if planned.others:
        file, content, tables = added(planned.others, config, report.root, reason.strip(), planned.contents)
    for path, text in planned.contents.items():
        _write(os.path.join(report.root, path), text)
    if tables:
        _write(file, content)
    told = [f"{planned.commented} by comments in {_count(len(planned.contents), 'file')}"] if planned.contents else []
    told += [f"{len(planned.others)} by {_count(tables, 'table')} in {os.path.basename(file)}"] if tables else []
    return f"silenced {', '.join(told)}" if told else "nothing to silence"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _write(path: str, content: bytes) -> None:
    try:
        with open(path, "wb") as file:
            file.write(content)
    except OSError as error:
        raise UsageError(f"--add-ignore: `{path}` cannot be written: {error.strerror}") from None


def _kept(root: str, paths: Iterable[str]) -> set[str]:
    """Those of the paths whose bytes a lock of DVC records: with a comment in them, its pipeline would have to run."""
    recorded = {path for lock in discover(root).files if lock.endswith("dvc.lock") for path in _recorded(root, lock)}
    return {path for path in paths if any(path == each or path.startswith(f"{each}/") for each in recorded)}


def _recorded(root: str, lock: str) -> Iterator[str]:
    try:
        with open(os.path.join(root, lock), encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        return
    for match in RECORDED.finditer(text):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(lock), match[1]))
