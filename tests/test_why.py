"""Does `mlaudit why` name what decides, with its line, and what the rule looked at?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import commit, write
from tests.test_cli import run

Make = Callable[[dict[str, Any]], Path]
READ = "import pandas as pd\n\nx = pd.read_csv('/home/ann/x.csv')\n"


def why(root: Path, *words: str) -> dict[str, str]:
    """The rows that are told, by their first word; of several the last."""
    done = run("why", *words, cwd=root)
    assert done.returncode == 0, done.stderr
    rows = [line.strip().split(maxsplit=1) for line in done.stdout.splitlines()[1:]]
    return {row[0]: row[1] for row in rows}


@pytest.mark.parametrize(
    ("settings", "words", "key", "told"),
    [
        ("", ("REQ001",), "rule", "on: it is on by default, and no setting names it"),
        ("", ("REQ016",), "rule", "off: it is off by default: `REQ016` in `extend-select` turns it on"),
        (
            'fail-on = "error"\nignore = [\n  "RNG",\n  "REQ001",\n]\n',
            ("REQ001",),
            "rule",
            "off: `REQ001` in `ignore`, mlaudit.toml:4",
        ),
        (
            'ignore = ["dependencies"]\n',
            ("REQ001", "--select", "REQ001"),
            "rule",
            "on: `REQ001` in `select`, on the command line",
        ),
        ('select = ["RNG"]\n', ("REQ001",), "rule", "off: `select` names other rules, mlaudit.toml:1"),
        (
            'extend-select = ["REQ016"]\n',
            ("unhashed-requirement",),
            "rule",
            "on: `REQ016` in `extend-select`, mlaudit.toml:1",
        ),
        ("", ("REQ001",), "level", "error: the rule says so; with fail-on = error the exit code is 1"),
        (
            '[levels]\nunpinned-requirement = "note"\n',
            ("REQ001",),
            "level",
            'note: `levels`, unpinned-requirement = "note", mlaudit.toml:2; with fail-on = error the exit code stays 0',
        ),
        ('extend = "other/x.toml"\n', ("REQ001",), "rule", "off: `REQ001` in `ignore`, other/x.toml:2"),
        (
            '[per-file-ignores]\n"*.txt" = ["dependencies"]\n',
            ("REQ001",),
            "silenced",
            'per-file-ignores, "*.txt", mlaudit.toml:2',
        ),
        ('extend-exclude = ["req*"]\n', ("REQ001",), "file", "not read: `req*` in `extend-exclude`, mlaudit.toml:1"),
        ("", ("REQ001",), "file", "read by manifests.requirements"),
        ("", ("REQ001",), "looked", "in this file: 1 Requirement, 1 Manifest; in the repository: 1 requirement"),
        (
            "",
            ("REQ001",),
            "found",
            "line 1: `numpy` has no version: what is newest on the day of the install. [counts]",
        ),
        ("", ("REQ001",), "verdict", "1 finding counts here"),
        (
            'ignore = ["REQ001"]\n',
            ("REQ001",),
            "verdict",
            "the rule does not run; if it did, 1 finding would count here",
        ),
    ],
)
def test_what_decides_is_named(settings: str, words: tuple[str, ...], key: str, told: str, repo: Make) -> None:
    root = repo({"requirements.txt": "numpy\n", "mlaudit.toml": settings, "other/x.toml": '\nignore = ["REQ001"]\n'})
    found = why(root, "requirements.txt", *words)[key]
    assert found == told or (key == "found" and found.startswith("line 1: `numpy`") and found.endswith("[counts]"))


def test_the_table_of_pyproject(repo: Make) -> None:
    root = repo({"pyproject.toml": '[project]\nname = "x"\n\n[tool.mlaudit]\nignore = ["DAT001"]\n', "a.py": READ})
    assert why(root, "a.py", "DAT001")["rule"] == "off: `DAT001` in `ignore`, pyproject.toml:5"


def test_comments_baselines_and_confidence(repo: Make) -> None:
    root = repo({"a.py": READ.replace("\n\n", "\n\n# mlaudit: ignore[DAT001] the lab's\n")})
    told = why(root, "a.py", "DAT001")
    assert told["silenced"] == "comment of line 3, for line 3: silences 1 here (the lab's)"
    assert told["found"].endswith("[silenced: the lab's]")
    assert told["verdict"] == "nothing counts here"
    write(root, {"a.py": READ})
    assert run("baseline", "create", cwd=root).returncode == 0
    assert why(root, "a.py", "machine-bound-path")["found"].endswith("[known to .mlaudit-baseline.json]")


def test_a_line(repo: Make) -> None:
    root = repo({"a.py": READ + "y = pd.read_csv('/home/bob/y.csv')\n"})
    commit(root)
    assert why(root, "a.py", "DAT001")["verdict"] == "2 findings count here"
    assert why(root, "a.py:4", "DAT001")["found"].startswith("line 4: ")
    assert why(root, "a.py:4", "DAT001")["verdict"] == "1 finding counts here"
    told = why(root, "a.py:1", "DAT001")
    assert told["verdict"] == "nothing counts here"
    assert told["looked"].startswith("on this line: 1 Import")
    done = run("why", "a.py:4", "DAT001", cwd=root)
    assert done.stdout.startswith("DAT001 machine-bound-path in a.py:4\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("a.py", "DAT01"), "no rule is called `DAT01`; did you mean `DAT0"),
        (("b.py", "DAT001"), "`b.py` does not exist"),
        ((".", "DAT001"), "`.` is a folder; name a file"),
        (("a.py",), "the following arguments are required: ID|NAME"),
    ],
)
def test_mistakes_are_one_line(words: tuple[str, ...], told: str, repo: Make) -> None:
    root = repo({"a.py": READ})
    done = run("why", *words, cwd=root)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
