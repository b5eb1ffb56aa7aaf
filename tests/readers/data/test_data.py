"""What do the files of DVC and Git LFS say, and what is said of those that are not as they should be?"""

import json

import pytest

from mlaudit.facts import LockedStage, Parameter, Pointer, Remote, Stage, TrackingRule, Unreadable
from mlaudit.readers.data import attributes, lfs, parameters, pipeline, pipeline_lock, pointer_file, remotes
from mlaudit.source import Source

MD5 = "22a1a2931c8370d3aeedd7183606fd7f"


def source(path: str, text: str | bytes) -> Source:
    return Source(path, text.encode() if isinstance(text, str) else text)


def test_a_pointer_of_dvc() -> None:
    text = f"wdir: ../models\nouts:\n- md5: {MD5}.dir\n  size: 17\n  nfiles: 2\n  hash: md5\n  path: best\n"
    (found,) = pointer_file.read(source("week/files/model.dvc", text))
    assert isinstance(found, Pointer)
    assert found[1:8] == ("dvc", "week/models/best", f"{MD5}.dir", "md5", 17, 2, True)
    assert (found.at.line, found.at.column, found.at.end_column) == (7, 9, 13)


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("data\\raw.csv", "a/data/raw.csv"),
        ("C:\\data\\raw.csv", "C:\\data\\raw.csv"),
        ("\\\\server\\share\\raw.csv", "\\\\server\\share\\raw.csv"),
        ("/data/raw.csv", "/data/raw.csv"),
        ("s3://bucket/raw.csv", "s3://bucket/raw.csv"),
        ("https://me:secret@example.com/raw.csv", "https://***@example.com/raw.csv"),
        ("données%20brutes.csv", "a/données%20brutes.csv"),
        ("../raw/", "raw"),
    ],
)
def test_paths_of_pointers(written: str, path: str) -> None:
    (found,) = pointer_file.read(source("a/x.dvc", f"outs:\n- path: '{written}'\n"))
    assert isinstance(found, Pointer)
    assert found.path == path


def test_the_algorithm_of_dvc_2_and_what_imports_say() -> None:
    (old,) = pointer_file.read(source("x.dvc", f"outs:\n- md5: {MD5}\n  path: x\n"))
    text = f"deps:\n- path: d\n  repo:\n    url: https://u:p@example.com/r\n    rev_lock: abc\nouts:\n- md5: {MD5}\n  hash: md5\n  path: x\n"
    (imported,) = pointer_file.read(source("x.dvc", text))
    (fetched,) = pointer_file.read(source("x.dvc", "deps:\n- etag: e\n  path: s3://b/x\nouts:\n- path: x\n"))
    assert isinstance(old, Pointer)
    assert isinstance(imported, Pointer)
    assert isinstance(fetched, Pointer)
    assert (old.digest, old.algorithm) == (MD5, "md5-dos2unix")
    assert (imported.source, imported.revision) == ("https://***@example.com/r", "abc")
    assert (fetched.digest, fetched.algorithm, fetched.source) == ("e", "etag", "s3://b/x")


@pytest.mark.parametrize("reader", [pointer_file, pipeline, pipeline_lock, parameters])
@pytest.mark.parametrize(
    "text",
    [
        "- a\n- b\n",
        "just words",
        "a: [1, 2",
        "a: ${b}: c",
        "\tx: 1",
        "outs:\n- md5: [",
        "a: &a [*a]\n",
        "stages: &s {a: {cmd: x, vars: [*s]}}\nouts: 5",
        "{" * 2000,
        b"\xff\xfe\x00bad",
        b"caf\xe9: 1\n",
        "",
        "stages:\n  x: 5\n  y: {cmd: [1, {a: b}]}\n  z: {do: 7, foreach: ${}}\nouts: {a: b}",
        "stages: 7",
    ],
)
def test_bad_files_are_facts(reader: object, text: str | bytes) -> None:
    for fact in reader.read(source("dvc.yaml", text)):  # type: ignore[attr-defined]
        assert isinstance(fact, Unreadable | Stage | LockedStage | Pointer | Parameter)
        json.dumps(fact)


@pytest.mark.parametrize("text", ["md5: abc\n", "outs: []\n", "outs:\n- md5: abc\n", ""])
def test_a_pointer_without_outputs(text: str) -> None:
    (found,) = pointer_file.read(source("x.dvc", text))
    assert isinstance(found, Unreadable)


def test_aliases_that_grow_without_end() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert any(isinstance(fact, Unreadable) for fact in parameters.read(source("params.yaml", "\n".join(rows))))


