"""What do CI files run, and on which Pythons?"""

from textwrap import dedent

import pytest

from mlaudit.facts import InstallCommand, PythonVersion, Unreadable
from mlaudit.readers.commands import workflow
from mlaudit.source import Source

from .reading import commands, facts, packages, pythons, under

GITHUB = ".github/workflows/test.yml"


def job(steps: str, before: str = "") -> str:
    return f"on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n{before}    steps:\n{steps}"


SETUP = "    - uses: actions/setup-python@v5\n      with:\n        python-version: "
MATRIX = "    strategy:\n      matrix:\n"

PYTHONS = {
    "scalar": (job(SETUP + '"3.11"\n'), [("3.11", "==3.11.*")]),
    "not quoted": (job(SETUP + "3.10\n"), [("3.10", "==3.10.*")]),
    "patch": (job(SETUP + "3.11.4\n"), [("3.11.4", "==3.11.4")]),
    "any": (job(SETUP + "3.x\n"), [("3.x", "==3.*")]),
    "in development": (job(SETUP + "3.14-dev\n"), [("3.14-dev", "==3.14.*")]),
    "range": (job(SETUP + "'>=3.9 <3.12'\n"), [(">=3.9 <3.12", ">=3.9,<3.12")]),
    "npm's range": (job(SETUP + "'~3.9'\n"), [("~3.9", "?~3.9")]),
    "another interpreter": (job(SETUP + "pypy3.9\n"), []),
    "list": (job(SETUP + "[3.9, '3.10']\n"), [("3.9, '3.10", "", "==3.9.*", "==3.10.*")]),
    "lines": (
        job(SETUP + "|\n          3.9\n          3.10\n"),
        [("|\n          3.9\n          3.10\n", "", "==3.9.*", "==3.10.*")],
    ),
    "matrix": (
        job(SETUP + "${{ matrix.python-version }}\n", MATRIX + '        python-version: ["3.9", "3.10"]\n'),
        [('3.9", "3.10', "", "==3.9.*", "==3.10.*")],
    ),
    "matrix in brackets": (
        job(SETUP + "${{ matrix['py'] }}\n", MATRIX + "        py: [3.10]\n"),
        [("3.10", "==3.10.*")],
    ),
    "matrix with include and exclude": (
        job(
            SETUP + "${{matrix.py}}\n",
            MATRIX + "        py: ['3.8', '3.9']\n        include:\n        - {py: '3.12', os: x}\n"
            "        exclude:\n        - py: '3.8'\n        - {py: '3.9', os: y}\n",
        ),
        [("3.9", "", "==3.9.*", "==3.12.*")],
    ),
    "matrix over lines": (
        job(SETUP + "${{ matrix.py }}\n", MATRIX + "        py:\n        - 3.9\n        - 3.10\n"),
        [("3.9", "", "==3.9.*", "==3.10.*")],
    ),
    "matrix of mappings": (
        job(SETUP + "${{ matrix.c.py }}\n", MATRIX + "        c:\n        - {py: 3.9}\n        - {py: 3.10}\n"),
        [("3.9", "", "==3.9.*", "==3.10.*")],
    ),
    "matrix that is computed": (
        job(SETUP + "${{ matrix.py }}\n", MATRIX + "        py: ${{ fromJSON(x) }}\n"),
        [],
    ),
    "environment": (
        "env:\n  PY: '3.10'\n" + job(SETUP + "${{ env.PY }}\n"),
        [("3.10", "==3.10.*")],
    ),
    "input": (job(SETUP + "${{ inputs.py }}\n"), []),
    "uv": (job(SETUP.replace("actions/setup-python", "astral-sh/setup-uv") + "3.12\n"), [("3.12", "==3.12.*")]),
    "miniconda": (
        job(SETUP.replace("actions/setup-python", "conda-incubator/setup-miniconda") + "3.12\n"),
        [("3.12", "==3.12.*")],
    ),
    "an action of the repository": (
        job(SETUP.replace("actions/setup-python@v5", "./.github/a") + "3.12\n"),
        [("3.12", "==3.12.*")],
    ),
    "some other action": (job(SETUP.replace("setup-python", "cache") + "3.12\n"), []),
    "container": (job("    - run: x\n", "    container: python:3.10-slim\n"), [("3.10", "==3.10.*")]),
    "image of a container": (
        job("    - run: x\n", "    container:\n      image: 'python:3.10'\n"),
        [("3.10", "==3.10.*")],
    ),
    "container of a matrix": (
        job("    - run: x\n", MATRIX + "        v: ['3.9', '3.10']\n    container: python:${{ matrix.v }}\n"),
        [("python:${{ matrix.v }}", "", "==3.9.*", "==3.10.*")],
    ),
    "docker action": (job("    - uses: docker://python:3.8\n"), [("3.8", "==3.8.*")]),
}


