"""Does the whole program say of every lock what the tool that wrote it says? From the files to the finding."""

import tomllib
from pathlib import Path

import pytest

from tests.conftest import audited
from tests.resolution.test_freshness import UNKNOWN

LOCKS = Path(__file__).parent / "fixtures" / "locks"
# What no reader takes: nothing in the name `locked/dev.txt` says requirements, and folders of vendored code are not read.
NOT_READ = frozenset(
    {
        "pip-compile-two-sources-edited",
        "pip-compile-two-sources-fresh",
        "uv-path-dependency-edited",
        "uv-path-version-edited",
    }
)
CASES = sorted(path.name for path in LOCKS.iterdir())


@pytest.mark.parametrize("case", CASES)
def test_verdict(case: str) -> None:
    verdict = tomllib.loads((LOCKS / case / "verdict.toml").read_text())
    report = audited(LOCKS / case, "REQ003")
    assert report.crashes == ()
    stale = verdict["lock"] in {finding.at.path for finding in report.findings}
    if case in UNKNOWN or case in NOT_READ:
        assert not stale
    else:
        assert stale == (verdict["verdict"] == "stale"), [finding.message for finding in report.findings]
