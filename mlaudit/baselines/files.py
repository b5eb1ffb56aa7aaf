"""How is a baseline written and read? One object a line, sorted: a change of one finding is a change of one line."""

import json
import os
from collections.abc import Iterable
from typing import Any

from mlaudit.config import Config, UsageError
from mlaudit.findings import Known

NAME = ".mlaudit-baseline.json"
SCHEMA = 1


def place(root: str, named: str = "", config: Config | None = None) -> str:
    """The file that is named, that the configuration names, or that a repository has by default."""
    if named:
        return named
    if config and config.baseline:
        return os.path.join(os.path.dirname(config.file), config.baseline)
    return os.path.join(root, NAME)


def load(path: str) -> list[Known]:
    """The entries of a file. Raises UsageError for one that is missing or is no baseline."""
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except OSError as error:
        raise UsageError(f"baseline `{path}` cannot be read: {error.strerror}; `mlaudit baseline create`") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"baseline `{path}` is not JSON: {error}") from None
    entries = data.get("findings") if isinstance(data, dict) else None
    if not isinstance(entries, list) or data.get("schema") != SCHEMA:
        raise UsageError(f"`{path}` is no baseline of schema {SCHEMA}")
    return [_entry(entry, path) for entry in entries]


def _entry(entry: Any, path: str) -> Known:
    match entry:
        case {"rule": str(rule), "path": str(file), "hash": str(text), "count": int(number)} if number > 0:
            return Known(rule, file, text, number, str(entry.get("message", "")))
    raise UsageError(f"`{path}` holds an entry without rule, path, hash and count: {json.dumps(entry)[:100]}")


def dump(entries: Iterable[Known]) -> str:
    """The text of a file."""
    rows = [
        json.dumps({"rule": e.rule, "path": e.path, "hash": e.hash, "count": e.number, "message": e.message})
        for e in sorted(entries, key=lambda entry: (entry.path, entry.rule, entry.hash))
    ]
    listed = "[\n" + ",\n".join(rows) + "\n]" if rows else "[]"
    return f'{{\n"schema": {SCHEMA},\n"findings": {listed}\n}}\n'


def save(path: str, entries: Iterable[Known]) -> None:
    """Write a file, whole or not at all. Raises UsageError where it cannot be written."""
    unfinished = f"{path}.{os.getpid()}"
    try:
        with open(unfinished, "w", encoding="utf-8", newline="\n") as file:
            file.write(dump(entries))
        os.replace(unfinished, path)
    except OSError as error:
        raise UsageError(f"baseline `{path}` cannot be written: {error.strerror}") from None
