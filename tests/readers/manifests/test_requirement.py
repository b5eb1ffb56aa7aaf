"""Does the grammar of one requirement agree with `packaging`, and does each place hold the text it should?"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Oracle

from mlaudit.facts import Location, Requirement
from mlaudit.readers.manifests.requirement import name_of, parse, revision_of


def place(first: int, last: int) -> Location:
    return Location("x", 1, first + 1, 1, last + 1)


def read(text: str) -> Requirement | None:
    return parse(text, place)


NAMES = st.sampled_from(["numpy", "a", "zope.interface", "Foo_Bar", "x-y-z", "scikit-learn"])
EXTRAS = st.sampled_from(["", "[a]", "[a,b]", "[ a , B ]", " [a]", "[]"])
CLAUSES = st.sampled_from(
    ["==1.0", ">= 1.0", "~=1.4.2", "!=1.5", "<2", "===1.0", "==1.*", ">1.0.dev1", "<=1!2.0", "==2.1+cu118"]
)
MARKERS = st.sampled_from(["", "; python_version<'3'", " ; sys_platform == 'linux'", ";extra=='x'"])
SPACES = st.sampled_from(["", " ", "\t"])


@given(NAMES, EXTRAS, SPACES, st.lists(CLAUSES, max_size=3), st.booleans(), MARKERS, SPACES)
def test_versions_agree_with_packaging(
    name: str, extras: str, space: str, clauses: list[str], brackets: bool, marker: str, end: str
) -> None:
    specifier = ",".join(clauses)
    text = f"{name}{extras}{space}{f'({specifier})' if brackets else specifier}{marker}{end}"
    found = read(text)
    try:
        oracle = Oracle(text)
    except InvalidRequirement:
        return
    assert found is not None
    assert found.written == oracle.name
    assert set(found.extras) == {extra.lower() for extra in oracle.extras}
    assert {f"{operator}{version}" for operator, version in found.comparisons} == {
        str(clause) for clause in oracle.specifier
    }
    assert bool(found.marker) == bool(oracle.marker)
    under = text[found.at.column - 1 : found.at.end_column - 1]
    assert under == text.partition(";")[0].rstrip().rstrip(",")


@example("1_<1")
@given(st.text(alphabet="abA1.-_ []()=<>!~,;@'\"#:/\\+", max_size=25))
def test_what_packaging_takes_we_take_and_the_reverse(text: str) -> None:
    found = read(text)
    try:
        oracle = Oracle(text)
    except InvalidRequirement:
        return
    assert found is not None, "packaging takes it"
    if not oracle.url:
        assert found.written == oracle.name


@pytest.mark.parametrize("text", ["a b", "a=1.2", "a==1.2=py38_0", "=1", "-e .", "a bar>=1", "a>", "[x]", ""])
def test_refused(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "name", "url", "revision"),
    [
        ("git+https://g.example/u/Repo.git", "repo", "git+https://g.example/u/Repo.git", ""),
        ("git+https://g.example/u/r.git@v1.0#egg=Foo", "foo", "git+https://g.example/u/r.git@v1.0#egg=Foo", "v1.0"),
        ("git+https://g.example/u/r@main#subdirectory=x", "r", "git+https://g.example/u/r@main#subdirectory=x", "main"),
        ("git+ssh://git@g.example/u/r.git", "r", "git+ssh://git@g.example/u/r.git", ""),
        ("git+ssh://git@g.example/u/r.git@abc", "r", "git+ssh://git@g.example/u/r.git@abc", "abc"),
        ("x @ git+https://g.example/u/r@feature/a", "x", "git+https://g.example/u/r@feature/a", "feature/a"),
        ("https://h.example/z-1.0-py3-none-any.whl", "z", "https://h.example/z-1.0-py3-none-any.whl", ""),
        (
            "https://h.example/my_pkg-1.0.tar.gz#sha256=ab12",
            "my-pkg",
            "https://h.example/my_pkg-1.0.tar.gz#sha256=ab12",
            "",
        ),
        ("foo @ file:///home/x/foo", "foo", "file:///home/x/foo", ""),
        ("./pkg", "pkg", "./pkg", ""),
        ("../pkg[all]", "pkg", "../pkg[all]", ""),
        ("dist/foo-1.0.tar.gz", "foo", "dist/foo-1.0.tar.gz", ""),
        ("C:\\wheels\\foo-1.0-py3-none-any.whl", "foo", "C:\\wheels\\foo-1.0-py3-none-any.whl", ""),
    ],
)
def test_direct_references(text: str, name: str, url: str, revision: str) -> None:
    found = read(text)
    assert found is not None
    assert (found.name, found.url, found.revision) == (name, url, revision)


def test_hashes_in_the_fragment() -> None:
    found = read("https://h.example/a-1.zip#egg=a&sha256=AB12")
    assert found is not None
    assert found.hashes == ("sha256:AB12",)


def test_helpers_on_odd_urls() -> None:
    assert name_of("git+https://") == "git+https:"
    assert revision_of("git+https://host@x") == ""
