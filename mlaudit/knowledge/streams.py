"""What does a library's call do with randomness: draw, seed, make a generator, run what it is given?

Two kinds of tables, one file for each top-level module, read when a program first names it: `seed_parameters/` holds
what the libraries' own signatures say (generated), `randomness/` what the calls mean (curated).
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from mlaudit.knowledge import FOLDER

ROLES = {
    "calls": "own",
    "draws": "draw",
    "seeds": "seed",
    "generators": "generator",
    "reseeds": "reseed",
    "returns": "returns",
    "moving": "moving",
    "handovers": "handover",
    "determinism": "determinism",
    "operators": "operator",
}
Conditions = tuple[tuple[str, tuple[Any, ...]], ...]


class Row(NamedTuple):
    """What a call does, in one role.

    - own: has a seed `parameter` (at `position` among positional arguments, None where only by keyword); `omitted` and
      `none` name what it draws from then: a stream, or entropy, fixed, key, unknown. `deferred`: methods draw, not it.
      `governs`: it seeds the estimators that it is given.
    - draw: advances `streams`. seed: sets `streams`; `omitted` is moving, fixed, none or required;
      `hidden`: by the way.
    - generator: makes an object of `type` that is seeded by the parameter. reseed: a method that seeds its object.
    - returns: gives an object of `type`. moving: gives another value in each run.
    - handover: runs `functions` (argument names, at `positions`) and `methods` of its arguments; in `processes` of
      their own, or under `workers` in processes that take all their seeds from torch.
    `since` and `until` bound the library's versions for which a row holds (the second excluded).
    - determinism: turns an `effect` on or off, by `argument` where one is named. operator: no fixed result on a device.
    """

    role: str
    streams: tuple[str, ...] = ()
    parameter: str = ""
    position: int | None = None
    omitted: str = ""
    none: str = ""
    deferred: bool = False
    hidden: bool = False
    governs: bool = False
    when: Conditions = ()
    unless: Conditions = ()
    type: str = ""
    functions: tuple[str, ...] = ()
    positions: Conditions = ()
    workers: Conditions = ()
    methods: tuple[str, ...] = ()
    processes: bool = False
    effect: str = ""
    argument: str = ""
    since: str = ""
    until: str = ""
    note: str = ""
    mark: str = ""

    def place(self, name: str) -> int | None:
        """The position of an argument among the positional ones, where the row knows it."""
        return next((places[0] for each, places in self.positions if each == name), None)


class Switch(NamedTuple):
    """An attribute or environment variable that turns an `effect` on with one of its `values`, off with any other."""

    target: str
    values: list[Any]
    effect: str


class Library(NamedTuple):
    """The tables of one top-level module."""

    rows: Mapping[str, tuple[Row, ...]]
    aliases: Mapping[str, str]
    switches: tuple[Switch, ...]


@cache
def rows(name: str) -> tuple[Row, ...]:
    """What is known of a call by its full name; () where nothing is. `a.*.b` stands for every part of `a`."""
    name = canonical(name)
    tables = library(name.partition(".")[0]).rows
    owner, _, last = name.rpartition(".")
    return tables.get(name) or tables.get(f"{owner.rpartition('.')[0]}.*.{last}", ())


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
    one of that name, and the frameworks that tell samplers the epoch."""

    names: frozenset[str]
    methods: Mapping[str, str]
    epoch_setters: frozenset[str]


@cache
def _training() -> Training:
    table = _table(".", "training")
    return Training(frozenset(table["names"].split()), table["unknown"], frozenset(table["epoch_setters"]))


def trains(name: str) -> bool:
    """Whether a call by its full name fits a model by gradient steps."""
    return name in _training().names


def epoch_setters() -> frozenset[str]:
    """The frameworks that tell distributed samplers the epoch themselves."""
    return _training().epoch_setters


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
    default = curated.get("default", {})
    found: dict[str, list[Row]] = {}
    for name, row in _generated(_table("seed_parameters", module), default):
        found.setdefault(name, []).append(row)
    for section, role in ROLES.items():
        for entry in curated.get(section, ()):
            for name in entry.get("names", "").split("\n"):
                if name := name.strip():
                    _add(found, name, role, entry, default)
    for entry in curated.get("earlier", ()):
        for name in entry["names"].split():
            found[name] = list(_before(found.get(name, []), entry))
    switches = tuple(
        Switch(target, values if isinstance(values, list) else [values], entry["effect"])
        for entry in curated.get("determinism", ())
        if (target := entry.get("assign") or entry.get("environment"))
        and (values := entry.get("value", True)) is not None
    )
    return Library({name: tuple(listed) for name, listed in found.items()}, curated.get("aliases", {}), switches)


