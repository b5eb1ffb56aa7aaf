"""Do rounds of fixes end, and with what? Overlaps wait, what would bring something new is not made, links stay."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from mlaudit import rulebook
from mlaudit.audit import audit
from mlaudit.commands.fix import Outcome, fixed, summary
from mlaudit.config import Config
from mlaudit.facts import Location
from mlaudit.findings import Edit, Finding, Fix, Report
from tests.conftest import commit
from tests.conftest import write as written

RULE = next(rule for rule in rulebook.load() if rule.id == "REQ001")
LOCK = (
    '[[package]]\nname = "numpy"\nversion = "1.26.4"\n\n'
    '[metadata]\nlock-version = "2.1"\npython-versions = "*"\ncontent-hash = "0"\n'
)


def _finding(line: int, path: str = "a.txt") -> Finding:
    return Finding(RULE, "error", "high", f"fault {line}", Location(path, line, 1, line, 2))


def _report(root: Path, fixes: dict[Finding, Fix]) -> Report:
    return Report(str(root), 1, 1, (RULE,), tuple(fixes), fixes=fixes)


def test_what_overlaps_waits_for_the_next_round(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("abc")
    first, second = _finding(1), _finding(2)
    both = _report(
        tmp_path,
        {
            first: Fix("x", "", "safe", (Edit("a.txt", 0, 2, "X"),)),
            second: Fix("y", "", "safe", (Edit("a.txt", 1, 3, "Y"),)),
        },
    )
    rest = _report(tmp_path, {second: Fix("y", "", "safe", (Edit("a.txt", 1, 2, "Y"),))})
    answers = iter([rest, _report(tmp_path, {})])
    outcome = fixed(both, lambda edits: next(answers), unsafe=False)
    assert outcome.contents == {"a.txt": b"XY"}
    assert [finding for finding, _ in outcome.done] == [first, second]


def test_what_brings_something_new_is_not_made_and_the_rest_is(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("abc")
    good, bad, new = _finding(1), _finding(2), _finding(3)
    other = new._replace(rule=RULE._replace(id="REQ005"))
    fixes = {
        good: Fix("x", "", "safe", (Edit("a.txt", 0, 1, "A"),)),
        bad: Fix("y", "", "safe", (Edit("a.txt", 2, 3, "BAD"),)),
    }

    def again(edits: object) -> Report:
        text = edits["a.txt"].decode()  # type: ignore[index]
        left = {finding: fix for finding, fix in fixes.items() if fix.edits[0].text not in text}
        report = _report(tmp_path, left)
        return report._replace(findings=(*report.findings, *([other] if "BAD" in text else [])))

    outcome = fixed(_report(tmp_path, fixes), again, unsafe=False)
    assert outcome.contents == {"a.txt": b"Abc"}
    assert outcome.refused == {bad: "would bring a finding of REQ005 in `a.txt`"}
    assert any("not fixed: would bring a finding of REQ005" in line for line in _said(outcome))


def test_fixes_that_undo_each_other_end(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("0")
    number = iter(range(1000))

    def again(edits: object) -> Report:
        edit = Edit("a.txt", 0, 1, str(next(number) % 10))
        return _report(tmp_path, {_finding(1): Fix("x", "", "safe", (edit,))})

    outcome = fixed(again({}), again, unsafe=False)
    assert not outcome.settled
    assert "undo each other" in _said(outcome)[-1]


def _said(outcome: Outcome) -> list[str]:
    return summary(outcome, written=True, verbose=True)


def test_unsafe_fixes_are_counted_and_left(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("0")
    report = _report(tmp_path, {_finding(1): Fix("x", "`b.txt`, line 3", "unsafe", (Edit("a.txt", 0, 1, "1"),))})
    outcome = fixed(report, lambda edits: report, unsafe=False)
    assert not outcome.contents
    assert _said(outcome) == [
        "1 finding could be fixed with --unsafe-fixes",
        "a.txt:1: REQ001 x (`b.txt`, line 3)",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    root = written(tmp_path / "repo", {"real/requirements.txt": "numpy\n", "poetry.lock": LOCK})
    os.symlink("real/requirements.txt", root / "requirements.txt")
    commit(root)
    again = partial(audit, str(root), Config(), [RULE], fixing=True)
    outcome = fixed(again(), lambda edits: again(edits=edits), unsafe=True)
    assert "requirements.txt" not in outcome.contents
    assert any("is a link" in why for why in outcome.refused.values())


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "mlaudit", *arguments], cwd=root, capture_output=True, check=False)


def test_the_command_line(tmp_path: Path) -> None:
    root = written(tmp_path / "repo", {"requirements.txt": "numpy\nscipy\n", "poetry.lock": LOCK})
    commit(root)
    printed = _run(root, "fix", "--diff", "--select", "REQ001", "-v")
    assert printed.returncode == 1
    assert (root / "requirements.txt").read_text() == "numpy\nscipy\n"
    told = printed.stderr.decode()
    assert "would fix 1 finding in 1 file" in told
    assert "requirements.txt:1: REQ001 Pin `numpy` to 1.26.4 (`poetry.lock`, line 1)" in told
    done = _run(root, "fix", "--select", "REQ001")
    assert done.returncode == 1
    assert b"`scipy`" in done.stdout
    assert b"`numpy`" not in done.stdout
    subprocess.run(["git", "apply", "-R", "-"], input=printed.stdout, cwd=root, check=True)
    assert (root / "requirements.txt").read_text() == "numpy\nscipy\n"
    only = _run(root, "--fix-only", "--select", "REQ001")
    assert only.returncode == 0
    assert only.stdout == b""
    assert (root / "requirements.txt").read_text() == "numpy==1.26.4\nscipy\n"
    second = _run(root, "fix", "--diff", "--select", "REQ001")
    assert second.returncode == 0
    assert second.stdout == b""


@pytest.mark.parametrize(
    ("settings", "fixes"),
    [
        ('unfixable = ["REQ"]\n', 0),
        ('extend-unsafe-fixes = ["unpinned-requirement"]\n', 0),
        ('extend-safe-fixes = ["ALL"]\n', 1),
        ('extend-safe-fixes = ["ALL"]\nextend-unsafe-fixes = ["REQ001"]\n', 0),
    ],
)
def test_the_configuration_says_what_is_safe(settings: str, fixes: int, tmp_path: Path) -> None:
    files = {"requirements.txt": "numpy\n", "poetry.lock": LOCK, "mlaudit.toml": settings}
    printed = _run(written(tmp_path / "repo", files), "fix", "--diff", "--select", "REQ001")
    assert printed.stdout.count(b"+numpy==1.26.4") == fixes


def test_a_rule_that_is_not_there_is_refused(tmp_path: Path) -> None:
    files = {"requirements.txt": "numpy\n", "mlaudit.toml": 'unfixable = ["REQ999"]\n'}
    printed = _run(written(tmp_path / "repo", files), "fix")
    assert printed.returncode == 2
    assert b"no rule is called `REQ999`" in printed.stderr


def test_the_environment_is_asked_only_where_the_user_says_so(tmp_path: Path) -> None:
    site = "env/lib/python3.12/site-packages"
    files = {
        "repo/requirements.txt": "numpy\nscipy<1\nown\n",
        f"{site}/numpy-1.26.4+local.dist-info/METADATA": "",
        f"{site}/scipy-1.13.1.dist-info/METADATA": "",
        f"{site}/own-1.0.dist-info/METADATA": "",
        f"{site}/own-1.0.dist-info/direct_url.json": "{}",
    }
    root = written(tmp_path, files) / "repo"
    variables = {**os.environ, "VIRTUAL_ENV": str(tmp_path / "env")}
    for words, text in (((), "numpy\n"), (("--from-environment",), "numpy==1.26.4\n")):
        command = [sys.executable, "-m", "mlaudit", "--fix-only", "--select", "REQ001", *words]
        subprocess.run(command, cwd=root, capture_output=True, check=True, env=variables)
        assert (root / "requirements.txt").read_text() == f"{text}scipy<1\nown\n"


def test_a_file_that_a_lock_of_dvc_records_is_changed_only_on_wish(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "numpy\n",
        "poetry.lock": LOCK,
        "dvc.yaml": "stages:\n  a:\n    cmd: python a.py\n    deps: [requirements.txt]\n",
        "dvc.lock": "schema: '2.0'\nstages:\n  a:\n    cmd: python a.py\n    deps:\n    - path: requirements.txt\n      hash: md5\n      md5: 0\n      size: 6\n",
    }
    report = audit(str(written(tmp_path / "repo", files)), Config(), [RULE], fixing=True)
    (fix,) = report.fixes.values()
    assert fix.safety == "unsafe"
    assert fix.title == "Pin `numpy` to 1.26.4; the stage that reads this file then has to run again"
