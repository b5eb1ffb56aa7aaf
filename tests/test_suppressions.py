"""Does a comment silence what it speaks for, and nothing else, in every format that has comments?"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlaudit.config import Config, Ignore, UsageError, build
from mlaudit.facts import Suppression
from mlaudit.findings import Report
from mlaudit.readers.comments import read
from mlaudit.source import Source
from tests.conftest import audited, commit, git, notebook, write
from tests.test_cli import run

Make = Callable[[dict[str, Any]], Path]
WHY = "mlaudit: ignore[REQ001, REQ011, DAT001] meant to be"
DRAW = "x = pd.read_csv('/home/ann/x.csv')"


def told(report: Report) -> list[tuple[str, str, int]]:
    return [(finding.rule.id, finding.at.path, finding.at.line) for finding in report.findings]


def silenced(report: Report) -> list[tuple[str, str, str]]:
    return [(each.finding.rule.id, each.kind, each.reason) for each in report.silenced]


# By format: a file with one finding at %s, where the comment stands behind it, and one where it stands above.
BESIDE = {
    "requirements.txt": ("REQ001", f"numpy>=1  # {WHY}\n"),
    "train.py": ("DAT001", f"import pandas as pd\n{DRAW}  # {WHY}\n"),
    "pyproject.toml": ("REQ001", f"[project]\nname='x'\nversion='1'\ndependencies = [\n 'numpy>=1', # {WHY}\n]\n[tool.uv]\npackage = false\n"),
    "environment.yml": ("REQ001", f"name: x\ndependencies:\n- numpy>=1  # {WHY}\n"),
    "Dockerfile": ("REQ011", f"FROM python:3.12.4\nRUN pip install numpy  # {WHY}\n"),
    "build.sh": ("REQ011", f"pip install numpy  # {WHY}\n"),
    "Makefile": ("REQ011", f"all:\n\tpip install numpy  # {WHY}\n"),
    ".github/workflows/a.yml": ("REQ011", f"on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n    - run: pip install numpy  # {WHY}\n"),
    "Pipfile": ("REQ001", f"[packages]\nnumpy = '*'  # {WHY}\n"),
    ".devcontainer/devcontainer.json": ("REQ011", f'{{\n  "image": "python:3.12.4",\n  "postCreateCommand": "pip install numpy" // {WHY}\n}}\n'),
    "eda.ipynb": ("DAT001", ["import pandas as pd", f"y = 1\n{DRAW}  # {WHY}\n"]),
}  # fmt: skip
ABOVE = {
    "requirements.txt": ("REQ001", f"scipy==1.11.4\n# {WHY}\nnumpy>=1 \\\n  --no-binary numpy\n"),
    "train.py": ("DAT001", f"import pandas as pd\n# {WHY}\nx = pd.read_csv(\n    '/home/ann/x.csv',\n)\n"),
    "pyproject.toml": ("REQ001", f"[project]\nname='x'\nversion='1'\n# {WHY}\ndependencies = [\n 'numpy>=1',\n]\n[tool.uv]\npackage = false\n"),
    "environment.yml": ("REQ001", f"name: x\n# {WHY}\ndependencies:\n- numpy>=1\n"),
    "Dockerfile": ("REQ011", f"FROM python:3.12.4\n# {WHY}\nRUN apt-get update && \\\n    pip install numpy\n"),
    "build.sh": ("REQ011", f"if true; then\n  # {WHY}\n  pip install \\\n    numpy\nfi\n"),
    "Makefile": ("REQ011", f"# {WHY}\nall:\n\tpip install numpy\n"),
    ".github/workflows/a.yml": ("REQ011", f"on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n    # {WHY}\n    - run: |\n        pip install numpy\n"),
    "Pipfile": ("REQ001", f"[packages]\n# {WHY}\nnumpy = '*'\n"),
    "setup.cfg": ("REQ001", f"[metadata]\nname = x\n[options]\n# {WHY}\ninstall_requires =\n  numpy>=1\n"),
    "tox.ini": ("REQ011", f"[testenv]\n; {WHY}\ncommands =\n  pip install numpy\n"),
    ".devcontainer/devcontainer.json": ("REQ011", f'{{\n  "image": "python:3.12.4",\n  // {WHY}\n  "postCreateCommand": "pip install numpy"\n}}\n'),
    "eda.ipynb": ("DAT001", ["import pandas as pd", f"# {WHY}\ny = 1\n{DRAW}\n"]),
}  # fmt: skip
SCRIPT = (
    '# /// script\n# requires-python = "==3.12.4"\n# dependencies = [\n%s#   "numpy>=1",%s\n# ]\n# ///\nimport numpy\n'
)


@pytest.mark.parametrize(("path", "case"), [*BESIDE.items(), *ABOVE.items()], ids=str)
def test_formats(path: str, case: tuple[str, Any], repo: Make) -> None:
    rule, content = case
    texts = [content] if isinstance(content, str) else content
    bare = [line.replace(WHY, "a comment") for line in texts]
    assert [
        found[0] for found in told(audited(write(repo({}), {path: bare if path.endswith("ipynb") else bare[0]}), rule))
    ] == [rule]
    report = audited(write(repo({}), {path: content}), rule, "MLA")
    assert told(report) == []
    assert silenced(report) == [(rule, "inSource", "meant to be")]


@pytest.mark.parametrize("comments", [("", f"  # {WHY}"), (f"# # {WHY}\n", "")])
def test_the_header_of_a_script(comments: tuple[str, str], repo: Make) -> None:
    report = audited(repo({"fit.py": SCRIPT % comments}), "REQ001", "MLA")
    assert told(report) == []
    assert silenced(report) == [("REQ001", "inSource", "meant to be")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, end: str, repo: Make) -> None:
    text = f"scipy>=1{end}numpy>=1\t# {WHY} é{end}".encode(encoding)
    report = audited(repo({"requirements.txt": text}), "REQ001")
    assert told(report) == [("REQ001", "requirements.txt", 1)]
    assert len(report.silenced) == 1


@pytest.mark.parametrize(
    ("lines", "speaks_for"),
    [
        (["f(  # {}", "  1,", "  2,", ")"], (1, 4)),
        (["f(", "  1,  # {}", "  2,", ")"], (2, 2)),
        (["f(", "  1,", "  2,", ")  # {}"], (1, 4)),
        (["f(", "  g(  # {}", "    1,", "  ),", "  2)"], (2, 4)),
        (["f(", "  g(", "    1,", "  ),  # {}", "  2)"], (2, 4)),
        (["f(", "  # {}", "  g(", "    1,", "  ),", "  2)"], (2, 5)),
        (["# {}", "", "# another", "f(", "  1)", "g()"], (1, 5)),
        (["x = 1 + \\", "  2  # {}"], (1, 2)),
        (["with f(", "  1,", "):  # {}", "  g()"], (1, 3)),
        (["@f", "def g():  # {}", "  return '''", "'''"], (2, 2)),
        (["x = '''", "# a text", "'''  # {}"], (1, 3)),
        (["x = {'a': \"#\", # {}", "  'b': 1}"], (1, 2)),
    ],
)
def test_what_a_comment_speaks_for(lines: list[str], speaks_for: tuple[int, int]) -> None:
    text = "\n".join(lines).replace("{}", WHY, 1) + "\n"
    (found,) = read(Source("a.py", text.encode()))
    assert found.over is not None
    assert (found.over.line, found.over.end_line) == speaks_for
    assert found.problem == ""


def one(text: str, path: str = "a.py") -> Suppression:
    (found,) = read(Source(path, text.encode()))
    return found


def test_the_grammar() -> None:
    found = one("x  # mlaudit: ignore[REQ001,untagged-image ] see #12: it's so [until=2027-01-31]  # noqa: E501\n")
    assert [name.name for name in found.rules] == ["REQ001", "untagged-image"]
    assert [(name.at.column, name.at.end_column) for name in found.rules] == [(22, 28), (29, 43)]
    assert (found.reason, found.until, found.problem) == ("see #12: it's so", "2027-01-31", "")
    assert one("x  #mlaudit:ignore[A1] - why\n").reason == "why"
    assert one("# mlaudit: file-ignore[A1] why\n").over is None
    assert one("<!-- mlaudit: ignore[A1] why -->\ntext\nmore\n\nother\n", "a.md").reason == "why"
    for text in (
        "# Mlaudit: ignore[A1]",
        "# mlaudit ignore[A1]",
        "x = 'mlaudit: ignore[A1]'",
        "#: mlaudit: ignore[A1]",
    ):
        assert list(read(Source("a.py", text.encode()))) == []


@pytest.mark.parametrize(
    "text", ["(((((" * 10, "'''", '"""' + "a" * 99, "x = [\n# mlaudit: ignore[A", "\\\n" * 9, "}])", "\x00\ud800"]
)
@pytest.mark.parametrize(
    "path", ["a.py", "a.toml", "a.yml", "Dockerfile", "a.ipynb", "devcontainer.json", "a.md", "Makefile", "r.txt"]
)
def test_broken_files_are_read(text: str, path: str) -> None:
    content = f"# mlaudit: ignore[A1] a\n{text}\n# mlaudit: ignore[A1] b\nx = 1 # mlaudit: ignore[A1]\n"
    list(read(Source(path, content.encode("utf-8", "surrogatepass"))))


