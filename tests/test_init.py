"""Does `mlaudit init` begin well: files that work, nothing overwritten, and a team that is green in four commands?"""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mlaudit import __version__
from mlaudit.starting import HOME, WORKFLOW
from mlaudit.starting.merging import with_hook, with_include, with_table
from tests.conftest import commit, git, write
from tests.test_cli import run
from tests.test_packaging import clone  # noqa: F401  (a fixture)

Make = Callable[[dict[str, Any]], Path]
ROOT = Path(__file__).parent.parent
FOUR = ("mlaudit init --yes", "pre-commit install", "git add -A", 'git commit -m "Audit with mlaudit"')
READ = "import pandas as pd\n\nx = pd.read_csv('/home/ann/x.csv')\n"


def init(root: Path, *words: str) -> list[str]:
    done = run("init", *words, cwd=root)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def files_of(root: Path) -> dict[str, bytes]:
    found = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.relative_to(root).parts)
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


def test_a_new_repository_gets_all(repo: Make) -> None:
    root = repo({"requirements.txt": "numpy\n"})
    commit(root)
    assert init(root, "--yes") == [
        "wrote mlaudit.toml",
        "wrote .pre-commit-config.yaml",
        "wrote .github/workflows/mlaudit.yml",
        "wrote .mlaudit-baseline.json: 2 findings are known, and only new ones count",
        "next: pre-commit install && git add -A && git commit",
    ]
    assert run(cwd=root).returncode == 0
    found = run("--no-baseline", "--output-format", "concise", cwd=root).stdout
    assert {line.split(":")[0] for line in found.splitlines()} == {"requirements.txt"}, "what was written is clean"
    before = files_of(root)
    assert [line.partition(" ")[0] for line in init(root, "--yes")] == ["kept"] * 4 + ["next:"]
    assert files_of(root) == before


def test_without_a_terminal_nobody_is_asked(repo: Make) -> None:
    root = repo({"requirements.txt": "numpy\n"})
    lines = init(root)
    assert "2 findings; `mlaudit baseline create` remembers them, and only new ones count" in lines
    assert not (root / ".mlaudit-baseline.json").exists()
    assert lines[-1] == "next: git init && pre-commit install"


PROJECT = '# a comment\r\n[project]\r\nname = "x"   # theirs\r\n[tool.ruff]\r\nline-length = 99'
CONFIG = "# ours\nrepos:\n- repo: local\n  hooks:\n  - id: x  # theirs\n"


def test_files_that_are_there_take_an_entry(repo: Make) -> None:
    root = repo(
        {"pyproject.toml": PROJECT, ".pre-commit-config.yaml": CONFIG, ".gitlab-ci.yml": "a:\n  script: [ls]\n"}
    )
    lines = init(root)
    assert lines[:4] == [
        "added to pyproject.toml, at its end",
        "added to .pre-commit-config.yaml, at its end",
        "wrote .gitlab/mlaudit.gitlab-ci.yml",
        "added to .gitlab-ci.yml, at its end",
    ]
    after = (root / "pyproject.toml").read_bytes()
    assert after.startswith(PROJECT.encode())
    assert b"\n" not in after.replace(b"\r\n", b"")
    assert tomllib.loads(after.decode())["tool"]["mlaudit"] == {"fail-on": "error"}
    hooks = (root / ".pre-commit-config.yaml").read_text()
    assert hooks.startswith(CONFIG)
    assert yaml.safe_load(hooks)["repos"][1] == {"repo": HOME, "rev": f"v{__version__}", "hooks": [{"id": "mlaudit"}]}
    assert yaml.safe_load((root / ".gitlab-ci.yml").read_text())["include"] == [
        {"local": ".gitlab/mlaudit.gitlab-ci.yml"}
    ]
    assert not (root / ".github").exists()


