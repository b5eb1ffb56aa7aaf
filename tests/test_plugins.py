"""Do plug-ins that are installed bring rules, fail alone, and never come from the repository that is audited?"""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.conftest import write
from tests.test_cli import run

RULE = """id = "ACM800"
name = "shouting-requirement"
level = "warning"
confidence = "high"
title = "Requirement in capitals"
passed = "No requirement is in capitals"
message = "`{written}` is in capitals."
rationale = "It is hard to read."
fix = "Write it in lower case."
"""
MATCHED = RULE.replace("ACM800", "ACM801").replace("shouting-requirement", "banned-package").replace("written", "name")
CHECK = """
from mlaudit.facts import Requirement
from mlaudit.findings import Hit

def shouting_requirement(repo):
    for requirement in repo.all(Requirement):
        if requirement.written.isupper():
            yield Hit(requirement)
"""
PACKAGE = {
    "acme_rules/__init__.py": CHECK,
    "acme_rules/rules/acme/shouting-requirement.toml": RULE,
    "acme_rules/rules/acme/banned-package.toml": MATCHED + '[match]\nrequirement = "numpy"\n',
}
METADATA = {
    "acme_rules-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n",
    "acme_rules-1.0.dist-info/entry_points.txt": "[console_scripts]\na = b:c\n\n[mlaudit.rules]\nacme = acme_rules\n",
}
PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme-rules"
version = "1.0"

[project.entry-points."mlaudit.rules"]
acme = "acme_rules"
"""
ROOT = Path(__file__).parent.parent


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(
        tmp_path / "repo", {"requirements.txt": "numpy==1.26.4\nTORCH==2.4.0\n", ".python-version": "3.12.4\n"}
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write(tmp_path / "site", {**PACKAGE, **METADATA})


def told(root: Path, site: Path, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), str(ROOT)])}
    return run(str(root), "--output-format", "concise", *arguments, env=env, cwd=cwd)


def test_a_plugin_brings_rules(root: Path, site: Path) -> None:
    done = told(root, site)
    assert "requirements.txt:2:1: warning ACM800 shouting-requirement: `TORCH` is in capitals." in done.stdout
    assert "requirements.txt:1:1: warning ACM801 banned-package: `numpy` is in capitals." in done.stdout
    assert "ACM80" not in told(root, site, "--isolated").stdout
    assert "ACM801" not in told(root, site, "--select", "ACM800").stdout
    (root / "mlaudit.toml").write_text("plugins = []\n")
    assert "ACM80" not in told(root, site).stdout
    (root / "mlaudit.toml").write_text('plugins = ["acme"]\n')
    assert "ACM800" in told(root, site).stdout
    (root / "mlaudit.toml").write_text('plugins = ["acne"]\n')
    done = told(root, site)
    assert (done.returncode, done.stderr) == (2, "mlaudit: plugins: `acne` is not installed; did you mean `acme`?\n")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import nothing_of_the_kind\n", "plug-in `acme`: ModuleNotFoundError: No module named 'nothing_of_the_kind'"),
        ("raise SystemExit(0)\n", "plug-in `acme`: SystemExit: 0"),
        ("def shouting_requirement(repo):\n    raise KeyError('x')\n", "plug-in `acme`: KeyError: 'x'"),
        ("def shouting_requirement(repo):\n    yield 1\n", "plug-in `acme`: gives int, and no Hit"),
        (CHECK.replace("Hit(requirement)", "Hit(repo.files['requirements.txt'])"), "plug-in `acme`: AttributeError"),
        ("def other(repo):\n    yield 1\n", "plug-in `acme`: `acme_rules` has no function `shouting_requirement`"),
        ("def shouting_requirement(repo):\n", "plug-in `acme`: IndentationError"),
    ],
)
def test_a_plugin_fails_alone(code: str, words: str, root: Path, site: Path) -> None:
    write(site, {"acme_rules/__init__.py": code})
    done = told(root, site, "--output", f"json={root}/out.json")
    assert done.returncode == 2
    assert f"mlaudit: ACM800 shouting-requirement failed: {words}" in done.stderr.replace("Broken: ", "")
    assert "Traceback" not in done.stderr
    assert "ACM801" in done.stdout, "its other rule finishes"
    assert '"family": "acme",\n      "score": null,\n      "shown": "?"' in (root / "out.json").read_text()


def test_a_plugin_without_its_package(root: Path, site: Path) -> None:
    write(site, {"acme_rules-1.0.dist-info/entry_points.txt": "[mlaudit.rules]\nacme = gone_rules\n"})
    done = told(root, site)
    assert done.returncode == 2
    assert "plug-in `acme` names `gone_rules`, which is no module of a package" in done.stderr


def test_a_repository_brings_no_plugin(tmp_path: Path) -> None:
    """Metadata and code in the audited repository are passed over, wherever mlaudit is started."""
    ran = tmp_path / "ran"
    spy = f"open({str(ran)!r}, 'w')\n"
    root = write(
        tmp_path / "repo", {**PACKAGE, **METADATA, "acme_rules/__init__.py": spy, "requirements.txt": "TORCH\n"}
    )
    for site in (root, tmp_path / "nowhere"):
        done = told(root, site, cwd=root)
        assert "ACM800" not in done.stdout
        assert done.returncode == 1
    installed = write(tmp_path / "site", METADATA)
    done = told(root, installed, cwd=root)
    assert done.returncode == 2, "the plug-in is installed, but its name leads into the repository"
    assert not ran.exists()


def test_a_repository_stands_in_for_no_module(tmp_path: Path) -> None:
    """`python -m mlaudit` in a repository imports none of its modules."""
    ran = tmp_path / "ran"
    spy = f"open({str(ran)!r}, 'w')\n"
    names = ("yaml", "tomllib", "pathspec", "packaging", "json", "importlib_metadata", "tomlkit")
    root = write(tmp_path / "repo", {**{f"{name}.py": spy for name in names}, "environment.yml": "name: a\n"})
    run(str(root), cwd=root, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert not ran.exists()


def test_a_plugin_that_is_built_and_installed(root: Path, tmp_path: Path) -> None:
    project = write(tmp_path / "project", {**PACKAGE, "pyproject.toml": PROJECT})
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, project]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    place = tmp_path / "venv"
    venv.create(place, system_site_packages=True, with_pip=False)
    pip = [sys.executable, "-m", "pip", "--python", str(place / "bin" / "python"), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", wheel], check=True)
    paths = os.pathsep.join([str(ROOT), *(each for each in sys.path if each.endswith("site-packages"))])
    done = subprocess.run(
        [place / "bin" / "python", "-m", "mlaudit", str(root), "--output-format", "concise"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert "ACM800 shouting-requirement" in done.stdout, done.stderr


def test_what_is_kept_of_folders_is_asked_anew_when_they_change(root: Path, tmp_path: Path) -> None:
    site = write(tmp_path / "site", PACKAGE)
    assert "ACM800" not in told(root, site).stdout
    write(site, METADATA)
    assert "ACM800" in told(root, site).stdout
    kept = Path(os.environ["XDG_CACHE_HOME"]) / "mlaudit" / "plugins.json"
    assert '["acme_rules-1.0.dist-info"]' in kept.read_text()
    for broken in ("[", "[]", '{"' + str(site) + '": 1}', '{"' + str(site) + '": [0, 1]}'):
        kept.write_text(broken)
        assert "ACM800" in told(root, site).stdout
    (site / "acme_rules-1.0.dist-info" / "entry_points.txt").write_text("[console_scripts]\nx = acme_rules:y\n")
    assert "ACM800" not in told(root, site).stdout
