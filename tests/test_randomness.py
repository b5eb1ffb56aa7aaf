"""Does every small program of tests/randomness get exactly the findings that are written beside it?"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from mlaudit import rulebook
from mlaudit.audit import audit
from mlaudit.config import Config
from mlaudit.findings import Finding
from mlaudit.source import Source
from tests.conftest import write

FOLDER = Path(__file__).parent / "randomness"
RULES = [rule.id for rule in rulebook.load() if rule.id.startswith("RNG")]
DEFAULT = [rule for rule in RULES if rule not in ("RNG101", "RNG111")]
PROGRAMS = [
    pytest.param(program, id=f"{path.stem}: {program['about']}")
    for path in sorted(FOLDER.glob("*.toml"))
    for program in tomllib.loads(path.read_text("utf-8"))["programs"]
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_program(program: dict[str, Any], tmp_path: Path) -> None:
    assert program.keys() <= {"about", "files", "findings", "low", "select"}
    files = {
        path: content if isinstance(content, str) else [cell.removeprefix("\n") for cell in content]
        for path, content in program["files"].items()
    }
    write(tmp_path, files)
    rules = rulebook.select(rulebook.load(), tuple(program.get("select", DEFAULT)), ())
    report = audit(tmp_path, Config(), rules)
    assert report.crashes == ()
    assert [_told(finding, tmp_path) for finding in report.findings] == program["findings"]
    if "low" in program:
        assert [_told(finding, tmp_path) for finding in report.unsure] == program["low"]


def _told(finding: Finding, root: Path) -> str:
    at = finding.at
    source = Source(at.path, (root / at.path).read_bytes())
    start = source.starts[at.line - 1] + at.column - 1
    text = source.text[start : source.starts[at.end_line - 1] + at.end_column - 1]
    place = f"{at.path}[{at.cell}]:{_line_in_cell(source, finding)}" if at.cell else f"{at.path}:{at.line}"
    return f"{finding.rule.id} {place} {text}"


def _line_in_cell(source: Source, finding: Finding) -> int:
    """The line of a finding within its cell: the JSON file has one line for each, after `"source": [`."""
    above = source.text.split("\n")[: finding.at.line]
    return next(number for number, line in enumerate(reversed(above)) if line.strip() == '"source": [')


def test_the_table_is_large_enough() -> None:
    notebooks = [program for program in PROGRAMS if any(path.endswith(".ipynb") for path in program.values[0]["files"])]
    assert len(PROGRAMS) >= 120
    assert len(notebooks) * 3 >= 120
