"""Which line of which file, or which word of the command line, decided a setting?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from mlaudit import rulebook

if TYPE_CHECKING:
    from argparse import Namespace

    from mlaudit.config import Config
    from mlaudit.findings import Rule

OPTIONS = ("select", "extend-select", "ignore")


def selected(rule: Rule, config: Config, options: Namespace) -> tuple[bool, str]:
    """Whether a rule runs, and what decided that, in words."""
    is_on = rulebook.is_selected(rule, config.select, config.ignore, config.extend_select)
    chosen = [(rulebook.specificity(word, rule), key, word) for key in OPTIONS for word in _words(config, key)]
    wanted = max((each for each in chosen if each[0] and each[1] != "ignore"), default=None)
    refused = max((each for each in chosen if each[0] and each[1] == "ignore"), default=None)
    if decider := wanted if is_on else refused:
        _, key, word = decider
        return is_on, f"`{word}` in `{key}`{_place(key, word, config, options)}"
    if config.select and not is_on and not wanted:
        return False, f"`select` names other rules{_place('select', '', config, options)}"
    if not is_on:
        return False, f"it is off by default: `{rule.id}` in `extend-select` turns it on"
    return True, "it is on by default, and no setting names it"


def level(rule: Rule, config: Config) -> tuple[str, str]:
    """The level of a rule's findings, and what decided it, in words."""
    for name in (rule.id, rule.name):
        if found := dict(config.levels).get(name):
            return found, f'`levels`, {name} = "{found}"{written(config.file, "levels", name)}'
    return rule.level, "the rule says so"


def written(file: str, key: str, item: str = "") -> str:
    """`, pyproject.toml:12`: where a setting, or an item of it, stands in a file or in what that extends; else ""."""
    from mlaudit.readers.documents import Malformed
    from mlaudit.readers.documents.toml import Document
    from mlaudit.source import Source

    while file and os.path.isfile(file):
        with open(file, "rb") as opened:
            content = opened.read()
        try:
            document = Document(Source(os.path.relpath(file), content))
        except Malformed:
            return ""
        table = ("tool", "mlaudit") if os.path.basename(file) == "pyproject.toml" else ()
        if (line := _line(document, table, key, item)) is not None:
            return f", {os.path.relpath(file)}:{line}"
        extended = document.get(*table, "extend")
        file = os.path.join(os.path.dirname(file), extended) if isinstance(extended, str) else ""
    return ""


def _line(document: Any, table: tuple[str, ...], key: str, item: str) -> int | None:
    value = document.get(*table, key)
    if value is None or (item and item not in value):
        return None
    if not item:
        found = document.key(*table, key)
    elif isinstance(value, list):
        found = document.where(*table, key, value.index(item))
    else:
        found = document.key(*table, key, item)
    return int(found.line)


def _words(config: Config, key: str) -> tuple[str, ...]:
    found: tuple[str, ...] = getattr(config, key.replace("-", "_"))
    return found


def _place(key: str, word: str, config: Config, options: Namespace) -> str:
    """Of the command line or of a file: options replace what the file says."""
    if getattr(options, key.replace("-", "_"), None):
        return ", on the command line"
    return written(config.file, key, word)
