"""Which packages, files and projects does a command install, and where does it say so?"""

import pytest

from mlaudit.facts import Comparison, Include
from mlaudit.readers.commands import install
from mlaudit.readers.commands.shell import Word
from mlaudit.source import Source

from .reading import commands, packages, shell, sources, spelled, under

# The command, and what it names: packages with comparisons, then files after "-r"/"-c", then projects after "@".
READINGS = {
    "pip install numpy": "numpy",
    "pip3.9 install 'numpy>=1.2,<2' scipy==1.0": "numpy>=1.2,<2 scipy==1.0",
    "pip install torch>=2": "torch",
    "pip install -r requirements.txt -c ./c.txt": "-r:requirements.txt -c:c.txt",
    "pip install -rrequirements.txt --requirement=sub/dev.txt": "-r:requirements.txt -r:sub/dev.txt",
    "pip install -Uqr requirements.txt": "-r:requirements.txt",
    "pip install . -e .[dev] ./sub ../up dist/a-1.0-py3-none-any.whl dist/*.whl": (
        "@. @. @sub @../up @dist/a-1.0-py3-none-any.whl @dist/*.whl"
    ),
    "pip install a-1.0-py3-none-any.whl[all]": "@a-1.0-py3-none-any.whl",
    "pip install -t dir --platform x -i https://i --index-url https://j --no-binary :all: numpy": "numpy",
    "pip install 'a[b,c]==1; python_version<\"3\"'": "a==1",
    "pip install git+https://github.com/a/b@v1#egg=c": "c",
    "pip install --help": "",
    "pip download numpy": "",
    "pip wheel numpy": "",
    "pip uninstall numpy": "",
    "pip --no-cache-dir install numpy": "numpy",
    "sudo -E -u me pip install a": "a",
    "env A=b C=d pip install a": "a",
    "PIP_X=1 pip install a": "a",
    "time pip install a": "a",
    "nohup exec pip install a": "a",
    "timeout 60 pip install a": "a",
    "travis_retry pip install a": "a",
    "python -m pip install a": "a",
    "python3.11 -u -m pip install a": "a",
    "py -3.11 -m pip install a": "a",
    "{sys.executable} -m pip install a": "a",
    "$PYTHON -m pip install a": "a",
    "$(PIP) install a": "a",
    "${BIN}pip3 install a": "a",
    "$(VENV)/bin/pip install a": "a",
    ".venv\\Scripts\\pip.exe install a": "",  # a shell drops the backslashes
    "'.venv\\Scripts\\pip.exe' install a": "a",
    "$SUDO apt-get install -y a": "a",
    "uv run pip install a": "a",
    "poetry run pip install a": "a",
    "conda run -n x --no-capture-output pip install a": "a",
    "uvx --from b pip install a": "a",
    "if ! pip install a; then pip install b; fi": "a b",
    "f() { pip install a; }": "a",
    "bash -lc 'pip install a && conda install b=1'": "a b=1",
    'su - me -c "pip install a"': "a",
    "pipx install a==1": "a==1",
    "pip-sync a.txt b.txt": "-r:a.txt -r:b.txt",
    "uv pip install --system a -r r.txt": "a -r:r.txt",
    "uv pip sync a.txt": "-r:a.txt",
    "uv pip compile r.in": "",
    "uv add 'a>=1' b@1.2": "a>=1 b==1.2",
    "uv sync --locked": "",
    "uv tool install a@latest": "a",
    "uv run --with a==1 --with-requirements r.txt python x.py": "a==1 -r:r.txt",
    "uv run python x.py": "",
    "conda install a b=1.2 c=1.2=build d==1.2 'e>=1.2' forge::f 'g=1.*'": "a b=1.2 c==1.2 d==1.2 e>=1.2 f g=1.*",
    "conda create -yn env python=3.8 -c x": "python=3.8",
    "conda install 'a>=1.2,<2'": "a>=1.2,<2",
    "conda env create -f env.yml": "-r:env.yml",
    "conda env create env.yaml": "-r:env.yaml",
    "conda env update --file=env.yml --prune": "-r:env.yml",
    "mamba install --file r.txt a": "-r:r.txt a",
    "micromamba create -f env.yml": "-r:env.yml",
    "conda-lock install -n x conda-lock.yml": "-r:conda-lock.yml",
    "pixi add numpy": "numpy",
    "pixi add --pypi numpy==1": "numpy==1",
    "pixi install --locked": "",
    "poetry add a@^1.2 'b>=1' c==2 d@latest e[x]@~1": "a^1.2 b>=1 c==2 d e~1",
    "poetry install --no-root --with dev": "",
    "pdm add -dG test a==1": "a==1",
    "pdm sync": "",
    "pipenv install --dev a~=1.0 -r r.txt": "a~=1.0 -r:r.txt",
    "npm install a@1.2.3 b@^1 c@latest d@1 @s/e@2.0.0": "a==1.2.3 b^1 c d==1.* @s/e==2.0.0",
    "npm ci": "",
    "npm run build": "",
    "yarn add a@1.2.3": "a==1.2.3",
    "pnpm add a": "a",
    "apt-get install -y --no-install-recommends -t sid a=1.2-3 b:amd64 g++ ./c.deb": "a==1.2-3 b g++ @c.deb",
    "apk add --no-cache --virtual .deps a=1.2 b~1": "a==1.2 b~1",
    "yum -y install a libcudnn8-8.0.4.30-1.cuda11.0": "a libcudnn8==8.0.4.30-1.cuda11.0",
    "hatch env create": "",
    "cargo install a": "",
    "echo pip install a": "",
    "grep 'pip install a' x": "",
    "find . -exec pip install a": "",
}


