"""Does the command line keep its promises: words, exit codes, streams?"""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlaudit import __version__, rulebook
from tests.conftest import commit, write

Make = Callable[[dict[str, Any]], Path]


def run(
    *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mlaudit", *arguments], cwd=cwd, env=env, capture_output=True, text=True
    )


@pytest.fixture
def loose(repo: Make) -> Path:
    return repo({"requirements.txt": "numpy>=1\nscipy==1.11.4\n", ".python-version": "3.12.4\n"})


def test_version() -> None:
    assert run("--version").stdout == f"mlaudit {__version__}\n"


def test_findings_are_on_stdout_and_exit_1(loose: Path) -> None:
    for arguments in ((str(loose),), ("check", str(loose))):
        done = run(*arguments)
        assert done.returncode == 1
        assert "error[REQ001] unpinned-requirement: `numpy` has only a lower bound, `>=1`" in done.stdout
        assert "1 | numpy>=1\n   | ^^^^^^^^" in done.stdout.replace("  |", "   |").replace("    |", "   |")
        assert done.stderr == ""


def test_a_clean_run_says_what_it_looked_at(repo: Make) -> None:
    root = repo({"requirements.txt": "numpy==1.26.4\n", ".python-version": "3.12.4\n"})
    done = run(str(root))
    assert done.returncode == 0
    enabled = sum(rule.enabled for rule in rulebook.load())
    assert done.stdout.startswith(f"All checks passed: {enabled} rules over 2 files of 2")


@pytest.mark.parametrize(("level", "code"), [("error", 1), ("warning", 1), ("note", 1), ("never", 0)])
def test_fail_on(level: str, code: int, loose: Path) -> None:
    assert run(str(loose), "--fail-on", level).returncode == code


def test_fail_on_counts_levels(loose: Path) -> None:
    assert run(str(loose), "--select", "REQ002").returncode == 0
    assert run(str(loose), "--select", "REQ002", "--fail-on", "warning").returncode == 1


@pytest.mark.parametrize("form", ["full", "concise", "json"])
def test_no_format_changes_the_exit_code(form: str, loose: Path) -> None:
    assert run(str(loose), "--output-format", form).returncode == 1


def test_json(loose: Path) -> None:
    data = json.loads(run(str(loose), "--output-format", "json", "--select", "REQ001").stdout)
    assert data["schema"] == "mlaudit/1"
    (finding,) = data["findings"]
    place = (finding["path"], finding["line"], finding["column"], finding["end_line"], finding["end_column"])
    assert place == ("requirements.txt", 1, 1, 1, 9)
    assert finding["snippet"] == "numpy>=1"
    assert str(loose) not in json.dumps(data), "no path of the machine"


def test_the_same_input_gives_the_same_bytes(loose: Path) -> None:
    assert run(str(loose), "--output-format", "json").stdout == run(str(loose), "--output-format", "json").stdout


def test_several_outputs_in_one_run(loose: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.txt"
    done = run(str(loose), "--output", f"json={first}", "--output", f"concise={second}")
    assert done.stdout
    assert json.loads(first.read_text())["findings"]
    assert second.read_text().startswith("requirements.txt:1:1: ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--selct", "REQ001"], "did you mean `--select`?"),
        (["--select", "REQ0O1"], "did you mean `REQ0"),
        (["--ignore", "unpinned-requirements"], "did you mean `unpinned-requirement`?"),
        (["--output", "jsn=x"], "did you mean `json`?"),
        (["--config", "nowhere.toml"], "is no file"),
        (["rule", "REQ999"], "no rule is called `REQ999`"),
        (["rule"], "name a rule"),
        (["facts", "Requirment"], "did you mean `Requirement`?"),
        (["--fail-on", "sometimes"], "invalid choice"),
    ],
)
def test_mistakes_are_one_line_and_exit_2(arguments: list[str], words: str, loose: Path) -> None:
    done = run(*arguments, cwd=loose)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.mlaudit]\nselekt = []\n", "did you mean `select`?"),
        ("[tool.mlaudit]\nselect = 'REQ001'\n", "must be a list of strings"),
        ("[tool.mlaudit]\nselect = ['REQ999']\n", "no rule is called `REQ999`"),
        ("[tool.mlaudit]\nfail-on = 'errors'\n", "did you mean `error`?"),
        ("[tool]\nmlaudit = 3\n", "must be a table"),
        ("[tool.mlaudit]\nlarge-file-mb = 0\n", "must be a whole number above zero"),
        ("[tool.mlaudit]\nlarge-file-mb = true\n", "must be a whole number above zero"),
    ],
)
def test_mistakes_in_the_configuration(text: str, words: str, loose: Path) -> None:
    (loose / "pyproject.toml").write_text(text)
    done = run(str(loose))
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert run(str(loose), "--isolated").returncode == 1


