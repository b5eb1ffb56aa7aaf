"""What is a case: which manifest, which edit, which tool is asked?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

INDEX = "https://index.example/simple"
GIT = "https://git.example/tiny.git"
MARK_FRESH, MARK_STALE = "fresh", "stale"
Files = dict[str, str]
Argv = tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """How one tool locks, how it is asked, and how its answer is read."""

    venv: str
    exe: str
    lock: tuple[Argv, ...]
    check: Argv
    keep: Argv  # lock files to keep; the first one is the file the verdict is about
    stale_text: str = ""  # what the tool prints when stale; empty: the command is run again and pins are compared
    stale_codes: tuple[int, ...] = (1,)
    hasher: str = ""  # python code for the tool's own interpreter: prints the content hash of "."
    env: Mapping[str, str] = field(default_factory=dict)
    checker: tuple[str, str] = ("", "")  # another (venv, exe) that answers instead

    def judge(self) -> tuple[str, str]:
        """The (venv, exe) that answers."""
        return self.checker if self.checker[0] else (self.venv, self.exe)


@dataclass(frozen=True)
class Case:
    """One manifest, the edit made after locking, and what the edit is."""

    name: str
    recipe: Recipe
    before: Mapping[str, str]
    after: Mapping[str, str]
    reason: str


@dataclass(frozen=True)
class Hand:
    """A fixture that no tool judged."""

    name: str
    files: Mapping[str, str]
    lock: str
    said: str
    reason: str


def edited(before: Mapping[str, str], *changes: tuple[str, str, str]) -> Files:
    """The files with each (path, old text, new text) applied; old text must occur once."""
    files = dict(before)
    for path, old, new in changes:
        assert files[path].count(old) == 1, (path, old)
        files[path] = files[path].replace(old, new)
    return files


def family(prefix: str, recipe: Recipe, path: str) -> Callable[..., Case]:
    """A short way to write the cases of one tool: (name, manifest text or files, reason, (old, new)...)."""

    def case(name: str, base: str | Mapping[str, str], reason: str, *changes: tuple[str, ...]) -> Case:
        before = {path: base} if isinstance(base, str) else dict(base)
        full = [(path, *c) if len(c) == 2 else c for c in changes]
        after = edited(before, *(f for f in full if len(f) == 3))
        return Case(f"{prefix}-{name}", recipe, before, after, reason)

    return case


def again(venv: str, exe: str, command: str, keep: str) -> Recipe:
    """A tool that has no check: the same command is run again on the edited sources."""
    argv = tuple(command.split())
    return Recipe(venv, exe, (argv,), argv, (keep,))
