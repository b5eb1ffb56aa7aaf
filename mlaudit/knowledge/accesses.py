"""Which calls of libraries read, write, fetch or name data and models, and by which of their arguments?

One curated file for each top-level module in `accesses/`, read when a program first names it; `methods.toml` has the
methods whose name alone says what they do, whatever object has them.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from mlaudit.knowledge import FOLDER
from mlaudit.knowledge.rows import Conditions, conditions

ROLES = (
    "reads",
    "writes",
    "opens",
    "unpacks",
    "moves",
    "downloads",
    "datasets",
    "models",
    "weights",
    "queries",
    "images",
    "mounts",
    "asks",
    "runs",
    "enters",
    "stands",
    "searches",
    "takes",
    "makes",
)
Section = Mapping[str, Any]


class Access(NamedTuple):
    """What a call does with data or a model.

    - reads, writes: the file or folder at `argument` (at `position` among positional arguments, None where only by
      keyword). opens: reads or writes, as the text at `mode` (`mode_position`) says; without it, reads.
    - unpacks: the archive at `argument` into the folder `target`. moves: what is at `argument` goes to `target`.
    - downloads: the URL at `argument` to the file or folder `target`. `verified`: arguments by which the content is
      checked.
    - datasets, models: a dataset or model that a hub or package has, by its name at `argument`; `revision`: arguments
      that fix which; `separator`: what comes before a version in the name itself; `versioned`: a regular expression
      that is found in names which say their version; `local`: names that stand for files of one's own. `fixed`: the
      name alone says which, or the library's version and a checksum in it do. What is downloaded goes to `target`.
    - weights: weights of a model that the library chooses, if the `argument` is one of `values`.
    - asks: whether there is a file at `argument`.
    - enters: the folder at `argument`, in which the program runs on.
    - runs: the command at `argument`.
    - stands: what the call gives, of the type `gives`, stands for a bucket or object of a store: `prefix`, and the name
      at `argument` in `container`. Where `owned`, the object whose method it is stands for the container, or for the
      whole where no argument is named; so do reads and downloads of such an object.
    - images: a container image, by its reference at `argument`, in which something runs.
    - searches: the folder or file at `argument`, in which modules are looked for.
    - takes, makes: the entries of a catalog that a step of a pipeline takes and makes, by their names at `argument`.
    - queries: a query, its text at `argument`. mounts: a drive of a platform.
    An `argument` of "" is the object whose method it is, or the call's own name. `container`: the bucket or repository
    in which `argument` lies, or `target` for moves.
    `kind` is data, model, configuration, log or figure; hosted of a model that runs elsewhere, package of one that is
    installed, artifact of what a tracker has under aliases and versions, tracked of what is given to one. `when` and
    `unless` bound the arguments under which a row holds, as in the tables of randomness.
    """

    role: str
    argument: str = ""
    position: int | None = 0
    target: str = ""
    target_position: int | None = None
    mode: str = ""
    mode_position: int | None = None
    container: str = ""
    container_position: int | None = None
    revision: tuple[str, ...] = ()
    verified: tuple[str, ...] = ()
    separator: str = ""
    versioned: str = ""
    fixed: bool = False
    local: tuple[str, ...] = ()
    values: tuple[Any, ...] = ()
    gives: str = ""
    prefix: str = ""
    owned: bool = False
    kind: str = "data"
    when: Conditions = ()
    unless: Conditions = ()
    note: str = ""

    def place(self, name: str) -> int | None:
        """The position of an argument among the positional ones, where the row knows it."""
        known = {
            self.argument: self.position,
            self.target: self.target_position,
            self.mode: self.mode_position,
            self.container: self.container_position,
        }
        return known.get(name)


@cache
def accesses(name: str) -> tuple[Access, ...]:
    """What is known of a call by its full name; () where nothing is. `a.*.b` stands for every part of `a`."""
    tables = _library(name.partition(".")[0])
    first, _, rest = name.partition(".")
    return tables.get(name) or tables.get(f"{first}.*.{rest.rpartition('.')[2]}", ())


@cache
def method_accesses(name: str) -> tuple[Access, ...]:
    """What a method does, whatever object has it, by its name or its last two: `write.parquet`; () where those do not
    tell."""
    tables = _library("methods")
    owner, _, last = name.rpartition(".")
    return tables.get(f"{owner.rpartition('.')[2]}.{last}") or tables.get(last, ())


@cache
def _library(module: str) -> Mapping[str, tuple[Access, ...]]:
    path = os.path.join(FOLDER, "accesses", f"{module}.toml")
    if not module.isidentifier() or not os.path.isfile(path):
        return {}
    with open(path, "rb") as file:
        table = tomllib.load(file)
    found: dict[str, tuple[Access, ...]] = {}
    for name, row in _rows(table):
        found[name] = (*found.get(name, ()), row)
    return found


def _rows(table: Section) -> Iterator[tuple[str, Access]]:
    for role in ROLES:
        for section in table.get(role, ()):
            row = _row(role, section)
            yield from ((name, row) for name in section["names"].split())


def _row(role: str, section: Section) -> Access:
    fields = {name: _field(name, value) for name, value in section.items() if name != "names"}
    return Access(role, **fields)


def _field(name: str, value: Any) -> Any:
    if name in ("when", "unless"):
        return conditions(value)
    if value == "keyword":  # a position that there is none of: TOML has no null
        return None
    return tuple(value) if isinstance(value, list) else value