def test_configuration_selects_and_the_command_line_wins(loose: Path) -> None:
    (loose / "mlaudit.toml").write_text('ignore = ["REQ001"]\nmin-confidence = "low"\n')
    assert "REQ001" not in run(str(loose)).stdout
    assert "REQ001" in run(str(loose), "--ignore", "REQ002").stdout


@pytest.mark.parametrize(("limit", "is_large"), [("", True), ("large-file-mb = 20\n", False)])
def test_the_size_of_large_files_is_the_users(limit: str, is_large: bool, tmp_path: Path) -> None:
    (tmp_path / "mlaudit.toml").write_text(f'select = ["DAT007"]\n{limit}')
    (tmp_path / "a.py").write_text("x = 1\n")
    with (tmp_path / "train.csv").open("wb") as file:
        file.truncate(6_000_000)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    assert ("DAT007" in run(str(tmp_path), "--output-format", "concise").stdout) is is_large


def test_selection(loose: Path) -> None:
    def rules(*arguments: str) -> set[str]:
        done = run(str(loose), "--output-format", "json", *arguments)
        return {rule["id"] for rule in json.loads(done.stdout)["rules"]}

    assert rules("--select", "REQ001") == {"REQ001"}
    assert rules("--select", "unpinned-requirement,missing-lock") == {"REQ001", "REQ002"}
    assert "MLA001" not in rules("--select", "dependencies")
    assert "REQ016" not in rules()
    assert "REQ016" not in rules("--select", "ALL")
    assert "REQ016" in rules("--extend-select", "unhashed-requirement")
    assert rules("--select", "REQ", "--ignore", "REQ001") == rules("--select", "REQ") - {"REQ001"}
    assert rules("--select", "REQ001", "--ignore", "REQ") == {"REQ001"}


def test_rule_pages(loose: Path) -> None:
    by_id, by_name = run("rule", "REQ001").stdout, run("rule", "unpinned-requirement").stdout
    assert by_id == by_name
    for heading in ("What it finds", "Why", "Fix", "Examples", "References"):
        assert f"\n{heading}\n" in by_id
    assert run("rule", "--all").stdout.count("\n") == len(
        json.loads(run("rule", "--all", "--output-format", "json").stdout)
    )


def test_facts_tell_what_was_read(loose: Path) -> None:
    assert run("facts", "Requirement", cwd=loose).stdout.splitlines() == [
        "requirements.txt:1:1  Requirement name=numpy comparisons=[>=1] written=numpy ecosystem=pypi role=requirement"
        " origin=requirements.txt",
        "requirements.txt:2:1  Requirement name=scipy comparisons=[==1.11.4] written=scipy ecosystem=pypi role=requirement"
        " origin=requirements.txt",
    ]
    rows = [json.loads(line) for line in run("facts", str(loose), "--output-format", "json").stdout.splitlines()]
    assert {row["fact"] for row in rows} == {"Manifest", "PythonVersion", "Requirement"}


def test_show_files(loose: Path) -> None:
    done = run(str(loose), "--show-files")
    assert done.stdout.splitlines() == [".python-version  (versions)", "requirements.txt  (manifests.requirements)"]


def test_files_restrict_what_is_reported_not_what_is_read(repo: Make) -> None:
    root = repo({"a/requirements.txt": "numpy>=1\n", "b/requirements.txt": "numpy>=1\n", "b/x.py": "import numpy\n"})
    commit(root)
    done = run("--output-format", "concise", "--select", "REQ", "b/requirements.txt", cwd=root)
    assert {line.split(":")[0] for line in done.stdout.splitlines()} == {"b/requirements.txt"}
    assert run("--select", "REQ001", str(root / "b"), "--output-format", "concise").stdout.startswith(
        "b/requirements.txt:1"
    )


