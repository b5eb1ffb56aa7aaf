"""What does a library's call seed, and with what?"""

from collections.abc import Iterable, Iterator

from mlaudit.facts.place import Location
from mlaudit.knowledge.rows import Row
from mlaudit.knowledge.streams import rows
from mlaudit.programs.events import Draw, Seed, Seeding
from mlaudit.programs.machine import Frame, Machine
from mlaudit.programs.sites import Site
from mlaudit.values import UNKNOWN, Arguments, Asked, Either, Instance, Known, Moving, Series, Thing, Value

ASSUMED = ("python", "numpy", "torch", "tensorflow")
SETTLED = ("fixed", "unknown")
# Functions that run once for every item: a constant seed in them repeats; also in what the first calls.
ITEM = "__getitem__"
REPEATED = (ITEM, "__call__")
WRAPPERS = 6


def seed(row: Row, site: Site) -> None:
    """A call that sets global streams."""
    value = site.value(row)
    status, cause = _status(row, value, site.arguments)
    if row.omitted == "none" and status == "none":
        return
    streams = site.streams(row)
    note(site.machine, Seed(site.at, streams, site.name, status, cause, row.hidden), site.frame, value)
    site.machine.touched.update(streams)
    for stream in streams:
        site.machine.streams[stream] = Seeding(status, site.at, site.name)


def reseed(row: Row, site: Site) -> Value | None:
    """A method that seeds its object."""
    if site.owner is None:
        return None
    owner = rooted(site.owner, site.name.rpartition(".")[2])
    value = site.value(row)
    status, cause = _status(row, value, site.arguments)
    owner.state["seeding"] = status
    if status == "moving" and value is None:
        site.machine.events.append(Draw(site.at, "entropy", site.name, "generator", None, row.parameter))
    elif status == "moving":
        note(site.machine, Seed(site.at, (), site.name, status, cause), site.frame, None)
    if "waits" in owner.state and status in (*SETTLED, "optional"):
        site.machine.settled.add(id(owner.state["waits"]))
    return site.owner


def vary(row: Row, site: Site) -> None:
    """Something is mixed into a seed: with what changes, a constant that a loop repeats is another in each turn."""
    first = site.arguments.positional[:1]
    if isinstance(site.value(row), Known) or not first or not isinstance(first[0], Thing):
        return
    events = site.machine.events
    for index in range(len(events) - 1, max(len(events) - 4, -1), -1):
        found = events[index]
        if isinstance(found, Seed) and found.at == first[0].at:
            events[index] = found._replace(repeats=False)


def rooted(owner: Thing, method: str) -> Thing:
    """The object whose state a method seeds or draws from: the innermost of those around which others are wrapped."""
    for _ in range(WRAPPERS):
        things = (thing for each in owner.arguments.positional for thing in _things(each) if thing is not owner)
        inner = next((each for each in things if rows(f"{each.name}.{method}")), None)
        if inner is None:
            break
        owner = inner
    return owner


def wraps_unknown(owner: Thing) -> bool:
    """Whether an object of ours was begun, as one of a library's class, with something that nobody knows."""
    first, *rest = owner.arguments.positional or (None,)
    return isinstance(first, Instance) and UNKNOWN in rest


def _things(value: Value) -> Iterable[Thing]:
    """An object of a library, or what one of ours is as such."""
    if isinstance(value, Instance):
        return [each for name, each in value.attributes.items() if name[:1] == "<" and isinstance(each, Thing)]
    return (value,) if isinstance(value, Thing) else ()


def set_later(machine: Machine, owner: Thing, arguments: Arguments) -> None:
    """`set_params` of an object whose draw waits: the seed that it left open is given, or may be."""
    for name in arguments.keywords:
        inner = [each for each in _inside(owner.arguments.all()) if _waits_for(each, name.rpartition("__")[2])]
        if "__" in name and len(inner) == 1:
            _set(machine, inner[0], arguments.keywords[name])
    if "waits" in owner.state:
        value = arguments.get(owner.state["waits"].parameter)
        if value is not None:
            _set(machine, owner, value)
        elif arguments.is_open:
            owner.state["waits"] = owner.state["waits"]._replace(is_sure=False)


def _set(machine: Machine, thing: Thing, value: Value) -> None:
    if seed_status(value) in (*SETTLED, "optional"):
        machine.settled.add(id(thing.state["waits"]))


def _waits_for(thing: Thing, parameter: str) -> bool:
    return "waits" in thing.state and thing.state["waits"].parameter == parameter


def _inside(values: Iterable[Value]) -> Iterator[Thing]:
    """The objects among some values, also in the lists of a pipeline."""
    for value in values:
        if isinstance(value, Thing):
            yield value
        elif isinstance(value, Series):
            yield from _inside(value.values)


def assumed(machine: Machine, name: str, at: Location) -> None:
    """A seeder of a library that no table knows: it is taken at its word."""
    machine.touched.update(ASSUMED)
    for stream in ASSUMED:
        machine.streams[stream] = Seeding("unknown", at, name)
    machine.events.append(Seed(at, ASSUMED, name, "unknown"))


def note(machine: Machine, found: Seed, frame: Frame, value: Value | None) -> None:
    """Keep a seeding, and whether a loop or an item's method repeats a constant there."""
    is_constant = isinstance(value, Known) and found.status == "fixed"
    repeats = is_constant and (frame.loops > 0 or frame.name in REPEATED or machine.items > 0)
    machine.events.append(found._replace(repeats=repeats))


def _status(row: Row, value: Value | None, arguments: Arguments) -> tuple[str, str]:
    """What a seeding call does with its stream, and why where that is no seed."""
    if value is None:
        if arguments.is_open:
            return "unknown", ""
        return (row.omitted or "none"), "" if row.omitted == "fixed" else "nothing is given"
    status = seed_status(value)
    if status == "none":
        meaning = row.none or row.omitted
        return (meaning if meaning in ("fixed", "moving") else "none"), "None"
    return status, cause(value)


def cause(value: Value | None) -> str:
    """The call that makes a value move."""
    match value:
        case Moving(call):
            return call
        case Asked(default, _):
            return cause(default)
        case Either(values):
            return next(filter(None, map(cause, values)), "")
    return ""


def seed_status(value: Value | None) -> str:
    """What a value is worth as a seed: fixed, moving, none, optional (None unless asked for) or unknown."""
    match value:
        case None:
            return "none"
        case Known(None):
            return "none"
        case Known() | Series():
            return "fixed"
        case Moving():
            return "moving"
        case Asked(default, _):
            status = seed_status(default)
            return "optional" if status == "none" else status
        case Either(values, asked) if asked:
            return seed_status(Asked(values[0], asked))
        case Either(values):
            return _of_many({seed_status(each) for each in values})
        case Thing() if "seeding" in value.state:
            return str(value.state["seeding"])
    return "unknown"


def _of_many(found: set[str]) -> str:
    if len(found) == 1:
        return found.pop()
    if found == {"fixed", "unknown"}:
        return "unknown"
    return "optional" if found <= {"none", "fixed", "unknown", "optional"} and "none" not in found else "unknown"
