"""Does bad input give a clear line, and lose nothing else?"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlaudit import rulebook
from mlaudit.audit import audit
from mlaudit.config import Config
from tests.conftest import at_most, audited, commit, notebook, write

Make = Callable[[dict[str, Any]], Path]
LOOSE = {"good.txt": "", "requirements-other.txt": "numpy>=1\n"}


def _run(*arguments: str, cwd: Path | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mlaudit", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, errors="surrogateescape", **options)


def _flagged(root: Path, rule: str) -> list[str]:
    return [finding.message for finding in audited(root, rule).findings]


def _unreadable(root: Path) -> list[tuple[str, str]]:
    return [(finding.at.path, finding.message) for finding in audited(root, "MLA001").findings]


ENCODINGS = {
    "utf-16-le with mark": b"\xff\xfe" + "torch>=2\nnumpy==1.26.4\n".encode("utf-16-le"),
    "utf-16-be with mark": b"\xfe\xff" + "torch>=2\nnumpy==1.26.4\n".encode("utf-16-be"),
    "utf-16-le without mark": "torch>=2\nnumpy==1.26.4\n".encode("utf-16-le"),
    "utf-32-le with mark": b"\xff\xfe\0\0" + "torch>=2\nnumpy==1.26.4\n".encode("utf-32-le"),
    "utf-8 with mark": b"\xef\xbb\xbf" + b"torch>=2\nnumpy==1.26.4\n",
    "crlf": b"torch>=2\r\nnumpy==1.26.4\r\n",
    "old mac line ends": b"torch>=2\rnumpy==1.26.4\r",
}


@pytest.mark.parametrize("content", ENCODINGS.values(), ids=ENCODINGS)
def test_encodings_are_read(content: bytes, repo: Make) -> None:
    report = audited(repo({"requirements.txt": content}), "REQ001", "MLA001")
    assert [(finding.rule.id, finding.at.line, finding.at.column) for finding in report.findings] == [("REQ001", 1, 1)]


def test_latin_1_is_read_and_said(repo: Make) -> None:
    root = repo({"requirements.txt": "# d\xe9pendances\ntorch>=2\n".encode("latin-1")})
    assert [finding.at.line for finding in audited(root, "REQ001").findings] == [2]
    assert "Latin-1" in _unreadable(root)[0][1]


def test_nul_bytes(repo: Make) -> None:
    root = repo({"requirements.txt": b"torch>=2\nnu\0mpy==1\nscipy>=1\n", "a.py": b"import torch\0\n"})
    assert [finding.at.line for finding in audited(root, "REQ001").findings] == [1, 3]
    assert [path for path, _ in _unreadable(root)] == ["a.py", "requirements.txt"]


BROKEN = {
    "pyproject.toml": '[project]\nname = "x\n',
    "Pipfile": "[packages\n",
    "pixi.toml": "[dependencies]\nnumpy = \n",
    "environment.yml": "name: x\ndependencies: [numpy\n",
    "poetry.lock": '[[package]]\nname = "x',
    "uv.lock": 'version = 1\n[[package]\nname = "x"\n',
    "Pipfile.lock": '{"_meta": {"hash"',
    "pdm.lock": "[metadata\n",
    "pixi.lock": "version: [6\n",
    "conda-lock.yml": "version: 1\npackage: [\n",
    "pylock.toml": "lock-version = \n",
    "a.ipynb": '{"cells": [',
    "b.ipynb": "",
    "c.ipynb": "[]",
    "setup.py": "from setuptools import setup\nsetup(install_requires=[\n",
    "x.py": "def f(:\n",
    ".github/workflows/ci.yml": "jobs: {build: [\n",
    "valohai.yaml": "- step: {\n",
    "cog.yaml": "build: [\n",
}


@pytest.mark.parametrize("path", BROKEN)
def test_truncated_documents(path: str, repo: Make) -> None:
    root = repo({path: BROKEN[path], **LOOSE})
    assert [found for found, _ in _unreadable(root)] == [path]
    assert _flagged(root, "REQ001"), "the other file is audited all the same"


def test_duplicate_keys(repo: Make) -> None:
    root = repo(
        {
            "pyproject.toml": '[project]\nname = "a"\nname = "b"\n',
            "environment.yml": "name: x\nname: y\ndependencies:\n- numpy\ndependencies:\n- scipy\n",
            "Pipfile.lock": '{"_meta": {}, "_meta": {}, "default": {}}',
        }
    )
    assert [path for path, _ in _unreadable(root)] == ["pyproject.toml"]
    assert audited(root).crashes == ()


def test_yaml_alias_bomb(repo: Make) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    bomb = "\n".join(lines)
    root = repo(
        {
            "environment.yml": f"name: x\n{bomb}\ndependencies:\n- numpy\n",
            ".github/workflows/ci.yml": f"on: push\n{bomb}\njobs: *a29\n",
            "pixi.lock": f"version: 6\n{bomb}\nenvironments: *a29\npackages: *a29\n",
            "conda-lock.yml": f"version: 1\n{bomb}\npackage: *a29\n",
            "valohai.yaml": f"{bomb}\nsteps: *a29\n",
        }
    )
    with at_most(2_000_000):  # a walk over all paths of the graph would take ages of the world
        assert len(_flagged(root, "REQ001")) == 1
        assert audited(root).crashes == ()


DEEP = {
    "pyproject.toml": "x = " + "[" * 20_000,
    "environment.yml": "dependencies: " + "[" * 60_000,
    "conda.yml": "- " * 60_000,
    "deep.ipynb": '{"cells": ' + "[" * 100_000,
    "parentheses.py": "x = " + "(" * 2_000 + ")" * 2_000,
    "unary.py": "x = " + "-" * 200_000 + "1",
    "chain.py": "x = a" + ".b" * 50_000,
    "setup.py": "setup(install_requires=" + "[" * 5_000 + "]" * 5_000 + ")",
    "uv.lock": "a = " + "{b = " * 5_000,
    "Pipfile.lock": '{"a":' * 50_000,
}


@pytest.mark.parametrize("path", DEEP)
def test_deep_nesting(path: str, tmp_path: Path) -> None:
    write(tmp_path, {path: DEEP[path], **LOOSE})
    done = _run(str(tmp_path), "--output-format", "concise", "--select", "REQ001,MLA001")
    assert done.returncode == 1, done.stderr
    assert "REQ001" in done.stdout, "the other file is audited all the same"
    assert "MLA001" in done.stdout


def test_a_file_of_100_megabytes(tmp_path: Path) -> None:
    write(tmp_path, LOOSE)
    for name in ("requirements.txt", "big.py", "environment.yml"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(100_000_001)
    report = audited(tmp_path, "MLA001", "REQ001")
    assert [finding.at.path for finding in report.findings if finding.rule.id == "MLA001"] == [
        "big.py",
        "environment.yml",
        "requirements.txt",
    ]
    assert all("larger than" in finding.message for finding in report.findings if finding.rule.id == "MLA001")
    assert report.count("error") == 1


def test_a_fifo_is_not_opened(tmp_path: Path) -> None:
    write(tmp_path, LOOSE)
    os.mkfifo(tmp_path / "requirements.txt")
    os.mkfifo(tmp_path / "train.py")
    assert _run(str(tmp_path), timeout=60).returncode == 1


def test_links_in_a_circle_and_out_of_the_root(tmp_path: Path) -> None:
    root = write(tmp_path / "root", LOOSE)
    outside = write(tmp_path / "outside", {"requirements.txt": "secret>=1\n"})
    (root / "loop").symlink_to(root)
    (root / "a").symlink_to(root / "b")
    (root / "b").symlink_to(root / "a")
    (root / "requirements.txt").symlink_to(outside / "requirements.txt")
    (root / "requirements-link.txt").symlink_to(root / "requirements-other.txt")
    (root / "folder").symlink_to(outside)
    paths = {finding.at.path for finding in audited(root, "REQ001").findings}
    assert paths == {"requirements-other.txt", "requirements-link.txt"}


def test_a_file_without_permission(tmp_path: Path) -> None:
    write(tmp_path, {**LOOSE, "requirements.txt": "x>=1\n", "closed/requirements.txt": "x>=1\n"})
    (tmp_path / "requirements.txt").chmod(0)
    (tmp_path / "closed").chmod(0)
    try:
        found = _as_nobody(tmp_path) if os.geteuid() == 0 else _lines(tmp_path)
    finally:
        (tmp_path / "closed").chmod(0o755)
    assert found == [
        "MLA001 closed: `closed` cannot be entered.",
        "MLA001 requirements.txt: `requirements.txt` cannot be read: Permission denied.",
        "REQ001 requirements-other.txt: `numpy` has only a lower bound, `>=1`; another day's install may choose"
        " another version.",
    ]


def _lines(root: Path) -> list[str]:
    findings = audited(root, "MLA001", "REQ001").findings
    return sorted(f"{finding.rule.id} {finding.at.path}: {finding.message}" for finding in findings)


def _as_nobody(root: Path) -> list[str]:
    """The same, audited by a child process without root's rights, to which every file is open."""
    for folder in (root, *root.parents):
        if len(folder.parts) > 2:
            folder.chmod(folder.stat().st_mode | 0o055)
    _lines(root)  # loads every module, which the child may not be allowed to read
    rules = rulebook.select(rulebook.load(), ("MLA001", "REQ001"), ())
    end, start = os.pipe()
    if not (child := os.fork()):
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        findings = audit(root, Config(), rules).findings
        lines = sorted(f"{finding.rule.id} {finding.at.path}: {finding.message}" for finding in findings)
        os.write(start, json.dumps(lines).encode())
        os._exit(0)
    os.close(start)
    os.waitpid(child, 0)
    with os.fdopen(end) as pipe:
        found: list[str] = json.load(pipe)
    return found


