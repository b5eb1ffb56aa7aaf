"""Does the configuration say what one table of settings says, and is the schema of it current?"""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mlaudit.config import Config, UsageError, build, load
from mlaudit.reports.settings import schema
from mlaudit.settings import SETTINGS
from tests.test_cli import run

Make = Callable[[dict[str, Any]], Path]
SCHEMA = Path(__file__).parent.parent / "docs" / "schema" / "config-1.json"


def test_the_schema_is_current() -> None:
    """`mlaudit config --schema > docs/schema/config-1.json` writes it anew."""
    assert SCHEMA.read_text("utf-8") == schema()
    jsonschema.Draft202012Validator.check_schema(json.loads(schema()))


def test_every_setting_is_a_field_and_every_example_holds() -> None:
    assert {setting.field for setting in SETTINGS} == {*Config._fields, "extend"} - {"file", "as_of"}
    check = jsonschema.Draft202012Validator(json.loads(schema()))
    for setting in SETTINGS:
        data = tomllib.loads(setting.example)
        assert list(data) == [setting.name]
        check.validate(data)
        if setting.name != "extend":
            assert getattr(build(data, "mlaudit.toml"), setting.field) != getattr(Config(), setting.field)


@pytest.mark.parametrize(
    "data",
    [
        {"fail-on": "fatal"},
        {"select": "A"},
        {"large-file-mb": 0},
        {"ignores": [{"rule": "A"}]},
        {"unknown": 1},
        {"levels": {"A": "x"}},
    ],
)
def test_the_schema_refuses_what_mlaudit_refuses(data: dict[str, Any]) -> None:
    assert not jsonschema.Draft202012Validator(json.loads(schema())).is_valid(data)
    with pytest.raises(UsageError):
        build(data, "mlaudit.toml")


def test_a_file_extends_another(repo: Make) -> None:
    root = repo(
        {
            "base/mlaudit.toml": 'fail-on = "note"\nignore = ["REQ012"]\nbaseline = "known.json"\n[levels]\nREQ001 = "note"\n[[ignores]]\nrule = "REQ001"\npath = "a"\n',
            "pyproject.toml": '[tool.mlaudit]\nextend = "base/mlaudit.toml"\nignore = ["REQ002"]\n[tool.mlaudit.levels]\nREQ001 = "error"\n[[tool.mlaudit.ignores]]\nrule = "REQ002"\npath = "b"\n',
        }
    )
    config = load(str(root))
    assert (config.fail_on, config.ignore) == ("note", ("REQ002",))
    assert dict(config.levels) == {"REQ001": "error"}
    assert [entry.path for entry in config.ignores] == ["a", "b"]
    assert config.baseline == str(root / "base" / "known.json")
    assert config.file == str(root / "pyproject.toml")


def test_mistakes_in_extend(repo: Make) -> None:
    root = repo({"mlaudit.toml": 'extend = "mlaudit.toml"\n'})
    assert "more than 10 files" in run(str(root)).stderr
    (root / "mlaudit.toml").write_text('extend = "nothing.toml"\n')
    assert "`extend` names `nothing.toml`, which is no file" in run(str(root)).stderr


def test_the_command_explains_settings(repo: Make) -> None:
    assert len(run("config").stdout.splitlines()) == len(SETTINGS)
    assert 'fail-on = "warning"' in run("config", "fail-on").stdout
    done = run("config", "fail-onn")
    assert (done.returncode, done.stderr) == (2, "mlaudit: no setting is called `fail-onn`; did you mean `fail-on`?\n")
    assert run("config", "--schema").stdout == schema()
    root = repo({"mlaudit.toml": 'ignore = ["REQ"]\nfail-on = "note"\n'})
    shown = run("--show-settings", str(root), "--select", "REQ001,MLA001", "--ignore", "REQ001").stdout
    assert shown.startswith(f"# from {root / 'mlaudit.toml'}\n")
    assert tomllib.loads(shown)["fail-on"] == "note"
    assert tomllib.loads(shown)["select"] == ["REQ001", "MLA001"]
    assert shown.endswith("# 1 rules: MLA001\n")
