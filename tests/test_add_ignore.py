"""Does --add-ignore silence every finding that is shown, and change nothing else?"""

import ast
import json
import string
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlaudit.config import Config
from mlaudit.facts import Location
from mlaudit.findings import Finding, Report
from mlaudit.readers.comments import read
from mlaudit.rulebook import load
from mlaudit.source import Source
from mlaudit.suppressions.adding import add
from mlaudit.suppressions.writing import edits
from tests.conftest import audited, commit, notebook, write
from tests.test_cli import run

Make = Callable[[dict[str, Any]], Path]
RULES = {rule.id: rule for rule in load()}
PANDAS = "import pandas as pd\n"
FILES: dict[str, Any] = {
    ".python-version": "3.12.4\n",
    "requirements.txt": "# by hand\nnumpy>=1 \\\n    --no-binary numpy\n\tscipy\n-r more.txt\n",
    "more.txt": b"\xef\xbb\xbfjax\r\nflax\r\n",
    "wide.requirements.txt": "torch\r\n".encode("utf-16"),
    "pyproject.toml": '[project]\nname = "x"\nversion = "1"\ndependencies = ["a>=1", "b",\n  "c"]\n[tool.uv]\npackage = false\n',
    "environment.yml": "name: x\ndependencies:\n- numpy>=1\n- pip:\n  - scipy\n",
    "Dockerfile": "# syntax=docker/dockerfile:1.7\nFROM python:3.12.4\nRUN apt-get update \\\n # a comment\n && pip install \\\n    numpy\n",
    "build.sh": "#!/bin/sh\nif true; then\n\tpip install \\\n\t  numpy\nfi\n",
    "Makefile": "all: x\n\tls; \\\n\tpip install numpy\n\ndefine TEXT\npip install numpy\nendef\n",
    ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n          ls\n\n          pip install numpy\n      - run: >\n          pip install\n          numpy\n      - run: pip install\n          scipy\n",
    "setup.cfg": "[metadata]\nname = x\n[options]\ninstall_requires =\n    numpy\n    scipy>=1\n",
    "tox.ini": "[testenv]\ncommands =\n  pip install numpy\n",
    "Pipfile": "[packages]\nnumpy = '*'\n",
    ".devcontainer/devcontainer.json": '{\n  // a comment\n  "image": "python:3.12.4", "postCreateCommand": "pip install numpy"\n}\n',
    "train.py": f"#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n'''A text.'''\n{PANDAS}if True:\n\tx = pd.read_csv(\n\t\t'/home/ann/x.csv',\n\t)\ny = print(\n        pd.read_csv('/home/bob/x.csv'), 'ü'\n    )\nz = 1 + \\\n    len(pd.read_csv('/home/ann/z.csv'))\nprint(z)\n",
    "latin.py": f"# coding: latin-1\n{PANDAS}x = pd.read_csv('/home/ann/\xe9.csv')\n".encode("latin-1"),
    "script.py": '# /// script\n# requires-python = "==3.12.4"\n# dependencies = [\n#   "numpy>=1",\n# ]\n# ///\nimport numpy\n',
    "eda.ipynb": [f"%matplotlib inline\n{PANDAS}", "if True:\n    x = pd.read_csv('/home/ann/x.csv')\n    y = pd.read_csv(\n        '/home/ann/\"y.csv')\n", "!pip install \\\n numpy\n", "%%bash\nls\npip install numpy"],
    "flat.ipynb": json.dumps(json.loads(notebook([f"{PANDAS}x = pd.read_csv('/home/ann/x.csv')", "!pip install numpy"]))),
    "text.ipynb": json.dumps({**json.loads(notebook([])), "cells": [{"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": f"{PANDAS}\nx = pd.read_csv('/home/ann/x.csv')\n"}]}, indent=2),
    "broken.py": "def f(:\n",
    "Pipfile.lock": "{",
}  # fmt: skip
SELECT = "REQ001,REQ002,REQ011,DAT001,MLA"


