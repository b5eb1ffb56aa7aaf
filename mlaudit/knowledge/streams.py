"""What does a library's call do with randomness: draw, seed, make a generator, run what it is given?

Two kinds of tables, one file for each top-level module, read when a program first names it: `seed_parameters/` holds
what the libraries' own signatures say (generated), `randomness/` what the calls mean (curated).
"""

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeVar

from mlaudit.knowledge import FOLDER
from mlaudit.knowledge.rows import Row, Signature, Table, rows_of

ROLES = {
    "calls": "own",
    "draws": "draw",
    "seeds": "seed",
    "generators": "generator",
    "reseeds": "reseed",
    "returns": "returns",
    "copies": "copy",
    "moving": "moving",
    "handovers": "handover",
    "determinism": "determinism",
    "operators": "operator",
    "steady": "steady",
    "variations": "vary",
}
Value = TypeVar("Value")


class Switch(NamedTuple):
    """An attribute or environment variable that turns an `effect` on with one of its `values`, off with any other."""

    target: str
    values: list[Any]
    effect: str


class Library(NamedTuple):
    """The tables of one top-level module, by the names of calls: of generated ones the signatures; of curated ones the
    entries, each with its role, and what held `earlier`. `default` speaks of all calls. `backend` is the environment
    variable that says which framework it computes with, "" for none."""

    signatures: Mapping[str, list[Signature]]
    entries: Mapping[str, list[tuple[str, Table]]]
    earlier: Mapping[str, list[Table]]
    default: Table
    aliases: Mapping[str, str]
    switches: tuple[Switch, ...]
    backend: str = ""

    def rows(self, name: str) -> tuple[Row, ...]:
        """What the tables say of a call; () where they do not name it."""
        signatures, entries = self.signatures.get(name, ()), self.entries.get(name, ())
        earlier = self.earlier.get(name, ())
        return rows_of(name, signatures, entries, earlier, self.default) if signatures or entries else ()


@cache
def rows(name: str) -> tuple[Row, ...]:
    """What is known of a call by its full name; () where nothing is. `a.*.b` stands for every part of `a`."""
    name = canonical(name)
    tables = library(name.partition(".")[0])
    owner, _, last = name.rpartition(".")
    return tables.rows(name) or tables.rows(f"{owner.rpartition('.')[0]}.*.{last}")


class Gone(NamedTuple):
    """Names, and `keywords` of calls, that a module had up to its version `last` only; beside the names of `unless`
    they tell nothing."""

    module: str
    names: frozenset[str]
    keywords: frozenset[str]
    unless: frozenset[str]
    last: str


@cache
def gone() -> tuple[Gone, ...]:
    """The names that left a library."""
    return tuple(
        Gone(each["module"], _words(each, "names"), _words(each, "keywords"), _words(each, "unless"), each["last"])
        for each in _table(".", "gone")["gone"]
    )


def _words(table: Table, key: str) -> frozenset[str]:
    return frozenset(table.get(key, "").split())


@cache
def canonical(name: str) -> str:
    """The name under which the tables know a call: `tensorflow.keras.layers.Dense` is `keras.layers.Dense`."""
    for _ in range(3):
        aliases = library(name.partition(".")[0]).aliases
        if not aliases:
            return name
        found = next((prefix for prefix in _prefixes(name) if prefix in aliases), None)
        if found is None:
            return name
        name = aliases[found] + name[len(found) :]
    return name


@cache
def _protocols() -> dict[str, tuple[str, ...]]:
    table = _table(".", "protocols")
    return {name: tuple(entry["methods"]) for entry in table["protocols"] for name in entry["names"].split()}


def protocol(base: str) -> tuple[str, ...]:
    """The methods that a library runs of objects whose class rests on `base`; () where the class is not known."""
    return _protocols().get(canonical(base), ())


class Training(NamedTuple):
    """What is known of training: calls that train by full name, the framework of a method's name where no other has
    one of that name, the frameworks that tell samplers the epoch, the contexts without gradients, the types of what
    was read from disk, which methods of which libraries fit a model by whatever means, how the names of calls begin
    that make models or parts of them, and what records gradients for frameworks that do so only when asked."""

    names: frozenset[str]
    methods: Mapping[str, str]
    epoch_setters: frozenset[str]
    gradless: frozenset[str]
    stored: frozenset[str]
    fitting: Mapping[str, tuple[str, ...]]
    weights: tuple[str, ...]
    recorders: Mapping[str, str]


