"""Does mlaudit still find on real repositories what was read by eye? Opt-in: needs MLAUDIT_CORPUS."""

import os
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import audited
from tools.write_corpus_counts import FAMILIES

LISTED = tomllib.loads((Path(__file__).parent / "counts.toml").read_text("utf-8"))["repository"]
FOLDER = os.environ.get("MLAUDIT_CORPUS", "")


@pytest.mark.parametrize("entry", LISTED, ids=lambda entry: entry["name"])
def test_the_list_is_well_formed(entry: dict[str, Any]) -> None:
    assert entry.keys() == {"name", "commit", "kind", "findings"}
    assert len(entry["commit"]) == 40
    assert all(number > 0 for number in entry["findings"].values())


if FOLDER:

    @pytest.mark.corpus
    @pytest.mark.parametrize("entry", LISTED, ids=lambda entry: entry["name"])
    def test_findings_are_those_that_were_read(entry: dict[str, Any]) -> None:
        report = audited(Path(FOLDER) / entry["name"].replace("/", "+"), *FAMILIES)
        assert report.crashes == ()
        assert dict(Counter(finding.rule.id for finding in report.findings)) == entry["findings"]
