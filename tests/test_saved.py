"""Does a saved run say the same as the run, and what differs between two?"""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mlaudit.commands.saved import load
from mlaudit.config import UsageError
from mlaudit.findings import Report
from mlaudit.reports import badge, difference, html
from mlaudit.reports import json as json_report
from tests.conftest import audited, write
from tests.reports.conftest import clean, hostile, large, sample  # noqa: F401 - fixtures
from tests.test_cli import run


def saved(report: Report, root: Path) -> Report:
    path = root / "results.json"
    path.write_text(json_report.render(report))
    return load(str(path))


@pytest.mark.parametrize("name", ["sample", "hostile", "clean", "large"])
def test_a_saved_run_is_saved_the_same_again(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    report = request.getfixturevalue(name)
    assert json_report.render(saved(report, tmp_path)) == json_report.render(report)


def test_the_page_of_a_saved_run_is_that_of_the_run(sample: Report, tmp_path: Path) -> None:  # noqa: F811
    assert html.render(saved(sample, tmp_path)) == html.render(sample)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema": "other/1"}',
        '{"schema": "mlaudit/1"}',
        '{"schema": "mlaudit/1", "rules": 3}',
        "[" * 9999,
    ],
)
def test_what_is_no_saved_run_is_said(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(UsageError, match=r"a\.json"):
        load(str(tmp_path / "a.json"))


def test_differences(tmp_path: Path) -> None:
    before = "import numpy as np\n\nnp.random.rand()\nx = 1\n"
    old = audited(write(tmp_path / "old", {"a.py": before, "b.py": "import random\nrandom.random()\n"}))
    new = audited(write(tmp_path / "new", {"a.py": f"# moved\n{before}", "c.py": "import torch\ntorch.rand(2)\n"}))
    found = difference.compare(saved(old, tmp_path), saved(new, tmp_path))
    assert {(each.rule.id, each.at.path) for each in found.new} >= {("RNG001", "c.py")}
    assert {(each.rule.id, each.at.path) for each in found.fixed} >= {("RNG001", "b.py")}
    assert ("RNG001", 3, 4) in {(after.rule.id, before.at.line, after.at.line) for before, after in found.moved}
    assert difference.compare(old, old) == ((), (), (), len(old.findings))


def test_the_same_fault_once_more_is_new(tmp_path: Path) -> None:
    code = "import numpy as np\n\n\ndef f():\n    return np.random.default_rng().random()\n"
    twice = f"{code}\n\ndef g():\n    return np.random.default_rng().random()\n"
    old = audited(write(tmp_path / "old", {"a.py": f"{code}\nf()\n"}), "RNG002")
    new = audited(write(tmp_path / "new", {"a.py": f"{twice}\nf()\ng()\n"}), "RNG002")
    assert len(difference.compare(old, new).new) == len(new.findings) - len(old.findings) == 1


@pytest.mark.parametrize("name", ["sample", "hostile", "clean"])
def test_badges_are_whole_and_ask_for_nothing(name: str, request: pytest.FixtureRequest) -> None:
    report = request.getfixturevalue(name)
    tree = ElementTree.fromstring(badge.render(report))
    assert not [value for element in tree.iter() for value in element.attrib.values() if "://" in value]
    words = "not finished" if report.crashes else "nothing found" if not report.findings else "errors"
    assert words in (tree[0].text or "") or not words


def test_the_commands(tmp_path: Path) -> None:
    root = write(tmp_path / "repo", {"a.py": "import numpy as np\nnp.random.rand()\n"})
    results = tmp_path / "results.json"
    assert run(str(root), "--output", f"json={results}").returncode == 1
    page = tmp_path / "report.html"
    assert run("report", str(results), "-o", str(page)).returncode == 0
    assert "RNG001" in page.read_text()
    assert "RNG001" in run("report", str(results), "--format", "concise").stdout
    assert run("report", str(results), "--format", "sarif").returncode == 2
    assert run("badge", str(results)).stdout.startswith("<svg")
    assert run("diff", str(results), str(results)).returncode == 0
    empty = json.loads(results.read_text())
    empty["findings"] = []
    (tmp_path / "empty.json").write_text(json.dumps(empty))
    worse = run("diff", str(tmp_path / "empty.json"), str(results))
    assert worse.returncode == 1
    assert worse.stdout.startswith("+ ")