@cache
def _training() -> Training:
    table = _table(".", "training")
    return Training(
        names=frozenset(table["names"].split()),
        methods=table["unknown"],
        epoch_setters=frozenset(table["epoch_setters"]),
        gradless=frozenset(table["gradless"]),
        stored=frozenset(table["stored"]),
        fitting={name: tuple(words) for name, words in table["fitting"].items()},
        weights=tuple(table["weights"]),
        recorders=table["recorders"],
    )


def trains(name: str) -> bool:
    """Whether a call by its full name fits a model by gradient steps."""
    return name in _training().names


def fits(name: str) -> bool:
    """Whether a call by its full name fits a model, by gradient steps or otherwise."""
    library, _, rest = name.partition(".")
    fitting = _training().fitting
    is_fit = rest.rpartition(".")[2] in fitting["methods"] and library in fitting["libraries"]
    return is_fit and not name.startswith(fitting["preparing"])


def fitting_libraries(method: str) -> tuple[str, ...]:
    """The libraries one of which a program must import for a method of a value that nobody knows to fit a model."""
    fitting = _training().fitting
    return fitting["libraries"] if method in fitting["unknown"] else ()


def epoch_setters() -> frozenset[str]:
    """The frameworks that tell distributed samplers the epoch themselves."""
    return _training().epoch_setters


def is_gradless(context: str) -> bool:
    """Whether nothing is recorded for a backward pass under a context or decorator."""
    return context in _training().gradless


def is_stored(kind: str) -> bool:
    """Whether objects of a kind were read from disk, and need no gradient."""
    return kind in _training().stored


def starts_weights(name: str) -> bool:
    """Whether a call that draws makes a model, or a part of one: weights that are loaded later replace what it drew."""
    return name.startswith(_training().weights) and not name.endswith(".generate")


def recorder(library: str) -> str:
    """The context in which alone a framework records gradients; "" where it always does."""
    return _training().recorders.get(library, "")


def training_method(name: str) -> str:
    """The framework whose objects alone have a method of this name that trains; "" for other names."""
    return _training().methods.get(name, "")


def _prefixes(name: str) -> Iterator[str]:
    yield name
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


@cache
def library(module: str) -> Library:
    """The tables of a top-level module; empty ones where there are none."""
    curated = _table("randomness", module)
    entries = ((name, (role, entry)) for section, role in ROLES.items() for name, entry in _named(curated, section))
    switches = tuple(
        Switch(target, values if isinstance(values, list) else [values], entry["effect"])
        for entry in curated.get("determinism", ())
        if (target := entry.get("assign") or entry.get("environment"))
        and (values := entry.get("value", True)) is not None
    )
    return Library(
        signatures=_grouped(_signatures(_table("seed_parameters", module))),
        entries=_grouped(entries),
        earlier=_grouped(_named(curated, "earlier")),
        default=curated.get("default", {}),
        aliases=curated.get("aliases", {}),
        switches=switches,
        backend=curated.get("backend", ""),
    )


def _grouped(pairs: Iterable[tuple[str, Value]]) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _named(curated: Table, section: str) -> Iterator[tuple[str, Table]]:
    """The entries of a section, once for each call that they name."""
    return ((name, entry) for entry in curated.get(section, ()) for name in entry.get("names", "").split())


def _signatures(table: Table) -> Iterator[tuple[str, Signature]]:
    """What generated tables hold: for each seed parameter lines of call, position and default."""
    for parameter, section in table.items():
        if isinstance(section, dict):
            for line in section.get("calls", "").splitlines():
                name, position, value = line.split(" ")
                yield name, (parameter, position, value)


def _table(folder: str, module: str) -> dict[str, Any]:
    path = os.path.join(FOLDER, folder, f"{module}.toml")
    if not module.isidentifier() or not os.path.isfile(path):
        return {}
    with open(path, "rb") as file:
        return tomllib.load(file)
