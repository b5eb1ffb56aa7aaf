"""Do the lines of a requirements file agree with pip's own parser, and does every fact stand where it says?"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pip._internal.req.req_file import preprocess

from mlaudit.facts import Fact, Include, Manifest, PackageSource, Requirement, Unreadable
from mlaudit.readers.manifests import requirements
from mlaudit.source import Source

PIECES = [
    "numpy==1.0",
    " ",
    "#",
    "# c",
    "\\",
    "\n",
    "\r\n",
    "--hash=sha256:ab",
    "-r x.txt",
    "url#egg=x",
    "a",
    "\t",
    " \\\n",
    "  # y \\\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_lines_agree_with_pip(text: str) -> None:
    ours = [" ".join(line.text.split()) for line in requirements.logical_lines(text)]
    pips = [" ".join(line.split()) for _, line in preprocess(text)]
    assert [line.replace(" ", "") for line in ours] == [line.replace(" ", "") for line in pips]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_lines_start_where_pip_says(text: str) -> None:
    source = Source("r.txt", text.encode())
    ours = [source.location(line.start).line for line in requirements.logical_lines(source.text)]
    pips = [number for number, _ in preprocess(text)]
    if "\r" not in text.replace("\r\n", ""):
        assert ours == pips


def facts(text: str, path: str = "requirements.txt") -> list[Fact]:
    return list(requirements.read(Source(path, text.encode())))


def under(text: str, fact: Fact) -> str:
    source = Source("x", text.encode())
    at = fact.at
    return source.text[source.starts[at.line - 1] + at.column - 1 : source.starts[at.end_line - 1] + at.end_column - 1]


@pytest.mark.parametrize(
    ("line", "kind", "place", "members"),
    [
        ("numpy>=1.0  # why", Requirement, "numpy>=1.0", {"name": "numpy"}),
        ("numpy[x] >= 1 ; python_version < '3'", Requirement, "numpy[x] >= 1", {"marker": "python_version < '3'"}),
        (
            "a==1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb",
            Requirement,
            "a==1",
            {"hashes": ("sha256:aa", "sha256:bb")},
        ),
        (
            "-e git+https://g.example/u/r@x#egg=R",
            Requirement,
            "git+https://g.example/u/r@x#egg=R",
            {"editable": True, "name": "r"},
        ),
        ("--editable=.", Requirement, ".", {"editable": True, "url": "path:."}),
        ("-e ../lib", Requirement, "../lib", {"url": "path:../lib"}),
        ("-r base.txt", Include, "base.txt", {"target": "base.txt", "role": "requirement"}),
        ("-rbase.txt", Include, "base.txt", {"target": "base.txt"}),
        ("--requirement=sub/base.txt", Include, "sub/base.txt", {"target": "sub/base.txt"}),
        ("-c constraints.txt", Include, "constraints.txt", {"role": "constraint"}),
        ("-r ../../x.txt", Include, "../../x.txt", {"escapes": True}),
        ("--pre", PackageSource, "--pre", {"option": "pre"}),
        ("-i https://index.example/simple", PackageSource, "-i https://index.example/simple", {"option": "index-url"}),
        (
            "--extra-index-url=https://i.example",
            PackageSource,
            "--extra-index-url=https://i.example",
            {"value": "https://i.example"},
        ),
        ("not a requirement", Unreadable, "not a requirement", {"partly": True}),
        ("{{ cookiecutter.x }}", Unreadable, "{{ cookiecutter.x }}", {"partly": True}),
        ("numpy=1.2", Unreadable, "numpy=1.2", {"partly": True}),
    ],
)
def test_kinds_of_lines(line: str, kind: type, place: str, members: dict[str, Any]) -> None:
    text = f"# head\n\n{line}\nlast==1\n"
    manifest, fact, last = facts(text)
    assert isinstance(manifest, Manifest)
    assert isinstance(fact, kind)
    assert under(text, fact) == place
    assert {name: getattr(fact, name) for name in members} == members
    assert under(text, last) == "last==1"


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("requirements.txt", ""),
        ("requirements-dev.txt", "dev"),
        ("dev-requirements.txt", "dev"),
        ("requirements_gpu.txt", "gpu"),
        ("requirements/test.txt", "test"),
        ("reqs.in", ""),
    ],
)
def test_groups(path: str, group: str) -> None:
    assert requirements.group_of(path) == group


def test_a_conda_list_is_read_as_conda() -> None:
    text = "# This file may be used to create an environment using:\n# $ conda create --name <env> --file <this file>\nnumpy=1.26.4=py311_0\n"
    found = [fact for fact in facts(text) if isinstance(fact, Requirement)]
    assert [(fact.ecosystem, fact.build) for fact in found] == [("conda", "py311_0")]
