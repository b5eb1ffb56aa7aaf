"""What was found in this state of the repository before? A commit's findings are those of the index it came from.

The file lies beside the cache of facts, in the user's folder; what is not understood counts as absent.
"""

import json
import os
import sys
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from mlaudit import __version__
from mlaudit.config import Config
from mlaudit.files.cache import place
from mlaudit.findings import Known, Rule

PACKAGE = os.path.dirname(os.path.dirname(__file__))
# So many states are kept: those of a few branches.
KEPT = 12


class Remembered:
    """The findings of earlier states of one repository, each under the key of its state."""

    def __init__(self, root: str, rules: Iterable[Rule], config: Config, day: str) -> None:
        name = blake2b(os.path.realpath(root).encode(errors="surrogateescape"), digest_size=12).hexdigest()
        self._file = os.path.join(place(), f"{name}.states.json")
        settings = config._replace(file="", baseline="", fail_on="", min_confidence="")
        asked = [(rule.id, rule.level, rule.match) for rule in rules]
        self._stamp = repr((__version__, sys.version_info[:3], _states(), asked, tuple(settings), day)).encode()

    def key(self, signature: str, ignored: Iterable[tuple[str, int, int]]) -> str:
        """What names a state: its files, and the lock files that git ignores, with their sizes and times."""
        digest = blake2b(self._stamp, digest_size=16)
        digest.update(signature.encode(errors="surrogateescape"))
        digest.update(repr(sorted(ignored)).encode(errors="surrogateescape"))
        return digest.hexdigest()

    def get(self, key: str) -> list[Known] | None:
        """The findings under a key, or None."""
        rows = self._load().get(key)
        try:
            return None if rows is None else [_known(row) for row in rows]
        except (TypeError, ValueError):
            return None

    def put(self, key: str, found: Iterable[Known]) -> None:
        """Keep the findings of a state; a folder that cannot be written to is no fault of the audit."""
        states = self._load()
        states.pop(key, None)
        states[key] = [[each.rule, each.path, each.hash, each.number] for each in found]
        unfinished = f"{self._file}.{os.getpid()}"
        try:
            os.makedirs(os.path.dirname(self._file), exist_ok=True)
            with open(unfinished, "w", encoding="utf-8") as file:
                json.dump(dict(list(states.items())[-KEPT:]), file)
            os.replace(unfinished, self._file)
        except OSError:
            return

    def _load(self) -> dict[str, list[list[Any]]]:
        try:
            with open(self._file, encoding="utf-8") as file:
                data = json.load(file)
        except (OSError, ValueError, RecursionError):
            return {}
        return data if isinstance(data, dict) else {}


def _known(row: list[Any]) -> Known:
    rule, path, name, number = row
    return Known(str(rule), str(path), str(name), int(number))


def _states() -> list[tuple[str, int, int]]:
    """The state of all that decides what is found: the code, the rules and the tables."""
    from mlaudit import rulebook

    found = []
    for top in (PACKAGE, rulebook.folder()):
        for path, folders, names in os.walk(top):
            folders[:] = sorted(set(folders) - {"__pycache__"})
            for name in sorted(names):
                status = os.stat(os.path.join(path, name))
                found.append((name, status.st_size, status.st_mtime_ns))
    return found
