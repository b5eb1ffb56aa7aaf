"""What was found in this state of the repository before? A commit's findings are those of the index it came from.

The file lies beside the cache of facts, in the user's folder; what is not understood counts as absent.
"""

import os
import sys
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from mlaudit import __version__
from mlaudit.config import Config
from mlaudit.files import kept
from mlaudit.findings import Known, Rule

PACKAGE = os.path.dirname(os.path.dirname(__file__))
# So many states are kept: those of a few branches.
KEPT = 12


class Remembered:
    """The findings of earlier states of one repository, each under the key of its state."""

    def __init__(self, root: str, rules: Iterable[Rule], config: Config, day: str) -> None:
        self._file = os.path.join(kept.place(), f"{kept.name_of(root)}.states.json")
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
        rows = kept.load(self._file).get(key)
        try:
            return None if rows is None else [_known(row) for row in rows]
        except (TypeError, ValueError):
            return None

    def put(self, key: str, found: Iterable[Known]) -> None:
        """Keep the findings of a state."""
        states = kept.load(self._file)
        states.pop(key, None)
        states[key] = [[each.rule, each.path, each.hash, each.number] for each in found]
        kept.save(self._file, dict(list(states.items())[-KEPT:]))


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