@pytest.mark.parametrize("is_git", [False, True])
def test_names_with_newlines_and_escapes(is_git: bool, tmp_path: Path) -> None:
    names = ["requirements\n\x1b[31mred.txt", "requirements-\u202egnp.txt", os.fsdecode(b"requirements-\xff.txt")]
    write(tmp_path, dict.fromkeys(names, "numpy>=1\n"))
    if is_git:
        commit(tmp_path)
    for form in ("full", "concise", "json"):
        done = _run(str(tmp_path), "--select", "REQ001", "--output-format", form)
        assert done.returncode == 1, done.stderr
        assert "\x1b" not in done.stdout
        assert "\u202e" not in done.stdout
        if form == "concise":
            assert len(done.stdout.splitlines()) == 3
        if form == "json":
            assert len(json.loads(done.stdout)["findings"]) == 3


def test_escapes_in_content_do_not_reach_the_terminal(repo: Make) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J"
    root = repo({"requirements.txt": f"numpy>=1  # {evil}\nbad{evil} line\n", "a.py": f"import x\n'{evil}\n"})
    for form in ("full", "concise"):
        assert "\x1b" not in _run(str(root), "--output-format", form, "-v").stdout


def test_an_empty_repository(tmp_path: Path) -> None:
    done = _run(str(tmp_path))
    assert done.returncode == 3
    assert "nothing to audit" in done.stderr
    assert done.stdout == ""


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    done = _run(str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "does not exist" in done.stderr


def test_one_bad_cell_loses_no_other(repo: Make) -> None:
    cells = ["import torch", "def broken(:", "!pip install numpy", "for i in range(3)\n    pass\nimport scipy"]
    root = repo({"a.ipynb": notebook(cells)})
    report = audited(root, "REQ011", "MLA001", "REQ007", min_confidence="low")
    assert {(finding.rule.id, finding.at.cell) for finding in report.findings} == {
        ("MLA001", 2),
        ("MLA001", 4),
        ("REQ011", 3),
        ("REQ007", 1),
        ("REQ007", 4),
    }


HUGE = """
import sys
from mlaudit.__main__ import main
try:
    main([sys.argv[1], "--select", "NBK,MLA", "--output-format", "concise", "--no-cache"])
finally:
    print(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""


def test_a_notebook_with_outputs_of_200_mb(tmp_path: Path) -> None:
    """They are not kept: memory holds the file's bytes, once, and little else."""
    output = {"output_type": "display_data", "data": {"image/png": "PICTURE"}, "metadata": {}}
    text = notebook([{"source": "print(x)", "execution_count": 2, "outputs": [output]}, "x = 1"])
    before, after = text.encode().split(b"PICTURE")
    with open(tmp_path / "a.ipynb", "wb") as file:
        file.write(before)
        file.writelines(b"iVBORw0KGgoAAAANSUhE" * 50_000 for _ in range(200))
        file.write(after)
    done = subprocess.run(
        [sys.executable, "-c", HUGE, str(tmp_path)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    *found, figures = done.stdout.strip().split("\n")
    assert [line.split()[4] for line in found] == ["NBK002", "NBK006"], done.stderr + done.stdout
    assert int(figures) < 300_000


def test_notebooks_of_every_format(repo: Make) -> None:
    """Formats 3 and 4 are read, with cells as texts or lists; 2 is said to be too old."""
    cells = [{"cell_type": "code", "input": "print(x)", "prompt_number": 2, "outputs": []}]
    text = json.dumps({"worksheets": [{"cells": cells}], "metadata": {}, "nbformat": 3})
    four = {"cells": [{"cell_type": "code", "source": "print(x)", "outputs": []}], "metadata": {}, "nbformat": 4}
    root = repo(
        {
            "two.ipynb": text.replace('"nbformat": 3', '"nbformat": 2'),
            "three.ipynb": text,
            "four.ipynb": json.dumps(four),
            "none.ipynb": json.dumps({**four, "cells": []}),
            "sheets.ipynb": json.dumps({"worksheets": [], "metadata": {}, "nbformat": 3}),
        }
    )
    assert [finding.at.path for finding in audited(root, "NBK").findings] == ["four.ipynb", "three.ipynb"]
    assert _unreadable(root) == [
        (
            "two.ipynb",
            "`two.ipynb` is a notebook of format 2, which Jupyter must convert first: it is not audited.",
        )
    ]


def test_a_notebook_that_is_not_utf_8(repo: Make) -> None:
    root = repo({"a.ipynb": notebook(["# d\xe9j\xe0 vu\nprint(x)"]).encode("latin-1")})
    assert [finding.rule.id for finding in audited(root, "NBK").findings] == ["NBK002"]
    assert "is not UTF-8" in _unreadable(root)[0][1]


def test_cells_that_are_nested_deeply(repo: Make) -> None:
    cells = ["x = " + "(" * 3000 + ")" * 3000, "y = " + "-" * 5000 + "1", "print(x, y)"]
    root = repo({"a.ipynb": notebook(cells)})
    report = audited(root, "NBK", "MLA001", min_confidence="low")
    assert report.crashes == ()
    assert {finding.rule.id for finding in report.findings} <= {"MLA001"}
    assert report.findings


@pytest.mark.parametrize(
    "cells", ["{}", '[{"cell_type": "code"}]', '[{"cell_type": "code", "source": 3}]', "[7]", "null"]
)
def test_odd_notebooks(cells: str, repo: Make) -> None:
    root = repo({"a.ipynb": f'{{"cells": {cells}, "metadata": []}}', **LOOSE})
    assert audited(root).crashes == ()
    assert all("mlaudit" not in message for _, message in _unreadable(root))


def test_cycles_and_missing_targets_of_includes(repo: Make) -> None:
    root = repo(
        {
            "requirements.txt": "-r requirements/a.txt\n-c gone.txt\n",
            "requirements/a.txt": "-r b.txt\nnumpy>=1\n",
            "requirements/b.txt": "-r a.txt\n-r ../../outside.txt\nscipy>=1\n",
        }
    )
    assert len(_flagged(root, "REQ001")) == 2
    assert _flagged(root, "REQ009") == [
        "`gone.txt` is no file here.",
        "`../../outside.txt` is a file outside the repository.",
    ]
