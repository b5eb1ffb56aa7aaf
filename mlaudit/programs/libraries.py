"""What does code outside the repository do when it is called, used or iterated?"""

from functools import cache
from typing import NamedTuple

from mlaudit.facts.place import Location
from mlaudit.facts.syntax import Span, located, spanned
from mlaudit.knowledge import streams
from mlaudit.programs import accessing, builtin, calls, drawing, handing, objects, options, seeding, texts, training
from mlaudit.programs.events import Effect
from mlaudit.programs.machine import Frame, Machine
from mlaudit.programs.sites import Site
from mlaudit.values import (
    UNKNOWN,
    Arguments,
    Closure,
    Either,
    Instance,
    Known,
    Method,
    Moving,
    Thing,
    Value,
)

# Objects whose parts and products are of the same kind, for the methods that a rule may ask about.
FLUENT = ("pandas.DataFrame", "pandas.Series", "pyspark.sql.DataFrame", "torch.Tensor")
STARTING = ("subprocess.", "os.exec", "os.spawn", "os.system", "multiprocessing.", "torch.multiprocessing.", "ray.init")
# Methods by which an object of ours gives itself: those of torch's modules.
ITSELF = frozenset(
    "to cuda cpu eval train half double float bfloat16 share_memory requires_grad_ apply compile xpu".split()
)
# Names by which libraries that no table knows seed what they use.
SEEDERS = frozenset(
    "seed_everything seed_all set_seed set_seeds set_random_seed set_manual_seed set_global_seed set_all_seeds "
    "fix_seed fix_seeds fix_random_seed setup_seed random_seed seed_torch set_determinism".split()
)
# Methods of a library's class that run what a class of ours adds to it.
RUNNING = frozenset(
    {"__call__", "fit", "train", "learn", "run", "start", "main", "predict", "test", "evaluate", "forward"}
)
RESTORING = ("load_state_dict", "load_weights")
# Methods that ask an object, or set it up: what waits in it for its fit goes on waiting.
ASKING = ("set_", "get_", "seed", "register", "add_", "predict", "score", "decode", "sample")
QUIET = (
    "builtins.",
    "logging.",
    "warnings.",
    "typing.",
    "inspect.",
    "abc.",
    "dataclasses.",
    "os.path.",
    "collections.",
    "functools.",
    "itertools.",
    "operator.",
)


class Manner(NamedTuple):
    """What the name of a call alone says: that it seeds, starts a process, makes an object, runs nothing of ours, or
    makes a plain container."""

    seeds: bool
    starts: bool
    makes: bool
    is_quiet: bool
    is_container: bool


@cache
def _manner(name: str) -> Manner:
    last = name.rpartition(".")[2]
    return Manner(
        seeds=not streams.rows(name) and last in SEEDERS,
        starts=name.startswith(STARTING),
        makes=last[:1].isupper(),
        is_quiet=name.startswith(QUIET),
        is_container=name.startswith("collections."),
    )


def call(machine: Machine, name: str, arguments: Arguments, at: Location, frame: Frame) -> Value:
    """Call a library's function or class by its full name."""
    name = streams.canonical(name)
    if (standing := accessing.called(machine, name, arguments, at)) is not None:
        return standing
    if (given := texts.call(name, arguments)) is not None:
        return given
    if (given := _base_called(machine, name, arguments, at, frame)) is not None:
        return given
    given = builtin.call(machine, name, arguments, at, frame)
    if given is None:
        given = options.call(machine, name, arguments, at)
    if given is not None:
        return given
    found, manner = streams.rows(name), _manner(name)
    if manner.seeds:
        seeding.assumed(machine, name, at)
        return UNKNOWN
    training.called(machine, name, at, frame)
    if manner.starts:
        machine.events.append(Effect(at, "starts process", name))
    value = drawing.happen(found, Site(machine, name, arguments, at, frame))
    handover = handing.handover(found)
    if isinstance(value, Thing):
        return handing.keeping(machine, value)
    if isinstance(value, Either):
        return value
    if manner.is_container:
        return UNKNOWN
    if manner.makes and not (handover and handover.processes):
        return handing.made(machine, name, arguments, at)
    if handover:
        handing.by_row(machine, handover, arguments, frame, at)
    elif not manner.is_quiet:
        handing.hand(machine, arguments.all(), frame, (), at)
    return value or _kept(name, arguments, at)


