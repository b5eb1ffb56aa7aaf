"""What is a seed parameter, and under which of its public names is a call listed?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

SEEDS = frozenset(
    "random_state seed random_seed rng rstate rseed seed_value seed_gen data_seed global_seed initial_seed sampler_seed"
    " partition_random_seed random_state_seed seed_numpy rng_seed numpy_rng randomstate random_generator lowrank_seed"
    " bagging_seed feature_fraction_seed drop_seed".split()
)
# A call named like this sets a seed: which streams it sets is said in randomness/, by hand.
SEEDERS = re.compile(
    r"(set_|manual_|fix_)?(random_|rng_|global_)?(manual_)?seed(_all|_everything|_instance|_all_rng)?$|set_random_state$"
)
# Callables whose `generator` or `key` makes data, or looks something up.
OTHERS = re.compile(r"(^|[._])(from_generator|fit_generator|predict_generator|evaluate_generator|sort\w*|get|pop)$")
MOST = 3  # public names listed of one object
PASSING = 3


class Row(NamedTuple):
    """One parameter of one call: `position` is "-" where only a keyword reaches it."""

    key: str
    rank: int
    name: str
    parameter: str
    position: str
    default: str


@dataclass(frozen=True)
class Reading:
    """What was read of one version of one library."""

    version: str
    rows: list[Row]
    failed: list[str]


def chosen(rows: Iterable[Row], most: int = MOST) -> Iterator[Row]:
    """The rows worth listing: no seeders, at most `most` names of one object, the shortest first."""
    groups: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if _is_meant(row):
            groups[row.key][row.name].append(row)
    for names in groups.values():
        for name in _best(names, most):
            yield from names[name]


def _is_meant(row: Row) -> bool:
    makes_data = row.parameter == "generator" and row.default == "required"
    return not (makes_data or SEEDERS.match(row.name.rpartition(".")[2]) or OTHERS.search(row.name))


def _best(names: dict[str, list[Row]], most: int) -> list[str]:
    meant = [name for name, rows in names.items() if rows[0].rank < PASSING]
    return sorted(meant or names, key=lambda name: (name.count("."), len(name), name))[:most]


def sections(rows: Iterable[Row]) -> dict[str, list[str]]:
    """Lines `name position default` by parameter, sorted; of two readings of one name the open default wins."""
    found: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for row in rows:
        known = found[row.parameter].get(row.name)
        if known is None or row.default == "None":
            found[row.parameter][row.name] = (row.position, row.default)
    return {
        parameter: [f"{name} {position} {default}" for name, (position, default) in sorted(lines.items())]
        for parameter, lines in sorted(found.items())
    }
