"""Where do programs take their options from?"""

import os
import tomllib
from functools import cache
from typing import Any

from mlaudit.knowledge import FOLDER


def is_parser(name: str) -> bool:
    """Whether a call by its full name makes a parser whose options are declared one by one."""
    return name in _table()["parsers"].split()


def open_words() -> frozenset[str]:
    """Words that show that a program may have options that are declared nowhere."""
    return frozenset(_table()["open_words"].split())


def is_open_module(module: str) -> bool:
    """Whether a module, which code imports, may add options of its own."""
    return module.partition(".")[0] in _table()["open_modules"].split()


@cache
def _table() -> dict[str, Any]:
    with open(os.path.join(FOLDER, "parsers.toml"), "rb") as file:
        return tomllib.load(file)