def _base_called(machine: Machine, name: str, arguments: Arguments, at: Location, frame: Frame) -> Value | None:
    """`Base.__init__(self, …)`: a library's class is asked by name to begin an object of ours."""
    owner, _, last = name.rpartition(".")
    first = arguments.positional[0] if arguments.positional else None
    if last != "__init__" or not isinstance(first, Instance):
        return None
    base = next((each for each in objects.bases(first.kind) if streams.canonical(each) == owner), None)
    if base is None:
        return None
    given = arguments._replace(positional=arguments.positional[1:])
    return method(machine, objects.shell(first, base), "__init__", given, at, frame)


def registered(decorator: Value, closure: Closure) -> None:
    """A function under `@app.command()` is kept by the application, which runs it with options for its parameters."""
    if isinstance(decorator, Thing) and "application" in decorator.state:
        application = decorator.state["application"]
        application.state.setdefault("commands", []).append(closure)
        application.state["holds"] = True


def _kept(name: str, arguments: Arguments, at: Location) -> Value:
    """What a function gives is unknown, but it may give back what it was given: `prepare(model, loader)`."""
    if any(handing.holds(each) for each in arguments.all()):
        thing = Thing(f"{name}()", arguments, at)
        thing.state["prepares"] = True
        return thing
    return UNKNOWN


def method(machine: Machine, owner: Thing, name: str, arguments: Arguments, at: Location, frame: Frame) -> Value:
    """Call a method of a library's object."""
    full = streams.canonical(f"{owner.name}.{name}")
    if (standing := accessing.method(machine, full, arguments, at, owner)) is not None:
        return standing
    if (given := options.method(owner, name, arguments)) is not None:
        return given
    if (given := builtin.method(machine, owner, name, arguments, at, frame)) is not None:
        return given
    if (given := _application(machine, owner, name, at, frame)) is not None:
        return given
    if name in RESTORING:
        handing.restored(machine, name, at)
    elif name == "set_params":
        seeding.set_later(machine, owner, arguments)
    target = streams.canonical(f"{owner.name}.{name}")
    found = streams.rows(target)
    if not found and (inner := _wrapped(owner, name)):
        return method(machine, inner, name, arguments, at, frame)
    training.called(machine, target, at, frame)
    value = drawing.happen(found, Site(machine, target, arguments, at, frame, owner))
    if name == "__init__":
        return _initialised(machine, owner, arguments, at, frame)
    if name in ("eval", "train"):
        objects.set_mode(machine, owner, trains=name == "train" and not _is_off(arguments))
    if _runs(owner, name):
        handing.used(machine, owner, frame, at)
    handover = handing.handover(found)
    if handover:
        handing.by_row(machine, handover, arguments, frame, at, owner)
    else:
        handing.hand(machine, arguments.all(), frame, (), at)
    if name in ("cuda", "to"):
        owner.state["device"] = True
    first = owner.arguments.positional[0] if owner.arguments.positional else None
    if name in ITSELF and isinstance(first, Instance):
        return first
    return value if value is not None else item(owner)


def _is_off(arguments: Arguments) -> bool:
    return arguments.get("mode", 0) == Known(False)


