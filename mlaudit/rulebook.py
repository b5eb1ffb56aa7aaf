"""Which rules are there, what do they say, and which check judges each?

The tree below rules/ is the registry: rules/<family>/<a-b>.toml binds to mlaudit.checks.<family>.a_b.
"""

import importlib
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mlaudit.facts import Repo
from mlaudit.findings import CONFIDENCES, LEVELS, Hit, Rule

Check = Callable[[Repo], Iterator[Hit]]

WORDS = ("id", "name", "level", "confidence", "title", "passed", "message", "rationale", "fix")
OPTIONAL = ("unless", "effort", "references", "enabled", "fixable")
SAFETIES = ("safe", "unsafe")
EXAMPLES = ("\n[[examples]]", "\n[[limits]]")


# An entry of a plain head: a string, a long one whose first line end does not count, a list of strings, a truth.
ENTRY = re.compile(
    r'''(?P<key>\w+) = (?:"""\n?(?P<long>(?:(?!""").)*)"""|"(?P<text>(?:[^"\\\n]|\\")*)"'''
    r"""|\[(?P<list>\s*(?:"[^"\n]*"\s*(?:,\s*|(?=\])))*)\]|(?P<truth>true|false))[ \t]*\n+""",
    re.DOTALL,
)
STRING = re.compile(r'"([^"\n]*)"')


class BadRule(ValueError):
    """A rule file that is not well formed: file, key and what is wrong with it."""


def folder() -> str:
    """Where the rules are: inside the installed package, or beside it in a checkout."""
    package = os.path.dirname(__file__)
    inside = os.path.join(package, "rules")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "rules")


def load(root: str | None = None) -> list[Rule]:
    """Every rule, by id. Only the words are read, not the examples: those are for tests and pages."""
    root = root or folder()
    families = (os.path.join(root, name) for name in sorted(os.listdir(root)))
    files = (os.path.join(family, name) for family in families if os.path.isdir(family) for name in os.listdir(family))
    return sorted((_rule(path) for path in files if path.endswith(".toml")), key=lambda rule: rule.id)


def _rule(path: str) -> Rule:
    text = _text(path)
    cut = min((at for mark in EXAMPLES if (at := text.find(mark)) >= 0), default=len(text))
    try:
        data = head(text[: cut + 1]) or tomllib.loads(text[: cut + 1])
    except tomllib.TOMLDecodeError as error:
        raise BadRule(f"{path}: is not TOML: {error}") from None
    for key in data.keys() - {*WORDS, *OPTIONAL}:
        raise BadRule(f"{path}: unknown key `{key}`")
    for key in WORDS:
        if not isinstance(data.get(key), str) or not data[key].strip():
            raise BadRule(f"{path}: `{key}` is missing")
    if (
        f"{data['name']}.toml" != os.path.basename(path)
        or data["level"] not in LEVELS
        or data["confidence"] not in CONFIDENCES
    ):
        raise BadRule(f"{path}: `name` must equal the file's, `level` and `confidence` must be known words")
    if data.get("fixable", "safe") not in SAFETIES:
        raise BadRule(f"{path}: `fixable` must be safe or unsafe")
    data["references"] = tuple(data.get("references", ()))
    return Rule(family=os.path.basename(os.path.dirname(path)), path=path, **data)


def head(text: str) -> dict[str, Any] | None:
    """What tomllib gives for a text of plain entries, in a tenth of its time, which each run of a hundred rules feels;
    None where an entry is of another kind."""
    if "\\" in text.replace('\\"', "") or "\r" in text:
        return None
    data: dict[str, Any] = {}
    at = 0
    while at < len(text):
        entry = ENTRY.match(text, at)
        if entry is None or entry["key"] in data:
            return None
        data[entry["key"]] = _value(entry)
        at = entry.end()
    return data


def _value(entry: re.Match[str]) -> str | bool | list[str]:
    if entry["list"] is not None:
        return STRING.findall(entry["list"])
    if entry["truth"]:
        return entry["truth"] == "true"
    text: str = entry["long"] if entry["long"] is not None else entry["text"]
    return text.replace('\\"', '"')


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def examples(rule: Rule) -> list[dict[str, Any]]:
    """The examples of a rule, and its limits with `limit = true` in them."""
    data = tomllib.loads(_text(rule.path))
    return [*data.get("examples", []), *({**limit, "limit": True} for limit in data.get("limits", []))]


def check_of(rule: Rule) -> Check:
    """The function of the same name in the module of the rule's family. Raises BadRule where there is none.

    That of a rule of the user's is what its [match] stands for, or a function of the plug-in that brings it.
    """
    if rule.match is not None:
        from mlaudit.packs.checking import check as of_match

        return of_match(rule.match)
    if rule.plugin:
        from mlaudit.packs.plugins import check_of as of_plugin

        return of_plugin(rule)
    module = importlib.import_module(f"mlaudit.checks.{rule.family}")
    check = getattr(module, rule.name.replace("-", "_"), None)
    if check is None:
        raise BadRule(f"{rule.path}: mlaudit/checks/{rule.family}.py has no `{rule.name.replace('-', '_')}`")
    found: Check = check
    return found


def safeties(
    rules: Iterable[Rule], safe: tuple[str, ...] = (), unsafe: tuple[str, ...] = (), never: tuple[str, ...] = ()
) -> dict[str, str]:
    """By id of the rules that have a fix: how safe it is where selectors say so, else "" for what the rule says. Those
    that are `never` to be fixed are left out; where selectors differ, the more careful one holds."""
    fixable = [rule for rule in rules if rule.fixable]
    named = {
        word: {rule.id for rule in fixable if any(specificity(selector, rule) for selector in selectors)}
        for word, selectors in (("safe", safe), ("unsafe", unsafe), ("never", never))
    }
    return {
        rule.id: next((word for word in ("unsafe", "safe") if rule.id in named[word]), "")
        for rule in fixable
        if rule.id not in named["never"]
    }


def select(
    rules: Iterable[Rule], select: tuple[str, ...], ignore: tuple[str, ...], extend: tuple[str, ...] = ()
) -> list[Rule]:
    """The rules that run. The most specific selector decides (id or name, then prefix or family, then ALL).

    Raises LookupError with the selector that matches no rule.
    """
    rules = list(rules)
    for selector in (*select, *ignore, *extend):
        if not any(specificity(selector, rule) for rule in rules):
            raise LookupError(selector)
    return [rule for rule in rules if is_selected(rule, select, ignore, extend)]


def is_selected(rule: Rule, select: tuple[str, ...], ignore: tuple[str, ...], extend: tuple[str, ...]) -> bool:
    """Whether a rule runs under these selectors."""
    wanted = max((specificity(selector, rule) for selector in (*select, *extend)), default=0)
    refused = max((specificity(selector, rule) for selector in ignore), default=0)
    if wanted == 0:
        return rule.enabled and not select and refused == 0
    if not rule.enabled and wanted < 3:
        return False
    return wanted > refused


def specificity(selector: str, rule: Rule) -> int:
    """3 for the rule's id or name, 2 for its family or a prefix of its id, 1 for ALL, 0 where it does not match."""
    if selector in (rule.id, rule.name):
        return 3
    if selector == rule.family or (selector and selector.isupper() and rule.id.startswith(selector)):
        return 2
    return int(selector == "ALL")
