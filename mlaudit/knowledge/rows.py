"""How do the entries of the tables become the rows of one call?"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

Conditions = tuple[tuple[str, tuple[Any, ...]], ...]
Table = Mapping[str, Any]
# Of a signature: the seed parameter, its position, its default.
Signature = tuple[str, str, str]


class Row(NamedTuple):
    """What a call does, in one role.

    - own: has a seed `parameter` (at `position` among positional arguments, None where only by keyword); `omitted` and
      `none` name what it draws from then: a stream, or entropy, fixed, key, unknown. `deferred`: methods draw, not it.
      `governs`: it seeds the estimators that it is given. `through`: the attribute by which classes of ours draw.
    - draw: advances `streams`. seed: sets `streams`; `omitted` is moving, fixed, none or required;
      `hidden`: by the way. `backends`: the streams instead where the library computes with another framework.
    - generator: makes an object of `type` that is seeded by the parameter; `pair`: gives it and its seed.
    - reseed: a method that seeds its object.
    - returns: gives an object of `type`. copy: gives another object like the one that it is given.
    - moving: gives another value in each run. vary: mixes `parameter` into the seed of its first argument.
    - handover: runs `functions` (argument names, at `positions`) and `methods` of its arguments; in `processes` of
      their own, or under `workers` in processes that take all their seeds from torch; `sequential` ones stay.
    `since` and `until` bound the library's versions for which a row holds (the second excluded).
      `gradless`: where no gradient is asked for.
    - determinism: turns an `effect` on or off, by `argument` where one is named. operator: no fixed result on a device,
      or `backward` of it only. steady: a step that decides nothing by chance, unless `p` is given.
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
    through: str = ""
    pair: bool = False
    when: Conditions = ()
    unless: Conditions = ()
    type: str = ""
    functions: tuple[str, ...] = ()
    positions: Conditions = ()
    workers: Conditions = ()
    backends: Conditions = ()
    methods: tuple[str, ...] = ()
    sequential: tuple[str, ...] = ()
    processes: bool = False
    gradless: bool = False
    backward: bool = False
    effect: str = ""
    argument: str = ""
    since: str = ""
    until: str = ""
    note: str = ""
    mark: str = ""

    def place(self, name: str) -> int | None:
        """The position of an argument among the positional ones, where the row knows it."""
        return next((places[0] for each, places in self.positions if each == name), None)


def rows_of(
    name: str,
    signatures: Iterable[Signature],
    entries: Iterable[tuple[str, Table]],
    earlier: Iterable[Table],
    default: Table,
) -> tuple[Row, ...]:
    """The rows of a call: what its signatures say, changed by what the curated entries (role, entry) say, and what held
    before a version. `default` is what its library says of all its calls."""
    found = [_own(*signature, default, _is_deferred(name, default)) for signature in signatures]
    for role, entry in entries:
        found = _with(found, name, role, entry, default)
    for entry in earlier:
        found = list(_before(found, entry))
    return tuple(found)


def _own(parameter: str, position: str, value: str, default: Table, deferred: bool) -> Row:
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


def _with(found: list[Row], name: str, role: str, entry: Table, default: Table) -> list[Row]:
    """Some rows, and what one more entry says."""
    own = [row for row in found if row.role == "own"]
    others = [row for row in found if row.role != "own"]
    if role != "own":
        return [*(others if role == "generator" else found), _curated(Row(role), entry)]
    parameter = entry.get("parameter")
    if not any(row.parameter == parameter for row in own) and (parameter or not own):
        own.append(Row("own", omitted=default.get("omitted", "unknown"), deferred=_is_deferred(name, default)))
    same = {**entry, "parameter": None, "position": None}
    return [*others, *(_curated(row, entry if row.parameter in ("", parameter) else same) for row in own)]


def _is_deferred(name: str, default: Table) -> bool:
    """Whether a call makes an object that draws later: a library's default speaks of its classes only."""
    return bool(default.get("deferred", False)) and name.rpartition(".")[2][:1].isupper()


def _before(found: list[Row], entry: Table) -> Iterator[Row]:
    """The rows of a call, and what they were before a version. Of several, the newest stands first."""
    for row in found:
        if row.since:
            yield row
        elif row.role in ("own", "seed") and "omitted" in entry:
            changed = {key: entry[key] for key in ("omitted", "mark") if key in entry}
            none = entry["omitted"] if row.role == "own" else row.none
            earlier = row._replace(until=entry["before"], none=none, **changed)
            yield earlier._replace(when=conditions(entry.get("when", {})), unless=conditions(entry.get("unless", {})))
            yield row._replace(since=entry["before"])
        elif row.role == "draw" and "stream" in entry:
            yield row._replace(until=entry["before"], streams=(entry["stream"],))
            yield row._replace(since=entry["before"])
        else:
            yield row


def _curated(row: Row, entry: Table) -> Row:
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
        through=entry.get("through", row.through),
        pair=bool(entry.get("pair", False)),
        when=conditions(entry.get("when", {})),
        unless=conditions(entry.get("unless", {})),
        type=entry.get("type", ""),
        functions=tuple(entry.get("functions", ())),
        positions=conditions(entry.get("positions", {})),
        workers=conditions(entry.get("workers", {})),
        backends=conditions(entry.get("backends", {})),
        methods=tuple(entry.get("methods", ())),
        sequential=tuple(entry.get("sequential", ())),
        processes=bool(entry.get("processes", False)),
        gradless=bool(entry.get("gradless", False)),
        backward=bool(entry.get("backward", False)),
        effect=entry.get("effect", ""),
        argument=entry.get("argument", ""),
        since=entry.get("since", ""),
        until=entry.get("until", ""),
        note=entry.get("note", ""),
        mark=entry.get("mark", ""),
    )


def conditions(table: Table) -> Conditions:
    """Which arguments must have which values: a table of names, each with one value or several."""
    return tuple((name, tuple(values) if isinstance(values, list) else (values,)) for name, values in table.items())