@pytest.mark.parametrize(("text", "expected"), READINGS.items(), ids=READINGS)
def test_readings(text: str, expected: str) -> None:
    source, found = shell(text)
    named: list[tuple[int, str]] = []
    for command in commands(found):
        named += [(item.at.column, spelled(item)) for item in command.requirements]
        named += [(item.at.column, f"-{item.role[0]}:{item.target}") for item in command.files]
        named += [(1000 + place, f"@{item}") for place, item in enumerate(command.projects)]
        for requirement in command.requirements:
            assert requirement.written in under(source, requirement.at)
        for file in command.files:
            assert under(source, file.at) == file.written
    assert " ".join(name for _, name in sorted(named)) == expected


# The command; tool, action and the text under it; options; opaque.
CALLS = {
    "sudo pip3 install -U --pre a": ("pip", "install", "pip3 install", ("upgrade", "pre"), False),
    "python -m pip  install a $B": ("pip", "install", "pip  install", (), True),
    "uv pip install -r r.txt": ("uv", "pip install", "uv pip install", ("requirement",), False),
    "uv sync --locked --no-dev": ("uv", "sync", "uv sync", ("locked", "no-dev"), False),
    "conda env update -f e.yml": ("conda", "env update", "conda env update", ("file",), False),
    "apt install -yqq a": ("apt", "install", "apt install", ("yes", "quiet"), False),
    "microdnf install a": ("dnf", "install", "microdnf install", (), False),
    "yarn --frozen-lockfile": ("yarn", "install", "yarn", ("frozen-lockfile",), False),
    "pip install $(cat r.txt)": ("pip", "install", "pip install", (), True),
    "pip install torch=={v}": ("pip", "install", "pip install", (), True),
    "pip install 'torch==%s'": ("pip", "install", "pip install", (), True),
    "pip install -r $FILE": ("pip", "install", "pip install", ("requirement",), True),
    "pip install -r <(uv export)": ("pip", "install", "pip install", ("requirement",), True),
    "cat r.txt | xargs -n 1 pip install": ("pip", "install", "pip install", (), True),
    "conda install -n $ENV a": ("conda", "install", "conda install", ("name",), False),
    "pip install -i $URL a": ("pip", "install", "pip install", ("index-url",), False),
    "pip install --require-hashes --no-deps a": ("pip", "install", "pip install", ("require-hashes", "no-deps"), False),
    "pipenv install --deploy": ("pipenv", "install", "pipenv install", ("deploy",), False),
    "pip install -- -a": ("pip", "install", "pip install", (), False),
}


@pytest.mark.parametrize(("text", "expected"), CALLS.items(), ids=CALLS)
def test_calls(text: str, expected: tuple[str, str, str, tuple[str, ...], bool]) -> None:
    source, found = shell(text)
    [command] = commands(found)
    assert (command.tool, command.action, under(source, command.at), command.options, command.opaque) == expected
    assert command.place == "shell"