def without_comments(root: Path) -> dict[str, Any]:
    """What the files say, as their own parsers see it."""
    found: dict[str, Any] = {}
    for path in ("train.py", "latin.py", "script.py"):
        found[path] = ast.dump(ast.parse((root / path).read_bytes()))
    for path in ("pyproject.toml", "Pipfile"):
        data = tomllib.loads((root / path).read_text())
        data.get("tool", {}).pop("mlaudit", None)
        found[path] = data
    for path in ("eda.ipynb", "flat.ipynb", "text.ipynb"):
        cells = ["".join(cell["source"]) for cell in json.loads((root / path).read_text())["cells"]]
        found[path] = [[line for line in text.split("\n") if "mlaudit" not in line] for text in cells]
    for path in ("build.sh", ".github/workflows/a.yml", "Makefile", "Dockerfile"):
        lines = (root / path).read_text().split("\n")
        found[path] = [line for line in lines if not line.strip().startswith("# mlaudit")]
    return found


def test_every_finding_is_silenced_in_every_format(repo: Make) -> None:
    root = repo(FILES)
    commit(root)
    before = without_comments(root)
    first = run(str(root), "--select", SELECT, "--output-format", "json")
    paths = {finding["path"] for finding in json.loads(first.stdout)["findings"]}
    assert paths >= FILES.keys() - {".python-version"}
    second = run(str(root), "--select", SELECT, "--add-ignore", "legacy code é")
    assert second.returncode == 0, second.stdout
    assert "All checks passed" in second.stdout
    assert second.stderr.startswith("mlaudit: silenced ")
    assert without_comments(root) == before
    changed = subprocess.run(["git", "diff", "--numstat"], cwd=root, capture_output=True, text=True).stdout
    assert {line.split("\t")[1] for line in changed.splitlines()} <= {"0", "1", "-"}
    content = {path: (root / path).read_bytes() for path in FILES}
    third = run(str(root), "--select", SELECT, "--add-ignore", "other", "--output-format", "json")
    assert third.stderr == "mlaudit: nothing to silence\n"
    assert {path: (root / path).read_bytes() for path in FILES} == content
    reasons = {each["silenced"]["reason"] for each in json.loads(third.stdout)["silenced"]}
    assert reasons == {"legacy code é"}


def test_where_comments_go(repo: Make) -> None:
    root = repo(FILES)
    run(str(root), "--select", SELECT, "--add-ignore", "why")
    text = {path: (root / path).read_bytes() for path in FILES}
    assert text["requirements.txt"].startswith(b"# mlaudit: file-ignore[REQ002] why\n# by hand\n# mlaudit: ignore[REQ001] why\nnumpy") or (
        text["requirements.txt"].startswith(b"# by hand\n# mlaudit: ignore[REQ001] why\nnumpy")
    )  # fmt: skip
    assert (
        text["more.txt"]
        == b"\xef\xbb\xbf# mlaudit: ignore[REQ001] why\r\njax\r\n# mlaudit: ignore[REQ001] why\r\nflax\r\n"
    )
    assert text["wide.requirements.txt"] == "# mlaudit: ignore[REQ001] why\r\ntorch\r\n".encode("utf-16")
    assert (
        b"# syntax=docker/dockerfile:1.7\nFROM python:3.12.4\n# mlaudit: ignore[REQ011] why\nRUN apt-get"
        in text["Dockerfile"]
    )
    assert text["build.sh"].startswith(b"#!/bin/sh\nif true; then\n\t# mlaudit: ignore[REQ011] why\n\tpip install")
    assert b"all: x\n# mlaudit: ignore[REQ011] why\n\tls; \\\n" in text["Makefile"]
    assert b"    steps:\n      # mlaudit: ignore[REQ011] why\n      - run: |\n" in text[".github/workflows/a.yml"]
    assert b"if True:\n\t# mlaudit: ignore[DAT001] why\n\tx = pd.read_csv(\n" in text["train.py"]
    assert (
        b"y = print(\n        # mlaudit: ignore[DAT001] why\n        pd.read_csv('/home/bob/x.csv')" in text["train.py"]
    )
    assert b"# mlaudit: ignore[DAT001] why\nz = 1 + \\\n" in text["train.py"]
    assert b'# # mlaudit: ignore[REQ001] why\n#   "numpy>=1",\n' in text["script.py"]
    assert b'    "    # mlaudit: ignore[DAT001] why\\n",\n    "    x = pd.read_csv' in text["eda.ipynb"]
    assert b'"%%bash\\n",' in text["eda.ipynb"]
    assert b'  // mlaudit: ignore[REQ011] why\n  "image"' in text[".devcontainer/devcontainer.json"]
    tables = tomllib.loads(text["pyproject.toml"].decode())["tool"]["mlaudit"]["ignores"]
    assert [(table["rule"], table["path"]) for table in tables] == [
        ("MLA001", "/Pipfile.lock"),
        ("MLA001", "/broken.py"),
    ]


