"""What is known of models: which names of hosted ones move, which libraries pickle theirs, which tools keep them?"""

import re
from collections.abc import Mapping
from functools import cache

from mlaudit.knowledge import table_of


def is_alias(name: str) -> bool:
    """Whether a provider points a name to one snapshot after another."""
    return any(pattern.match(name) for pattern in _aliases())


def pickled() -> Mapping[str, str]:
    """The libraries whose models are pickled, by import name: their distributions."""
    found: Mapping[str, str] = table_of("models")["pickled"]
    return found


def speaks_of(path: str) -> set[str]:
    """The libraries, by import name, of which the name of a file says that its model comes from them."""
    name = path.replace("\\", "/").rpartition("/")[2]
    return {module for module, pattern in table_of("models")["named"].items() if re.search(pattern, name)}


@cache
def trackers() -> frozenset[str]:
    """Words by which code shows that a tracker keeps what runs make."""
    return frozenset(table_of("models")["trackers"].split())


@cache
def _aliases() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, table_of("models")["aliases"]))
