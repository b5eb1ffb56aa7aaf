"""Is every rule well formed, and does every example of it hold? Each example is a whole run, from files to findings."""

import re
import tomllib
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mlaudit import rulebook
from mlaudit.audit import audit
from mlaudit.commands.fix import fixed
from mlaudit.commands.fix import write as write_fixes
from mlaudit.config import Config
from mlaudit.examples import failures, notebook, write
from mlaudit.findings import Rule
from mlaudit.fixes import Machine

RULES = rulebook.load()
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}-{example.get('about', '')[:50]}")
    for rule in RULES
    for number, example in enumerate(rulebook.examples(rule), 1)
]
KEYS = {"about", "bad", "good", "flags", "says", "level", "git", "sizes", "limit", "beside", "fixed", "machine"}


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example(rule: Rule, example: dict[str, Any], tmp_path: Path) -> None:
    assert example.keys() <= KEYS, "an example has about, bad, good, flags, says, level, git, sizes, beside"
    assert failures(rule, example, tmp_path, RULES) == []
    if "fixed" in example:
        _assert_fixed(rule, example, tmp_path / "bad")


def _assert_fixed(rule: Rule, example: dict[str, Any], root: Path) -> None:
    """All fixes of the rule, safe and unsafe: every byte is as the example says, what had a fix is found no more, and a
    second run has nothing to fix."""
    assert rule.fixable, "a rule whose examples are fixed says `fixable`"
    rules = rulebook.select(rulebook.load(), (rule.id, *example.get("beside", ())), ())
    machine = Machine((), str(write(root.parent / "machine", example["machine"]))) if "machine" in example else None
    again = partial(audit, str(root), Config(), rules, fixing=True, machine=machine)
    before = again()
    outcome = fixed(before, lambda edits: again(edits=edits), unsafe=True)
    assert outcome.settled
    assert outcome.refused == {}
    assert outcome.report.crashes == ()
    write_fixes(outcome)
    held = {path: (root / path).read_bytes().decode() for path in example["fixed"]}
    assert held == {path: _content(text) for path, text in example["fixed"].items()}
    assert outcome.contents.keys() <= held.keys(), "the example says what each file holds that is fixed"
    left = again()
    assert not left.fixes
    gone = {(finding.at.path, finding.message) for finding, _ in outcome.done}
    assert not gone & {(finding.at.path, finding.message) for finding in left.findings}


def _content(written: Any) -> str:
    return (
        notebook(written)
        if isinstance(written, list)
        else notebook(**written)
        if isinstance(written, dict)
        else written
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_is_well_formed(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]{3}\d{3}", rule.id)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.name)
    assert not rule.name.startswith(("no-", "disallow-", "banned-"))
    for words in (rule.title, rule.passed):
        assert words[0].isupper()
        assert not words.endswith(".")
    assert rule.message.endswith(".")
    assert len(rule.message) <= 200
    assert "`" in rule.message or "{" in rule.message or rule.name.startswith("undeclared")
    examples = rulebook.examples(rule)
    assert sum("bad" in example for example in examples) >= 1, "at least one bad example"
    assert sum("good" in example for example in examples) >= 2, "at least two good examples"
    assert all(example.get("about") for example in examples), "each example says what it is about"


def test_ids_and_names_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES) == len({rule.name for rule in RULES})


def test_each_family_has_one_prefix() -> None:
    prefixes = {(rule.family, rule.id[:3]) for rule in RULES}
    assert len(prefixes) == len({family for family, _ in prefixes})


def test_rules_and_checks_are_in_bijection() -> None:
    import importlib
    import inspect

    for family in {rule.family for rule in RULES}:
        module = importlib.import_module(f"mlaudit.checks.{family}")
        functions = {
            name
            for name, value in vars(module).items()
            if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
        }
        assert functions == {rule.name.replace("-", "_") for rule in RULES if rule.family == family}


def test_fixable_rules_and_fixes_are_in_bijection() -> None:
    import importlib
    import inspect

    for path in (Path(__file__).parent.parent / "mlaudit" / "fixes").glob("*.py"):
        module = importlib.import_module(f"mlaudit.fixes.{path.stem}")
        rules = [rule for rule in RULES if rule.family == path.stem]
        functions = {
            name
            for name, value in vars(module).items()
            if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
        }
        assert not rules or functions == {rule.name.replace("-", "_") for rule in rules if rule.fixable}
    families = {rule.family for rule in RULES if rule.fixable}
    assert all((Path(__file__).parent.parent / "mlaudit" / "fixes" / f"{family}.py").is_file() for family in families)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.fixable], ids=lambda rule: rule.id)
def test_fixable_rules_have_a_fixed_example(rule: Rule) -> None:
    assert any("fixed" in example for example in rulebook.examples(rule))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_heads_are_read_as_tomllib_reads_them(rule: Rule) -> None:
    text = Path(rule.path).read_text("utf-8")
    plain = text[: min(at for mark in rulebook.EXAMPLES if (at := text.find(mark)) >= 0) + 1]
    assert rulebook.head(plain) == tomllib.loads(plain)


@pytest.mark.parametrize(
    "text",
    [
        "a = 'b'\n", 'a = "\\u0041"\n', "a = 1\n", "[a]\n", 'a = "b"\na = "c"\n', 'a = ["b", 1]\n', 'a = "b" # c\n',
        'a = """b\\\n  c"""\n', 'a.b = "c"\n', '"a" = "b"\n', 'a = ["b" "c"]\n', 'a = "b"',
    ],
)  # fmt: skip
def test_other_heads_are_left_to_tomllib(text: str) -> None:
    assert rulebook.head(text) is None
