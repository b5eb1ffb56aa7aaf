"""What does a library's call draw, given its arguments and the streams of the program?"""

from collections.abc import Callable, Iterable

from mlaudit.facts.place import Location
from mlaudit.knowledge.rows import Row
from mlaudit.programs import devices, seeding
from mlaudit.programs.events import Draw, Effect, Seed, Seeding
from mlaudit.programs.machine import PLACE, Machine
from mlaudit.programs.sites import Site, applies, is_left_open
from mlaudit.values import UNKNOWN, Either, Instance, Moving, Outside, Series, Thing, Value, either

# Words of the knowledge tables that name no stream.
NO_STREAM = ("fixed", "key", "required", "none", "")


def happen(rows: Iterable[Row], site: Site) -> Value | None:
    """Let a call do all that its rows say. Gives its value, or None where no row speaks of that."""
    value: Value | None = None
    for row in _chosen(rows, site):
        given = ROLES[row.role](row, site) if row.role in ROLES else None
        value = given if value is None else value
    return value


def _chosen(rows: Iterable[Row], site: Site) -> Iterable[Row]:
    """The rows that hold for the version at hand. Of several seed parameters the one that is given counts; a function
    that takes a generator and draws from its own library's stream without one is a plain draw."""
    found = [row for row in rows if site.machine.versions.fits(site.name, row.since, row.until, site.at.path)]
    own = [row for row in found if row.role == "own"]
    if not own:
        return found
    given = next((row for row in own if site.value(row) is not None), own[0])
    others = [row for row in found if row.role not in ("own", "draw")]
    is_draw = len(found) > len(own) + len(others) or _is_plain(site.name, given.omitted)
    return [given._replace(effect="draw" if is_draw else given.effect), *others]


def _is_plain(name: str, stream: str) -> bool:
    """Whether a call is a function of the stream's own library: `torch.rand`, `tensorflow.random.normal`."""
    return name.startswith(f"{stream}.random.") or (name.startswith(f"{stream}.") and name.count(".") == 1)


def record(machine: Machine, draw: Draw) -> Seeding | None:
    """Note a draw with the state of its stream, and give that state."""
    found = machine.streams.get(draw.stream)
    machine.touched |= {draw.stream, PLACE}
    place = machine.place or draw.place
    place = "" if place == "loader" and draw.stream == "torch" else place
    machine.events.append(draw._replace(seeding=found, place=place))
    return found


def settle(machine: Machine, thing: Thing, at: Location, *, is_sure: bool = True) -> None:
    """Let the draw that waits in an object happen, once in a program; not for sure where nobody sees it used."""
    waits = thing.state.get("waits")
    if waits is not None and id(waits) not in machine.settled and not thing.state.get("evaluates"):
        machine.settled.add(id(waits))
        waits = waits._replace(is_sure=waits.is_sure and is_sure)
        record(machine, waits if at == thing.at else waits._replace(later=at))


def _wait(machine: Machine, thing: Thing, draw: Draw) -> None:
    machine.touched.add(PLACE)
    thing.state["waits"] = draw._replace(place=machine.place)
    machine.waiting.append(thing)


def _draw(row: Row, site: Site) -> Value | None:
    if applies(row, site.arguments) is False:
        return None
    is_sure = not is_left_open(row, site.arguments)
    for stream in site.streams(row):
        if stream == "self":
            return _own_state(site)
        if row.deferred:
            thing = Thing(site.name, site.arguments, site.at)
            _wait(site.machine, thing, Draw(site.at, stream, site.name, "global", None, is_sure=is_sure))
            return thing
        found = record(site.machine, Draw(site.at, stream, site.name, "global", None, is_sure=is_sure))
        if found is None or found.status == "moving":
            return Moving(site.name)
    return UNKNOWN


def _own_state(site: Site) -> Value:
    """A draw from an object that has a state of its own."""
    if site.owner is None:
        return UNKNOWN
    settle(site.machine, site.owner, site.at)
    return Moving(site.owner.name) if site.owner.state.get("seeding") in ("none", "moving") else UNKNOWN


def _own(row: Row, site: Site) -> Value | None:
    """A call with a seed parameter of its own: what it draws from if that is left open."""
    if row.governs:
        _govern(site)
    holds = applies(row, site.arguments)
    draw = _open(row, site) if holds is not False else None
    if draw is not None and holds is None:
        draw = draw._replace(is_sure=False)
    if row.deferred:
        thing = Thing(site.name, site.arguments, site.at)
        if draw is not None:
            _wait(site.machine, thing, draw)
        return thing
    if draw is not None:
        record(site.machine, draw)
    return None


def _govern(site: Site) -> None:
    """An ensemble seeds the copies of the estimator that it repeats: only its own use draws by what it left open."""
    for value in site.arguments.all():
        if isinstance(value, Thing):
            value.state["governed"] = True


def _open(row: Row, site: Site) -> Draw | None:
    """The draw of a call whose seed parameter is open; None where a seed is given or none is needed."""
    value = site.value(row)
    if isinstance(value, Outside):
        is_global = value.name == "numpy.random"
        return Draw(site.at, "numpy", site.name, "own", None, row.parameter) if is_global else None
    if isinstance(value, Thing):
        settle(site.machine, value, site.at)
        _shared(site, value)
        return None
    source = row.omitted if value is None else row.none or row.omitted
    if "self" in (row.omitted, source):
        return _object(row, site, value)
    status = seeding.seed_status(value)
    if value is not None and status == "moving":
        found = Seed(site.at, (), site.name, "moving", seeding.cause(value))
        seeding.note(site.machine, found, site.frame, value)
    if (value is not None and status in ("fixed", "unknown", "moving")) or source in NO_STREAM:
        return None
    return _fallen_back(row, site, source, status)


