"""Which findings does the configuration say are meant to be?"""

import os
from collections.abc import Iterable

from mlaudit import rulebook
from mlaudit.config import Config
from mlaudit.facts import Location, RuleName, Suppression
from mlaudit.findings import Rule
from mlaudit.patterns import pattern

HEADER = pattern(r"(?m)^[ \t]*\[\[[ \t]*(?:tool[ \t]*\.[ \t]*mlaudit[ \t]*\.[ \t]*)?ignores[ \t]*\]\]")


def external(config: Config, root: str, rules: Iterable[Rule]) -> list[Suppression]:
    """The suppressions of the configuration. Those of a file outside of the root have no place, nor has a pattern."""
    places = _places(config, root) if config.ignores else []
    found = [
        Suppression(
            at=at,
            written=f"rule = {', '.join(entry.rules)}, path = {entry.path}",
            rules=tuple(RuleName(at, name) for name in entry.rules),
            reason=entry.reason,
            until=entry.until,
            external=True,
            pattern=entry.path,
            text=entry.text,
        )
        for entry, at in zip(config.ignores, places, strict=True)
    ]
    for path, selectors in config.per_file_ignores:
        nowhere = Location("")
        names = tuple(RuleName(nowhere, rule.id) for rule in rulebook.select(rules, selectors, ()))
        found.append(Suppression(nowhere, "", names, reason=f"per-file-ignores: {path}", external=True, pattern=path))
    return found


def _places(config: Config, root: str) -> list[Location]:
    """Where each table stands in the file; at its head where they cannot be told apart."""
    path = os.path.relpath(os.path.realpath(config.file), os.path.realpath(root)).replace(os.sep, "/")
    if path.startswith("../"):
        return [Location("")] * len(config.ignores)
    with open(config.file, encoding="utf-8") as file:
        text = file.read()
    lines = [text.count("\n", 0, match.start()) + 1 for match in HEADER.finditer(text)]
    if len(lines) != len(config.ignores):
        return [Location(path)] * len(config.ignores)
    ends = [len(line) + 1 for line in text.split("\n")]
    return [Location(path, line, 1, line, ends[line - 1]) for line in lines]
