"""What does a tox configuration install, and on which Pythons does it run?"""

import pytest

from mlaudit.facts import Include, PythonVersion, Requirement
from mlaudit.readers.commands import tox

from .reading import commands, facts, packages, pythons, spelled, under

TOX = """[tox]
envlist = py{38,39,310}-{cpu,gpu}, lint  # all

[testenv]
deps =
    pytest>=7  ; python_version < "3.9"
    py38: numpy==1.2
    -r{toxinidir}/requirements.txt
    -c {tox_root}/c.txt
    {[base]deps}
commands =
    - pip install a==1 {posargs}
    pip install -r {toxinidir}/dev.txt
    pytest

[testenv:lint]
basepython = python3.11
deps = ruff

[other]
deps = no
"""


def test_tox() -> None:
    source, found = facts(tox.read, "a/tox.ini", TOX)
    requirements = [fact for fact in found if isinstance(fact, Requirement)]
    assert [spelled(fact) for fact in requirements] == ["pytest>=7", "numpy==1.2", "ruff"]
    assert [under(source, fact.at) for fact in requirements] == ["pytest>=7", "numpy==1.2", "ruff"]
    assert {fact.group for fact in requirements} == {"tox"}
    includes = [fact for fact in found if isinstance(fact, Include)]
    assert [(fact.target, fact.role, fact.written) for fact in includes] == [
        ("a/requirements.txt", "requirement", "{toxinidir}/requirements.txt"),
        ("a/c.txt", "constraint", "{tox_root}/c.txt"),
    ]
    first, second = commands(found)
    assert packages(found) == ["a==1"]
    assert (first.place, first.opaque) == ("tox", True)
    assert [(file.target, under(source, file.at)) for file in second.files] == [("a/dev.txt", "{toxinidir}/dev.txt")]
    assert pythons(source, found) == [
        ("38,39,310", "", "==3.8.*", "==3.9.*", "==3.10.*"),
        ("python3.11", "==3.11.*"),
    ]
    assert {fact.origin for fact in found if isinstance(fact, PythonVersion)} == {"tox"}


ENVIRONMENTS = {
    "[tox]\nenvlist = py311": [("311", "==3.11.*")],
    "[tox]\nenv_list =\n  py39\n  py310\n": [("39", "", "==3.9.*", "==3.10.*")],
    "[tox]\nenvlist = py27, py3.8-x, 3.12": [("27, py3.8-x, 3.12", "", "==2.7.*", "==3.8.*", "==3.12.*")],
    "[tox:tox]\nenvlist=py38": [("38", "==3.8.*")],
    "[tox]\nenvlist = py, lint, pypy38, py3": [],
    "[metadata]\nenvlist = py38": [],
    "envlist = py38": [],
}


@pytest.mark.parametrize(("text", "expected"), ENVIRONMENTS.items())
def test_environments(text: str, expected: list[tuple[str, ...]]) -> None:
    assert pythons(*facts(tox.read, "tox.ini", text)) == expected


def test_setup_cfg_says_only_what_tox_reads() -> None:
    text = "[options]\ninstall_requires =\n  numpy\n[testenv]\r\ndeps = pytest\r\n"
    source, found = facts(tox.read, "setup.cfg", text)
    [requirement] = found
    assert isinstance(requirement, Requirement)
    assert under(source, requirement.at) == requirement.name == "pytest"