@pytest.mark.parametrize(
    ("merge", "before"),
    [
        (with_hook, "repos: [{repo: local, hooks: []}]\n"),
        (with_hook, "repos:\n  - repo: local\n    hooks: []\nci:\n  skip: [x]\n"),
        (with_hook, "repos: []\n"),
        (with_hook, "repos:\n  - repo: local\n   hooks: [\n"),
        (with_table, "[project\n"),
        (with_table, 'tool.x = 1\ntool = "y"\n'),
        (with_include, "include: other.yml\na:\n  script: ls\n"),
        (with_include, "- a\n"),
        (with_include, "a: {\n"),
    ],
)
def test_what_takes_no_entry_stays_as_it_is(merge: Callable[[str], str | None], before: str) -> None:
    assert merge(before) is None


def test_what_to_paste_is_said(repo: Make) -> None:
    text = "repos: [{repo: local, hooks: []}]\n"
    root = repo({".pre-commit-config.yaml": text})
    lines = init(root)
    assert (root / ".pre-commit-config.yaml").read_text() == text
    assert "kept  .pre-commit-config.yaml: it takes no entry at its end; add this by hand:" in lines
    assert "        - id: mlaudit" in lines


def test_nothing_is_written_through_a_link(repo: Make, tmp_path: Path) -> None:
    root = repo({"a.py": "x = 1\n"})
    (tmp_path / "out").mkdir()
    (root / ".github").symlink_to(tmp_path / "out")
    done = run("init", "--yes", cwd=root)
    assert (done.returncode, list((tmp_path / "out").iterdir())) == (2, [])
    assert "is a link, and nothing is written through it" in done.stderr


def test_the_workflow_pins_what_it_uses() -> None:
    steps = yaml.safe_load(WORKFLOW)["jobs"]["mlaudit"]["steps"]
    assert all(len(step["uses"].partition("@")[2]) == 40 for step in steps if "uses" in step)


def test_the_readme_shows_the_four_commands() -> None:
    text = (ROOT / "README.md").read_text()
    assert "\n".join(FOUR) in "\n".join(line.partition("  #")[0].rstrip() for line in text.splitlines())