def _table(folder: str, module: str) -> dict[str, Any]:
    path = os.path.join(FOLDER, folder, f"{module}.toml")
    if not module.isidentifier() or not os.path.isfile(path):
        return {}
    with open(path, "rb") as file:
        return tomllib.load(file)


def _generated(table: Mapping[str, Any], default: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    """Rows of signatures. A default that is a number is a fixed seed; one that is None is what the library says."""
    for parameter, section in table.items():
        if isinstance(section, dict):
            for line in section.get("calls", "").split("\n"):
                if line:
                    name, position, value = line.split(" ")
                    yield name, _own(parameter, position, value, default, _is_deferred(name, default))


def _own(parameter: str, position: str, value: str, default: Mapping[str, Any], deferred: bool) -> Row:
    omitted = default.get("omitted", "unknown")
    is_open = value in ("None", "?")
    return Row(
        "own",
        parameter=parameter,
        position=None if position == "-" else int(position),
        omitted="unknown" if value == "?" else omitted if is_open else "fixed",
        none=omitted,
        deferred=deferred,
    )


def _add(
    found: dict[str, list[Row]], name: str, role: str, entry: Mapping[str, Any], default: Mapping[str, Any]
) -> None:
    rows_of = found.setdefault(name, [])
    own = [row for row in rows_of if row.role == "own"]
    if role == "own":
        parameter = entry.get("parameter")
        if not any(row.parameter == parameter for row in own) and (parameter or not own):
            own.append(Row("own", omitted=default.get("omitted", "unknown"), deferred=_is_deferred(name, default)))
        same = {**entry, "parameter": None, "position": None}
        rows = [_curated(row, entry if row.parameter in ("", parameter) else same) for row in own]
        found[name] = [*(row for row in rows_of if row.role != "own"), *rows]
        return
    if role == "generator":
        found[name] = rows_of = [row for row in rows_of if row.role != "own"]
    rows_of.append(_curated(Row(role), entry))


def _is_deferred(name: str, default: Mapping[str, Any]) -> bool:
    """Whether a call makes an object that draws later: a library's default speaks of its classes only."""
    return bool(default.get("deferred", False)) and name.rpartition(".")[2][:1].isupper()


def _before(rows_of: list[Row], entry: Mapping[str, Any]) -> Iterator[Row]:
    """The rows of a call, and what they were before a version."""
    for row in rows_of:
        if row.role in ("own", "seed") and "omitted" in entry:
            changed = {key: entry[key] for key in ("omitted", "mark") if key in entry}
            none = entry["omitted"] if row.role == "own" else row.none
            earlier = row._replace(until=entry["before"], none=none, **changed)
            yield earlier._replace(when=_conditions(entry.get("when", {})), unless=_conditions(entry.get("unless", {})))
            yield row._replace(since=entry["before"])
        elif row.role == "draw" and "stream" in entry:
            yield row._replace(until=entry["before"], streams=(entry["stream"],))
            yield row._replace(since=entry["before"])
        else:
            yield row


def _curated(row: Row, entry: Mapping[str, Any]) -> Row:
    """A row with what an entry of a curated table says."""
    omitted = entry.get("omitted", row.omitted)
    streams = entry.get("streams") or ([entry["stream"]] if "stream" in entry else row.streams)
    return row._replace(
        streams=tuple(streams),
        parameter=entry.get("parameter") or row.parameter,
        position=row.position if entry.get("position") is None else entry["position"],
        omitted=omitted,
        none=entry.get("none", omitted if row.role != "own" or omitted != "fixed" else row.none),
        deferred=bool(entry.get("deferred", row.deferred)),
        hidden=bool(entry.get("hidden", False)),
        governs=bool(entry.get("governs", row.governs)),
        when=_conditions(entry.get("when", {})),
        unless=_conditions(entry.get("unless", {})),
        type=entry.get("type", ""),
        functions=tuple(entry.get("functions", ())),
        positions=_conditions(entry.get("positions", {})),
        workers=_conditions(entry.get("workers", {})),
        methods=tuple(entry.get("methods", ())),
        processes=bool(entry.get("processes", False)),
        effect=entry.get("effect", ""),
        argument=entry.get("argument", ""),
        since=entry.get("since", ""),
        until=entry.get("until", ""),
        note=entry.get("note", ""),
        mark=entry.get("mark", ""),
    )


def _conditions(table: Mapping[str, Any]) -> Conditions:
    return tuple((name, tuple(values) if isinstance(values, list) else (values,)) for name, values in table.items())
