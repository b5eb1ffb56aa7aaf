"""What is known of machines: which environment variables are everybody's?"""

import os
import tomllib
from functools import cache

from mlaudit.knowledge import FOLDER


def is_known_variable(name: str) -> bool:
    """Whether systems, launchers, services or libraries set a variable, or document it under its name."""
    names, beginnings = _variables()
    return name in names or name.startswith(beginnings)


@cache
def _variables() -> tuple[frozenset[str], tuple[str, ...]]:
    with open(os.path.join(FOLDER, "variables.toml"), "rb") as file:
        words = [word for group in tomllib.load(file).values() for word in group.split()]
    exact = frozenset(word for word in words if not word.endswith("*"))
    return exact, tuple(word[:-1] for word in words if word.endswith("*"))