@pytest.mark.parametrize(("text", "expected"), PYTHONS.values(), ids=PYTHONS)
def test_pythons_of_github(text: str, expected: list[tuple[str, ...]]) -> None:
    source, found = facts(workflow.read, GITHUB, text)
    assert pythons(source, found) == expected
    assert all(fact.origin == "ci" for fact in found if isinstance(fact, PythonVersion))


RUNS = {
    "plain": (job("    - run: pip install a\n"), "", ["a"]),
    "quoted": (job("    - run: \"pip install a\"\n    - run: 'pip install b'\n"), "", ["a", "b"]),
    "literal": (
        job("    - run: |\n        pip install a \\\n          b\n        pip install c\n"),
        "",
        ["a", "b", "c"],
    ),
    "folded": (job("    - run: >-\n        pip install\n        a\n        b\n"), "", ["a", "b"]),
    "plain over lines": (job("    - run: pip install a\n        b\n"), "", ["a", "b"]),
    "quoted over lines": (job('    - run: "pip install a\n        b"\n'), "", ["a", "b"]),
    "carriage returns": (
        job("    - run: |\n        pip install a\n        pip install b\n").replace("\n", "\r\n"),
        "",
        ["a", "b"],
    ),
    "not a shell": (job("    - shell: python\n      run: pip install a\n"), "", []),
    "folder": (job("    - run: pip install a\n      working-directory: ./x\n"), "x", ["a"]),
    "folder of the job": (
        job("    - run: pip install a\n", "    defaults:\n      run:\n        working-directory: y\n"),
        "y",
        ["a"],
    ),
    "folder of the file": (
        "defaults:\n  run:\n    working-directory: z\n" + job("    - run: pip install a\n"),
        "z",
        ["a"],
    ),
}


@pytest.mark.parametrize(("text", "folder", "expected"), RUNS.values(), ids=RUNS)
def test_runs_of_github(text: str, folder: str, expected: list[str]) -> None:
    source, found = facts(workflow.read, GITHUB, text.replace("pip install", "pip install -r r.txt"))
    assert packages(found) == expected
    for command in commands(found):
        assert command.place == "ci"
        assert command.files[0].target == f"{folder}/r.txt".lstrip("/")
        assert under(source, command.at) == "pip install"
        for requirement in command.requirements:
            assert under(source, requirement.at) == requirement.name