SOURCES = {
    "pip install --pre a": [("pre", "", "--pre")],
    "pip install -i https://x a": [("index-url", "https://x", "-i https://x")],
    "pip install --extra-index-url='https://x' a": [("extra-index-url", "https://x", "--extra-index-url='https://x'")],
    "pip install -fhttps://x a": [("find-links", "https://x", "-fhttps://x")],
    "conda install -c a --channel b x": [("channel", "a", "-c a"), ("channel", "b", "--channel b")],
    "uv pip install --index-url $URL a": [("index-url", "$URL", "--index-url $URL")],
    "pip download --pre a": [],
}


@pytest.mark.parametrize(("text", "expected"), SOURCES.items(), ids=SOURCES)
def test_package_sources(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert sources(*shell(text)) == expected


def test_a_requirement_spans_what_is_inside_its_quotes() -> None:
    source, found = shell("pip install \"numpy>=1,<2\" 'a[b]==1; os_name==\"x\"' to\\rch x'==1'")
    [command] = commands(found)
    assert [under(source, item.at) for item in command.requirements] == ["numpy>=1,<2", "a[b]==1", "to\\rch", "x'==1"]


def test_fields_of_requirements() -> None:
    _, found = shell("pip install -e git+https://x/a.git@v1#egg=a b==1; conda install c=1.2=py38_0")
    first, second = commands(found)
    assert (first.requirements[0].editable, first.requirements[0].revision) == (True, "v1")
    assert (first.requirements[1].ecosystem, first.requirements[1].origin) == ("pypi", "shell")
    [conda] = second.requirements
    assert (conda.ecosystem, conda.build, conda.comparisons) == ("conda", "py38_0", (Comparison("==", "1.2"),))


FOLDERS = {
    "pip install -r r.txt": ["r.txt"],
    "cd a && pip install -r r.txt": ["a/r.txt"],
    "cd a\ncd ../b\npip install -r ../r.txt": ["r.txt"],
    "(cd a; pip install -r r.txt); (cd b; pip install -r r.txt); pip install -r r.txt": ["a/r.txt", "b/r.txt", "r.txt"],
    "pushd a; pip install -r r.txt; popd; pip install -r r.txt": ["a/r.txt", "r.txt"],
    "cd a; cd -; pip install -r r.txt": ["r.txt"],
    'cd "$(dirname "$0")/a"; pip install -r r.txt': ["a/r.txt"],
    "pip install -r $GITHUB_WORKSPACE/r.txt": ["r.txt"],
    'cd "$CI_PROJECT_DIR/a" && pip install -r r.txt': ["a/r.txt"],
    "cd $X/..; pip install -r r.txt": ["!/?/r.txt"],
    "cd /opt/a && pip install -r r.txt": ["!/opt/a/r.txt"],
    "pip install -r ../r.txt -r /tmp/r.txt -r https://x/r.txt": ["!../r.txt", "!/tmp/r.txt", "!https://x/r.txt"],
}


@pytest.mark.parametrize(("text", "expected"), FOLDERS.items(), ids=FOLDERS)
def test_files_are_named_from_the_root(text: str, expected: list[str]) -> None:
    _, found = shell(text)
    files = [file for command in commands(found) for file in command.files]
    assert [f"{'!' * file.escapes}{file.target}" for file in files] == expected


def test_the_directory_where_a_command_runs() -> None:
    _, found = shell("pip install -r r.txt . ../x -e ./y", directory="a/b")
    [command] = commands(found)
    assert isinstance(command.files[0], Include)
    assert [file.target for file in command.files] == ["a/b/r.txt"]
    assert command.projects == ("a/b", "a/x", "a/b/y")


def test_words_of_another_language() -> None:
    words = [Word("pip", 0, 3), Word("install", 4, 11), Word("a==1", 12, 16), Word("$x", 17, 19, True)]
    [command] = commands(install.command(words, Source("x", b"pip install a==1 $x").location, "python"))
    assert (command.place, command.opaque, command.requirements[0].at.column) == ("python", True, 13)


def test_text_without_install_commands_is_not_split(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(text: str) -> None:
        raise AssertionError(text)

    monkeypatch.setattr(install, "simple_commands", refuse)
    assert packages(shell("make all\npython train.py\n" * 1000)[1]) == []
