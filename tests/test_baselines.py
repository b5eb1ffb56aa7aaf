"""Does a baseline know its findings again, and nothing else?"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlaudit.audit import audit
from mlaudit.baselines import files, known
from mlaudit.baselines.commits import files_of
from mlaudit.config import Config, UsageError
from mlaudit.findings import Baseline, Known
from mlaudit.rulebook import load, select
from tests.conftest import audited, commit, git, write
from tests.test_cli import run

Make = Callable[[dict[str, Any]], Path]
READ = "import pandas as pd\nx = pd.read_csv('/home/ann/x.csv')\ny = pd.read_csv('/home/bob/y.csv')\n"
RULES = ("DAT001", "REQ001")


def baseline(root: Path) -> Baseline:
    return Baseline("b", tuple(known(audited(root, *RULES).findings, str(root))))


def compared(root: Path, known_before: Baseline, **settings: Any) -> tuple[list[str], int, list[Known]]:
    """The new findings as `path:line`, how many are known, and what is stale."""
    report = audit(root, Config(**settings), select(load(), RULES, ()), (), None, known_before)
    return [f"{each.at.path}:{each.at.line}" for each in report.findings], len(report.baselined), list(report.stale)


@pytest.mark.parametrize(
    "now",
    [
        READ,
        "# moved\n\n\n" + READ,
        READ.replace("'", '"'),
        READ.replace("pd.read_csv('/home/ann/x.csv')", "pd.read_csv(\n    '/home/ann/x.csv',\n)"),
        READ.replace("x = pd", "x  =  pd").replace("\n", "\r\n"),
        "import pandas as pd\n\n\ndef f():\n    y = pd.read_csv('/home/bob/y.csv')\n    x = pd.read_csv('/home/ann/x.csv')\n\n\nf()\n",
    ],
)
def test_the_same_faults_are_known_again(now: str, repo: Make) -> None:
    root = repo({"train.py": READ})
    before = baseline(root)
    assert len(before.entries) == 2
    assert compared(write(root, {"train.py": now}), before) == ([], 2, [])


def test_a_renamed_file_keeps_its_faults(repo: Make) -> None:
    root = repo({"train.py": READ, "requirements.txt": "numpy\n"})
    before = baseline(root)
    (root / "train.py").rename(root / "fit.py")
    (root / "req").mkdir()
    (root / "requirements.txt").rename(root / "req" / "requirements.txt")
    assert compared(root, before) == ([], 3, [])
    write(root, {"train.py": READ})
    assert compared(root, before)[0] == [
        "fit.py:2",
        "fit.py:3",
    ], "the file is back: only one of both was known"


def test_only_the_excess_is_new(repo: Make) -> None:
    root = repo({"train.py": READ})
    before = baseline(root)
    new, old, stale = compared(write(root, {"train.py": READ + "z = pd.read_csv('/home/ann/x.csv')\n"}), before)
    assert (new, old, stale) == (["train.py:4"], 2, [])
    new, old, stale = compared(write(root, {"train.py": READ, "other.py": READ}), before)
    assert (new, old) == (["other.py:2", "other.py:3"], 2)


def test_what_is_gone_is_stale(repo: Make) -> None:
    root = repo({"train.py": READ * 2, "requirements.txt": "numpy\n"})
    before = baseline(root)
    assert [entry.number for entry in before.entries] == [1, 2, 2]
    new, old, stale = compared(write(root, {"train.py": READ, "requirements.txt": "numpy==1.26.4\n"}), before)
    assert (new, old) == ([], 2)
    assert [(entry.rule, entry.number) for entry in stale] == [("REQ001", 1), ("DAT001", 1), ("DAT001", 1)]
    report = audit(root, Config(), select(load(), ("DAT001",), ()), (), None, before)
    assert {entry.rule for entry in report.stale} == {"DAT001"}, "nothing is known of rules that did not run"
    report = audit(root, Config(), select(load(), ("DAT001",), ()), ("requirements.txt",), None, before)
    assert report.findings == report.baselined == ()


def test_silenced_findings_are_in_no_baseline(repo: Make) -> None:
    root = repo({"requirements.txt": "numpy  # mlaudit: ignore[REQ001] why\nscipy\n"})
    assert [entry.message.split("`")[1] for entry in baseline(root).entries] == ["scipy"]


def test_the_file_is_one_object_a_line_and_sorted(repo: Make, tmp_path: Path) -> None:
    root = repo({"b/requirements.txt": "numpy\nscipy\n", "a/requirements.txt": "numpy\n"})
    entries = baseline(root).entries
    files.save(str(tmp_path / "x.json"), reversed(entries))
    text = (tmp_path / "x.json").read_text()
    assert [json.loads(line.rstrip(","))["path"] for line in text.splitlines() if line.startswith('{"')] == [
        "a/requirements.txt",
        "b/requirements.txt",
        "b/requirements.txt",
    ]
    assert "line" not in json.loads(text)["findings"][0]
    assert tuple(files.load(str(tmp_path / "x.json"))) == entries
    assert files.dump([]) == '{\n"schema": 1,\n"findings": []\n}\n'


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"schema": 2, "findings": []}', '{"schema": 1, "findings": [{"rule": "A"}]}', "[" * 100_000],
)
def test_a_broken_file_is_one_line_on_stderr(text: str, repo: Make) -> None:
    root = repo({"requirements.txt": "numpy\n", ".mlaudit-baseline.json": text})
    done = run(str(root))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert ".mlaudit-baseline.json" in done.stderr
    assert run(str(root), "--no-baseline").returncode == 1


def test_the_commands(repo: Make) -> None:
    root = repo({"requirements.txt": "numpy\nscipy\n", "train.py": READ})
    where = (str(root), "--select", "REQ001,DAT001")
    assert "cannot be read" in run("baseline", "prune", *where).stderr
    done = run("baseline", "create", *where)
    assert (
        done.stdout
        == ".mlaudit-baseline.json: 4 findings of 2 rules. From now on only new findings count; commit the file.\n"
    )
    assert "is there" in run("baseline", "create", *where).stderr
    done = run(*where)
    assert done.returncode == 0
    assert "Nothing new: 2 rules" in done.stdout
    assert "not counted: 4 known to the baseline" in done.stdout
    assert run(*where, "--no-baseline").returncode == 1
    write(root, {"requirements.txt": "numpy==1.26.4\nscipy\njax\n"})
    done = run(*where)
    assert done.returncode == 1
    assert "stale baseline: 1 entry (mlaudit baseline prune)" in done.stdout
    assert "1 finding: 1 error" in done.stdout
    assert "3 findings of 2 rules, 4 before." in run("baseline", "prune", *where).stdout
    assert run(*where).returncode == 1
    assert "    2 DAT001  train.py (2)\n" in run("baseline", "show", str(root)).stdout
    env = {**os.environ, "CI": "true"}
    assert "only with --allow-growth" in run("baseline", "update", *where, env=env).stderr
    assert run("baseline", "update", *where, "--allow-growth", env=env).returncode == 0
    assert run(*where).returncode == 0
    write(root, {"requirements.txt": "numpy==1.26.4\n"})
    assert "2 findings of 1 rule, 4 before." in run("baseline", "update", str(root), "--select", "REQ001,DAT001").stdout
    run("baseline", "update", str(root), "--select", "REQ001")
    assert len(files.load(str(root / ".mlaudit-baseline.json"))) == 2, "rules that did not run keep their entries"


def test_the_configuration_names_the_file(repo: Make) -> None:
    root = repo({"mlaudit.toml": 'baseline = "ci/known.json"\nselect = ["REQ001"]\n', "requirements.txt": "numpy\n"})
    (root / "ci").mkdir()
    assert "ci/known.json` cannot be read" in run(str(root)).stderr
    assert run("baseline", "create", str(root)).returncode == 0
    assert (root / "ci" / "known.json").exists()
    assert run(str(root)).returncode == 0


def test_outputs_know_the_state(repo: Make, tmp_path: Path) -> None:
    root = repo({"requirements.txt": "numpy\n"})
    run("baseline", "create", str(root), "--select", "REQ001")
    write(root, {"requirements.txt": "numpy\nscipy\n"})
    run(
        str(root),
        "--select",
        "REQ001",
        "--output",
        f"json={tmp_path / 'j'}",
        "--output",
        f"sarif={tmp_path / 's'}",
        "--output",
        f"html={tmp_path / 'h'}",
    )
    data = json.loads((tmp_path / "j").read_text())
    assert [len(data[key]) for key in ("findings", "baselined", "silenced", "stale")] == [1, 1, 0, 0]
    (log,) = json.loads((tmp_path / "s").read_text())["runs"]
    assert [result["baselineState"] for result in log["results"]] == ["new", "unchanged"]
    assert "Known to the baseline" in (tmp_path / "h").read_text()


def test_a_commit_as_baseline(repo: Make) -> None:
    root = repo({"requirements.txt": "numpy\n", "train.py": READ, "a folder/ü.py": READ, "data.bin": "x"})
    os.truncate(root / "data.bin", 6_000_000)
    commit(root)
    git(root, "branch", "base")
    write(root, {"requirements.txt": "numpy\nscipy\n", "new.py": READ})
    (root / "train.py").rename(root / "fit.py")
    before = git(root, "status", "--porcelain"), git(root, "count-objects", "-v"), git(root, "worktree", "list")
    for words in (("base",), ("HEAD",), ("main",)):
        done = run(
            str(root), "--select", "REQ001,DAT001,DAT007", "--output-format", "concise", "--baseline-ref", *words
        )
        assert done.returncode == 1
        assert [line.split(" ")[0] for line in done.stdout.splitlines()] == [
            "new.py:2:5:",
            "new.py:3:5:",
            "requirements.txt:2:1:",
        ]
    assert (
        git(root, "status", "--porcelain"),
        git(root, "count-objects", "-v"),
        git(root, "worktree", "list"),
    ) == before
    done = run(str(root), "--baseline-ref", "nowhere")
    assert (done.returncode, done.stderr) == (2, "mlaudit: --baseline-ref: git knows no commit `nowhere` here\n")
    assert run(str(root), "--baseline-ref=--upload-pack=x").returncode == 2


def test_a_branch_is_compared_where_it_was_left(repo: Make) -> None:
    root = repo({"requirements.txt": "numpy\n"})
    commit(root)
    git(root, "checkout", "-q", "-b", "work")
    git(root, "checkout", "-q", "main")
    write(root, {"requirements.txt": "numpy==1.26.4\n"})
    commit(root, "mended on main")
    git(root, "checkout", "-q", "work")
    assert run(str(root), "--select", "REQ001", "--baseline-ref", "main").returncode == 0


def test_a_commit_is_taken_out_whole(repo: Make) -> None:
    root = repo({"a.py": "x = 1\n", "empty.txt": "", "sub/b.sh": "ls\n", "big.csv": "a"})
    os.truncate(root / "big.csv", 5_000_001)
    (root / "link").symlink_to("a.py")
    (root / "out").symlink_to("/etc")
    commit(root)
    (root / "a.py").write_text("y = 2\n")
    with files_of(str(root), "HEAD") as folder:
        found = Path(folder)
        assert (found / "a.py").read_text() == "x = 1\n"
        assert (found / "big.csv").stat().st_size == 5_000_001
        assert (found / "empty.txt").read_bytes() == b""
        assert os.readlink(found / "link") == "a.py"
        assert git(found, "status", "--porcelain") == " M big.csv\n"
        assert git(found, "rev-parse", "HEAD") == git(root, "rev-parse", "HEAD")
    assert not found.exists()
    with pytest.raises(UsageError), files_of(str(root), "HEAD~5"):
        pass


def test_a_tree_that_leads_out_of_the_folder_is_not_followed(repo: Make, tmp_path: Path) -> None:
    root = repo({"a.py": "x = 1\n"})
    commit(root)
    outside = tmp_path / "outside"
    outside.mkdir()
    blob = git(root, "hash-object", "-w", "a.py").strip()
    name = tmp_path / "name"
    name.write_text(str(outside))
    target = git(root, "hash-object", "-w", str(name)).strip()
    raw = b"".join(
        mode + b" " + path + b"\0" + bytes.fromhex(sha)
        for mode, path, sha in (
            (b"120000", b"d", target),
            (b"100644", b"d/evil.py", blob),
            (b"100644", b"../up.py", blob),
        )
    )
    (tmp_path / "tree").write_bytes(raw)
    tree = git(root, "hash-object", "-w", "--literally", "-t", "tree", str(tmp_path / "tree")).strip()
    made = git(root, "commit-tree", "-m", "x", tree).strip()
    with files_of(str(root), made) as folder:
        assert not (Path(folder).parent / "up.py").exists()
    assert list(outside.iterdir()) == []


def test_the_story_of_a_team(repo: Make) -> None:
    """Hundreds of findings, two commands to a green run, and a new fault that fails it."""
    packages = "".join(f"package{n}>=1\n" for n in range(200))
    root = repo({"requirements.txt": packages, ".python-version": "3.12.4\n", **{f"m{n}.py": READ for n in range(30)}})
    commit(root)
    first = run(str(root))
    assert first.returncode == 1
    assert "`mlaudit baseline create` remembers them" in first.stdout
    assert run("baseline", "create", cwd=root).returncode == 0
    commit(root, "a baseline")
    assert run(cwd=root).returncode == 0
    write(root, {"m3.py": READ + "z = pd.read_csv('/home/cid/z.csv')\n"})
    failed = run("--output-format", "concise", cwd=root)
    assert failed.returncode == 1
    assert [line.split(":")[0:2] for line in failed.stdout.splitlines()] == [["m3.py", "4"]]
