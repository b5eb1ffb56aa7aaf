"""What happens in a program, in order, as far as its results can be repeated?"""

from collections.abc import Iterator
from typing import NamedTuple, Union

from mlaudit.facts.place import Location
from mlaudit.knowledge.accesses import Access
from mlaudit.values import Arguments, Value


class Seeding(NamedTuple):
    """How a stream stands: fixed, moving, none (given None), optional (only if asked for), possible (on some paths),
    unknown, inherited (a copy of the parent's, in a process of its own). `at` is the call that did it."""

    status: str
    at: Location
    name: str


class Draw(NamedTuple):
    """A call that takes numbers from a stream.

    `role` is global, own (its own seed parameter left open) or generator (made from entropy). `seeding` is the stream's
    at that moment, None where nothing seeded it. `later` is where a draw that waited happens: the fit of an estimator.
    `place` is worker in a process of its own, else "". `is_sure` is False where arguments are not known.
    """

    at: Location
    stream: str
    name: str
    role: str
    seeding: Seeding | None
    parameter: str = ""
    later: Location | None = None
    place: str = ""
    is_sure: bool = True


class Seed(NamedTuple):
    """A call that sets streams. `status` as in Seeding; `loops` is true where a loop repeats a constant."""

    at: Location
    streams: tuple[str, ...]
    name: str
    status: str
    cause: str = ""
    is_hidden: bool = False
    repeats: bool = False


class Effect(NamedTuple):
    """Something else that a rule asks for: `kind` says what, `is_on` whether it is turned on or off."""

    at: Location
    kind: str
    name: str
    is_on: bool = True
    is_sure: bool = True


class Reach(NamedTuple):
    """A call that reads, writes, fetches or names data or a model: what `row` of the tables says of it, the `value` of
    the path, URL or name, None where it is left out, and all arguments."""

    at: Location
    name: str
    row: Access
    value: Value | None
    arguments: Arguments


class Enter(NamedTuple):
    """A function of the repository runs: its name, where it is called from, and what happens in it. Or, with a `side`,
    one of the blocks of a branch of which one runs: which branch, and which block."""

    at: Location | None
    name: str
    events: "list[Event]"
    side: tuple[int, int] | None = None


Event = Union[Draw, Seed, Effect, Reach, Enter]  # noqa: UP007 - Enter names it before it exists


class Step(NamedTuple):
    """An event, the functions through which the program reaches it, and the blocks of branches in which it lies."""

    event: Draw | Seed | Effect | Reach
    path: tuple[str, ...]
    sides: tuple[tuple[int, int], ...] = ()

    def excludes(self, other: "Step") -> bool:
        """Whether the two lie in different blocks of one branch: a run that comes to one does not come to the other."""
        others = dict(other.sides)
        return any(others.get(branch, block) != block for branch, block in self.sides)


def steps(events: "list[Event]") -> Iterator[Step]:
    """The events in the order in which they run. What was run before in the same state is not told again."""
    told: set[int] = set()
    stack: list[tuple[Iterator[Event], tuple[str, ...], tuple[tuple[int, int], ...]]] = [(iter(events), (), ())]
    while stack:
        inner, path, sides = stack[-1]
        for event in inner:
            if not isinstance(event, Enter):
                yield Step(event, path, sides)
            elif id(event.events) not in told:
                told.add(id(event.events))
                below = (path, (*sides, event.side)) if event.side else ((*path, event.name), sides)
                stack.append((iter(event.events), *below))
                break
        else:
            stack.pop()
