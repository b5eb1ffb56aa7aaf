"""How does a file that is there take another entry, with all of its own bytes as they are? None where it cannot."""

import tomllib

import yaml

from mlaudit.patterns import pattern
from mlaudit.starting import HOOK, INCLUDE, TABLE

ITEM = pattern(r"(?m)^([ \t]*)-[ \t]+repo[ \t]*:")


def with_table(before: str) -> str | None:
    """A pyproject.toml with a table [tool.mlaudit] at its end."""
    text = _behind(before, TABLE)
    try:
        old, new = tomllib.loads(before), tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    tools = {key: value for key, value in new.get("tool", {}).items() if key != "mlaudit"}
    is_same = {**new, "tool": tools} == {**old, "tool": old.get("tool", {})}
    return text if is_same and "mlaudit" in new["tool"] else None


def with_hook(before: str) -> str | None:
    """A .pre-commit-config.yaml with the hook as its last entry; `repos` must be the last key, in block style."""
    indents = ITEM.findall(before)
    if not indents:
        return None
    newline = "\r\n" if "\r\n" in before else "\n"
    entry = "".join(f"{indents[-1]}{line}{newline}" for line in HOOK.splitlines())
    text = before + ("" if before.endswith("\n") else newline) + entry
    old, new, added = _loaded(before), _loaded(text), _loaded(HOOK)
    if not isinstance(old, dict) or not isinstance(old.get("repos"), list) or not isinstance(added, list):
        return None
    return text if new == {**old, "repos": [*old["repos"], *added]} else None


def with_include(before: str) -> str | None:
    """A .gitlab-ci.yml that includes the job; one that includes something already is left to its owner."""
    text = _behind(before, INCLUDE)
    old, new, added = _loaded(before), _loaded(text), _loaded(INCLUDE)
    if not isinstance(old, dict) or "include" in old or not isinstance(added, dict):
        return None
    return text if new == {**old, **added} else None


def _behind(before: str, added: str) -> str:
    newline = "\r\n" if "\r\n" in before else "\n"
    ends = "" if not before or before.endswith("\n") else newline
    return before + ends + (newline if before else "") + added.replace("\n", newline)


def _loaded(text: str) -> object:
    """What a YAML text says, by a loader that makes plain values only; None where it says none."""
    try:
        found: object = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    return found
