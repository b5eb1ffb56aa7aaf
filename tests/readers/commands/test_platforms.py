"""What do the files of ML platforms and of task runners install?"""

import pytest

from mlaudit.facts import Include, Manifest, PythonVersion, Requirement, Unreadable
from mlaudit.readers.commands import devcontainer, platforms
from mlaudit.source import Source

from .reading import commands, facts, packages, pythons, spelled, under


def test_valohai() -> None:
    text = (
        "- step:\n    image: python:3.9-slim\n    command:\n    - pip install a==1\n    - python x.py {parameters}\n"
        "- step:\n    command: |\n      pip install b\n"
    )
    source, found = facts(platforms.read, "valohai.yaml", text)
    assert packages(found) == ["a==1", "b"]
    assert {command.place for command in commands(found)} == {"shell"}
    assert pythons(source, found) == [("3.9", "==3.9.*")]


def test_cog() -> None:
    text = (
        "build:\n  python_version: 3.10\n  python_packages:\n  - torch==2.1\n  - 'numpy>=1'\n"
        "  python_requirements: r.txt\n  run:\n  - pip install a\n  - command: pip install b\npredict: x.py:P\n"
    )
    source, found = facts(platforms.read, "a/cog.yaml", text)
    requirements = [fact for fact in found if isinstance(fact, Requirement)]
    assert [spelled(fact) for fact in requirements] == ["torch==2.1", "numpy>=1"]
    assert [under(source, fact.at) for fact in requirements] == ["torch==2.1", "numpy>=1"]
    assert [fact.format for fact in found if isinstance(fact, Manifest)] == ["cog"]
    assert [fact.target for fact in found if isinstance(fact, Include)] == ["a/r.txt"]
    assert pythons(source, found) == [("3.10", "==3.10.*")]
    assert packages(found) == ["a", "b"]
    assert [fact.origin for fact in found if isinstance(fact, PythonVersion)] == ["cog"]


def test_mlproject() -> None:
    text = "name: x\nconda_env: env/conda.yaml\nentry_points:\n  main:\n    command: 'pip install a && python x.py'\n"
    source, found = facts(platforms.read, "a/MLproject", text)
    [include] = [fact for fact in found if isinstance(fact, Include)]
    assert (include.target, under(source, include.at)) == ("a/env/conda.yaml", "env/conda.yaml")
    assert packages(found) == ["a"]


CONTAINERS = {
    "text": ('{"postCreateCommand": "pip install a \\"b==1\\" && pip install c"}', ["a", "b==1", "c"]),
    "words": ('{"postCreateCommand": ["pip", "install", "a==1"]}', ["a==1"]),
    "object": ('{"postCreateCommand": {"x": "pip install a", "y": ["pip", "install", "b"], "z": {}}}', ["a", "b"]),
    "comments and commas": ('// a\n{/* b, */ "x": "http://y", "onCreateCommand": "pip install a", // c\n}\n', ["a"]),
    "numbers": ('{"postCreateCommand": 1, "image": 2, "features": []}', []),
    "list": ("[]", []),
}


@pytest.mark.parametrize(("text", "expected"), CONTAINERS.values(), ids=CONTAINERS)
def test_devcontainer(text: str, expected: list[str]) -> None:
    source, found = facts(devcontainer.read, ".devcontainer/devcontainer.json", text)
    assert packages(found) == expected
    for command in commands(found):
        for requirement in command.requirements:
            assert under(source, requirement.at).startswith(requirement.name)


def test_python_of_a_devcontainer() -> None:
    text = '{"image": "python:3.11", "features": {"ghcr.io/devcontainers/features/python:1": {"version": "3.12"}}}'
    found = facts(devcontainer.read, "devcontainer.json", text)
    assert pythons(*found) == [("3.11", "==3.11.*"), ("3.12", "==3.12.*")]


def test_task_runners() -> None:
    assert packages(facts(platforms.read, "Procfile", "release: pip install a\nweb: x\n")[1]) == ["a"]
    text = "version: 3\ntasks:\n  x:\n    cmds:\n    - pip install a\n    - cmd: pip install b\n  y: [pip install c]\n"
    assert packages(facts(platforms.read, "Taskfile.yml", text)[1]) == ["a", "b", "c"]


SHAPES = ("- a\n", "a: b\n", "a", "", "build: [a]\n", "- step: x\n")


@pytest.mark.parametrize("path", ["cog.yaml", "MLproject", "Taskfile.yml"])
@pytest.mark.parametrize("text", SHAPES)
def test_other_shapes_say_nothing(path: str, text: str) -> None:
    assert list(platforms.read(Source(path, text.encode()))) == []


@pytest.mark.parametrize("text", SHAPES)
def test_a_valohai_yaml_is_a_list_of_steps(text: str) -> None:
    reasons = [fact.reason for fact in platforms.read(Source("valohai.yaml", text.encode()))]  # type: ignore[union-attr]
    assert reasons == ([] if text[:1] in ("-", "") else ["is no list of steps"])


@pytest.mark.parametrize(
    ("path", "text"), [("cog.yaml", "a: ["), ("devcontainer.json", "{"), ("devcontainer.json", "[" * 100_000)]
)
def test_what_cannot_be_parsed_is_said(path: str, text: str) -> None:
    read = devcontainer.read if path.endswith(".json") else platforms.read
    [fact] = read(Source(path, text.encode()))
    assert isinstance(fact, Unreadable)
