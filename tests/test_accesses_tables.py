"""Are the tables of accesses well formed, and do the libraries have the calls and arguments that they name?

The second half needs the libraries: what is not installed here is skipped. They were all read, side by side, in the
versions that the tables name.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mlaudit import knowledge
from mlaudit.knowledge.accesses import ROLES, Access, accesses, method_accesses
from mlaudit.knowledge.streams import canonical

TABLES = sorted((Path(knowledge.FOLDER) / "accesses").glob("*.toml"))
LIBRARIES = [path for path in TABLES if path.stem != "methods"]
KINDS = {"data", "model", "image", "configuration", "log", "figure", "hosted", "package", "artifact", "tracked"}


class Line(NamedTuple):
    """A name of a table with its section as TOML, and what the loader makes of it."""

    name: str
    role: str
    section: dict[str, Any]


def _lines(path: Path) -> Iterator[Line]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    for role, sections in table.items():
        for section in sections:
            yield from (Line(name, role, section) for name in section["names"].split())


def _rows(path: Path) -> Iterator[tuple[str, Access]]:
    look_up = method_accesses if path.stem == "methods" else accesses
    for name in dict.fromkeys(line.name for line in _lines(path)):
        yield from ((name, row) for row in look_up(name))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_tables_have_known_roles_and_fields_only(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# ")
    for line in _lines(path):
        assert line.role in ROLES
        assert set(line.section) <= {"names", *Access._fields} - {"role"}, line
        assert line.section.get("position") in (None, "keyword") or isinstance(line.section["position"], int)
    for name, row in _rows(path):
        assert row.kind in KINDS, name
        assert re.compile(row.versioned)
        assert isinstance(row.revision, tuple)
        assert isinstance(row.verified, tuple)
        assert row.argument or row.position is None, name


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_name_stands_once_in_a_role_for_an_argument_and_under_conditions(path: Path) -> None:
    keys = [(each.name, each.role, each.section.get("argument")) for each in _lines(path)]
    held = {
        (each.name, each.role, each.section.get("argument"))
        for each in _lines(path)
        if not {"when", "unless"} & set(each.section)
    }
    assert [key for key, count in Counter(keys).items() if count > 1 and key in held] == []
    assert [name for (name, role, _), count in Counter(keys).items() if count > 2] == []


@pytest.mark.parametrize("path", LIBRARIES, ids=lambda path: path.stem)
def test_a_name_is_canonical_and_stands_in_the_file_of_its_library(path: Path) -> None:
    for line in _lines(path):
        parts = line.name.split(".")
        assert parts[0] == path.stem
        assert all(part.isidentifier() for part in parts) or (parts[1] == "*" and len(parts) == 3), line.name
        if "*" not in parts:
            assert canonical(line.name) == line.name


def test_methods_are_names_alone() -> None:
    assert all(line.name.isidentifier() for path in TABLES if path.stem == "methods" for line in _lines(path))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_conditions_are_of_plain_values_and_each_call_reaches_its_rows(path: Path) -> None:
    rows = list(_rows(path))
    assert rows
    for _, row in rows:
        for _, values in (*row.when, *row.unless):
            assert all(isinstance(value, str | int | float | bool) for value in values)


@pytest.mark.parametrize(
    ("name", "role", "argument"),
    [
        ("builtins.open", "opens", "file"),
        ("keras.utils.get_file", "downloads", "origin"),
        ("keras.applications.resnet50.ResNet50", "models", "weights"),
        ("torchvision.models.resnet.resnet18", "weights", "weights"),
        ("imageio.imread", "reads", "uri"),
        ("mlflow.sklearn.load_model", "models", "model_uri"),
        ("openai.OpenAI.chat.completions.create", "models", "model"),
        ("transformers.AutoModel.from_pretrained", "models", "pretrained_model_name_or_path"),
        ("statsmodels.api.datasets.get_rdataset", "datasets", "dataname"),
    ],
)
def test_calls_are_found_under_the_names_that_programs_use(name: str, role: str, argument: str) -> None:
    assert (role, argument) in {(row.role, row.argument) for row in accesses(canonical(name))}


@pytest.mark.parametrize(
    ("name", "stays", "moves"),
    [
        ("kagglehub.model_download", ["google/bert/tensorFlow2/base/2"], ["google/bert/tensorFlow2/base"]),
        ("tensorflow_datasets.load", ["mnist:3.0.1", "glue/cola:2.0.0"], ["mnist", "mnist:3.*.*"]),
        (
            "tensorflow_hub.load",
            ["https://tfhub.dev/google/nnlm-en-dim50/2"],
            ["https://tfhub.dev/google/nnlm-en-dim50"],
        ),
        (
            "mlflow.pyfunc.load_model",
            ["models:/x/3", "runs:/4f2a/model"],
            ["models:/x/Production", "models:/x@champion"],
        ),
        ("wandb.use_artifact", ["team/project/data:v3"], ["data:latest", "data"]),
        ("openai.ChatCompletion.create", ["gpt-4-0613", "gpt-4o-2024-08-06"], ["gpt-4o", "gpt-3.5-turbo"]),
        ("anthropic.Anthropic.messages.create", ["claude-3-5-sonnet-20240620"], ["claude-3-5-sonnet-latest"]),
        ("ultralytics.YOLO", ["yolov8n.pt", "yolo11n-seg.pt"], ["yolov8n.yaml", "runs/train/weights/best.pt"]),
    ],
)
def test_names_that_say_their_version(name: str, stays: list[str], moves: list[str]) -> None:
    (row,) = (row for row in accesses(name) if row.role in ("models", "datasets") and row.argument != "engine")
    assert [text for text in stays if not re.search(row.versioned, text)] == []
    assert [text for text in moves if re.search(row.versioned, text)] == []
