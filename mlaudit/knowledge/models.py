"""What is known of models: which names of hosted ones move, which libraries pickle theirs, which tools keep them?"""

import os
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from mlaudit.knowledge import FOLDER


def is_alias(name: str) -> bool:
    """Whether a provider points a name to one snapshot after another."""
    return any(pattern.match(name) for pattern in _aliases())


def pickled() -> Mapping[str, str]:
    """The libraries whose models are pickled, by import name: their distributions."""
    found: Mapping[str, str] = _table()["pickled"]
    return found


@cache
def trackers() -> frozenset[str]:
    """Words by which code shows that a tracker keeps what runs make."""
    return frozenset(_table()["trackers"].split())


@cache
def _aliases() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, _table()["aliases"]))


@cache
def _table() -> dict[str, Any]:
    with open(os.path.join(FOLDER, "models.toml"), "rb") as file:
        return tomllib.load(file)
