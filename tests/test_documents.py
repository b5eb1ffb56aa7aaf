"""Do the commands of the README and of docs/ do what the text says? Each page is run from top to bottom.

In a block of `console` a line that begins with `$ ` is a command, and what follows is what it prints; `…` stands for
anything. In a block of `bash` each line is a command. Commands of mlaudit, and a few that need no network, run in a
small repository of the page's own; all others must be in the list of what is known to need one.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from mlaudit.settings import SETTINGS
from tests.conftest import commit, write

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^( *)```(console|bash)\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
# What runs here; echo and cat are the shell's.
RUNS = ("mlaudit", "echo", "cat", "git add", "git commit", "git mv", "git switch")
# What needs a network, or a tool that is not ours: looked at, not run.
DECLARED = (
    "pip install .",
    "pip install '.[dev]'",
    "pip install -e '.[dev]' && pytest",
    'pip install ".[server]"',
    "pip install . && mlaudit .",
    "pre-commit install",
    "python tools/build_site.py",
    "git clone",
    "uv lock",
    "pytest",
)
PROTOTYPE = {
    "train.py": '''"""Train the churn model."""

import joblib
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

rows = pd.read_csv("/home/ana/data/churn.csv")
noise = np.random.normal(scale=0.01, size=len(rows))
train, test = train_test_split(rows.assign(noise=noise))
model = LogisticRegression().fit(train.drop(columns="churned"), train["churned"])
joblib.dump(model, "model.joblib")
print(model.score(test.drop(columns="churned"), test["churned"]))
''',
    "requirements.txt": "joblib==1.5.2\nnumpy\npandas==2.3.3\nscikit-learn>=1.5\n",
    "README.md": "# Churn\n\nPredicts which customers leave.\n",
}


class Command(NamedTuple):
    """A command of a page, its line there, and what it prints, where the page shows that."""

    line: int
    text: str
    output: str = ""


def commands(text: str) -> Iterator[Command]:
    """The commands of a page, in order."""
    for block in BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(3)) + 1
        lines = [line.removeprefix(block[1]) for line in block[3].splitlines()]
        starts = [n for n, line in enumerate(lines) if line.startswith("$ ") or (block[2] == "bash" and line.strip())]
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            output = lines[start + 1 : end] if block[2] == "console" else []
            yield Command(first + start, lines[start].removeprefix("$ ").partition("  #")[0].strip(), "\n".join(output))


def fits(shown: str, printed: str) -> bool:
    """Whether what is printed is what a page shows: line by line, `…` for anything, on its own for any lines."""
    parts = [r"(?:.*\n)*?" if line == "…" else f"{_line(line)}\n" for line in shown.splitlines()]
    return re.fullmatch("".join(parts), f"{printed.rstrip()}\n" if printed.strip() else "") is not None


def _line(line: str) -> str:
    return "[^\n]*".join(map(re.escape, line.rstrip().split("…")))


class Shell:
    """A repository of a page's own, in which its commands run one after the other."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = write(root, PROTOTYPE)
        commit(root)
        self.code = 0
        shim = folder / "mlaudit"
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mlaudit "$@"\n')
        shim.chmod(0o755)
        given = {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "COLUMNS": "120"}
        self.env = {**os.environ, **given, "NO_COLOR": "1"}

    def run(self, text: str) -> str:
        """What a command prints, on both streams."""
        if text == "echo $?":
            return f"{self.code}\n"
        done = subprocess.run(
            ["bash", "-c", text], cwd=self.root, env=self.env, capture_output=True, text=True, timeout=120
        )
        self.code = done.returncode
        return done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_do_what_it_says(page: Path, tmp_path: Path) -> None:
    found = list(commands(page.read_text("utf-8")))
    (tmp_path / "bin").mkdir()
    shell = Shell(tmp_path / "repo", tmp_path / "bin") if any(each.text.startswith(RUNS) for each in found) else None
    for each in found:
        where = f"{page.name}:{each.line}: {each.text}"
        if not each.text.startswith(RUNS):
            assert each.text.startswith(DECLARED), f"{where}: declare it, or let it run"
            continue
        assert shell
        printed = shell.run(each.text)
        assert shell.code in (0, 1), f"{where}: {printed}"
        assert "Traceback" not in printed, where
        assert not each.output or fits(each.output, printed), f"{where} prints:\n{printed}"


def test_pages_show_no_command_in_another_kind_of_block() -> None:
    for page in PAGES:
        kind: str | None = None
        for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
            if fence := re.match(r" *```(\w*)$", line):
                kind = fence[1] if kind is None else None
            elif kind in ("", "text", "sh", "shell"):
                assert not re.match(r"(\$ |mlaudit |pip |git )", line), f"{page.name}:{number}: {line}"


def test_settings_that_pages_show_exist() -> None:
    names = {setting.name for setting in SETTINGS}
    for page in PAGES:
        for block in re.finditer(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            if head := re.search(r"^\[tool\.mlaudit\]\n(.*?)(?=^\[|\Z)", block[1], re.DOTALL | re.MULTILINE):
                shown = set(re.findall(r"^([a-z-]+) =", head[1], re.MULTILINE))
                assert shown <= names, page.name
