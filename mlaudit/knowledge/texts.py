"""Which calls open a text, and what is written in ASCII alone?"""

from functools import cache
from typing import NamedTuple

from mlaudit.knowledge import table_of


class Opener(NamedTuple):
    """A call or method that opens a text: the positions of its mode (None where it has none) and of its encoding.
    `binary`: without a mode it opens bytes."""

    encoding: int
    mode: int | None = None
    binary: bool = False


class Plain(NamedTuple):
    """A call that writes ASCII unless its `argument` has a `value`."""

    argument: str
    value: bool


def opener(name: str) -> Opener | None:
    """What is known of a call by its full name."""
    return _openers("opens").get(name)


def method_opener(name: str) -> Opener | None:
    """What is known of a method by its name."""
    return _openers("methods").get(name)


def plain(name: str) -> Plain | None:
    """A call that writes ASCII; None for any other."""
    return next(
        (Plain(row["argument"], row["value"]) for row in table_of("texts")["plain"] if name in row["names"].split()),
        None,
    )


def is_of_the_system(path: str) -> bool:
    """Whether a path is that of a file which the system makes."""
    return path.startswith(tuple(table_of("texts")["system"]["paths"]))


@cache
def _openers(section: str) -> dict[str, Opener]:
    return {
        name: Opener(**{key: value for key, value in row.items() if key != "names"})
        for row in table_of("texts")[section]
        for name in row["names"].split()
    }