def test_exclusion(repo: Make) -> None:
    root = repo({"a/requirements.txt": "numpy>=1\n", "b/requirements.txt": "numpy>=1\n"})
    assert (
        run(str(root), "--extend-exclude", "b/", "--output-format", "concise", "--select", "REQ001").stdout.count("\n")
        == 1
    )


def test_color(loose: Path) -> None:
    import os

    base = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE")}
    assert "\x1b[" not in run(str(loose), env=base).stdout
    assert "\x1b[31m" in run(str(loose), "--color", "always", env=base).stdout
    assert "\x1b[31m" in run(str(loose), env={**base, "FORCE_COLOR": "1"}).stdout
    assert "\x1b[" not in run(str(loose), env={**base, "FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout
    assert "\x1b[" not in run(str(loose), "--color", "never", env={**base, "FORCE_COLOR": "1"}).stdout


def test_a_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "".join(f"package-{number}\n" for number in range(5000))})
    command = f"{sys.executable} -m mlaudit {tmp_path} --output-format concise | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def test_a_rule_that_fails_is_named_and_the_others_finish(loose: Path) -> None:
    code = (
        "import sys; from mlaudit.checks import dependencies as d\n"
        "def missing_lock(repo):\n    raise RuntimeError('boom')\n    yield\n"
        "d.missing_lock = missing_lock\n"
        "from mlaudit.cli import main; main(sys.argv[1:])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(loose)], capture_output=True, text=True)
    assert done.returncode == 2
    assert "REQ002 missing-lock failed: RuntimeError: boom" in done.stderr
    assert "REQ001" in done.stdout
    assert "dependencies: ?" in done.stdout


def _crowded(repo: Make) -> Path:
    """More than fifty findings of several rules and of every level."""
    packages = "".join(f"package-{number}\n" for number in range(40))
    code = "import pandas\npandas.read_csv('/home/ann/x.csv')\nopen('made.txt', 'w').write('')\n"
    return repo({"requirements.txt": packages, **{f"m{number}.py": code for number in range(8)}})


def test_many_findings_fit_a_screen_the_worst_first(repo: Make) -> None:
    root = _crowded(repo)
    shown, every = run(str(root)).stdout, run(str(root), "-v").stdout
    lines = shown.splitlines()
    assert sum(max(1, -(-len(line) // 120)) for line in lines) <= 45
    assert lines[0].startswith("error[DAT001] machine-bound-path")
    assert lines[-1].startswith("next: mlaudit rule REQ001")
    assert "  error   DAT001    7  machine-bound-path: m1.py and 6 other files" in lines
    assert any(line.startswith("  note    PRT003 8") for line in lines)
    assert "all of them: mlaudit --verbose; those of one rule: mlaudit --select RULE --verbose" in lines
    assert every.count("error[DAT001]") == 8
    assert "findings more" not in every


def test_every_finding_is_shown_or_counted(repo: Make) -> None:
    root = _crowded(repo)
    lines = run(str(root)).stdout.splitlines()
    total = int(next(line for line in lines if " findings: " in line).split()[0])
    more = int(next(line for line in lines if line.endswith(" findings more:")).split()[0])
    shown = sum(line.startswith(("error[", "warning[", "note[")) for line in lines)
    assert shown + more == total > 50
    assert shown >= 1


def test_quiet_lists_what_a_screen_does_not_hold(repo: Make) -> None:
    done = run(str(_crowded(repo)), "--quiet")
    assert done.stdout.count("error[DAT001]") == 3
    assert "findings more" not in done.stdout


def test_colour_does_not_change_what_is_shown(repo: Make) -> None:
    root = _crowded(repo)
    bare, coloured = (run(str(root), "--color", when).stdout for when in ("never", "always"))
    assert coloured != bare
    # The footer says how long the run took.
    assert re.sub(r"\x1b\[\d*m", "", coloured).partition(" findings: ")[0] == bare.partition(" findings: ")[0]


def test_many_findings_of_one_rule_are_counted(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "".join(f"package-{number}\n" for number in range(40))})
    done = run(str(tmp_path), "--select", "REQ001")
    assert done.stdout.count("error[REQ001]") == 3
    assert "37 more REQ001 in requirements.txt (37)" in done.stdout
    assert run(str(tmp_path), "--select", "REQ001", "-v").stdout.count("error[REQ001]") == 40