def test_four_commands_to_green(clone: Path, repo: Make, tmp_path: Path) -> None:  # noqa: F811
    """Hundreds of findings, four commands as a person types them, a green CI; then a new fault fails hook and CI."""
    packages = "".join(f"package{n}>=1\n" for n in range(340))
    root = repo({"requirements.txt": packages, **{f"m{n}.py": READ for n in range(60)}})
    commit(root)
    git(clone, "tag", "-f", f"v{__version__}")
    write(
        tmp_path / "home",
        {
            ".gitconfig": f'[url "file://{clone}"]\n\tinsteadOf = {HOME}\n[user]\n\tname = t\n\temail = t@t.example\n'
            "[commit]\n\tgpgsign = false\n"
        },
    )
    write(tmp_path / "bin", {"mlaudit": f'#!/bin/sh\nexec "{sys.executable}" -m mlaudit "$@"\n'})
    (tmp_path / "bin" / "mlaudit").chmod(0o755)
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    env |= {
        "HOME": str(tmp_path / "home"),
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{env['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }

    def typed(line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(line, shell=True, cwd=root, env=env, capture_output=True, text=True)

    before = typed("mlaudit --output-format concise")
    assert before.returncode == 1
    assert len(before.stdout.splitlines()) >= 400
    for line in FOUR:
        done = typed(line)
        assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
    assert git(root, "status", "--porcelain") == ""
    assert typed("mlaudit --output-format github").returncode == 0, "what CI runs is green"
    write(root, {"m3.py": READ.replace("\n\n", "\n\ny = pd.read_csv('/home/bob/y.csv')\n")})
    refused = typed("git commit -a -m 'a new fault'")
    assert refused.returncode == 1
    assert "m3.py:3" in refused.stdout + refused.stderr
    assert "1 finding: 1 error" in refused.stdout + refused.stderr
    assert typed("mlaudit --output-format github").returncode == 1, "CI fails, too"
    write(root, {"m3.py": READ.replace("'/home/ann/x.csv'", "'/home/ann/x.csv', sep=';'"), "m4.py": "x = 1\n"})
    done = typed("git commit -a -m 'no new fault'")
    assert done.returncode == 0, done.stdout + done.stderr


CONTAINED = {
    "requirements.txt": "numpy==1.26.4\ntorch==2.4.1+cu121\n",
    "pyproject.toml": '[project]\nname = "x"\nversion = "0"\nrequires-python = "==3.11.*"\n',
    "train.py": "import numpy as np\nimport torch\n\nnp.random.seed(0)\ntorch.manual_seed(0)\nprint(torch.nn.Linear(1, 2))\n",
}


def test_a_container_from_the_facts(repo: Make) -> None:
    root = repo(CONTAINED)
    commit(root)
    before = run("--select", "environment,dependencies", "--output-format", "concise", cwd=root).stdout
    assert init(root, "--container") == ["wrote .python-version", "wrote Dockerfile", "wrote .dockerignore"]
    assert (root / ".python-version").read_text() == "3.11\n"
    lines = (root / "Dockerfile").read_text().splitlines()
    assert lines[0].startswith("# Python 3.11: pyproject.toml:4.")
    assert "FROM python:3.11-slim" in lines
    assert any(line.startswith("# CUDA 12.1: requirements.txt:2.") for line in lines)
    assert any(line.startswith("# The program: train.py:1,") for line in lines)
    assert lines[-1] == 'CMD ["python", "train.py"]'
    commit(root, "a container")
    after = run("--select", "environment,dependencies,MLA", "--output-format", "concise", cwd=root).stdout
    assert set(after.splitlines()) <= set(before.splitlines()), "what was written brings no finding"
    files = files_of(root)
    assert all(line.startswith(("no ", "nothing")) for line in init(root, "--container"))
    assert files_of(root) == files
    if hadolint := shutil.which("hadolint"):
        done = subprocess.run([hadolint, str(root / "Dockerfile")], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"pyproject.toml": '[project]\nname = "x"\n'}, "nothing names one Python"),
        ({".python-version": "3.11\n", ".tool-versions": "python 3.12.1\n"}, "several Pythons are named"),
        ({"requirements.txt": "-e .\nnumpy==1.26.4\n"}, "`-e .` in requirements.txt leads to another file"),
        ({"uv.lock": "version = 1\n"}, "`uv.lock` is installed by its own tool"),
        ({"Dockerfile": "FROM python:3.11-slim\n"}, "no Dockerfile: it is there already"),
    ],
)
def test_what_nobody_says_is_not_guessed(files: dict[str, str], told: str, repo: Make) -> None:
    root = repo({**CONTAINED, **files})
    commit(root)
    before = (root / "Dockerfile").exists()
    assert any(told in line for line in init(root, "--container"))
    assert (root / "Dockerfile").exists() is before


def test_a_first_run_fits_a_screen_and_ends_with_one_command(repo: Make) -> None:
    """A student's repository without settings: 45 rows of 100 columns at most, and one command to run next."""
    cells = ["import numpy as np\nimport torch\n", "x = torch.randn(3)\nprint(y)\n", "y = np.random.rand(3)\n"]
    root = repo(
        {
            "README.md": "# My thesis\n\nRun `python main.py --gpu 0`.\n",
            "requirements.txt": "".join(f"package-with-a-long-name-{n}>=1\n" for n in range(40)),
            "Dockerfile": "FROM python\nRUN pip install torch numpy && apt-get update && apt-get upgrade -y\nCOPY . .\n",
            "notebooks/explore.ipynb": cells,
            **{f"models/net{n}.py": f"import torch\n\nnet = torch.nn.Linear({n + 1}, 2).cuda()\n" for n in range(12)},
            **{
                f"train_{n}.py": READ.replace("x.csv", f"a/rather/long/way/to/the/data/of/fold_{n}.csv")
                for n in range(30)
            },
        }
    )
    commit(root)
    lines = run(cwd=root).stdout.splitlines()
    assert sum(max(1, -(-len(line) // 100)) for line in lines) <= 45
    assert [line.partition(" ")[0] for line in lines].count("next:") == 1
    assert lines[-1].startswith("next: mlaudit ")
