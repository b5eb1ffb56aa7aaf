"""Is a score what docs/scores.md says it is?"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlaudit import rulebook
from mlaudit.facts import Location
from mlaudit.findings import Crash, Finding, Report, Rule
from mlaudit.looked import JUDGES
from mlaudit.scores import Score, scores
from tests.conftest import audited, commit

RULES = {rule.name: rule for rule in rulebook.load()}


def rule(name: str, level: str, family: str = "dependencies") -> Rule:
    return RULES["missing-lock"]._replace(id=name.upper(), name=name, level=level, family=family)


A, B, C, D = rule("a", "error"), rule("b", "warning"), rule("c", "warning"), rule("d", "note")


def report(*rules: Rule, **members: Any) -> Report:
    return Report(**{"root": "", "files": 1, "read": 1, "rules": rules, "findings": (), **members})


def found(which: Rule, level: str) -> Finding:
    return Finding(which, level, "high", "It is so.", Location("a.py"))


def score(*rules: Rule, **members: Any) -> Score:
    (only,) = scores(report(*rules, **members))
    return only


def test_the_example_of_the_page() -> None:
    assert score(A, B, C, D, findings=(found(A, "error"),)).value == 54


def test_a_lesser_finding_costs_less() -> None:
    assert score(A, findings=(found(A, "note"),)).value == 80
    assert score(A, findings=(found(A, "note"), found(A, "error"))).value == 0
    assert score(D, findings=(found(D, "error"),)).value == 0


def test_a_hundred_means_that_all_held() -> None:
    assert score(A, B, C, D).value == 100
    many = [rule(f"r{number}", "error") for number in range(200)]
    assert score(*many, D, findings=(found(D, "note"),)).value == 99


def test_what_did_not_apply_is_left_out() -> None:
    assert score(A, B, findings=(found(B, "warning"),), idle=frozenset({"A"})).value == 0
    unjudged = score(A, B, unchecked=(found(A, "unchecked"),))
    assert (unjudged.value, unjudged.unjudged, unjudged.points) == (100, (A,), (1, 1))
    assert score(A, findings=(found(A, "error"),), idle=frozenset({"A"})).value == 0, "what it found was there"


def test_no_score_is_no_number() -> None:
    nothing, crashed = score(A, idle=frozenset({"A"})), score(A, B, crashes=(Crash(A, "boom"),))
    assert (nothing.value, nothing.shown, nothing.grade) == (None, "–", "none")
    assert (crashed.value, crashed.shown, crashed.grade) == (None, "?", "none")


def test_low_confidence_counts_for_nothing() -> None:
    assert score(A, unsure=(found(A, "error"),)).value == 100


def test_families_apart() -> None:
    data = rule("e", "error", "data")
    assert [(each.family, each.value) for each in scores(report(A, data, findings=(found(data, "error"),)))] == [
        ("data", 0),
        ("dependencies", 100),
    ]


def test_the_table_of_things_names_rules() -> None:
    assert JUDGES.keys() <= RULES.keys()


def test_families_without_anything_to_judge(repo: Callable[[dict[str, Any]], Path]) -> None:
    shown = {each.family: each.shown for each in scores(audited(repo({"requirements.txt": "numpy==1.26.4\n"})))}
    assert (shown["data"], shown["models"], shown["randomness"]) == ("–", "–", "–")
    assert shown["audit"] == "100"
    report = audited(
        repo({"train.py": "import random\nimport pandas\nprint(pandas.read_csv('x.csv'), random.random())\n"})
    )
    shown = {each.family: each.shown for each in scores(report)}
    assert shown["models"] == "–"
    assert "–" not in (shown["data"], shown["randomness"])
    assert {(each.thing, each.number) for each in report.looked if each.family == "randomness"} == {
        ("program", 1),
        ("draw", 1),
    }


@pytest.mark.parametrize(
    ("wish", "code", "words"),
    [
        ("dependencies=100", 1, "less than --min-score dependencies=100"),
        ("dependencies=0", 0, ""),
        ("data=100", 0, ""),
        ("dependncies=50", 2, "did you mean `dependencies`?"),
        ("dependencies=101", 2, "is not FAMILY=N with a number from 0 to 100"),
        ("dependencies", 2, "is not FAMILY=N"),
    ],
)
def test_min_score(wish: str, code: int, words: str, repo: Callable[[dict[str, Any]], Path]) -> None:
    root = repo({"requirements.txt": "numpy>=1\n"})
    command = [sys.executable, "-m", "mlaudit", str(root), "--fail-on", "never", "--min-score", wish]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == code
    assert words in done.stderr


def test_monitoring_is_no_hundred_where_nothing_trains(repo: Callable[[dict[str, Any]], Path]) -> None:
    root = repo({"README.md": "# A library\n\nIt adds.\n", "adds.py": "def add(a, b):\n    return a + b\n"})
    commit(root)
    (score,) = [each for each in scores(audited(root)) if each.family == "monitoring"]
    assert (score.value, score.shown) == (None, "–")