def _fallen_back(row: Row, site: Site, source: str, status: str) -> Draw:
    """The draw from what a call falls back to."""
    is_sure = source != "unknown" and not (site.value(row) is None and site.arguments.is_open)
    stream = "entropy" if source == "unknown" else source
    role = "global" if row.effect == "draw" else "own"
    site.machine.touched.add(stream)
    if status == "optional" and stream not in site.machine.streams:
        role = "optional"
    return Draw(site.at, stream, site.name, role, None, row.parameter, is_sure=is_sure)


def _object(row: Row, site: Site, value: Value | None) -> Draw | None:
    """A call that seeds its object, or draws from it: an environment's reset. The first that draws is noted."""
    if site.owner is None:
        return None
    owner = seeding.rooted(site.owner, site.name.rpartition(".")[2])
    if value is None and site.arguments.is_open:
        return None
    status = seeding.seed_status(value)
    if value is not None and status != "none":
        owner.state["seeding"] = status
        return None
    mark = id(owner.state)
    if seeding.wraps_unknown(owner) or mark in site.machine.settled or _is_quiet(row, site.machine, owner):
        return None
    if "seeding" in owner.state:
        return None
    site.machine.settled.add(mark)
    return Draw(site.at, "environment", site.name, "environment", None, row.parameter)


def _is_quiet(row: Row, machine: Machine, owner: Thing) -> bool:
    """Whether an object of ours only keeps the seed: its file never names what draws by it."""
    first = owner.arguments.positional[0] if owner.arguments.positional else None
    if not row.through or not isinstance(first, Instance) or first.kind.path not in machine.codes:
        return False
    return row.through not in machine.codes[first.kind.path].words


def _shared(site: Site, generator: Thing) -> None:
    """A RandomState that is handed to several calls: what each draws hangs on those before it."""
    if generator.name == "numpy.random.RandomState":
        users: set[Location] = generator.state.setdefault("users", set())
        if users and site.at not in users:
            site.machine.events.append(Effect(site.at, "shared generator", site.name))
        users.add(site.at)


def _generator(row: Row, site: Site) -> Value | None:
    """An object that draws from a state of its own, seeded as it is made or later."""
    value = site.value(row)
    thing = Thing(row.type or site.name, site.arguments, site.at)
    status = seeding.seed_status(value)
    if value is None:
        status = "unknown" if site.arguments.is_open else row.omitted
    elif status == "none":
        status = row.none or row.omitted
    if isinstance(value, Thing):
        settle(site.machine, value, site.at)
        status = str(value.state.get("seeding", "unknown"))
    elif status in ("moving", "fixed"):
        found = Seed(site.at, (), site.name, status, seeding.cause(value))
        seeding.note(site.machine, found, site.frame, value)
    if status in ("entropy", "optional"):
        role = "generator" if status == "entropy" else "optional"
        _wait(site.machine, thing, Draw(site.at, "entropy", site.name, role, None, row.parameter))
        status = "none" if status == "entropy" else status
    thing.state["seeding"] = status
    if row.pair:
        spare((thing,))
        return Series("tuple", (thing, UNKNOWN))
    return thing


def _seed(row: Row, site: Site) -> Value | None:
    seeding.seed(row, site)
    return None


def _moving(row: Row, site: Site) -> Value | None:
    if applies(row, site.arguments) is False:
        return None
    return Moving(site.name)


def _returns(row: Row, site: Site) -> Value | None:
    if applies(row, site.arguments) is False:
        return None
    return Thing(row.type, site.arguments, site.at)


def _copy(row: Row, site: Site) -> Value | None:
    """An object that is like the one given: it draws, or is seeded, on its own."""
    value = site.arguments.get("estimator", 0)
    values = value.values if isinstance(value, Either) else (value,)
    copies = [_copied(site.machine, each) for each in values if isinstance(each, Thing)]
    return either(copies) if len(copies) == len(values) else None


def _copied(machine: Machine, thing: Thing) -> Thing:
    found = Thing(thing.name, thing.arguments, thing.at)
    found.state |= thing.state
    if "waits" in thing.state and id(thing.state["waits"]) not in machine.settled:
        _wait(machine, found, thing.state["waits"]._replace(is_sure=thing.state["waits"].is_sure))
    spare((thing, found))
    return found


def spare(values: Iterable[Value]) -> None:
    """What waits in an original, a copy or a default happens where it is used, not at the end of the program."""
    for value in values:
        if isinstance(value, Thing):
            value.state["spare"] = True


ROLES: dict[str, Callable[[Row, Site], Value | None]] = {
    "draw": _draw,
    "own": _own,
    "seed": _seed,
    "generator": _generator,
    "reseed": seeding.reseed,
    "moving": _moving,
    "vary": seeding.vary,
    "returns": _returns,
    "copy": _copy,
    "determinism": devices.determinism,
    "operator": devices.operator,
}
