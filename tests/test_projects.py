"""Does each small whole repository of tests/repos get exactly the report that is written beside it?"""

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from mlaudit import rulebook
from mlaudit.audit import audit
from mlaudit.config import Config
from mlaudit.findings import Finding
from mlaudit.source import Source
from tests.conftest import commit, write

FOLDER = Path(__file__).parent / "repos"
KEYS = {"about", "files", "git", "untracked", "sizes", "families", "report", "levels", "unchecked", "wrong", "missing"}
# The families that a project is judged by where it names none.
FAMILIES = ["audit", "dependencies", "randomness", "data", "models"]
PROJECTS = [
    pytest.param(project, id=f"{path.stem}: {project['about']}")
    for path in sorted(FOLDER.glob("*.toml"))
    for project in tomllib.loads(path.read_text("utf-8"))["projects"]
]


@pytest.mark.parametrize("project", PROJECTS)
def test_project(project: dict[str, Any], tmp_path: Path) -> None:
    assert project.keys() <= KEYS
    root = made(project, tmp_path)
    families = project.get("families", FAMILIES)
    rules = [rule for rule in rulebook.select(rulebook.load(), (), ()) if rule.family in families]
    report = audit(root, Config(), rules)
    assert {rule.family for rule in rules} == set(families)
    assert report.crashes == ()
    told = [_told(finding, root) for finding in report.findings]
    wrong, missing = project.get("wrong", {}), project.get("missing", {})
    assert missing.keys() <= set(project["report"]), "what is missing is a part of the right report"
    assert [line for line in told if line not in wrong] == [line for line in project["report"] if line not in missing]
    assert wrong.keys() <= set(told), "mended: take it out of `wrong`"
    assert not missing.keys() & set(told), "mended: take it out of `missing`"
    levels = {line: finding.level for line, finding in zip(told, report.findings, strict=True)}
    assert {line: levels.get(line) for line in project.get("levels", {})} == project.get("levels", {})
    assert [_told(finding, root) for finding in report.unchecked] == project.get("unchecked", [])


def made(project: dict[str, Any], root: Path) -> Path:
    """The repository on disk: what `untracked` names comes after the commit."""
    late = set(project.get("untracked", ()))
    assert late <= project["files"].keys()
    write(root, {path: text for path, text in project["files"].items() if path not in late})
    for path, size in project.get("sizes", {}).items():
        os.truncate(root / path, size)
    if project.get("git"):
        commit(root)
    return write(root, {path: text for path, text in project["files"].items() if path in late})


def _told(finding: Finding, root: Path) -> str:
    """`RULE path:line text`, and `RULE path[cell]:line text` in a notebook; the text is the source's, in one line."""
    at = finding.at
    source = Source(at.path, (root / at.path).read_bytes())
    start = source.starts[at.line - 1] + at.column - 1
    text = source.text[start : source.starts[at.end_line - 1] + at.end_column - 1]
    place = f"{at.path}[{at.cell}]:{_line_in_cell(source, at.line)}" if at.cell else f"{at.path}:{at.line}"
    return f"{finding.rule.id} {place} {' '.join(text.split())}".rstrip()


def _line_in_cell(source: Source, line: int) -> int:
    """The line within the cell: the JSON file has one line for each, after `"source": [`."""
    above = source.text.split("\n")[:line]
    return next(number for number, text in enumerate(reversed(above)) if text.strip() == '"source": [')


def test_the_table_is_large_enough() -> None:
    assert len(list(FOLDER.glob("*.toml"))) >= 30
