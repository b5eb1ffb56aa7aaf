"""Do rules of packs find what they ask for, take part in everything, and say in one line what is wrong with them?"""

import importlib.util
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mlaudit.catalogue import catalogue
from mlaudit.config import Config, UsageError, load
from mlaudit.examples import failures
from mlaudit.findings import Rule
from mlaudit.packs.reading import pack
from mlaudit.packs.schema import schema
from mlaudit.rulebook import examples
from tests.conftest import commit, write
from tests.test_cli import run

Make = Callable[[dict[str, Any]], Path]
ROOT = Path(__file__).parent.parent
PACK = ROOT / "tests" / "packs" / "our-rules"
PAGE = (ROOT / "docs" / "own-rules.md").read_text("utf-8")
RULES = pack(str(PACK))
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in RULES
    for number, example in enumerate(examples(rule), 1)
]
PRINT = """id = "ACM900"
name = "printing"
level = "warning"
confidence = "high"
title = "Print"
passed = "Nothing prints"
message = "`{name}` prints."
rationale = "Logs are read, prints are not."
fix = "Use logging."
references = ["https://log.example"]

[match]
call = "print"
in = ["modules", "programs"]
"""
CODE = "print(1)\n"
SETTINGS = 'rule-packs = ["./own"]\n'


@pytest.fixture
def house(repo: Make) -> Path:
    return repo(
        {"mlaudit.toml": SETTINGS, "own/house/printing.toml": PRINT, "a.py": CODE, "README.md": "python a.py\n"}
    )


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example(rule: Rule, example: dict[str, Any], tmp_path: Path) -> None:
    assert failures(rule, example, tmp_path, RULES) == []