def _application(machine: Machine, owner: Thing, name: str, at: Location, frame: Frame) -> Value | None:
    """Typer and its kind: `command()` gives a decorator that registers, calling the application runs what it has."""
    if owner.name not in ("typer.Typer", "cyclopts.App"):
        return None
    if name in ("command", "callback", "default"):
        decorator = Thing(f"{owner.name}.{name}()", Arguments(), at)
        decorator.state["application"] = owner
        return decorator
    if name == "__call__":
        span = spanned(at)
        for command in owner.state.get("commands", ()):
            calls.apply(machine, command, Arguments(asks=True), frame, span)
    return UNKNOWN


def _runs(owner: Thing, name: str) -> bool:
    """Whether a method uses what its object holds. Of an object of ours, only the library's own running methods do."""
    if owner.arguments.positional and isinstance(owner.arguments.positional[0], Instance) and "holds" in owner.state:
        return name in RUNNING
    return "." not in name and name not in ITSELF and not name.startswith(ASKING)


def _initialised(machine: Machine, shell: Thing, arguments: Arguments, at: Location, frame: Frame) -> Value:
    """An object of ours is made as one of the library's class that it rests on."""
    name = streams.canonical(shell.name)
    made = drawing.happen(streams.rows(name), Site(machine, name, arguments, at, frame, shell))
    if isinstance(made, Thing) and "waits" in made.state:
        shell.state["waits"] = made.state["waits"]
    shell.arguments = shell.arguments._replace(
        positional=(shell.arguments.positional[0], *arguments.positional), keywords=dict(arguments.keywords)
    )
    shell.state["holds"] = True
    return UNKNOWN


def _wrapped(owner: Thing, name: str) -> Thing | None:
    """The object inside a wrapper that knows a method which the wrapper's own tables do not name."""
    inner = owner
    for _ in range(4):
        first = next((each for each in inner.arguments.positional if isinstance(each, Thing)), None)
        if first is None:
            return None
        inner = first
        if streams.rows(streams.canonical(f"{inner.name}.{name}")):
            return inner
    return None


def attribute(owner: Thing, name: str) -> Value:
    """An attribute of a library's object: a method of it, or an object that it holds."""
    registered: dict[str, Value] = owner.state.get("registered", {})
    if name in registered:
        return registered[name]
    row = next((row for row in streams.rows(f"{owner.name}.{name}") if row.role == "returns"), None)
    if row is None or row.note[:10] != "attributes":
        return Method(owner, name)
    if row.type == owner.name:
        return owner
    root = seeding.rooted(owner, name)
    if seeding.wraps_unknown(root):
        return UNKNOWN
    if row.type == root.name:
        return root
    parts: dict[str, Thing] = root.state.setdefault("parts", {})
    if name not in parts:
        parts[name] = Thing(row.type, Arguments(), root.at)
    return parts[name]


def item(owner: Thing) -> Value:
    """A part of a library's object."""
    return owner if owner.name in FLUENT or owner.name.endswith(("Dataset", "DatasetDict")) else UNKNOWN


def entry(owner: Thing) -> Value:
    """What a library's object gives under a key."""
    row = next((row for row in streams.rows(f"{owner.name}.__getitem__") if row.role == "returns"), None)
    return Thing(row.type, Arguments(), owner.at) if row else item(owner)


def iterated(machine: Machine, thing: Thing, frame: Frame) -> Value:
    """A loop over a library's object lets happen what waits in it."""
    handing.used(machine, thing, frame, thing.at)
    return Moving(thing.name) if thing.state.get("seeding") in ("none", "moving") else UNKNOWN


def hand_over(machine: Machine, arguments: Arguments, frame: Frame, at: Span) -> None:
    """Something unknown is called: it may run what it is given."""
    handing.hand(machine, arguments.all(), frame, (), located(frame.path, at))


def unknown(machine: Machine, dotted: str, at: Location, frame: Frame) -> None:
    """A method is called of a value that nobody knows."""
    machine.fits_unknown |= dotted.rpartition(".")[2].startswith(("fit", "predict", "transform", "split", "sample"))
    if dotted.endswith(RESTORING):
        handing.restored(machine, dotted, at)
    training.unknown(machine, dotted, at, frame)