OTHERS = {
    "composite action": (
        "x/action.yml",
        "runs:\n  using: composite\n  steps:\n  - run: pip install a\n    shell: bash\n",
        ["a"],
        [],
    ),
    "GitLab": (
        ".gitlab-ci.yml",
        dedent("""
            image: python:3.11
            variables: {V: '3.9'}
            x:
              image: {name: 'python:$V'}
              before_script:
              - pip install a
              script: pip install b
            .y:
              script: &s
              - pip install c
            z:
              script: *s
        """),
        ["a", "b", "c"],
        [("3.11", "==3.11.*"), ("python:$V", "==3.9.*")],
    ),
    "CircleCI": (
        ".circleci/config.yml",
        dedent("""
            jobs:
              x:
                docker:
                - image: cimg/python:3.11
                - image: python:2.7
                steps:
                - checkout
                - run: pip install a
                - run:
                    name: n
                    command: |
                      pip install b
        """),
        ["a", "b"],
        [("3.11", "==3.11.*")],
    ),
    "CircleCI with parameters": (
        ".circleci/config.yml",
        "jobs:\n  x:\n    docker:\n    - image: cimg/python:<< parameters.v >>\n",
        [],
        [],
    ),
    "Azure": (
        "azure-pipelines.yml",
        dedent("""
            jobs:
            - job: x
              strategy:
                matrix:
                  A: {python.version: '3.9'}
                  B: {python.version: '3.10'}
              steps:
              - task: UsePythonVersion@0
                inputs:
                  versionSpec: $(python.version)
              - script: pip install a
              - bash: pip install b
              - task: Bash@3
                inputs: {script: pip install c}
        """),
        ["a", "b", "c"],
        [("3.9", "", "==3.9.*", "==3.10.*")],
    ),
    "Azure with variables": (
        "azure-pipelines.yml",
        dedent("""
            variables:
            - name: v
              value: 3.10
            steps:
            - task: UsePythonVersion@0
              inputs: {versionSpec: $(v)}
        """),
        [],
        [("3.10", "==3.10.*")],
    ),
    "Travis": (
        ".travis.yml",
        dedent("""
            language: python
            python: [3.6, 3.10]
            jobs:
              include:
              - python: 3.7
                script: pip install a
            before_install: pip install b
            install:
            - pip install c
        """),
        ["b", "c", "a"],
        [("3.6, 3.10", "", "==3.6.*", "==3.10.*", "==3.7.*")],
    ),
    "Travis with one": (
        ".travis.yml",
        "python: '3.6'\n",
        [],
        [("3.6", "==3.6.*")],
    ),
}


@pytest.mark.parametrize(("path", "text", "named", "versions"), OTHERS.values(), ids=OTHERS)
def test_other_services(path: str, text: str, named: list[str], versions: list[tuple[str, ...]]) -> None:
    source, found = facts(workflow.read, path, text)
    assert packages(found) == named
    assert pythons(source, found) == versions
    for command in commands(found):
        assert [under(source, requirement.at) for requirement in command.requirements] == [command.requirements[0].name]


@pytest.mark.parametrize("text", ["", "1: 2\n", "jobs: x\n", "jobs:\n- a\n", "jobs: {x: {steps: {a: b}}}\n"])
@pytest.mark.parametrize(
    "path", [GITHUB, "action.yml", ".gitlab-ci.yml", ".circleci/config.yml", "azure-pipelines.yml", ".travis.yml"]
)
def test_other_shapes_say_nothing(path: str, text: str) -> None:
    assert list(workflow.read(Source(path, text.encode()))) == []


@pytest.mark.parametrize("text", ["- a\n- b\n", "a"])
@pytest.mark.parametrize(
    "path", [GITHUB, ".gitlab-ci.yml", ".circleci/config.yml", "azure-pipelines.yml", ".travis.yml"]
)
def test_what_is_no_mapping_is_said(path: str, text: str) -> None:
    [fact] = workflow.read(Source(path, text.encode()))
    assert isinstance(fact, Unreadable)
    assert fact.reason == "is no mapping, as a file of CI must be"


@pytest.mark.parametrize("text", ["- a\n- b\n", "a"])
def test_an_action_of_another_kind_says_nothing(text: str) -> None:
    assert list(workflow.read(Source("envs/action.yml", text.encode()))) == []


@pytest.mark.parametrize("text", ["a: [", "a: b: c", "\0", "[" * 5000, "{" * 5000, "- " * 5000])
def test_what_is_no_yaml_is_said(text: str) -> None:
    [fact] = workflow.read(Source(GITHUB, text.encode()))
    assert isinstance(fact, Unreadable)


@pytest.mark.parametrize(
    "path", [GITHUB, ".gitlab-ci.yml", ".circleci/config.yml", "azure-pipelines.yml", ".travis.yml"]
)
def test_aliases_are_visited_once(path: str) -> None:
    lines = ["a0: &a0 {run: pip install x, script: pip install x}"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    found = list(workflow.read(Source(path, "\n".join([*lines, "jobs: *a29", "python: *a29"]).encode())))
    assert len([fact for fact in found if isinstance(fact, InstallCommand)]) <= 1