def test_every_rule_of_the_page_holds(tmp_path: Path) -> None:
    """Each block of the page that names a file of a pack is such a file, and its examples hold."""
    blocks = re.findall(r"```toml\n# (our-rules/\S+)\n(.*?)```\n", PAGE, re.DOTALL)
    assert len(blocks) >= 6
    write(tmp_path, dict(blocks))
    done = run("rule", "test", "our-rules", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok  ACM002 unsafe-load: 2 examples\n" in done.stdout
    check = jsonschema.Draft202012Validator(json.loads(schema()))
    for _, text in blocks:
        check.validate(tomllib.loads(text))


def test_the_page_and_the_schema_are_current() -> None:
    """`python tools/write_own_rules.py` writes them anew."""
    spec = importlib.util.spec_from_file_location("write_own_rules", ROOT / "tools" / "write_own_rules.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.with_tables(PAGE) == PAGE
    assert module.SCHEMA.read_text("utf-8") == schema()
    jsonschema.Draft202012Validator.check_schema(json.loads(schema()))


def test_the_schema_takes_every_rule() -> None:
    check = jsonschema.Draft202012Validator(json.loads(schema()))
    for rule in RULES:
        check.validate(tomllib.loads(Path(rule.path).read_text("utf-8")))


def test_own_rules_take_part_in_everything(house: Path) -> None:
    def said(*arguments: str) -> str:
        return run(str(house), "--output-format", "concise", *arguments).stdout

    line = "a.py:1:1: warning ACM900 printing: `print` prints."
    for selector in ("ACM900", "printing", "ACM", "house"):
        assert said("--select", selector).splitlines()[0] == line
        assert line not in said("--ignore", selector)
    assert line in said()
    assert line not in said("--isolated")
    (house / "mlaudit.toml").write_text(SETTINGS + '[levels]\nprinting = "error"\n')
    assert "error ACM900" in said("--select", "house")
    (house / "mlaudit.toml").write_text(SETTINGS + '[per-file-ignores]\n"*.py" = ["house"]\n')
    assert line not in said()
    (house / "mlaudit.toml").write_text(SETTINGS)
    (house / "a.py").write_text("print(1)  # mlaudit: ignore[ACM900] a script for people\n")
    assert line not in said()
    assert "MLA003" not in said()
    assert run(str(house), "--min-score", "house=101").returncode == 2


def test_own_rules_in_reports(house: Path) -> None:
    data = json.loads(run(str(house), "--output-format", "json", "--select", "house").stdout)
    assert [(each["family"], each["score"]) for each in data["scores"]] == [("house", 0)]
    assert [(each["thing"], each["number"]) for each in data["looked"]] == [("file of code", 1)]
    sarif = json.loads(run(str(house), "--output-format", "sarif", "--select", "house").stdout)
    (rule,) = sarif["runs"][0]["tool"]["driver"]["rules"]
    assert (rule["id"], rule["helpUri"]) == ("ACM900", "https://log.example")
    for form in ("full", "html", "markdown", "junit", "github", "gitlab", "json-lines"):
        done = run(str(house), "--output-format", form, "--select", "house")
        assert "ACM900" in done.stdout, form
        assert "blob/main/rules/house" not in done.stdout
    saved = house / "saved.json"
    run(str(house), "--output", f"json={saved}", "--select", "house")
    assert "ACM900" in run("report", str(saved), "--format", "html").stdout


def test_the_baseline_knows_own_rules(house: Path) -> None:
    commit(house)
    assert run("baseline", "create", str(house), "--select", "house").returncode == 0
    assert run(str(house), "--select", "house", "--fail-on", "note").returncode == 0
    (house / "a.py").write_text("print(1)\nprint(2)\n")
    assert run(str(house), "--select", "house", "--fail-on", "note").returncode == 1
    assert run(str(house), "--select", "house", "--fail-on", "note", "--baseline-ref", "HEAD").returncode == 1


def test_pages(house: Path) -> None:
    assert run("rule", "ACM900", cwd=house).stdout.startswith("ACM900 printing\nhouse · warning · confidence high\n")
    assert "ACM900  warning  printing: Print\n" in run("rule", "--all", cwd=house).stdout
    assert "did you mean `printing`?" in run("rule", "printin", cwd=house).stderr
    (listed,) = [
        each
        for each in json.loads(run("rule", "--all", "--output-format", "json", cwd=house).stdout)
        if each["id"] == "ACM900"
    ]
    assert listed["path"] == "own/house/printing.toml"


def test_nothing_to_judge(repo: Make) -> None:
    root = repo(
        {
            "mlaudit.toml": SETTINGS,
            "own/house/unsafe-load.toml": (PACK / "house" / "unsafe-load.toml").read_text(),
            "a.py": CODE,
        }
    )
    data = json.loads(run(str(root), "--output-format", "json", "--select", "house").stdout)
    assert data["scores"][0]["rules"]["idle"] == ["ACM002"]
    (root / "a.py").write_text("import torch\ntorch.load('a', weights_only=True)\n")
    data = json.loads(run(str(root), "--output-format", "json", "--select", "house").stdout)
    assert data["scores"][0]["rules"]["passed"] == ["ACM002"]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("rationale =", "rational =", "unknown key `rational`; did you mean `rationale`?"),
        ('level = "warning"', 'level = "warn"', "`level` must be one of note, warning, error; did you mean `warning`?"),
        ('level = "warning"\n', "", "`level` is missing"),
        ("[match]", "[mach]", "unknown key `mach`"),
        ("[match]\n", "[match]\nimage = 'a'\n", "[match] must hold one of call, import,"),
        ('call = "print"', 'cal = "print"', "[match] must hold one of call, import, requirement, image, file, data; did you mean `call`?"),
        ('call = "print"', "call = 1", "[match]: `call` must be a text, or a list of texts"),
        ('call = "print"', 'call = "pd.read_csv"', "`pd.read_csv` is no full name; did you mean `pandas.read_csv`?"),
        ('"modules", ', '"notebook", ', "`in` must be among programs, modules, notebooks, tests; did you mean `notebooks`?"),
        ("in = [", "whithin = [", "[match]: unknown key `whithin`; did you mean `within`?"),
        ("[match]\n", "[match]\nwith.a = { equal = 1 }\n", "[match]: `with`: `a`: unknown key `equal`; did you mean `equals`?"),
        ("[match]\n", "[match]\nwith.a = { is = 'absent', equals = 1 }\n", "an argument that is absent has no value to ask for"),
        ("[match]\n", "[match]\nwithin = '!'\n", "[match]: `within`: `!` is no gitignore pattern"),
        ("[match]\n", "[match]\noutside = ['a', '[z-a]']\n", "`[z-a]` is no gitignore pattern: bad character range z-a"),
        ("{name}", "{nam}", "`message` may put in {name}, {path}, {written}, not `{nam}`; did you mean `name`?"),
        ("{name}", "{name.__class__}", "not `{name.__class__}`"),
        ("{name}", "{name:>999999999}", "`message` may put in"),
        ("{name}", "{name", "`message`: "),
        ('"ACM900"', '"REQ900"', "REQ is what ids of mlaudit's own rules begin with"),
        ('"ACM900"', '"A1"', "`id` must be two to six capitals and three digits"),
        ('"printing"', '"prints"', "the file be called `prints.toml`"),
        ("[match]", "[match", "is not TOML"),
    ],
)  # fmt: skip
def test_mistakes(before: str, after: str, words: str, house: Path) -> None:
    path = house / "own" / "house" / "printing.toml"
    assert before in PRINT
    path.write_text(PRINT.replace(before, after, 1))
    done = run(str(house))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"mlaudit: {path}"), done.stderr
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_clashes(house: Path) -> None:
    write(house, {"own/other/printing.toml": PRINT.replace("ACM900", "ACM901")})
    assert "`printing` is a rule of " in run(str(house)).stderr
    write(house, {"own/other/printing.toml": PRINT.replace("printing", "untagged-image").replace("ACM900", "ACM901")})
    (house / "own" / "other" / "printing.toml").rename(house / "own" / "other" / "untagged-image.toml")
    assert "`untagged-image` is a rule of " in run(str(house)).stderr