def test_several_comments_and_whole_files(repo: Make) -> None:
    text = "# mlaudit: ignore[REQ001] one\n# mlaudit: ignore[REQ008] two\nnumpy\n"
    report = audited(repo({"requirements.txt": text}), "REQ001", "MLA002", "MLA006")
    assert told(report) == []
    whole = "numpy\nscipy\n# mlaudit: file-ignore[unpinned-requirement] all\n"
    report = audited(repo({"requirements.txt": whole}), "REQ001", "MLA002")
    assert silenced(report) == [("REQ001", "inSource", "all")] * 2


@pytest.mark.parametrize("on_cell", [True, False])
@pytest.mark.parametrize("entry", ["DAT001", {"rule": ["machine-bound-path"], "reason": "why"}])
def test_metadata_of_notebooks(on_cell: bool, entry: Any, repo: Make) -> None:
    data = json.loads(notebook(["import pandas as pd", DRAW, DRAW.replace("ann", "bob")]))
    (data["cells"][1] if on_cell else data)["metadata"]["mlaudit"] = {"ignore": [entry]}
    for text in (json.dumps(data), json.dumps(data, indent=1)):
        report = audited(repo({"a.ipynb": text}), "DAT001", "MLA002")
        assert [finding.at.cell for finding in report.findings] == ([3] if on_cell else [])
        assert len(report.silenced) == (1 if on_cell else 2)


