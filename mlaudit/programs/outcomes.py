"""What did a part of a program do, once it is over?"""

from typing import Any, NamedTuple

from mlaudit.programs.events import Event, Seeding
from mlaudit.programs.footprints import Footprint
from mlaudit.values import Thing, Value

# What a walk asked of the state before it: streams by name, or one of the other parts of the state, and how each stood.
Depends = tuple[tuple[str, Any], ...]


class Outcome(NamedTuple):
    """What a call or an import did: events, the streams that it changed (None: put back to nothing), what it gives,
    the modules it loaded, the objects whose draws still wait, and the frameworks that it chose. `footprint` is what it
    asked of objects that were there before, and wrote to them.
    `depends` is all that it asked of the state before it, and how that stood: what happens in another state that stands
    alike there is the same. `fits_unknown` says that a value that nobody knows was fitted."""

    events: list[Event]
    changes: dict[str, Seeding | None]
    value: Value
    loaded: frozenset[str]
    waiting: tuple[Thing, ...] = ()
    at_yield: dict[str, Seeding] | None = None
    backends: dict[str, str] = {}  # noqa: RUF012 - never changed
    footprint: Footprint = Footprint()
    depends: Depends = ()
    fits_unknown: bool = False


class Done(NamedTuple):
    """How a piece of work ends: the streams after it, what it gives, and the streams at its first yield, if any."""

    streams: dict[str, Seeding]
    value: Value
    at_yield: dict[str, Seeding] | None = None
