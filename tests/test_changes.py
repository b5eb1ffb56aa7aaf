"""Does an audit of a change show what the change brought, wherever that is, and nothing else?"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlaudit.changes.lines import touched
from tests.conftest import commit, git, write
from tests.test_cli import run

Make = Callable[[dict[str, Any]], Path]
READ = "import pandas as pd\n\nx = pd.read_csv('/home/ann/x.csv')\n"
WORDS = ("--output-format", "concise", "--select", "DAT001,REQ001,REQ003,REQ004,RNG001,MLA001")
SEEDED = {
    "utils.py": "import numpy as np\n\n\ndef begin():\n    np.random.seed(0)\n",
    "train.py": "import numpy as np\n\nfrom utils import begin\n\nbegin()\nx = np.random.rand(3)\n",
}


def found(root: Path, *words: str, **how: Any) -> list[str]:
    """What a run shows, as `path:line rule`."""
    done = run(*WORDS, *words, cwd=root, **how)
    assert done.returncode in (0, 1), done.stderr
    rows = [re.match(r"(.*:\d+):\d+: \w+ (\w+)", line) for line in done.stdout.splitlines()]
    assert done.returncode == bool(rows)
    return [f"{row[1]} {row[2]}" for row in rows if row]


def add(root: Path, files: dict[str, Any]) -> None:
    write(root, files)
    git(root, "add", "-A")


def test_only_the_lines_of_the_change_are_shown(repo: Make) -> None:
    root = repo({"a.py": READ, "b.py": READ, "requirements.txt": "numpy\n"})
    commit(root)
    for way in ("--staged", "--changed"):
        done = run(way, cwd=root)
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr.startswith("mlaudit: nothing ")
    add(root, {"a.py": READ + "y = pd.read_csv('/home/bob/y.csv')\n", "c.py": READ})
    for way in (("--staged",), ("--changed",), ("--since", "HEAD")):
        assert found(root, *way) == ["a.py:4 DAT001", "c.py:3 DAT001"]
    done = run("--staged", "--select", "DAT001,REQ001", cwd=root)
    assert "not counted: 3 not of this change (there before it, in HEAD)" in done.stdout
    assert found(root, "--staged", "c.py") == ["c.py:3 DAT001"], "paths restrict it further"


def test_what_moved_was_there_before(repo: Make) -> None:
    root = repo({"a.py": READ})
    commit(root)
    add(root, {"a.py": "# one\n# two\n" + READ})
    assert found(root, "--staged") == []


def test_what_the_change_caused_elsewhere_is_shown(repo: Make) -> None:
    root = repo({**SEEDED, "old.py": "import numpy as np\n\ny = np.random.rand(3)\n"})
    commit(root)
    assert found(root) == ["old.py:3 RNG001"]
    add(root, {"utils.py": SEEDED["utils.py"].replace("np.random.seed(0)", "pass")})
    assert found(root, "--staged") == ["train.py:6 RNG001"]
    assert found(root, "--changed") == ["train.py:6 RNG001"]


def test_a_manifest_that_leaves_its_lock_behind(repo: Make) -> None:
    root = repo({})
    project = '[project]\nname = "x"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = ["numpy>=1"]\n'
    lock = 'version = 1\nrequires-python = ">=3.11"\n\n[[package]]\nname = "numpy"\nversion = "2.0.0"\nsource = { registry = "https://index.example/simple" }\n\n[[package]]\nname = "x"\nversion = "0"\nsource = { virtual = "." }\ndependencies = [{ name = "numpy" }]\n\n[package.metadata]\nrequires-dist = [{ name = "numpy", specifier = ">=1" }]\n'
    write(root, {"pyproject.toml": project, "uv.lock": lock})
    commit(root)
    assert found(root) == []
    add(root, {"pyproject.toml": project.replace("numpy>=1", "numpy>=1.5")})
    assert found(root, "--staged") == ["uv.lock:1 REQ003"], "the lock was not touched"


def test_the_index_is_audited_and_not_the_working_tree(repo: Make) -> None:
    root = repo({"a.py": READ, "requirements.txt": "numpy==1.26.4\n"})
    commit(root)
    add(root, {"a.py": READ + "y = pd.read_csv('/home/bob/y.csv')\n"})
    write(root, {"a.py": "# mended\n", "new.py": READ, "requirements.txt": "numpy\n"})
    assert found(root, "--staged") == ["a.py:4 DAT001"], "partly staged: neither unstaged nor untracked files count"
    assert found(root, "--changed") == ["new.py:3 DAT001", "requirements.txt:1 REQ001"]
    before = git(root, "status", "--porcelain"), git(root, "count-objects"), git(root, "ls-files", "-s")
    found(root, "--staged")
    assert (git(root, "status", "--porcelain"), git(root, "count-objects"), git(root, "ls-files", "-s")) == before


def test_untracked_files_are_no_part_of_the_index(repo: Make) -> None:
    root = repo({"a.py": "x = 1\n"})
    commit(root)
    add(root, {"a.py": "import pandas as pd\n\nx = pd.read_csv('data.csv')\n"})
    write(root, {"data.csv": "a\n1\n"})
    words = ("--select", "DAT002", "--output-format", "concise")
    assert "data.csv" in run("--staged", *words, cwd=root).stdout
    assert "data.csv" in run("--changed", *words, cwd=root).stdout, "it is there, and git does not track it"
    git(root, "add", "-N", "data.csv")
    assert "data.csv" in run("--staged", *words, cwd=root).stdout, "what is only meant to be added is not in the commit"


def test_renamed_and_deleted_files(repo: Make) -> None:
    root = repo({"a.py": READ, **SEEDED, "d.py": "import pandas as pd\n\npd.read_csv('rows.csv')\n", "rows.csv": "a\n"})
    commit(root)
    git(root, "mv", "a.py", "ü b.py")
    assert found(root, "--staged") == []
    write(root, {"ü b.py": READ + "y = pd.read_csv('/home/bob/y.csv')\n"})
    git(root, "add", "-A")
    assert found(root, "--staged") == ["ü b.py:4 DAT001"]
    git(root, "reset", "-q", "--hard")
    git(root, "rm", "-q", "rows.csv")
    done = run("--staged", "--select", "DAT002", "--output-format", "concise", cwd=root)
    assert done.stdout.startswith("d.py:3:"), "the change only takes a file away"
    git(root, "reset", "-q", "--hard")
    git(root, "rm", "-q", "a.py")
    assert found(root, "--staged") == []
    assert found(root, "--changed") == []


def test_before_the_first_commit(repo: Make) -> None:
    root = repo({"a.py": READ})
    git(root, "init", "-q")
    assert run("--staged", cwd=root).stderr == "mlaudit: nothing is staged\n"
    assert found(root, "--changed") == ["a.py:3 DAT001"]
    git(root, "add", "-A")
    assert found(root, "--staged") == ["a.py:3 DAT001"]
    write(root, {"a.py": "x = 1\n"})
    assert found(root, "--staged") == ["a.py:3 DAT001"]


def test_a_merge_is_not_blamed_for_what_either_side_brought(repo: Make) -> None:
    root = repo({"a.py": "x = 1\n", **SEEDED})
    commit(root)
    git(root, "checkout", "-q", "-b", "side")
    write(root, {"side.py": READ})
    commit(root, "side")
    git(root, "checkout", "-q", "main")
    write(root, {"own.py": READ})
    commit(root, "own")
    git(root, "merge", "-q", "--no-commit", "--no-ff", "side")
    assert found(root, "--staged") == []
    assert found(root, "--changed") == []
    add(root, {"a.py": READ})
    assert found(root, "--staged") == ["a.py:3 DAT001"]


def test_a_file_that_is_not_merged_is_said(repo: Make) -> None:
    root = repo({"a.py": "x = 1\n"})
    commit(root)
    git(root, "checkout", "-q", "-b", "side")
    write(root, {"a.py": "x = 2\n"})
    commit(root, "side")
    git(root, "checkout", "-q", "main")
    write(root, {"a.py": "x = 3\n"})
    commit(root, "own")
    with pytest.raises(subprocess.CalledProcessError):
        git(root, "merge", "-q", "side")
    done = run("--staged", cwd=root)
    assert (done.returncode, done.stderr) == (
        2,
        "mlaudit: --staged: `a.py` is not merged yet; nothing can be committed\n",
    )
    assert run("--changed", *WORDS, cwd=root).returncode in (0, 1)


def test_since_a_branch_was_left(repo: Make) -> None:
    root = repo({"a.py": READ})
    commit(root)
    git(root, "checkout", "-q", "-b", "work")
    write(root, {"b.py": READ})
    commit(root, "work")
    git(root, "checkout", "-q", "main")
    write(root, {"a.py": "x = 1\n"})
    commit(root, "mended")
    git(root, "checkout", "-q", "work")
    assert found(root, "--since", "main") == ["b.py:3 DAT001"]
    write(root, {"c.py": READ})
    assert found(root, "--since", "main") == ["b.py:3 DAT001", "c.py:3 DAT001"]
    done = run("--since", "nowhere", cwd=root)
    assert (done.returncode, done.stderr) == (2, "mlaudit: --since: git knows no commit `nowhere` here\n")
    assert run("--since=--output=x", cwd=root).returncode == 2
    assert not (root / "x").exists()


def test_a_shallow_clone_is_said(repo: Make, tmp_path: Path) -> None:
    root = repo({"a.py": READ})
    commit(root)
    git(root, "checkout", "-q", "-b", "work")
    write(root, {"b.py": READ})
    commit(root, "work")
    git(root, "checkout", "-q", "main")
    write(root, {"c.py": READ})
    commit(root, "more")
    git(root, "clone", "-q", "--depth", "1", "--no-single-branch", f"file://{root}", str(tmp_path / "clone"))
    git(tmp_path / "clone", "checkout", "-q", "work")
    done = run("--since", "origin/main", cwd=tmp_path / "clone")
    assert done.returncode == 2
    assert "is the clone a shallow one?" in done.stderr


def test_submodules_and_worktrees(repo: Make, tmp_path: Path) -> None:
    other = write(tmp_path / "other", {"lib.py": READ})
    commit(other)
    root = repo({"a.py": "x = 1\n"})
    commit(root)
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "sub")
    add(root, {"a.py": READ})
    assert found(root, "--staged") == ["a.py:3 DAT001"]
    commit(root, "with a submodule")
    write(root / "sub", {"lib.py": READ + READ})
    assert run("--changed", cwd=root).stderr == "mlaudit: nothing has changed\n"
    write(root, {"a.py": READ + "y = 1\n"})
    git(root, "add", "a.py")
    write(root, {"a.py": READ})
    assert found(root, "--staged") == []
    assert found(root / "sub", "--changed") == ["lib.py:6 DAT001"], "a submodule is a checkout of its own"
    git(root, "worktree", "add", "-q", str(tmp_path / "tree"))
    add(tmp_path / "tree", {"b.py": READ})
    assert found(tmp_path / "tree", "--staged") == ["b.py:3 DAT001"]
    write(tmp_path / "tree", {"b.py": "x = 1\n"})
    assert found(tmp_path / "tree", "--staged") == ["b.py:3 DAT001"]


def test_without_git_it_is_an_error(repo: Make, tmp_path: Path) -> None:
    root = repo({"a.py": READ})
    for way in ("--staged", "--changed", "--pre-commit"):
        done = run(way, cwd=root)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"mlaudit: {way}: `{root}` is no git checkout; without {way} all of it is audited\n"
    commit(root)
    path = write(tmp_path / "bin", {"x": ""})
    os.symlink(sys.executable, path / "python3")
    done = run("--staged", cwd=root, env={**os.environ, "PATH": str(path)})
    assert done.returncode == 2
    assert "is no git checkout" in done.stderr


@pytest.mark.parametrize(
    "words",
    [("--staged", "--add-ignore", "x"), ("--changed", "--baseline-ref", "HEAD"), ("--staged", "--changed")],
)
def test_what_does_not_go_together_is_said(words: tuple[str, ...], repo: Make) -> None:
    root = repo({"a.py": READ})
    commit(root)
    done = run(*words, cwd=root)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_settings_and_baseline_are_those_of_the_index(repo: Make) -> None:
    root = repo({"a.py": "x = 1\n", "mlaudit.toml": 'ignore = ["DAT001"]\n'})
    commit(root)
    add(root, {"a.py": READ})
    write(root, {"mlaudit.toml": ""})
    words = ("--output-format", "concise", "--staged")
    assert "DAT001" not in run(*words, cwd=root).stdout
    git(root, "add", "-A")
    assert "DAT001" in run(*words, cwd=root).stdout


def test_a_baseline_knows_the_old_ones_of_equals(repo: Make) -> None:
    root = repo({"a.py": READ})
    run("baseline", "create", "--select", "DAT001", cwd=root)
    commit(root)
    add(root, {"a.py": READ.replace("\n\n", "\n\nw = pd.read_csv('/home/ann/x.csv')\n")})
    assert found(root, "--staged") == ["a.py:3 DAT001"], "the first of both is the new one"
    assert len(found(root)) == 1
    add(root, {"a.py": READ.replace("/home/ann/x.csv'", "/home/ann/x.csv' ")})
    assert found(root, "--staged") == [], "the line changed, and the baseline knows it still"


def test_a_state_is_audited_once(repo: Make, tmp_path: Path) -> None:
    """What a commit holds was found when it was staged: the next run audits its own state alone."""
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    root = repo({"a.py": READ, ".gitignore": "uv.lock\n", "uv.lock": "version = 1\n", "pyproject.toml": "[project]\n"})
    commit(root)
    add(root, {"b.py": READ})
    assert found(root, "--staged", env=env) == ["b.py:3 DAT001"]
    (states,) = (tmp_path / "cache" / "mlaudit").glob("*.states.json")
    assert len(json.loads(states.read_text())) == 2
    commit(root, "b")
    add(root, {"c.py": READ})
    assert found(root, "--staged", env=env) == ["c.py:3 DAT001"]
    assert len(json.loads(states.read_text())) == 3, "the state of HEAD was known"
    states.write_text("[")
    assert found(root, "--staged", env=env) == ["c.py:3 DAT001"]
    shutil.rmtree(tmp_path / "cache")
    assert found(root, "--staged", "--no-cache", env=env) == ["c.py:3 DAT001"]
    assert not list((tmp_path / "cache").rglob("*.states.json"))


def test_outputs_of_a_change(repo: Make, tmp_path: Path) -> None:
    root = repo({"a.py": READ})
    commit(root)
    add(root, {"b.py": READ})
    write(root, {"b.py": "x = 1\n"})
    outputs = [word for form in ("json", "sarif", "html") for word in ("--output", f"{form}={tmp_path / form}")]
    assert run("--staged", "--select", "DAT001", *outputs, cwd=root).returncode == 1
    data = json.loads((tmp_path / "json").read_text())
    assert [[each["path"] for each in data[key]] for key in ("findings", "baselined")] == [["b.py"], ["a.py"]]
    assert "mlaudit-" not in (tmp_path / "json").read_text(), "the folder for temporary files is named nowhere"
    (log,) = json.loads((tmp_path / "sarif").read_text())["runs"]
    assert [result["baselineState"] for result in log["results"]] == ["new", "unchanged"]
    git(root, "reset", "-q", "--hard")
    assert run("--staged", "--select", "DAT001", *outputs, cwd=root).returncode == 0
    assert json.loads((tmp_path / "json").read_text())["findings"] == []


HOOK = '#!/bin/sh\nexec "{python}" -m mlaudit --staged --select DAT001 --output-format concise\n'


@pytest.mark.parametrize("where", ["repo", "tree"])
def test_git_itself_runs_the_hook(where: str, repo: Make, tmp_path: Path) -> None:
    """`git commit -a` and `git commit PATH` hand an index of their own to the hook, and a worktree its folder."""
    root = repo({"a.py": "x = 1\n", "b.py": "x = 1\n"})
    commit(root)
    hook = root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK.format(python=sys.executable))
    hook.chmod(0o755)
    git(root, "worktree", "add", "-q", str(tmp_path / "tree"))
    tree = root if where == "repo" else tmp_path / "tree"
    write(tree, {"a.py": READ, "b.py": READ})
    identity = ["-c", "user.name=t", "-c", "user.email=t@t.example"]
    for words, names in ((("-a",), ["a.py", "b.py"]), (("b.py",), ["b.py"])):
        done = subprocess.run(
            ["git", *identity, "commit", "-q", "-m", "x", *words], cwd=tree, capture_output=True, text=True
        )
        assert done.returncode == 1, done.stderr
        told = done.stdout + done.stderr
        assert [name for name in ("a.py", "b.py") if f"{name}:3:" in told] == names
    assert git(tree, "status", "--porcelain") == " M a.py\n M b.py\n", "the index is as it was"
    git(tree, "add", "b.py")
    write(tree, {"b.py": "x = 2\n"})
    done = subprocess.run(["git", *identity, "commit", "-q", "-m", "x"], cwd=tree, capture_output=True, text=True)
    assert "b.py:3:" in done.stdout + done.stderr
    assert git(tree, "status", "--porcelain") == " M a.py\nMM b.py\n"
    write(tree, {"a.py": "x = 3\n", "b.py": "x = 3\n"})
    done = subprocess.run(["git", *identity, "commit", "-q", "-a", "-m", "x"], cwd=tree, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_lines_of_a_change_are_read_off_any_difference(repo: Make) -> None:
    root = repo({"a.txt": "one\ntwo\nthree", "gone.txt": "x\n", "bin": b"\0a", "mode.sh": "x\n", "empty": "x\n"})
    commit(root)
    git(root, "config", "diff.noprefix", "true")
    git(root, "config", "diff.external", "false")
    git(root, "config", "color.diff", "always")
    git(root, "config", "core.quotePath", "false")
    write(root, {"a.txt": "one\n++ b/a.txt\n@@ -1 +1 @@\nthree", "bin": b"\0b", "empty": "", 'q"\tü.txt': "+++ b/x\n"})
    (root / "gone.txt").unlink()
    (root / "mode.sh").chmod(0o755)
    git(root, "add", "-A")
    assert touched(root, "HEAD", staged=True) == {
        "a.txt": ((2, 3),),
        "gone.txt": (),
        "bin": None,
        "mode.sh": (),
        "empty": (),
        'q"\tü.txt': ((1, 1),),
    }
