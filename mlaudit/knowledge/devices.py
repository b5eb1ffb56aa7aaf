"""Which calls choose a device, which texts name one, and what shows that a program asks whether it is there?"""

import re
from functools import cache
from typing import NamedTuple

from mlaudit.knowledge import table_of


class Chooser(NamedTuple):
    """A call or method that chooses a device: by the argument at `position`, by itself where `default` is not "".
    `module` is the library that a file must import, "" for any."""

    position: int = 0
    default: str = ""
    module: str = ""
    level: str = ""


def is_device(text: str) -> bool:
    """Whether a text names an accelerator and nothing else."""
    table = table_of("devices")
    return bool(re.match(table["device"], text) or re.match(table["placed"], text))


@cache
def may_choose(text: str) -> bool:
    """Whether a text names an accelerator, or the variable that chooses one."""
    return is_device(text) or text in table_of("devices")["variables"].split()


def is_guard(word: str) -> bool:
    """Whether a name or text speaks of devices, so that a test of it asks which there are."""
    return re.search(table_of("devices")["guard"], word, re.IGNORECASE) is not None


def bound_modules() -> frozenset[str]:
    """Modules whose users need one kind of device."""
    return frozenset(table_of("devices")["bound"].split())


def distributed() -> frozenset[str]:
    """Words of training in several processes."""
    return frozenset(table_of("devices")["distributed"].split())


def variable_chooses(name: str, value: str) -> bool:
    """Whether an environment variable of this value chooses a device."""
    return name in table_of("devices")["variables"].split() and value not in table_of("devices")["none"]


def keywords() -> tuple[str, ...]:
    """The arguments that name a device in any call."""
    return tuple(table_of("devices")["keywords"]["names"])


def chooser(name: str) -> Chooser | None:
    """What is known of a call by its full name."""
    return _choosers("calls").get(name)


def method_chooser(name: str) -> Chooser | None:
    """What is known of a method by its name, whatever object has it."""
    return _choosers("methods").get(name)


@cache
def _choosers(section: str) -> dict[str, Chooser]:
    return {
        name: Chooser(**{key: value for key, value in row.items() if key != "names"})
        for row in table_of("devices")[section]
        for name in row["names"].split()
    }
