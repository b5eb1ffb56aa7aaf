"""Does a rule say of its examples what they say? Each is written as a small repository, and audited whole."""

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from mlaudit import rulebook
from mlaudit.audit import audit
from mlaudit.config import Config
from mlaudit.findings import Finding, Rule
from mlaudit.reports.text import count
from mlaudit.source import Source

Files = Mapping[str, Any]
IDENTITY = ("user.name=t", "user.email=t@t.example", "commit.gpgsign=false", "init.defaultBranch=main")


def failures(rule: Rule, example: Mapping[str, Any], folder: Path, rules: Iterable[Rule]) -> list[str]:
    """What is not as an example says, in words; the files are written below `folder`. `rules` are all that there are,
    for those that run `beside`."""
    told = []
    if "bad" in example:
        findings = _findings(rule, example, "bad", folder, rules)
        flags = [flagged(finding, folder / "bad") for finding in findings]
        told += _differing("flags", flags, list(example["flags"]))
        if "says" in example:
            told += _differing("says", [finding.message for finding in findings], list(example["says"]))
        if "level" in example:
            told += _differing("levels", sorted({finding.level for finding in findings}), [example["level"]])
    if "good" in example:
        said = [
            f"{each.at.path}:{each.at.line} {each.message}" for each in _findings(rule, example, "good", folder, rules)
        ]
        told += [f"`good` is not silent: {line}" for line in said]
    return told


def _findings(rule: Rule, example: Mapping[str, Any], which: str, folder: Path, rules: Iterable[Rule]) -> list[Finding]:
    for path in example[which]:
        if ".git" in PurePosixPath(path.lower()).parts:  # it could make git run what it likes
            raise ValueError(f"`{path}` is git's own")
    root = write(folder / which, example[which])
    for path, size in example.get("sizes", {}).items():
        os.truncate(root / path, size)
    if example.get("git"):
        commit(root)
    beside = [each for each in rules if each.id in example.get("beside", ()) and each.id != rule.id]
    report = audit(root, Config(plugins=()), [rule, *beside])
    for crash in report.crashes:
        raise RuntimeError(f"{crash.rule.id} failed: {crash.error}")
    return [finding for finding in report.findings if finding.rule.id == rule.id]


def flagged(finding: Finding, root: Path) -> str:
    """The source text under a finding; for one about a whole file, nothing."""
    return Source(finding.at.path, (root / finding.at.path).read_bytes()).under(finding.at)


def _differing(what: str, found: list[str], wanted: list[str]) -> list[str]:
    return (
        []
        if found == wanted
        else [f"`{what}` are {json.dumps(found, ensure_ascii=False)}, not {json.dumps(wanted, ensure_ascii=False)}"]
    )


def tried(rules: Iterable[Rule], every: Iterable[Rule], folder: Path) -> tuple[str, bool]:
    """What becomes of all examples of some rules, one line for each rule and failure, and whether all hold."""
    every, lines, failed = list(every), [], 0
    for rule in rules:
        examples = rulebook.examples(rule)
        wrong = []
        for number, example in enumerate(examples, 1):
            named = f"{'limit' if example.get('limit') else 'example'} {number}, {example.get('about', '')}"
            wrong += [f"  {named}: {line}" for line in _tried(rule, example, folder / f"{rule.id}-{number}", every)]
        failed += len(wrong)
        lines += [
            f"{'ok' if not wrong else 'FAILED'}  {rule.id} {rule.name}: {count(len(examples), 'example')}",
            *wrong,
        ]
        if not any("bad" in example for example in examples):
            lines.append("  has no example with `bad`: nothing shows that it finds anything")
    return "".join(f"{line}\n" for line in lines), not failed


def _tried(rule: Rule, example: Mapping[str, Any], folder: Path, every: list[Rule]) -> list[str]:
    try:
        return failures(rule, example, folder, every)
    except (RuntimeError, OSError, ValueError, subprocess.CalledProcessError) as error:
        return [str(error)]
    except (TypeError, KeyError, AttributeError) as error:
        return [f"it holds a notebook that is none: {type(error).__name__}: {error}"]


def notebook(cells: list[Any], **metadata: Any) -> str:
    """A notebook of code cells as Jupyter writes it: nbformat 4, one string a line, indented by one. A cell that is a
    table holds its `source`, and what else it has."""
    data = {
        "cells": [_cell({"source": cell} if isinstance(cell, str) else cell) for cell in cells],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, **metadata},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _cell(written: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    return {**plain, **written, "source": written["source"].splitlines(keepends=True)}


def write(root: Path, files: Files) -> Path:
    """Write files below `root`: text, bytes, or for a notebook a list of cells, or a table of `cells` and metadata.

    Raises ValueError for a path that leaves it.
    """
    for path, content in files.items():
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise ValueError(f"`{path}` leaves the example's folder")
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            content = notebook(content)
        if isinstance(content, dict):
            content = notebook(**content)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def git(root: Path, *arguments: str) -> str:
    """Run git in a checkout, as nobody in particular."""
    identity = [word for setting in IDENTITY for word in ("-c", setting)]
    return subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def commit(root: Path, message: str = "a commit") -> None:
    """Make `root` a git checkout with everything that is not ignored committed."""
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)
