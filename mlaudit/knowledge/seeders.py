"""How is a global stream seeded, and which helper of a framework seeds several at once?"""

from functools import cache
from typing import NamedTuple

from mlaudit.knowledge import table_of


class Seeder(NamedTuple):
    """A call that seeds `streams`. `module` is what a program imports for it, `alias` under which name; `path` is the
    function's full name where it is a helper that is imported itself; `since` is the first version that has it."""

    module: str
    call: str
    streams: tuple[str, ...]
    alias: str = ""
    path: str = ""
    since: str = ""


@cache
def of_streams() -> dict[str, Seeder]:
    """The function that seeds a stream alone."""
    return {
        each["stream"]: Seeder(
            each["module"], each["call"], (each["stream"],), each["alias"], since=each.get("since", "")
        )
        for each in table_of("seeders")["streams"]
    }


@cache
def helpers() -> tuple[Seeder, ...]:
    """The helpers of frameworks."""
    return tuple(
        Seeder(each["module"], each["call"], tuple(each["streams"]), path=each["path"], since=each.get("since", ""))
        for each in table_of("seeders")["helpers"]
    )


class Late(NamedTuple):
    """The first version of a library in which calls take a seed parameter. `must_know`: so late that it is taken as
    there only where something says so."""

    since: str
    must_know: bool


@cache
def since(name: str, parameter: str) -> Late | None:
    """When a call by its full name got a seed parameter; None where it always had it."""
    for each in table_of("seeders")["late"]:
        if name.startswith(each["names"]) and parameter == each["parameter"]:
            return Late(each["since"], each.get("must_know", False))
    return None