def test_packs_that_are_not_there(house: Path, tmp_path: Path) -> None:
    (house / "mlaudit.toml").write_text('rule-packs = ["nothing"]\n')
    assert "nothing` is no folder" in run(str(house)).stderr
    (house / "mlaudit.toml").write_text('rule-packs = ["."]\n[tool]\n')
    assert run(str(house)).returncode == 2
    (house / "empty").mkdir()
    (house / "mlaudit.toml").write_text('rule-packs = ["empty"]\n')
    assert "holds no rule" in run(str(house)).stderr


def test_a_repository_names_no_folder_outside(house: Path, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"house/printing.toml": PRINT, "mlaudit.toml": 'rule-packs = ["."]\n'})
    (house / "mlaudit.toml").write_text('rule-packs = ["../outside"]\n')
    with pytest.raises(UsageError, match="outside of the repository"):
        load(str(house))
    (house / "link").symlink_to(outside)
    (house / "mlaudit.toml").write_text('rule-packs = ["link"]\n')
    with pytest.raises(UsageError, match="outside of the repository"):
        load(str(house))
    (house / "own" / "house" / "linked.toml").symlink_to(outside / "house" / "printing.toml")
    (house / "mlaudit.toml").write_text(SETTINGS)
    assert "linked.toml: is no file of the pack" in run(str(house)).stderr
    (house / "own" / "house" / "linked.toml").unlink()
    (outside / "mlaudit.toml").unlink()
    (tmp_path / "mlaudit.toml").write_text('rule-packs = ["./outside"]\n')
    (house / "mlaudit.toml").unlink()
    assert load(str(house)).rule_packs == (str(outside),), "a file above the repository may name any folder"


def test_packs_of_an_extended_file_count_too(house: Path, tmp_path: Path) -> None:
    write(tmp_path, {"company/mlaudit.toml": 'rule-packs = ["rules"]\n'})
    write(tmp_path, {"company/rules/x/a-b.toml": PRINT.replace("ACM900", "ACM901").replace("printing", "a-b")})
    (house / "mlaudit.toml").write_text('extend = "../company/mlaudit.toml"\n' + SETTINGS)
    assert load(str(house)).rule_packs == (str(tmp_path / "company" / "rules"), str(house / "own"))
    assert run(str(house), "--select", "ACM", "--output-format", "concise").stdout.count("ACM90") == 2


def test_a_pack_runs_no_code(house: Path, tmp_path: Path) -> None:
    write(house, {"own/house/printing.py": "open('ran', 'w')\n", "own/__init__.py": "open('ran', 'w')\n"})
    assert run(str(house), cwd=house).returncode in (0, 1)
    assert not (house / "ran").exists()


def test_examples_that_do_not_hold(house: Path) -> None:
    text = (
        PRINT
        + '[[examples]]\nabout = "no print"\nbad."a.py" = "log(1)\\n"\nflags = ["print"]\ngood."b.py" = "print(1)\\n"\n'
    )
    (house / "own" / "house" / "printing.toml").write_text(text)
    done = run("rule", "test", "own", cwd=house)
    assert done.returncode == 1
    assert done.stdout.splitlines()[:3] == [
        "FAILED  ACM900 printing: 1 example",
        '  example 1, no print: `flags` are [], not ["print"]',
        "  example 1, no print: `good` is not silent: b.py:1 `print` prints.",
    ]
    assert run("rule", "test", cwd=house).stdout == done.stdout, "the packs of the configuration"
    (house / "own" / "house" / "printing.toml").write_text(text.replace('"b.py"', '"../../b.py"'))
    assert "`../../b.py` leaves the example's folder" in run("rule", "test", "own", cwd=house).stdout
    (house / "own" / "house" / "printing.toml").write_text(text.replace('"b.py"', '".git/config"'))
    assert "`.git/config` is git's own" in run("rule", "test", "own", cwd=house).stdout
    (house / "own" / "house" / "printing.toml").write_text(text.replace('"b.py" = "print(1)\\n"', '"b.ipynb" = [1]'))
    assert "it holds a notebook that is none" in run("rule", "test", "own", cwd=house).stdout
    assert run("rule", "test", cwd=house.parent).returncode == 2


def test_a_new_rule_holds_as_it_is(tmp_path: Path) -> None:
    for name in ("one-fault", "other-fault"):
        assert run("rule", "new", f"pack/house/{name}.toml", cwd=tmp_path).returncode == 0
        (tmp_path / "mlaudit.toml").write_text('rule-packs = ["pack"]\n')
    done = run("rule", "test", "pack", cwd=tmp_path)
    assert done.stdout == (
        "ok  HOU001 one-fault: 2 examples\nok  HOU002 other-fault: 2 examples\n2 rules, all examples hold\n"
    )
    again = run("rule", "new", "pack/house/one-fault.toml", cwd=tmp_path)
    assert (again.returncode, again.stderr) == (
        2,
        "mlaudit: rule new: `pack/house/one-fault.toml` cannot be written: File exists\n",
    )


def test_ids_and_names_are_unique_with_ours() -> None:
    rules = catalogue(Config(rule_packs=(str(PACK),), plugins=()), str(ROOT))
    assert len({rule.id for rule in rules}) == len(rules) == len({rule.name for rule in rules})