def test_a_cell_in_one_line_of_json(repo: Make) -> None:
    data = json.dumps(
        json.loads(notebook(["import pandas as pd", f"{DRAW}  # {WHY}\n{DRAW}", f"%%time\n# {WHY}\n{DRAW}\n{DRAW}"]))
    )
    report = audited(repo({"a.ipynb": data}), "DAT001")
    assert [finding.at.cell for finding in report.findings] == [2]
    assert [each.finding.at.cell for each in report.silenced] == [2, 3, 3]


def test_the_configuration_silences(repo: Make) -> None:
    root = repo({"a/requirements.txt": "numpy\nscipy\n", "b/requirements.txt": "numpy\n"})
    entry = Ignore(("REQ001",), "/a/", "old", text="numpy")
    report = audited(root, "REQ001", ignores=(entry,))
    assert [found[1:] for found in told(report)] == [("a/requirements.txt", 2), ("b/requirements.txt", 1)]
    assert silenced(report) == [("REQ001", "external", "old")]
    report = audited(root, "REQ001", per_file_ignores=(("b/*", ("dependencies",)),))
    assert [found[1] for found in told(report)] == ["a/requirements.txt"] * 2


def test_an_entry_of_the_configuration_that_silences_nothing(repo: Make) -> None:
    table = '[[tool.mlaudit.ignores]]\nrule = "REQ001"\npath = "%s"\n'
    root = repo({"pyproject.toml": table % "requirements.txt" + table % "other.txt", "requirements.txt": "numpy\n"})
    done = run(str(root), "--select", "REQ001,MLA", "--output-format", "concise")
    assert done.stdout == (
        "pyproject.toml:4:1: warning MLA002 unused-suppression: No finding of `REQ001` is left here to be silenced.\n"
    )


