"""Do comparisons admit what their tools say? Oracles: packaging for PEP 440; poetry-core's answers for `^` and `~`."""

import itertools
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from mlaudit.facts import Comparison
from mlaudit.readers.manifests.constraint import comparisons
from mlaudit.resolution.versions import admits, clauses, compatible, expand, is_exact, pythons, span

NUMBERS = st.lists(st.integers(0, 4), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
SUFFIX = st.sampled_from(["", "", "", "", "a1", "rc2", ".post1", ".dev3", "+cu118"])
VERSIONS = st.builds(str.__add__, NUMBERS, SUFFIX)
PUBLIC = VERSIONS.filter(lambda version: "+" not in version)
CLAUSES = st.one_of(
    st.builds(Comparison, st.sampled_from([">=", "<=", ">", "<"]), PUBLIC),
    st.builds(Comparison, st.sampled_from(["==", "!="]), VERSIONS),
    st.builds(Comparison, st.sampled_from(["==", "!="]), NUMBERS.map(lambda version: f"{version}.*")),
    st.builds(
        Comparison, st.just("~="), PUBLIC.filter(lambda version: "." in version.split(".post")[0].split(".dev")[0])
    ),
)
SPECIFIERS = st.lists(CLAUSES, min_size=1, max_size=3).map(tuple)
PLAIN = st.lists(
    st.one_of(
        st.builds(Comparison, st.sampled_from([">=", "<=", ">", "<", "==", "!="]), NUMBERS),
        st.builds(Comparison, st.sampled_from(["==", "!="]), NUMBERS.map(lambda version: f"{version}.*")),
        st.builds(Comparison, st.just("~="), NUMBERS.filter(lambda version: "." in version)),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
GRID = [".".join(map(str, parts)) for size in (1, 2, 3) for parts in itertools.product(range(6), repeat=size)]
GRID += [f"{version}.0.1" for version in GRID]


def specifier(asked: tuple[Comparison, ...]) -> SpecifierSet:
    return SpecifierSet(",".join("".join(comparison) for comparison in asked))


@settings(max_examples=600)
@given(SPECIFIERS, VERSIONS)
def test_admits_as_packaging_does(asked: tuple[Comparison, ...], version: str) -> None:
    assert admits(asked, version) is specifier(asked).contains(version, prereleases=True)


@settings(max_examples=150)
@given(PLAIN, PLAIN)
def test_compatible_where_a_version_satisfies_both(left: tuple[Comparison, ...], right: tuple[Comparison, ...]) -> None:
    both = specifier((*left, *right))
    found = compatible(left, right)
    assert found is not None
    if any(both.contains(version) for version in GRID):
        assert found
    elif not any(version.count(".") >= 3 for _, version in (*left, *right)) and left != right:
        assert not found


@settings(max_examples=150)
@given(SPECIFIERS, SPECIFIERS)
def test_compatible_is_symmetric(left: tuple[Comparison, ...], right: tuple[Comparison, ...]) -> None:
    assert compatible(left, right) is compatible(right, left)


@settings(max_examples=400)
@given(PLAIN, NUMBERS)
def test_expanding_changes_nothing(asked: tuple[Comparison, ...], version: str) -> None:
    expanded = [each for comparison in asked for each in expand(comparison) or ()]
    assert admits(expanded, version) is admits(asked, version)


# poetry-core 2.5.0: parse_constraint(text).allows(version) for each of these versions.
ASKED_OF_POETRY = [
    "0.0.0", "0.0.3", "0.0.4", "0.1", "0.2", "0.2.3", "0.2.9", "0.3", "0.9", "1", "1.0.1", "1.2", "1.2.2", "1.2.3",
    "1.2.3.4", "1.2.4", "1.2.4.post1", "1.2.3+cu118", "1.3rc1", "1.3", "1.4.5", "1.9", "2.0a1", "2.0rc1", "2",
    "2.1", "3", "3.0.1", "3.1", "4",
]  # fmt: skip
ALLOWED_BY_POETRY = {
    "^1.2.3": "1.2.3 1.2.3.4 1.2.4 1.2.4.post1 1.2.3+cu118 1.3rc1 1.3 1.4.5 1.9",
    "^1.2": "1.2 1.2.2 1.2.3 1.2.3.4 1.2.4 1.2.4.post1 1.2.3+cu118 1.3rc1 1.3 1.4.5 1.9",
    "^1": "1 1.0.1 1.2 1.2.2 1.2.3 1.2.3.4 1.2.4 1.2.4.post1 1.2.3+cu118 1.3rc1 1.3 1.4.5 1.9",
    "^0.2.3": "0.2.3 0.2.9",
    "^0.2": "0.2 0.2.3 0.2.9",
    "^0.0.3": "0.0.3",
    "^0.0": "0.0.0 0.0.3 0.0.4",
    "^0": "0.0.0 0.0.3 0.0.4 0.1 0.2 0.2.3 0.2.9 0.3 0.9",
    "^0.0.0": "0.0.0",
    "^1.2.3.4": "1.2.3.4 1.2.4 1.2.4.post1 1.3rc1 1.3 1.4.5 1.9",
    "^2.0a1": "2.0a1 2.0rc1 2 2.1",
    "~1.2.3": "1.2.3 1.2.3.4 1.2.4 1.2.4.post1 1.2.3+cu118",
    "~1.2": "1.2 1.2.2 1.2.3 1.2.3.4 1.2.4 1.2.4.post1 1.2.3+cu118",
    "~1": "1 1.0.1 1.2 1.2.2 1.2.3 1.2.3.4 1.2.4 1.2.4.post1 1.2.3+cu118 1.3rc1 1.3 1.4.5 1.9",
    "~1.2.3.4": "1.2.3.4 1.2.4 1.2.4.post1",
    "~0.2": "0.2 0.2.3 0.2.9",
    "~0": "0.0.0 0.0.3 0.0.4 0.1 0.2 0.2.3 0.2.9 0.3 0.9",
    "1.2.3": "1.2.3 1.2.3+cu118",
    "1.2.*": "1.2 1.2.2 1.2.3 1.2.3.4 1.2.4 1.2.4.post1 1.2.3+cu118",
    "1.*": "1 1.0.1 1.2 1.2.2 1.2.3 1.2.3.4 1.2.4 1.2.4.post1 1.2.3+cu118 1.3rc1 1.3 1.4.5 1.9",
    "!=1.2.*": "0.0.0 0.0.3 0.0.4 0.1 0.2 0.2.3 0.2.9 0.3 0.9 1 1.0.1 1.3rc1 1.3 1.4.5 1.9 2.0a1 2.0rc1 2 2.1 3 3.0.1 3.1 4",
    "~=1.4": "1.4.5 1.9",
    "~=1.4.5": "1.4.5",
    ">1.2,<2": "1.2.2 1.2.3 1.2.3.4 1.2.4 1.2.4.post1 1.2.3+cu118 1.3rc1 1.3 1.4.5 1.9",
    "^1.2 || ^3.0": "1.2 1.2.2 1.2.3 1.2.3.4 1.2.4 1.2.4.post1 1.2.3+cu118 1.3rc1 1.3 1.4.5 1.9 3 3.0.1 3.1",
}


@pytest.mark.parametrize("text", ALLOWED_BY_POETRY)
def test_caret_and_tilde_as_poetry_reads_them(text: str) -> None:
    asked = comparisons(text)
    assert " ".join(version for version in ASKED_OF_POETRY if admits(asked, version)) == ALLOWED_BY_POETRY[text]


# py-rattler 0.28.0: NamelessMatchSpec("=1.26") and so on; research/formats-parsers.md, section 5.
@pytest.mark.parametrize(
    ("operator", "asked", "version", "answer"),
    [
        ("=", "1.26", "1.26.4", True),
        ("=", "1.26.4", "1.26.4.1", True),
        ("=", "1.26.4", "1.26.40", False),
        ("=", "1.26.*", "1.26.4", True),
        ("==", "1.26", "1.26.0", True),
        ("==", "1.26", "1.26.4", False),
        ("=", "2023c", "2023c", True),
        ("==", "1.1.1w", "1.1.1w", True),
        (">=", "1.1.1w", "1.1.1x", None),
        ("=", "1.2*", "1.20", None),
        ("?", ">=1 <2|foo", "1.5", None),
        ("?", "1.2|1.3", "1.3", True),
        ("?", "^1.2 || ^3.0", "2.5", False),
        ("===", "1.0", "1.0.0", False),
        ("~=", "1", "1.5", None),
    ],
)
def test_what_pep_440_does_not_say(operator: str, asked: str, version: str, answer: bool | None) -> None:
    assert admits((Comparison(operator, asked),), version) is answer


@pytest.mark.parametrize(
    ("text", "ecosystem", "answer"),
    [
        ("==1.2", "pypi", True),
        ("===1.2", "pypi", True),
        ("==1.2.*", "pypi", False),
        (">=1,<=1.0", "pypi", True),
        (">=1,<=2", "pypi", False),
        (">=1,==1.5", "pypi", True),
        ("~=1.2.3", "pypi", False),
        ("^1.2.3", "npm", False),
        ("", "pypi", False),
        ("1.2.3", "npm", True),
    ],
)
def test_exact(text: str, ecosystem: str, answer: bool) -> None:
    assert is_exact(clauses(text), ecosystem) is answer


def test_exactness_of_unions_and_of_conda() -> None:
    assert not is_exact((Comparison("?", "1.2 || 1.3"),))
    assert is_exact((Comparison("?", "==1.2 || 1.2"),))
    assert not is_exact((Comparison("=", "1.2"),), "conda")
    assert is_exact((Comparison("=", "1.2.3"),), "npm")


@pytest.mark.parametrize(
    ("text", "minors"),
    [
        (">=3.10,<3.13", [(3, 10), (3, 11), (3, 12)]),
        ("==3.11", [(3, 11)]),
        ("==3.11.4", [(3, 11)]),
        (">=3.11.5,<3.12", [(3, 11)]),
        ("~=3.19", [(3, 19), (3, 20)]),
        ("^3.19", [(3, 19), (3, 20)]),
        ("==2.7.*", [(2, 7)]),
        ("<3", [(2, 7)]),
        (">3.18.2,<3.19.1", [(3, 18), (3, 19)]),
        ("3.18 || 3.20", [(3, 18), (3, 20)]),
    ],
)
def test_pythons(text: str, minors: list[tuple[int, int]]) -> None:
    assert sorted(pythons(comparisons(text))) == minors


def test_pythons_that_are_not_known_are_all() -> None:
    assert len(pythons((Comparison("?", "whatever"),))) == 22


@pytest.mark.parametrize(
    ("text", "same"),
    [(">=3.10", ">= 3.10.0"), ("~=3.10", ">=3.10,<4"), (">=3.10,!=3.12.1", ">=3.10"), ("==3.11.*", ">=3.11,<3.12")],
)
def test_spans_that_are_one(text: str, same: str) -> None:
    assert span(clauses(text)) == span(clauses(same)) is not None


def test_plain_versions_do_not_load_packaging() -> None:
    code = (
        "import sys; from mlaudit.facts import Comparison as C; from mlaudit.resolution import versions as v;"
        "v.admits((C('>=', '1.2'), C('^', '1.0'), C('!=', '1.5.*')), '1.3'); v.is_exact((C('==', '1.0rc1'),));"
        "v.compatible((C('>=', '1'),), (C('<', '2'),)); v.pythons((C('>=', '3.9'),));"
        "assert not any(name.startswith('packaging') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
