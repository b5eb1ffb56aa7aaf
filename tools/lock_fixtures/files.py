"""Which files stand in a directory: a case's manifests, or the git repository that cases depend on?"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from .uv import HATCHLING, LIB

WHEN = "2024-01-01T00:00:00Z"
COMMITTER = {
    "GIT_AUTHOR_DATE": WHEN,
    "GIT_COMMITTER_DATE": WHEN,
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@b.example",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@b.example",
}


def write(where: Path, files: Mapping[str, str]) -> None:
    """The files, written under a directory."""
    for path, text in files.items():
        target = where / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def make_git(where: Path) -> Path:
    """A repository with a small package, tags v1 and v2, and commits that are the same every time."""
    repo = where / "tiny.git"
    repo.mkdir(parents=True)

    def git(*argv: str) -> None:
        subprocess.run(["git", *argv], cwd=repo, check=True, capture_output=True, env=os.environ | COMMITTER)

    git("init", "-q", "-b", "main")
    for number in (1, 2):
        text = LIB.replace("LIBNAME", "tiny").replace("0.1.0", f"0.{number}.0").replace('"attrs>=23"', "")
        write(repo, {"pyproject.toml": text + HATCHLING, "tiny/__init__.py": ""})
        git("add", "-A")
        git("commit", "-q", "-m", f"v{number}")
        git("tag", f"v{number}")
    return repo
