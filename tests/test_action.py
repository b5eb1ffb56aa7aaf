"""Do the action and GitLab's template do what they say, and keep to what linters of CI ask?"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from mlaudit import __version__
from mlaudit.starting import JOB, WORKFLOW
from tests.conftest import write

ROOT = Path(__file__).parent.parent


@pytest.fixture
def action() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
    return loaded


def test_what_it_uses_is_pinned_and_nothing_is_expanded_in_a_script(action: dict[str, Any]) -> None:
    for step in action["runs"]["steps"]:
        assert "uses" not in step or len(step["uses"].partition("@")[2]) == 40
        assert "${{" not in step.get("run", ""), "inputs come through the environment"


@pytest.mark.parametrize(("args", "fail_on", "code"), [("", "", 1), ("", "never", 0), ("--select REQ009", "", 0)])
def test_the_script_of_the_action(args: str, fail_on: str, code: int, action: dict[str, Any], tmp_path: Path) -> None:
    (audit,) = (step for step in action["runs"]["steps"] if step.get("name") == "Audit")
    write(tmp_path / "repo", {"requirements.txt": "numpy\n"})
    script = f'#!/bin/sh\nexec "{sys.executable}" -m mlaudit "$@"\n'
    write(tmp_path / "runner", {"mlaudit/bin/mlaudit": script})
    (tmp_path / "runner/mlaudit/bin/mlaudit").chmod(0o755)
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RUNNER_TEMP": str(tmp_path / "runner"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "ARGS": args,
        "FAIL_ON": fail_on,
    }
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", audit["run"]],
        cwd=tmp_path / "repo",
        env=env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "output").read_text() == f"code={code}\n"
    assert (tmp_path / "summary").read_text()
    assert (tmp_path / "runner" / "mlaudit.sarif").exists()
    assert done.stdout.startswith("::error") is (not args)


def test_the_template_is_what_init_writes() -> None:
    text = (ROOT / "templates" / "mlaudit.gitlab-ci.yml").read_text()
    assert text.partition("\n")[2] == JOB
    job = yaml.safe_load(text)["mlaudit"]
    assert job["script"][0] == f"pip install --quiet mlaudit=={__version__}"
    assert job["script"][1].endswith(f"gitlab={job['artifacts']['reports']['codequality']}")
    assert job["artifacts"]["when"] == "always"


@pytest.mark.skipif(not shutil.which("zizmor"), reason="zizmor is not installed")
def test_zizmor_finds_nothing(tmp_path: Path) -> None:
    write(tmp_path, {".github/workflows/mlaudit.yml": WORKFLOW, "action.yml": (ROOT / "action.yml").read_text()})
    done = subprocess.run(
        ["zizmor", "--offline", "--persona", "pedantic", "--no-progress", str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
