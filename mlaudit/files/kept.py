"""What is kept between runs, in the user's own folder? Tables in JSON, never from inside a repository."""

import json
import os
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any


def place() -> str:
    """The folder of everything that is kept."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "mlaudit")


def name_of(root: str, role: str = "") -> str:
    """What the files of a repository are called that keep something in one role."""
    named = f"{os.path.realpath(root)}\0{role}" if role else os.path.realpath(root)
    return blake2b(named.encode(errors="surrogateescape"), digest_size=12).hexdigest()


def load(path: str) -> dict[str, Any]:
    """The table of a file; an empty one where there is none, or none that can be read."""
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def save(path: str, table: Mapping[str, Any]) -> None:
    """Write a table, whole or not at all; a folder that cannot be written to is no fault of the audit."""
    unfinished = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(unfinished, "w", encoding="utf-8") as file:
            json.dump(table, file)
        os.replace(unfinished, path)
    except OSError:
        return
