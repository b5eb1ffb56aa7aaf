"""Where do mlaudit and other linters differ, and does each difference still come from what is written beside it?

The files of real repositories are not kept here: tools/compare_images.py compares them again.
"""

import importlib.util
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent
TOOLS = ("hadolint", "zizmor")
TABLES = {tool: tomllib.loads((FOLDER / f"{tool}.toml").read_text("utf-8")) for tool in TOOLS}
KINDS = [pytest.param(tool, kind, id=f"{tool}: {kind['name']}") for tool in TOOLS for kind in TABLES[tool]["kind"]]
ABOUT = {"repository", "commit", "path"}
# How many real files were compared at least, and of how many repositories.
ENOUGH = {"hadolint": (60, 40), "zizmor": (40, 30)}


def _compare() -> Any:
    spec = importlib.util.spec_from_file_location(
        "compare_images", FOLDER.parent.parent / "tools" / "compare_images.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("tool", "kind"), KINDS)
def test_a_kind_of_difference(tool: str, kind: dict[str, Any]) -> None:
    found = _compare().ours_of(tool, kind["path"], kind["text"].encode())
    assert sorted(found[kind["question"]]) == kind["ours"]
    assert kind["ours"] != kind["theirs"]
    assert kind["reason"].endswith(".")


@pytest.mark.parametrize("tool", TOOLS)
def test_every_difference_has_its_reason(tool: str) -> None:
    kinds = {kind["name"]: kind for kind in TABLES[tool]["kind"]}
    used: Counter[str] = Counter()
    for file in TABLES[tool]["file"]:
        for question in file.keys() - ABOUT:
            ours, theirs = set(file[question]["ours"]), set(file[question]["theirs"])
            because = {int(line): kind for line, kind in file[question].get("because", {}).items()}
            assert because.keys() == ours ^ theirs, (file["repository"], file["path"], question)
            for line, kind in because.items():
                assert kinds[kind]["question"] == question
                same_side = kinds[kind]["ours"] if line in ours else kinds[kind]["theirs"]
                assert same_side, f"{kind} is no difference of this side: {file['repository']} {file['path']} {line}"
            used.update(because.values())
    assert used.keys() == kinds.keys(), "a kind of which no real file speaks"


@pytest.mark.parametrize("tool", TOOLS)
def test_enough_was_compared(tool: str) -> None:
    files = TABLES[tool]["file"]
    assert all(len(file["commit"]) == 40 for file in files)
    assert len(files) >= ENOUGH[tool][0]
    assert len({file["repository"] for file in files}) >= ENOUGH[tool][1]
