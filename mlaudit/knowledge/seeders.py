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


@cache
def since(name: str, parameter: str) -> str:
    """The first version of its library in which a call by its full name takes a seed parameter; "" where it always
    did."""
    return next(
        (
            each["since"]
            for each in table_of("seeders")["late"]
            if name.startswith(each["names"]) and parameter == each["parameter"]
        ),
        "",
    )
