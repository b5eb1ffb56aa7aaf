"""What do tests share? Writing a small repository to disk, and auditing it."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from mlaudit import rulebook
from mlaudit.audit import audit
from mlaudit.config import Config
from mlaudit.findings import Report

Files = Mapping[str, Any]


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
    plain = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    return {**plain, **written, "source": written["source"].splitlines(keepends=True)}


def write(root: Path, files: Files) -> Path:
    """Write files below `root`: text, bytes, or for a notebook a list of cells, or a table of `cells` and metadata."""
    for path, content in files.items():
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
    identity = [
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@t.example",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "init.defaultBranch=main",
    ]
    return subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def commit(root: Path, message: str = "a commit") -> None:
    """Make `root` a git checkout with everything that is not ignored committed."""
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)


def audited(root: Path, *select: str, **settings: Any) -> Report:
    """The report on a folder, of the named rules, or of all that are on."""
    rules = rulebook.select(rulebook.load(), select, ())
    return audit(root, Config(**settings), rules)


@contextlib.contextmanager
def at_most(calls: int) -> Iterator[list[int]]:
    """Fail where more than so many functions are called: work is counted, since a clock tells more of the machine. The
    list holds how many there were, afterwards."""
    counted = [0]

    def count(frame: object, event: str, argument: object) -> None:
        if event in ("call", "c_call"):
            counted[0] += 1
            if counted[0] > calls:
                pytest.fail(f"more than {calls} calls")

    sys.setprofile(count)
    try:
        yield counted
    finally:
        sys.setprofile(None)


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Runs of the command line keep their facts in a folder of this session."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def repo(tmp_path: Path) -> Callable[[Files], Path]:
    """A function that writes files to a fresh folder and gives the folder."""
    return lambda files: write(tmp_path / "repo", files)
