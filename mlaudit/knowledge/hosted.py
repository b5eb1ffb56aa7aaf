"""Which names of hosted models move?"""

import os
import re
import tomllib
from functools import cache

from mlaudit.knowledge import FOLDER


def is_alias(name: str) -> bool:
    """Whether a provider points a name to one snapshot after another."""
    return any(pattern.match(name) for pattern in _aliases())


@cache
def _aliases() -> tuple[re.Pattern[str], ...]:
    with open(os.path.join(FOLDER, "hosted.toml"), "rb") as file:
        return tuple(map(re.compile, tomllib.load(file)["aliases"]))