def test_a_finding_in_an_empty_cell_goes_into_the_configuration(repo: Make) -> None:
    cells = [{"source": "x = 1", "execution_count": 2}, {"source": "", "execution_count": 1}]
    root = repo({"a.ipynb": {"cells": cells}})
    report = audited(root, "NBK001")
    assert add(report, Config(), "why") == "silenced 1 by 1 table in mlaudit.toml"
    assert audited(root, "NBK001").findings, "the configuration is not read here"


def test_the_reason_may_hold_a_date_and_must_be_a_line(repo: Make) -> None:
    root = repo({"requirements.txt": "numpy\n", "x.py": "def f(:\n"})
    assert "one line" in run(str(root), "--add-ignore", "a\nb").stderr
    assert "one line" in run(str(root), "--add-ignore", " ").stderr
    assert (root / "requirements.txt").read_text() == "numpy\n"
    done = run(str(root), "--select", "REQ001,MLA001", "--add-ignore", "old until=2099-01-01")
    assert done.returncode == 0
    assert 'until = "2099-01-01"\n' in (root / "mlaudit.toml").read_text()
    assert run(str(root), "--select", "REQ001,MLA", "--as-of", "2100-01-01").returncode == 1


def test_faults_of_suppressions_are_left_for_people(repo: Make) -> None:
    root = repo({"requirements.txt": "numpy==1.26.4  # mlaudit: ignore[REQ001] a\nscipy  # mlaudit: ignore[REQ01] b\n"})
    done = run(str(root), "--select", "REQ001,MLA", "--add-ignore", "why", "--output-format", "concise")
    assert [line.split()[2] for line in done.stdout.splitlines()] == ["MLA002", "MLA003"]


def test_files_whose_bytes_a_lock_records_are_not_touched(repo: Make) -> None:
    lock = "schema: '2.0'\nstages:\n  fit:\n    cmd: python src/fit.py\n    deps:\n    - path: src\n      md5: 0.dir\n"
    text = f"{PANDAS}x = pd.read_csv('/home/ann/x.csv')\n"
    root = repo({"dvc.lock": lock, "src/fit.py": text, "other.py": text})
    done = run(str(root), "--select", "DAT001", "--add-ignore", "why")
    assert "1 by comments in 1 file, 1 by 1 table in mlaudit.toml" in done.stderr
    assert (root / "src/fit.py").read_text() == text
    assert done.returncode == 0


