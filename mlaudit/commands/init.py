"""How does a repository begin: which files does it get, and which are there and take an entry?"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from mlaudit import starting
from mlaudit.audit import audit, facts_of
from mlaudit.baselines import files, known
from mlaudit.config import NAMES, UsageError
from mlaudit.facts import Lock, Manifest
from mlaudit.files.discover import discover
from mlaudit.inventory import inventory
from mlaudit.prepared import cache, configuration, rules_of, targets
from mlaudit.starting.container import container
from mlaudit.starting.merging import with_hook, with_include, with_table

if TYPE_CHECKING:
    from argparse import Namespace

Merge = Callable[[str], "str | None"]
PRE_COMMIT, WORKFLOW = ".pre-commit-config.yaml", ".github/workflows/mlaudit.yml"
GITLAB, JOB = ".gitlab-ci.yml", ".gitlab/mlaudit.gitlab-ci.yml"


# How a line of requirements begins that names another file.
LEADING = ("-r", "-c", "-e", "--req", "--con", "--edit", ".", "/", "file:")


class _Piece(NamedTuple):
    """A file: its text where it is not there yet, how it takes an entry where it is, and what to paste otherwise."""

    path: str
    text: str
    merge: Merge | None = None
    entry: str = ""


def run(options: Namespace) -> tuple[int, str]:
    """The exit code, and what was written. Raises UsageError for a place that cannot be written to."""
    root, scope = targets([options.path])
    if scope:
        raise UsageError(f"init: `{options.path}` is no root of a repository; name `{root}`")
    if options.container:
        return 0, "".join(f"{line}\n" for line in _container(options, root))
    told = [_placed(root, piece) for piece in _pieces(root)]
    told += _baseline(options, root)
    is_git = os.path.exists(os.path.join(root, ".git"))
    following = "pre-commit install && git add -A && git commit" if is_git else "git init && pre-commit install"
    return 0, "".join(f"{line}\n" for line in [*told, f"next: {following}"])


def _container(options: Namespace, root: str) -> list[str]:
    """Describe the machine by what the repository says of it."""
    config = configuration(options, root)
    rules = rules_of(config, root)
    repo, _ = facts_of(discover(root, config.exclude, config.extend_exclude), config.kind, cache(options, root, rules))
    found = container(repo.files, inventory(repo), repo.all(Manifest), repo.all(Lock), _leads(root))
    told = [_placed(root, _Piece(path, text)) for path, text in found.files.items()]
    return [*told, *found.told] or ["nothing to write: a Dockerfile, .dockerignore and .python-version are there"]


def _leads(root: str) -> str:
    """What is said of the first line of requirements.txt that names another file; "" where none does."""
    try:
        with open(os.path.join(root, "requirements.txt"), encoding="utf-8", errors="replace") as file:
            lines = [line.strip() for line in file]
    except OSError:
        return ""
    first = next((line for line in lines if line.startswith(LEADING)), "")
    return first and f"`{first}` in requirements.txt leads to another file, which would have to be copied first"


def _pieces(root: str) -> list[_Piece]:
    found = [_configuration(root), _Piece(PRE_COMMIT, starting.HOOKS, with_hook, starting.HOOK)]
    has_gitlab = os.path.exists(os.path.join(root, GITLAB))
    if has_gitlab:
        found += [_Piece(JOB, starting.JOB), _Piece(GITLAB, "", with_include, starting.INCLUDE)]
    if not has_gitlab or os.path.isdir(os.path.join(root, ".github")):
        found.append(_Piece(WORKFLOW, starting.WORKFLOW))
    return found


def _configuration(root: str) -> _Piece:
    """The file that is there, else pyproject.toml, else a new one."""
    for name in NAMES[:2]:
        if os.path.exists(os.path.join(root, name)):
            return _Piece(name, "")
    if os.path.exists(os.path.join(root, "pyproject.toml")):
        return _Piece("pyproject.toml", "", with_table, starting.TABLE)
    return _Piece("mlaudit.toml", starting.CONFIGURATION)


def _placed(root: str, piece: _Piece) -> str:
    """Write a file, or its entry, and say so. Nothing that is there is overwritten."""
    path = os.path.join(root, piece.path)
    if not os.path.lexists(path):
        _write(root, piece.path, piece.text)
        return f"wrote {piece.path}"
    try:
        with open(path, encoding="utf-8", newline="") as file:
            before = file.read()
    except (OSError, UnicodeDecodeError) as error:
        return f"kept  {piece.path}: it cannot be read ({error})"
    if piece.merge is None or "mlaudit" in before:
        return f"kept  {piece.path}: it is there already"
    after = piece.merge(before)
    if after is None:
        return f"kept  {piece.path}: it takes no entry at its end; add this by hand:\n\n{_indented(piece.entry)}"
    _write(root, piece.path, after)
    return f"added to {piece.path}, at its end"


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def _write(root: str, path: str, text: str) -> None:
    """Write a file whole or not at all; never through a link, which may lead elsewhere."""
    full = os.path.join(root, path)
    if not os.path.realpath(full).startswith(os.path.realpath(root) + os.sep) or os.path.islink(full):
        raise UsageError(f"init: `{path}` is a link, and nothing is written through it")
    unfinished = f"{full}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(unfinished, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        if os.path.exists(full):
            os.chmod(unfinished, os.stat(full).st_mode & 0o7777)
        os.replace(unfinished, full)
    except OSError as error:
        raise UsageError(f"init: `{path}` cannot be written: {error.strerror}") from None


def _baseline(options: Namespace, root: str) -> list[str]:
    """Remember what is found today, where that is wanted: with --yes, or by the answer at a terminal."""
    config = configuration(options, root)
    path = files.place(root, "", config)
    name = os.path.basename(path)
    if os.path.exists(path):
        return [f"kept  {name}: it is there already"]
    rules = rules_of(config, root)
    report = audit(root, config, rules, (), cache(options, root, rules), drawn=False)
    number = len(report.findings)
    if not number:
        return ["no findings: nothing has to be remembered"]
    if report.crashes:
        return [f"{number} findings; no baseline was written, since {report.crashes[0].rule.id} failed"]
    if not (options.yes or _answer(f"{number} findings. Remember them, so that only new ones count? [Y/n] ")):
        return [f"{number} findings; `mlaudit baseline create` remembers them, and only new ones count"]
    files.save(path, known(report.findings, root))
    return [f"wrote {name}: {number} findings are known, and only new ones count"]


def _answer(question: str) -> bool:
    """What a person at a terminal says; without a terminal nobody is asked, and nothing is done."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("", "y", "yes")
