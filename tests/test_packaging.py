"""Does what we ship work: the wheel of a clean clone in an empty environment, and the pre-commit hooks?"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mlaudit.files.discover import reader_for
from tests.conftest import commit, git, write

ROOT = Path(__file__).parent.parent
REPO = {"requirements.txt": "numpy>=1\n", "train.py": "import numpy\n", ".python-version": "3.12.4\n"}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of this repository that holds the working tree's files, committed."""
    target = tmp_path_factory.mktemp("clone") / "mlaudit"
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for path in filter(None, listed):
        if (ROOT / path).is_file():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_bytes((ROOT / path).read_bytes())
    commit(target)
    return target


def test_the_wheel_audits_a_repository(clone: Path, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, clone], check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", wheel], check=True, capture_output=True)
    write(tmp_path / "repo", REPO)
    done = subprocess.run(
        [tmp_path / "venv" / "bin" / "mlaudit", tmp_path / "repo", "--output-format", "concise"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
    )
    assert done.stdout.startswith("requirements.txt:1:1: "), done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize("hook", ["mlaudit", "mlaudit-repo"])
def test_pre_commit_hooks(hook: str, clone: Path, tmp_path: Path) -> None:
    write(tmp_path, REPO)
    commit(tmp_path)
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(clone), hook, "--all-files", "--verbose"]
    env = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path.parent / "cache")}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=env)
    assert "error[REQ001] unpinned-requirement: `numpy`" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 1
    write(tmp_path, {"requirements.txt": "numpy==1.26.4\n"})
    commit(tmp_path)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stdout + done.stderr


EVERY_KIND = """
requirements.txt requirements-dev.in requirements/base.txt constraints.txt reqs.txt deps.txt setup.py setup.cfg
pyproject.toml Pipfile Pipfile.lock pixi.toml pixi.lock poetry.lock pdm.lock uv.lock train.py.lock pylock.toml
pylock.dev.toml conda-lock.yml conda-linux-64.lock spec-file.txt explicit.txt linux.pin.txt environment.yml
conda/meta.yaml a.py a.pyi a.ipynb .python-version .tool-versions runtime.txt mise.toml README.md .gitignore Dockerfile
Dockerfile.gpu gpu.Dockerfile Containerfile x.dockerfile .github/workflows/ci.yml action.yml .gitlab-ci.yml
.circleci/config.yml azure-pipelines.yml .travis.yml install.sh postBuild Makefile build.mk tox.ini noxfile.py
valohai.yaml cog.yaml MLproject python_env.yaml .devcontainer/devcontainer.json
""".split()


@pytest.mark.parametrize("path", EVERY_KIND)
def test_the_hook_sees_every_kind_of_file_that_is_read(path: str) -> None:
    import yaml

    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert reader_for(path), "discover.READERS takes it"
    assert re.search(hooks[0]["files"], path)