def test_a_stage() -> None:
    text = """vars: [conf.yaml]
stages:
  train:
    foreach: ${sizes}
    do:
      wdir: sub
      cmd: [python a.py, "python b.py ${item}"]
      deps: [a.py]
      params: [lr, {conf.toml: [a.b]}, {all.json: }]
      outs: [model.bin, {x.txt: {cache: false}}]
      metrics: [{m.json: {cache: false}}]
      frozen: true
"""
    (found,) = pipeline.read(source("dvc.yaml", text))
    assert isinstance(found, Stage)
    assert (found.at.line, found.at.column, found.at.end_column) == (3, 3, 8)
    assert found.command == ("python a.py", "python b.py ${item}")
    assert [(each.path, each.is_cached) for each in found.outputs] == [
        ("model.bin", True),
        ("x.txt", False),
        ("m.json", False),
    ]
    assert [(each.file, each.key) for each in found.parameters] == [
        ("params.yaml", "lr"),
        ("conf.toml", "a.b"),
        ("all.json", ""),
    ]
    assert (found.folder, found.frozen, found.variables, found.foreach) == ("sub", True, '["conf.yaml"]', '"${sizes}"')


# As DVC 3.67 reads them, which reads YAML 1.2 with ruamel.yaml.
@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"), ("true", True), ("010", 10), ("0o10", 8), ("0x1F", 31), ("1_000", 1000), ("1e-3", 0.001),
        ("1.", 1.0), (".5", 0.5), ("-3", -3), ("~", None), ("'5'", "5"), ("1:30", "1:30"), ("[1, a]", [1, "a"]),
        ("{}", {}), (".inf", float("inf")), ("1.2.3", "1.2.3"), ("on", "on"), ("", None),
    ],
)  # fmt: skip
def test_values_are_those_of_yaml_1_2(written: str, value: object) -> None:
    (found,) = parameters.read(source("params.yaml", f"a: {written}\n"))
    assert isinstance(found, Parameter)
    assert json.loads(found.value) == value


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("p.yaml", "a: {b: 1, c: [1, 2]}\nd: x\n"),
        ("p.json", '{"a": {"b": 1, "c": [1, 2]}, "d": "x"}'),
        ("p.toml", "d = 'x'\n[a]\nb = 1\nc = [1, 2]\n"),
        ("p.py", "class a:\n    b = 1\n    c: list = [1, 2]\n\nd = 'x'\ne = open('f')\n"),
    ],
)
def test_parameters_of_each_format(path: str, text: str) -> None:
    found = [fact for fact in parameters.read(source(path, text)) if isinstance(fact, Parameter)]
    assert sorted((fact.keys, json.loads(fact.value)) for fact in found) == [
        (("a", "b"), 1),
        (("a", "c"), [1, 2]),
        (("d",), "x"),
    ]
    line = text.splitlines()[found[0].at.line - 1]
    assert line[found[0].at.column - 1 :].startswith(("1", "x"))


def test_remotes() -> None:
    text = "[core]\n    remote = nas\n    autostage = true\n['remote \"nas\"']\n    url = ssh://me:pw@example.com/dvc\n# url = x\n"
    (found,) = remotes.read(source(".dvc/config", text))
    assert found == Remote(found.at, "nas", "ssh://***@example.com/dvc", True)
    assert (found.at.line, found.at.column, found.at.end_column) == (4, 11, 14)
    assert list(remotes.read(source(".dvc/config", b"\xff\xff[[[=\n= 3\n[core"))) == []


def test_attributes() -> None:
    text = '[attr]big filter=lfs -text\n# *.x filter=lfs\n*.bin filter=lfs diff=lfs merge=lfs -text\n"a b/*" big\n*.md text\nREADME.bin !filter\n'
    found = [fact for fact in attributes.read(source(".gitattributes", text)) if isinstance(fact, TrackingRule)]
    assert [(fact.pattern, fact.is_lfs, fact.at.line) for fact in found] == [
        ("*.bin", True, 3),
        ("a b/*", True, 4),
        ("README.bin", False, 6),
    ]


def test_pointers_of_git_lfs() -> None:
    text = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'4d' * 32}\nsize 12345\n"
    (found,) = lfs.read(source("a.bin", text))
    assert found[1:6] == ("lfs", "a.bin", "4d" * 32, "sha256", 12345)
    (cut,) = lfs.read(source("a.bin", text[:60]))
    assert isinstance(cut, Unreadable)
    assert list(lfs.read(source("a.bin", "a,b\n"))) == []
