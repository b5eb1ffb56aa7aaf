"""Does DAT008 say of every stage what the real DVC says? tools/write_pipeline_fixtures.py recorded what that is."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import audited, commit, write

CASES = sorted((Path(__file__).parent.parent / "fixtures" / "pipelines").glob("*.json"))
# What says nothing of the commit: a cache that holds the outputs under another algorithm.
IGNORED = "not in cache"
# A folder with fewer files than were recorded: there may have been files that git does not track, as caches of Python.
UNKNOWN = frozenset({"folder-file-removed"})


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_verdict(path: Path, tmp_path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    write(tmp_path, case["files"])
    commit(tmp_path)
    report = audited(tmp_path, "DAT008")
    assert report.crashes == ()
    assert report.unchecked == ()
    said = {_group(name) for finding in report.findings for name in _named(finding.message)}
    changed = {_group(name) for name, entries in case["status"].items() if _is_changed(entries)}
    if path.stem in UNKNOWN:
        assert said == set()
        assert changed
    elif "dvc.lock" in case["files"]:
        assert said == changed
    else:
        assert said == {"dvc.yaml"}


def _named(message: str) -> list[str]:
    """The stages that a finding names: the first, and those that go with it."""
    first, _, others = message.partition(" (and ")
    return [first.split("`")[1], *others.split("`")[1::2]]


def _is_changed(entries: list[Any]) -> bool:
    """Whether a stage is changed, leaving out those that always are."""
    if "always changed" in entries:
        return False
    found = [entry for entry in entries if isinstance(entry, str)]
    found += [
        state for entry in entries if isinstance(entry, dict) for files in entry.values() for state in files.values()
    ]
    return any(state != IGNORED for state in found)


def _group(name: str) -> str:
    return name.partition("@")[0]


def test_there_are_both_kinds() -> None:
    changed = [any(map(_is_changed, json.loads(path.read_text("utf-8"))["status"].values())) for path in CASES]
    assert sum(changed) > 25
    assert len(changed) - sum(changed) > 10


def test_a_file_that_is_not_committed_says_nothing(tmp_path: Path) -> None:
    """Data that DVC put into the worktree, and that git ignores, is not what others get."""
    case = json.loads(CASES[0].with_name("fresh.json").read_text("utf-8"))
    write(tmp_path, {**case["files"], "data/clean.csv": "other", "model.bin": "other"})
    commit(tmp_path)
    assert audited(tmp_path, "DAT008").findings == ()