def test_links_lead_nowhere(repo: Make, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("numpy\n")
    root = repo({"a.txt": ""})
    (root / "requirements.txt").symlink_to(outside)
    found = Finding(RULES["REQ001"], "error", "high", "x", Location("requirements.txt", 1, 1, 1, 6), "numpy")
    report = Report(str(root), 1, 1, tuple(RULES.values()), (found,))
    assert "by 1 table" in add(report, Config(), "why")
    assert outside.read_text() == "numpy\n"


def test_a_configuration_that_takes_no_tables_is_left(repo: Make) -> None:
    root = repo({"mlaudit.toml": "ignores = []\n", "x.py": "def f(:\n"})
    done = run(str(root), "--select", "MLA001", "--add-ignore", "why")
    assert done.returncode == 2
    assert "write them by hand" in done.stderr
    assert (root / "mlaudit.toml").read_text() == "ignores = []\n"


LINES = st.sampled_from(
    [
        "x = 1",
        "f(",
        "  'a',",
        ")",
        "'''",
        '"""',
        "a # b",
        "y = [",
        "]",
        "\\",
        "if x:",
        "\tpass",
        "",
        "# c",
        "z = 'ü\\",
        "@d",
        "{",
        "}",
        "é",
    ]
)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
CODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])


@example(["", "x = 1"], "\n", "utf-8", 2, False, "a.py")
@settings(max_examples=100)
@given(
    st.lists(LINES, min_size=1, max_size=12),
    ENDS,
    CODINGS,
    st.integers(1, 12),
    st.booleans(),
    st.sampled_from(
        ["a.py", "r.txt", "b.sh", "Makefile", "c.toml", "d.yml", "Dockerfile", "e.cfg", "devcontainer.json"]
    ),
)
def test_whatever_stands_in_a_file(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], end: str, coding: str, line: int, last: bool, path: str
) -> None:
    """The bytes stay but for whole lines, every comment speaks for its finding, and Python says the same as before."""
    text = end.join(lines) + (end if last else "")
    root = tmp_path_factory.mktemp("any")
    content = text.encode(coding)
    (root / path).write_bytes(content)
    source = Source(path, content)
    line = min(line, len(source.starts))
    at = Location(path, line, 1, line, max(2, len(source.line(line)) + 1))
    found = Finding(RULES["REQ001"], "error", "high", "x", at, source.line(line))
    planned = edits([found], str(root), "why")
    assert planned.commented + len(planned.others) == 1
    for changed in planned.contents.values():
        after = Source(path, changed)
        comments = [suppression for suppression in read(after) if suppression.rules]
        assert len(comments) == 1
        assert comments[0].problem == ""
        over = comments[0].over
        assert over is not None
        assert over.line <= line + 1 <= over.end_line
        own = comments[0].at.line  # what it speaks for may begin above it: at the head of a file
        kept = after.text[: after.starts[own - 1]] + after.text[after.starts[own] :]
        assert kept == source.text
        assert changed.startswith(content[:2]) or not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb"))
        if path == "a.py":
            try:
                before = ast.dump(ast.parse(source.text))
            except (SyntaxError, ValueError):
                continue
            assert ast.dump(ast.parse(after.text)) == before


@settings(max_examples=25)
@given(st.text(string.ascii_letters + " '\"\\ü{}%\t", max_size=12), ENDS, st.integers(0, 4), st.booleans())
def test_any_notebook(
    tmp_path_factory: pytest.TempPathFactory, word: str, end: str, indent: int, ascii_only: bool
) -> None:
    root = tmp_path_factory.mktemp("any")
    cell = f"{PANDAS}a = {word!r}\ntry:\n    x = pd.read_csv('/home/ann/x.csv')\nfinally:\n    pass\n"
    text = json.dumps(json.loads(notebook([cell, cell])), indent=indent or None, ensure_ascii=ascii_only).replace(
        "\n", end
    )
    write(root, {"a.ipynb": text})
    report = audited(root, "DAT001")
    assert len(report.findings) == 2
    planned = edits(report.findings, str(root), "why é")
    write(root, planned.contents)
    assert audited(root, "DAT001", "MLA").findings == ()
    after = json.loads((root / "a.ipynb").read_text())
    for each in after["cells"]:
        assert "".join(each["source"]).replace("    # mlaudit: ignore[DAT001] why é\n", "") == cell
