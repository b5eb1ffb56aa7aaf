"""What of odd input to data and models: documents of another shape, templates, paths of other systems, secrets in URLs,
names that are no text? And is the lineage picture right, node by node?"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mlaudit import facts
from mlaudit.arguments import FORMATS
from mlaudit.audit import facts_of
from mlaudit.config import Config
from mlaudit.files.discover import discover
from mlaudit.listed import LineageNode
from mlaudit.outputs import completed, needs_of, render
from mlaudit.reports import facts as facts_report
from mlaudit.reports.drawing import standing
from tests.conftest import audited, commit, write
from tests.test_projects import PROJECTS, made

Make = Callable[[dict[str, Any]], Path]
FAMILIES = ("DAT", "MOD", "MLA")
READS_NOTHING = {"use.py": "import pandas as pd\n\nframe = pd.read_csv('nowhere.csv')\n"}
NOWHERE = "DAT002 use.py:3"
RECORD = "    outs:\n    - {{path: {out}, hash: md5, md5: 0cc175b9c0f1b6a831c399e269772661, size: 1}}\n"
REMOTE = {".dvc/config": "[core]\n    remote = store\n['remote \"store\"']\n    url = s3://acme/dvc\n"}


def _said(root: Path) -> list[str]:
    report = audited(root, *FAMILIES)
    assert report.crashes == ()
    return [f"{finding.rule.id} {finding.at.path}:{finding.at.line}" for finding in report.findings]


def _known(reason: str, *values: Any) -> Any:
    """A case that fails, for a reason that is known: the test fails when it is mended and this is still here."""
    return pytest.param(*values, marks=pytest.mark.xfail(strict=True, reason=reason))


SHAPES = ("- a\n- b\n", "just words\n", "3\n", "~\n", "true\n", "[]\n")


@pytest.mark.parametrize("text", SHAPES)
@pytest.mark.parametrize("path", ["dvc.yaml", "dvc.lock", "data/raw.csv.dvc"])
def test_yaml_that_is_no_mapping_is_said_to_be_unread(path: str, text: str, repo: Make) -> None:
    assert _said(repo({path: text, **READS_NOTHING})) == sorted(
        [NOWHERE, f"MLA001 {path}:1"], key=lambda said: said[7:]
    )


@pytest.mark.parametrize("text", SHAPES)
@pytest.mark.parametrize("path", ["params.yaml", "conf/config.yaml", "conf/data/local.yaml"])
def test_settings_of_any_shape_are_settings(path: str, text: str, repo: Make) -> None:
    assert _said(repo({path: text, **READS_NOTHING})) == [NOWHERE]


def test_a_valohai_yaml_that_is_no_list(repo: Make) -> None:
    assert _said(repo({"valohai.yaml": "just words\n", **READS_NOTHING})) == [NOWHERE, "MLA001 valohai.yaml:1"]


PIPELINES = [
    pytest.param("stages: train\n", 1, id="stages that are a text"),
    pytest.param("stages:\n  a: python a.py\n", 2, id="a stage that is a text"),
    pytest.param("stages:\n  a: [1]\n", 2, id="a stage that is a list"),
    pytest.param("stages:\n  a:\n", 2, id="a stage that is nothing"),
    pytest.param("stages:\n  a:\n    outs: [x.csv]\n", 2, id="a stage without a command"),
    pytest.param("stages:\n  a:\n    foreach: [x, y]\n", 2, id="foreach without do"),
    pytest.param("stages: [a, b]\n", 1, id="stages that are a list"),
    pytest.param("stages:\n  a:\n    cmd: x\n    outs: x.csv\n", 2, id="outs that are a text"),
    pytest.param("stages: {}\n---\nb: 1\n", 1, id="a second document"),
]


@pytest.mark.parametrize(("text", "line"), PIPELINES)
def test_a_pipeline_that_dvc_refuses(text: str, line: int, repo: Make) -> None:
    assert _said(repo({"dvc.yaml": text, **READS_NOTHING})) == [f"MLA001 dvc.yaml:{line}", NOWHERE]


@pytest.mark.parametrize(
    "text",
    [
        "deps:\n- path: other.csv\n",
        "outs:\n",
        "outs: []\n",
        "outs: raw.csv\n",
        "outs: [raw.csv]\n",
        "outs: [null, 3, [a]]\n",
        "outs:\n- md5: 22a1a2931c8370d3aeedd7183606fd7f\n",
        "outs: {path: raw.csv}\n",
        "md5: 22a1a2931c8370d3aeedd7183606fd7f\n",
        "",
    ],
)
def test_a_pointer_without_outputs_holds_no_data(text: str, repo: Make) -> None:
    """It is said to be unread, and what it might have meant is not taken for being there."""
    root = repo({"raw.csv.dvc": text, "use.py": "import pandas as pd\n\nframe = pd.read_csv('raw.csv')\n"})
    assert _said(root) == ["MLA001 raw.csv.dvc:1", "DAT002 use.py:3"]


def _lock(**stages: tuple[str, str]) -> str:
    """A dvc.lock of stages: name → command and output. `__` stands for `@`."""
    entries = (
        f"  {name.replace('__', '@')}:\n    cmd: {command}\n{RECORD.format(out=out)}"
        for name, (command, out) in stages.items()
    )
    return f"schema: '2.0'\nstages:\n{''.join(entries)}"


FOREACH = "stages:\n  fit:\n    foreach: {items}\n    do:\n      cmd: python fit.py ${{item}}\n      outs: ['out/${{item}}.csv']\n"
TWO = _lock(fit__a=("python fit.py a", "out/a.csv"), fit__b=("python fit.py b", "out/b.csv"))
TEMPLATES = {
    "a value of params.yaml": (
        {
            "params.yaml": "model: {depth: 3}\n",
            "dvc.yaml": "stages:\n  fit:\n    cmd: python fit.py ${model.depth}\n    outs: [m.csv]\n",
            "dvc.lock": _lock(fit=("python fit.py 3", "m.csv")),
        },
        [],
    ),
    "a value that changed": (
        {
            "params.yaml": "model: {depth: 4}\n",
            "dvc.yaml": "stages:\n  fit:\n    cmd: python fit.py ${model.depth}\n    outs: [m.csv]\n",
            "dvc.lock": _lock(fit=("python fit.py 3", "m.csv")),
        },
        ["DAT008 dvc.yaml:2"],
    ),
    "an output from a variable": (
        {
            "dvc.yaml": "vars: [{name: m}]\nstages:\n  fit:\n    cmd: python fit.py\n    outs: ['${name}.csv']\n",
            "dvc.lock": _lock(fit=("python fit.py", "m.csv")),
            "more.py": "import pandas as pd\n\nframe = pd.read_csv('m.csv')\n",
        },
        [],
    ),
    "foreach over a list, of which a program reads one and one that is none": (
        {
            "dvc.yaml": FOREACH.format(items="[a, b]"),
            "dvc.lock": TWO,
            "more.py": "import pandas as pd\n\nframe = pd.read_csv('out/a.csv')\nother = pd.read_csv('out/c.csv')\n",
        },
        ["DAT002 more.py:4"],
    ),
    "foreach over a mapping": (
        {
            "dvc.yaml": "stages:\n  fit:\n    foreach: {a: {n: 1}, b: {n: 2}}\n    do:\n      cmd: python fit.py ${key} ${item.n}\n"
            "      outs: ['${key}.csv']\n",
            "dvc.lock": _lock(fit__a=("python fit.py a 1", "a.csv"), fit__b=("python fit.py b 3", "b.csv")),
        },
        ["DAT008 dvc.yaml:2"],
    ),
    "a matrix": (
        {
            "dvc.yaml": "stages:\n  fit:\n    matrix: {m: [a, b], s: [1]}\n    cmd: python fit.py ${item.m} ${item.s}\n"
            "    outs: ['${item.m}-${item.s}.csv']\n",
            "dvc.lock": "schema: '2.0'\nstages:\n"
            + "".join(
                f"  fit@{m}-1:\n    cmd: python fit.py {m} 1\n{RECORD.format(out=f'{m}-1.csv')}" for m in ("a", "b")
            ),
        },
        [],
    ),
    "an escaped variable is the shell's": (
        {
            "dvc.yaml": "stages:\n  fit:\n    cmd: echo \\${HOME}\n    outs: [m.csv]\n",
            "dvc.lock": _lock(fit=("echo ${HOME}", "m.csv")),
        },
        [],
    ),
}


@pytest.mark.parametrize(("files", "said"), TEMPLATES.values(), ids=TEMPLATES)
def test_templates_are_filled_in(files: dict[str, Any], said: list[str], repo: Make) -> None:
    root = repo({**files, **REMOTE})
    assert _said(root) == said
    assert audited(root, "DAT008").unchecked == ()


def test_a_template_that_the_commit_does_not_fill_in_is_not_judged(repo: Make) -> None:
    root = repo(
        {
            "dvc.yaml": FOREACH.format(items="${elsewhere}"),
            "dvc.lock": TWO,
            "use.py": "import pandas as pd\n\nframe = pd.read_csv('out/any.csv')\nother = pd.read_csv('other/any.csv')\n",
            **REMOTE,
        }
    )
    assert _said(root) == ["DAT002 use.py:4"]
    assert [finding.message for finding in audited(root, "DAT008").unchecked] == [
        "`fit` names `elsewhere`, whose value the commit does not say."
    ]


def test_templates_that_never_end(repo: Make) -> None:
    """DVC refuses them; here they only must come to an end."""
    circle = "vars: [{a: '${b}', b: '${a}'}]\nstages:\n  fit:\n    cmd: python fit.py ${a} ${\n    outs: ['${a}.csv']\n"
    nested = f"stages:\n  fit:\n    cmd: {'${' * 5000}\n    outs: [m.csv]\n"
    for text in (circle, nested, FOREACH.format(items="3"), FOREACH.format(items="[[a], {b: c}, null, 1.5]")):
        assert audited(repo({"dvc.yaml": text, "dvc.lock": TWO}), *FAMILIES).crashes == ()


PLACES = [
    pytest.param(r"r'C:\Users\ann\rows.csv'", ["DAT001"], id="drive"),
    pytest.param("'D:/data/rows.csv'", ["DAT001"], id="drive with slashes"),
    pytest.param(r"os.path.join('C:\\data', 'rows.csv')", ["DAT001"], id="drive, joined"),
    pytest.param(r"r'\\nas\share\rows.csv'", ["DAT001"], id="UNC"),
    pytest.param(r"r'\\?\C:\data\rows.csv'", ["DAT001"], id="long drive"),
    pytest.param("'//nas/share/rows.csv'", ["DAT001"], id="UNC with slashes"),
    pytest.param("pathlib.PureWindowsPath('C:/data') / 'rows.csv'", ["DAT001"], id="a path of Windows"),
    pytest.param("'file:///home/ann/rows.csv'", ["DAT001"], id="file URL"),
    pytest.param("'file:///C:/Users/ann/rows.csv'", ["DAT001"], id="file URL of a drive"),
    pytest.param(r"'data\\rows.csv'", [], id="backslashes below the repository"),
    pytest.param(r"'data\\gone.csv'", ["DAT002"], id="backslashes to what is nowhere"),
    pytest.param("'data/a%20b.csv'", ["DAT002"], id="a path is not decoded: the file is `a b.csv`"),
    pytest.param("'data/c%20d.csv'", [], id="a file whose name holds a percent sign"),
    pytest.param("'data/100%.csv'", ["DAT002"], id="a percent sign alone"),
    pytest.param("'https://github.com/ann/x/raw/main/a%20b.csv'", ["DAT003"], id="an encoded URL of a branch"),
    pytest.param("'https://host.example/%zz%/v1/rows.csv'", [], id="an encoding that is none"),
]


@pytest.mark.parametrize(("written", "rules"), PLACES)
def test_paths_of_other_systems_and_encodings(written: str, rules: list[str], repo: Make) -> None:
    program = f"import os\nimport pathlib\nimport pandas as pd\n\nframe = pd.read_csv({written})\n"
    rows = dict.fromkeys(("data/rows.csv", "data/a b.csv", "data/c%20d.csv"), "x\n")
    assert [said.partition(" ")[0] for said in _said(repo({"use.py": program, **rows}))] == rules


@pytest.mark.parametrize("url", [r"\\nas\dvc", r"D:\dvc"])
def test_a_remote_of_windows_is_of_one_machine(url: str, repo: Make) -> None:
    pointer = "outs:\n- {path: r.csv, md5: 0cc175b9c0f1b6a831c399e269772661}\n"
    root = repo({".dvc/config": f"[core]\n    remote = a\n['remote \"a\"']\n    url = {url}\n", "r.csv.dvc": pointer})
    assert _said(root) == ["DAT010 .dvc/config:3"]


@pytest.mark.parametrize(
    ("readme", "expected"),
    [
        ("Download `train.csv` from https://host.example/shops.", ("warning", "medium")),
        ("Put the archive's files into `shops_2024`.", ("warning", "medium")),
        ("Unpack shops_2024.zip here.", ("warning", "medium")),
        ("The model learns from `train.csv`.\n\nGet well soon.", ("error", "high")),
        ("Put the files into `other/`.", ("error", "high")),
    ],
)
def test_what_a_readme_says_how_to_get_is_told_with_less_weight(
    readme: str, expected: tuple[str, str], repo: Make
) -> None:
    root = repo(
        {
            "README.md": f"# Shops\n\n{readme}\n",
            "use.py": "import pandas as pd\n\nframe = pd.read_csv('shops_2024/train.csv')\n",
        }
    )
    found = [each for each in audited(root, *FAMILIES).findings if each.rule.id == "DAT002"]
    assert [(each.level, each.confidence) for each in found] == [expected]


def test_wget_decodes_the_name_of_the_file(repo: Make) -> None:
    program = "import pandas as pd\n\nframe = pd.read_csv('my rows.csv')\n"
    assert "DAT002 use.py:3" not in _said(
        repo({"get.sh": "wget https://host.example/my%20rows.csv\n", "use.py": program})
    )


SECRET = "hunter2hunter"
BRANCH = "raw.githubusercontent.com/ann/data/main/rows.csv"


def _reading(url: str) -> dict[str, str]:
    """A program that reads a URL, put together from a constant where it names one."""
    constant = f"TOKEN = '{SECRET}'\n" if "TOKEN" in url else ""
    return {"use.py": f"import pandas as pd\n\n{constant}frame = pd.read_csv({url})\n"}


def _fetching(*arguments: str) -> dict[str, str]:
    return {"get.sh": f"{' '.join(arguments)}\n", **READS_NOTHING}


POINTER = "outs:\n- {path: r.csv, md5: 0cc175b9c0f1b6a831c399e269772661}\n"
LEAKS = {
    "user and password": _reading(f"'https://ann:{SECRET}@{BRANCH}'"),
    "a token for a user": _reading(f"'https://{SECRET}@{BRANCH}'"),
    "an encoded password": _reading(f"'https://ann:p%40{SECRET}@{BRANCH}'"),
    "a constant in an f-string": _reading(f"f'https://ann:{{TOKEN}}@{BRANCH}'"),
    "a token in an f-string": _reading(f"f'https://{{TOKEN}}@{BRANCH}'"),
    "parts": _reading(f"'https://ann:' + TOKEN + '@{BRANCH}'"),
    "format": _reading(f"'https://ann:{{}}@{BRANCH}'.format(TOKEN)"),
    "percent": _reading(f"'https://ann:%s@{BRANCH}' % TOKEN"),
    "an object store": _reading(f"'s3://AKIA:{SECRET}@bucket/rows.csv'"),
    "a database": {
        "use.py": f"import pandas as pd\n\nrows = pd.read_sql('SELECT * FROM t LIMIT 5', 'postgresql://ann:{SECRET}@db.example/x')\n"
    },
    "a registry": {
        "use.py": f"import mlflow\n\nmlflow.set_tracking_uri('https://ann:{SECRET}@ml.example')\nmlflow.pyfunc.load_model('models:/churn/Production')\n"
    },
    "a notebook": {"a.ipynb": [f"!wget https://ann:{SECRET}@host.example/rows.csv\nopen('nowhere.csv').read()"]},
    "wget": _fetching("wget", f"https://ann:{SECRET}@host.example/rows.csv"),
    "curl": _fetching("curl", "-u", f"ann:{SECRET}", "-O", "https://host.example/rows.csv"),
    "a remote": {
        ".dvc/config": f"[core]\n    remote = a\n['remote \"a\"']\n    url = https://ann:{SECRET}@dav.example\n    password = {SECRET}\n",
        "r.csv.dvc": POINTER,
        **READS_NOTHING,
    },
    "a remote that is not defined": {
        ".dvc/config": f"[core]\n    remote = b\n['remote \"a\"']\n    url = https://ann:{SECRET}@dav.example\n    password = {SECRET}\n",
        "r.csv.dvc": POINTER,
    },
    "an import": {"r.csv.dvc": f"deps:\n- path: https://ann:{SECRET}@host.example/r.csv\nouts:\n- path: r.csv\n"},
    "a command of a stage": {
        "dvc.yaml": f"stages:\n  get:\n    cmd: wget https://ann:{SECRET}@host.example/r.csv\n    outs: [r.csv]\n",
        "dvc.lock": _lock(get=("wget x", "r.csv")),
    },
    "a parameter": {
        "params.yaml": f"url: https://ann:{SECRET}@host.example\n",
        "dvc.yaml": "stages:\n  get:\n    cmd: python a.py\n    params: [url]\n    outs: [r.csv]\n",
        "dvc.lock": "schema: '2.0'\nstages:\n  get:\n    cmd: python a.py\n    params:\n      params.yaml: {url: https://x}\n"
        + RECORD.format(out="r.csv"),
    },
    "a platform": {
        "valohai.yaml": f"- step:\n    name: t\n    image: python:3.12\n    command: pip install --index-url https://ann:{SECRET}@i.example numpy\n"
        f"    inputs:\n      - name: a\n        default: https://ann:{SECRET}@{BRANCH}\n"
    },
    "requirements": {
        "requirements.txt": f"--extra-index-url https://ann:{SECRET}@i.example\nnumpy\ngit+https://{SECRET}@github.com/ann/x\n"
    },
    "YAML that breaks off": {"dvc.yaml": f"stages: {{get: [https://ann:{SECRET}@host.example\n"},
    "code that breaks off": {"use.py": f"x = 'https://ann:{SECRET}@host.example\n"},
    "a token in the query": _reading(f"'https://{BRANCH}?token={SECRET}'"),
    "a token in the query of an f-string": _reading(f"f'https://{BRANCH}?token={{TOKEN}}'"),
    "a signed URL of a bucket": _fetching("wget", f"'https://b.s3.amazonaws.com/r.csv?X-Amz-Signature={SECRET}'"),
    "a shared access signature": _fetching("wget", f"'https://b.blob.core.windows.net/c/r.csv?sv=1&sig={SECRET}'"),
    "an at sign in the password": _reading(f"'https://ann:p@{SECRET}@{BRANCH}'"),
    "a slash in the password": {
        "use.py": f"import pandas as pd\n\nrows = pd.read_sql('SELECT * FROM t LIMIT 5', 'postgresql://ann:p/{SECRET}@db.example/x')\n"
    },
    "wget's options": _fetching("wget", "--user", "ann", "--password", SECRET, "https://host.example/rows.csv"),
    "parts on several lines": _reading(f"\n    'https://ann:'\n    '{SECRET}'\n    '@{BRANCH}'\n"),
    "an input of a platform": {
        "valohai.yaml": f"- step:\n    name: t\n    image: python:3.12\n    command: python a.py\n    inputs:\n      - name: a\n"
        f"        default: https://b.s3.amazonaws.com/latest/rows.csv?X-Amz-Security-Token={SECRET}\n"
    },
    "a header of a command": _fetching(
        "curl", "-H", f"'Authorization: Bearer {SECRET}'", "-O", "https://host.example/rows.csv"
    ),
    "a variable before a command": _fetching(
        f"KAGGLE_KEY={SECRET}", "kaggle", "datasets", "download", "-d", "ann/rows"
    ),
    "a key in the line of the call": {
        "use.py": f"import boto3\n\nboto3.client('s3', aws_secret_access_key='{SECRET}').download_file('b', 'rows.csv', 'rows.csv')\n"
    },
    "a token behind #": _reading(f"'https://{BRANCH}#access_token={SECRET}'"),
    "digits and a slash in the password": _reading(f"'https://ann:123/{SECRET}@{BRANCH}'"),
    "curl's -u without a space": _fetching("curl", f"-uann:{SECRET}", "-O", "https://host.example/rows.csv"),
}
SNIPPET = "the line of the program is shown as it stands, and no URL in it holds the whole secret"
KNOWN_LEAKS = {
    "parts on one line": (SNIPPET, _reading(f"'https://ann:' + '{SECRET}' + '@{BRANCH}'")),
    "an f-string that holds it": (SNIPPET, _reading(f"f\"https://ann:{{'{SECRET}'}}@{BRANCH}\"")),
}


def _all_outputs(root: Path) -> Iterator[str]:
    """Every format of the report, with nothing left out of it, and the facts: of a constant that is only later put
    into a URL, code alone does not say that it is a secret."""
    report = completed(audited(root, "ALL", min_confidence="low"), needs_of(FORMATS), Config())
    assert report.findings
    for form in FORMATS:
        yield render(form, report)
    if "TOKEN" in "".join(path.read_text() for path in root.glob("*.py")):
        return
    repo, _ = facts_of(discover(root))
    for as_json in (False, True):
        yield facts_report.render(repo, list(facts.KINDS), (), as_json=as_json)


@pytest.mark.parametrize(
    "files",
    [
        *(pytest.param(files, id=name) for name, files in LEAKS.items()),
        *(
            pytest.param(files, id=name, marks=pytest.mark.xfail(strict=True, reason=reason))
            for name, (reason, files) in KNOWN_LEAKS.items()
        ),
    ],
)
def test_credentials_of_urls_are_in_no_output(files: dict[str, Any], repo: Make) -> None:
    for text in _all_outputs(repo(files)):
        assert SECRET not in text


SHOWN = [
    "https://raw.githubusercontent.com/ann/data/main/rows.csv?version=3&columns=a,b",
    "https://raw.githubusercontent.com/ann/data/main/@types/rows.csv",
    "https://raw.githubusercontent.com/ann/key/main/rows.csv?raw=true",
]


@pytest.mark.parametrize("url", SHOWN)
def test_what_is_no_secret_is_shown(url: str, repo: Make) -> None:
    root = repo(_reading(f"'{url}'"))
    assert [f"`{url}`" in finding.message for finding in audited(root, "DAT003").findings] == [True]


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        pytest.param(f"https://ann:{SECRET}@{BRANCH}", "DAT003", id="of a branch"),
        pytest.param(f"s3://AKIA:{SECRET}@bucket/rows.csv", "DAT006", id="of a bucket"),
    ],
)
def test_credentials_hide_no_finding(url: str, rule: str, repo: Make) -> None:
    assert [said.partition(" ")[0] for said in _said(repo(_reading(f"'{url}'")))] == [rule]


NAMES = [
    os.fsdecode(b"data/\xff\xfe.csv"),
    os.fsdecode(b"data/caf\xe9.csv"),
    "data/a\nb.csv",
    'data/"q".csv',
    "data/\u202ea.csv",
]


@pytest.mark.skipif(sys.platform == "darwin", reason="a file system that takes only UTF-8")
@pytest.mark.parametrize("is_git", [False, True])
def test_names_that_are_no_text(is_git: bool, tmp_path: Path) -> None:
    """Data, pointers, pipelines and programs of any name are listed, judged, and shown without harm."""
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 1\n"
    files: dict[str, Any] = dict.fromkeys(NAMES, pointer)
    files[os.fsdecode(b"data/\xe9.csv.dvc")] = b"outs:\n- path: \xe9.csv\n"
    files[os.fsdecode(b"\xe9/dvc.yaml")] = "stages:\n  a:\n    cmd: python a.py\n    outs: [m.csv]\n"
    files[os.fsdecode(b"\xe9/use.py")] = READS_NOTHING["use.py"]
    write(tmp_path, files)
    if is_git:
        commit(tmp_path)
    report = audited(tmp_path, *FAMILIES)
    assert report.crashes == ()
    broken = {finding.at.path for finding in report.findings if finding.rule.id == "DAT009"}
    assert set(NAMES) <= broken
    others = {finding.rule.id for finding in report.findings if finding.at.path not in NAMES}
    assert {"DAT002", "DAT008"} <= others
    for form in FORMATS:
        text = render(form, completed(report, needs_of({form}), Config()))
        text.encode()
        assert "\u202e" not in text
    assert len(json.loads(render("json", report))["findings"]) == len(report.findings)


def _picture(about: str, root: Path) -> tuple[dict[str, tuple[str, str]], set[str]]:
    """The picture in the JSON report on a project of tests/repos: node → kind and state; `source does target`."""
    project = next(each.values[0] for each in PROJECTS if str(each.id).startswith(about))
    assert isinstance(project, dict)
    lineage = json.loads(render("json", audited(made(project, root))))["lineage"]
    nodes = {node["id"]: (node["kind"], node["state"]) for node in lineage["nodes"]}
    assert len(nodes) == len(lineage["nodes"]), "an id is that of one node"
    assert all(node["name"] == node["id"].partition(":")[2] for node in lineage["nodes"])
    assert all(edge["source"] in nodes and edge["target"] in nodes for edge in lineage["edges"])
    return nodes, {f"{edge['source']} {edge['does']} {edge['target']}" for edge in lineage["edges"]}


def test_the_picture_of_notebooks_that_hand_files_on(tmp_path: Path) -> None:
    nodes, edges = _picture("notebook_chain: each reads", tmp_path)
    assert nodes == {
        "file:data/orders_final_v2.xlsx": ("file", "nowhere"),
        "file:shops.csv": ("file", "tracked"),
        "file:data/clean.parquet": ("file", "written"),
        "file:data/features.parquet": ("file", "written"),
        "file:data/labels.parquet": ("file", "nowhere"),
        "file:models/shops.joblib": ("model", "written"),
        "program:01_clean.ipynb": ("program", "notebook"),
        "program:02_features.ipynb": ("program", "notebook"),
        "program:03_model.ipynb": ("program", "notebook"),
    }
    assert edges == {
        "file:data/orders_final_v2.xlsx reads program:01_clean.ipynb",
        "file:shops.csv reads program:01_clean.ipynb",
        "program:01_clean.ipynb writes file:data/clean.parquet",
        "file:data/clean.parquet reads program:02_features.ipynb",
        "program:02_features.ipynb writes file:data/features.parquet",
        "file:data/features.parquet reads program:03_model.ipynb",
        "file:data/labels.parquet reads program:03_model.ipynb",
        "program:03_model.ipynb writes file:models/shops.joblib",
    }


def test_the_picture_of_a_fine_tune(tmp_path: Path) -> None:
    nodes, edges = _picture("hugging_face: revisions", tmp_path)
    assert nodes == {
        "source:dair-ai/emotion": ("source", "named"),
        "model:distilbert/distilbert-base-uncased": ("model", "named"),
        "program:emotion/train.py": ("program", "script"),
        "file:out": ("model", "written"),
    }
    assert edges == {
        "source:dair-ai/emotion loads program:emotion/train.py",
        "model:distilbert/distilbert-base-uncased loads program:emotion/train.py",
        "program:emotion/train.py writes file:out",
    }


def test_the_picture_says_what_dvc_keeps(tmp_path: Path) -> None:
    nodes, _ = _picture("dvc: as", tmp_path)
    assert "DVC" in nodes["file:data/raw.csv"][1]


@pytest.mark.parametrize(("project", "file"), [("dvc: as", "data/raw.csv"), ("git_lfs: pointers", "data/train.npz")])
def test_what_dvc_and_lfs_keep_is_drawn_as_kept(project: str, file: str, tmp_path: Path) -> None:
    nodes, _ = _picture(project, tmp_path)
    kind, state = nodes[f"file:{file}"]
    assert standing(LineageNode(f"file:{file}", kind, file, state)) == "kept"


def test_the_picture_says_what_git_lfs_keeps(tmp_path: Path) -> None:
    nodes, _ = _picture("git_lfs: pointers", tmp_path)
    assert "LFS" in nodes["file:data/train.npz"][1]


def test_the_picture_of_a_client_of_a_bucket(tmp_path: Path) -> None:
    nodes, edges = _picture("s3_pipeline: names", tmp_path)
    assert nodes["source:s3://acme-raw/events/events.parquet"] == ("source", "remote")
    assert "program:pipeline/extract.py writes file:data/events.parquet" in edges


def test_the_picture_of_a_command_that_names_its_file(tmp_path: Path) -> None:
    nodes, _ = _picture("s3_pipeline: names", tmp_path)
    assert "file:data/labels.csv/labels.csv" not in nodes


def test_the_picture_of_a_model_that_a_program_fetches(tmp_path: Path) -> None:
    _, edges = _picture("hugging_face: an adapter", tmp_path)
    assert "program:fetch_base.py writes file:base" in edges
    assert "file:base reads program:serve.py" in edges


def test_the_picture_of_a_kernel(tmp_path: Path) -> None:
    nodes, _ = _picture("kaggle: a script", tmp_path)
    assert nodes["file:../input/bike-sharing-demand/train.csv"] == ("file", "on Kaggle")


def test_the_picture_of_a_registry(tmp_path: Path) -> None:
    nodes, _ = _picture("mlflow_registry", tmp_path)
    assert "file:model" not in nodes


def test_the_picture_of_a_folder(tmp_path: Path) -> None:
    nodes, _ = _picture("text_models", tmp_path)
    assert nodes["file:texts"][1] == "tracked"


def test_the_picture_agrees_with_what_is_dangling(tmp_path: Path) -> None:
    """What DAT002 does not speak of, since a command or program may put it there, is not said to be nowhere."""
    nodes, _ = _picture("cookiecutter", tmp_path)
    assert [node for node, (_, state) in nodes.items() if state == "nowhere"] == ["file:references/zones.csv"]


def test_the_picture_of_mounted_inputs(tmp_path: Path) -> None:
    nodes, _ = _picture("valohai: two steps", tmp_path)
    assert "file:/valohai/inputs/prepared/01862f4b-7d2c-4a6c-1e5d-9b0f2a7c3d4e" not in nodes
    assert nodes["file:/valohai/inputs/sensors/sensors.csv"][1] == "written"