def test_levels(repo: Make) -> None:
    root = repo({"requirements.txt": "numpy\n"})
    assert [finding.level for finding in audited(root, "REQ001", levels=(("REQ001", "note"),)).findings] == ["note"]
    assert run(str(root), "--select", "REQ001").returncode == 1
    write(root, {"mlaudit.toml": '[levels]\nunpinned-requirement = "warning"\n'})
    assert run(str(root), "--select", "REQ001").returncode == 0
    write(root, {"mlaudit.toml": '[levels]\nunpined-requirement = "warning"\n'})
    assert "did you mean `unpinned-requirement`?" in run(str(root)).stderr


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"ignores": [{"rule": "REQ001"}]}, "must name `rule` and `path`"),
        ({"ignores": [{"rule": "REQ001", "path": "a", "reson": "x"}]}, "unknown key `reson`; did you mean `reason`?"),
        ({"ignores": [{"rule": "REQ001", "path": "a", "until": "soon"}]}, "`until` must be a date, YYYY-MM-DD"),
        ({"ignore": [{"rule": "REQ001"}]}, "tables stand under [[tool.mlaudit.ignores]]"),
        ({"levels": {"REQ001": "fatal"}}, "`REQ001` must be one of note, warning, error"),
        ({"per-file-ignores": {"a": "REQ001"}}, "`a` must be a list of strings"),
        ({"as-of": "2020-01-01"}, "unknown key `as-of`"),
    ],
)
def test_mistakes_in_the_configuration(table: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=r".") as caught:
        build(table, "mlaudit.toml")
    assert says in str(caught.value)
    assert build({}, "x") == Config(file="x")


def test_a_date_is_held_against_the_commit(repo: Make) -> None:
    root = repo({"requirements.txt": "numpy  # mlaudit: ignore[REQ001] why until=2100-01-01\n"})
    commit(root)
    day = git(root, "log", "-1", "--format=%cs").strip()
    assert told(audited(root, "REQ001", "MLA")) == []
    write(root, {"requirements.txt": f"numpy  # mlaudit: ignore[REQ001] why until={day}\n"})
    assert told(audited(root, "REQ001", "MLA")) == []
    done = run(str(root), "--select", "REQ001,MLA", "--as-of", "2999-01-01", "--output-format", "concise")
    assert [line.split()[2] for line in done.stdout.splitlines()] == ["REQ001", "MLA005"]
    assert "is not YYYY-MM-DD" in run(str(root), "--as-of", "tomorrow").stderr


def test_outputs_show_what_is_silenced(repo: Make, tmp_path: Path) -> None:
    root = repo(
        {"requirements.txt": "numpy  # mlaudit: ignore[REQ001] the <newest> is wanted\n", ".python-version": "3.12.4\n"}
    )
    formats = ("json", "sarif", "html", "markdown", "json-lines")
    done = run(
        str(root),
        "--select",
        "REQ001",
        *(word for form in formats for word in ("--output", f"{form}={tmp_path / form}")),
    )
    assert done.returncode == 0
    assert "not counted: 1 silenced" in done.stdout
    assert "dependencies 100 (0 with those)" in done.stdout
    data = json.loads((tmp_path / "json").read_text())
    assert data["totals"]["silenced"] == 1
    assert data["silenced"][0]["silenced"] == {
        "kind": "inSource",
        "reason": "the <newest> is wanted",
        "path": "requirements.txt",
        "line": 1,
    }
    (result,) = json.loads((tmp_path / "sarif").read_text())["runs"][0]["results"]
    assert result["suppressions"][0]["kind"] == "inSource"
    assert result["suppressions"][0]["justification"] == "the <newest> is wanted"
    assert "the &lt;newest&gt; is wanted" in (tmp_path / "html").read_text()
    assert "Not counted: 1 silenced." in (tmp_path / "markdown").read_text()
    assert '"kind": "silenced"' in (tmp_path / "json-lines").read_text()


def test_a_family_that_did_not_run_leaves_comments_alone(repo: Make) -> None:
    root = repo({"train.py": "x = 1  # mlaudit: ignore[RNG001] why\n"})
    assert told(audited(root, "MLA")) == []
    assert told(audited(root, "MLA", "RNG001")) == [("MLA002", "train.py", 1)]


def test_comments_at_the_head_of_a_file_speak_for_what_is_missing(repo: Make) -> None:
    text = "# mlaudit: ignore[REQ001] one\n# mlaudit: ignore[REQ002] two\nnumpy\n"
    report = audited(repo({"requirements.txt": text, "train.py": "import numpy\n"}), "REQ001", "REQ002", "MLA")
    assert told(report) == []
