"""What does the process do that audits for the editor's server? Tasks in, answers out, and facts kept in between.

It is a process of its own so that the editor is answered while an audit runs, and so that a crash costs no more than
that one audit.
"""

import os
import pickle
import sys
from argparse import Namespace
from collections.abc import Mapping
from typing import Any, BinaryIO, NamedTuple

from mlaudit.facts import Fact, Unreadable
from mlaudit.files.cache import Cache
from mlaudit.findings import Finding, Fix

HEAD = 8


class Task(NamedTuple):
    """Audit the repository at `root`. `unsaved` are the contents of files that only the editor has, by path."""

    root: str
    unsaved: Mapping[str, bytes]
    options: Mapping[str, Any]


class Answer(NamedTuple):
    """What an audit found, and the fixes that could be written; or in one line why there was none."""

    findings: tuple[Finding, ...] = ()
    fixes: tuple[tuple[Finding, Fix], ...] = ()
    crashes: tuple[str, ...] = ()
    files: int = 0
    seconds: float = 0.0
    error: str = ""


class Kept(Cache):
    """The cache of a repository whose facts stay in memory between runs. Only the first run writes the file: what is
    typed is not worth it."""

    def __init__(self, root: str, role: str = "") -> None:
        super().__init__(root, role=role)
        self._facts: dict[str, list[Fact]] = {}
        self._asked: set[str] = set()
        self._is_saved = False

    def get(self, key: str) -> list[Fact] | None:
        """The facts under a key, or None."""
        self._asked.add(key)
        facts = self._facts.get(key)
        if facts is None and not self._is_saved:
            facts = super().get(key)
            if facts is not None:
                self._facts[key] = facts
        return facts

    def put(self, key: str, facts: list[Fact]) -> None:
        """Keep the facts under a key, unless a file could not be read."""
        if not any(isinstance(fact, Unreadable) for fact in facts):
            self._facts[key] = facts
        if not self._is_saved:
            super().put(key, facts)

    def save(self) -> None:
        """Forget what this run did not ask for."""
        if not self._is_saved:
            super().save()
            self._entries, self._used, self._is_saved = {}, {}, True
        self._facts = {key: facts for key, facts in self._facts.items() if key in self._asked}
        self._asked = set()


def answer(task: Task, caches: dict[tuple[str, str], Kept]) -> Answer:
    """The answer to a task. A mistake in the configuration, or a fault of ours, is one line."""
    from mlaudit.config import UsageError

    try:
        return _audited(task, caches)
    except UsageError as error:
        return Answer(error=str(error))
    except Exception as error:  # the process must live on, and the user must hear of it
        return Answer(error=f"the audit of `{task.root}` failed: {type(error).__name__}: {error}")


def _audited(task: Task, caches: dict[tuple[str, str], Kept]) -> Answer:
    from mlaudit.audit import audit, code_role
    from mlaudit.files.discover import discover
    from mlaudit.prepared import configuration, known_of, rules_of

    options = Namespace(**task.options)
    config = configuration(options, task.root)
    rules = rules_of(config, task.root)
    role = code_role(rules)
    if (task.root, role) not in caches:
        caches[task.root, role] = Kept(task.root, role)
    known = known_of(options, task.root, config, rules)
    cache = caches[task.root, role]
    listed = discover(task.root, config.exclude, config.extend_exclude).files
    edits = {path: held for path, held in task.unsaved.items() if path in listed}
    report = audit(task.root, config, rules, (), cache, known, drawn=False, fixing=True, edits=edits)
    crashes = tuple(f"{crash.rule.id} {crash.rule.name} failed: {crash.error}" for crash in report.crashes)
    return Answer(report.findings, tuple(report.fixes.items()), crashes, report.files, report.seconds)


def packed(value: Any) -> bytes:
    """A message: its length, and the value. Both ends of the pipe are ours."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(HEAD, "big") + data


def main() -> None:
    """Answer tasks until the pipe is closed. What anything prints goes to stderr, so that it never mixes with them."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    caches: dict[tuple[str, str], Kept] = {}
    while task := _next(sys.stdin.buffer):
        out.write(packed(answer(task, caches)))
        out.flush()


def _next(pipe: BinaryIO) -> Task | None:
    head = pipe.read(HEAD)
    size = int.from_bytes(head, "big")
    data = pipe.read(size) if len(head) == HEAD else b""
    if not size or len(data) < size:
        return None
    task: Task = pickle.loads(data)
    return task
