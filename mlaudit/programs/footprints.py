"""What did a call ask of the objects that it was given, and what did it write to them?

A call that is given other objects does the same where these answer alike whatever it asks. The objects are numbered in
the order in which it comes to them, first those that it is given: so the same numbers lead, in another call, to the
objects that stand in their places.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from mlaudit.programs.alike import Held, shape
from mlaudit.values import Bound, Either, Instance, Record, Series, Value


class Read(NamedTuple):
    """An attribute of an object of ours was asked for: its mark (None where there is none), the objects in it."""

    owner: Instance
    name: str
    mark: int | None
    held: tuple[Held, ...]


class Change(NamedTuple):
    """A dictionary was changed where it is."""

    owner: Record


class Write(NamedTuple):
    """An attribute of an object of ours was set."""

    owner: Instance
    name: str
    value: Value


Step = Read | Write | Change


class Asked(NamedTuple):
    """A question about an object: by its number, or one that is always the same (of a module); the mark it must have,
    and the numbers of the objects in it."""

    owner: int | Instance
    name: str
    mark: int | None
    held: tuple[int, ...]


class Footprint(NamedTuple):
    """All questions in their order, the objects by number, what was written, how many objects there were before, and
    which dictionaries were changed that were."""

    asked: tuple[Asked, ...] = ()
    objects: tuple[Held, ...] = ()
    writes: tuple[Write, ...] = ()
    births: int = 0
    changed: tuple[Record, ...] = ()


def footprint(trail: Iterable[Step], given: Iterable[Held], births: int, own: Sequence[Value]) -> Footprint:
    """What a call leaves, which was given some objects when there were so many: each attribute once, and not what it
    has written itself. Its `own` are those `born` after that, and the dictionaries that `**` gathers."""
    objects = list(given)
    numbers = {id(each): number for number, each in enumerate(objects)}
    asked: dict[tuple[int, str], Asked] = {}
    writes: dict[tuple[int, str], Write] = {}
    changed: dict[int, Record] = {}
    for step in trail:
        if isinstance(step, Change):
            changed[id(step.owner)] = step.owner
            continue
        if step.owner.born > births:
            continue
        key = (id(step.owner), step.name)
        if isinstance(step, Write):
            writes.pop(key, None)
            writes[key] = step
        elif key not in asked and key not in writes:
            for each in step.held:
                if id(each) not in numbers:
                    numbers[id(each)] = len(objects)
                    objects.append(each)
            held = tuple([numbers[id(each)] for each in step.held])
            asked[key] = Asked(numbers.get(id(step.owner), step.owner), step.name, step.mark, held)
    before = tuple([each for each in changed.values() if id(each) in numbers and not any(each is one for one in own)])
    return Footprint(tuple(asked.values()), tuple(objects), tuple(writes.values()), births, before)


def steps_of(left: Footprint) -> list[Step]:
    """What those around a call see of it."""
    return [*questions(left, left.objects), *map(Change, left.changed), *left.writes]


def questions(left: Footprint, objects: Sequence[Held]) -> list[Read]:
    """What a call asked, of these objects."""
    return [
        Read(_at(each.owner, objects), each.name, each.mark, tuple([objects[number] for number in each.held]))
        for each in left.asked
    ]


def answering(left: Footprint, given: Iterable[Held]) -> tuple[Held, ...] | None:
    """The objects by number where those that are given answer all questions alike, else None."""
    objects = list(given)
    seen = {id(each) for each in objects}
    for question in left.asked:
        owner = _at(question.owner, objects)
        if owner.marks.get(question.name) != question.mark:
            return None
        for each, number in zip(owner.held.get(question.name, ()), question.held, strict=True):
            if number < len(objects):
                if objects[number] is not each:
                    return None
            elif id(each) in seen:
                return None
            else:
                seen.add(id(each))
                objects.append(each)
    return tuple(objects)


def moved(value: Value, left: Footprint, objects: Sequence[Held]) -> Value | None:
    """A value of the call as one of the call that is alike; None where that is not said. An object that the call made
    stands for the one that the other would make."""
    places = {id(old): new for old, new in zip(left.objects, objects, strict=True) if old is not new}
    return _rebuilt(value, places) if places and _holds(value, places) else value


def _holds(value: Value, places: Mapping[int, Held]) -> bool:
    inside: list[Held] = []
    shape(value, inside)
    return any(id(each) in places for each in inside)


def _rebuilt(value: Value, places: Mapping[int, Held]) -> Value | None:
    match value:
        case Instance() | Record():
            return places.get(id(value), value) if not isinstance(value, Record) or id(value) in places else None
        case Bound(_, owner):
            inner = _rebuilt(owner, places)
            return None if inner is None else value._replace(owner=inner)
        case Series(_, values) | Either(values):
            several = [_rebuilt(each, places) if _holds(each, places) else each for each in values]
            found = tuple([each for each in several if each is not None])
            return value._replace(values=found) if len(found) == len(values) else None
    return None


def counterpart(owner: Instance, left: Footprint, objects: Sequence[Held]) -> Instance:
    """The object that stands in the place of one that a call came to."""
    number = _number(owner, left)
    return owner if number is None else _at(number, objects)


def makes(value: Value, left: Footprint) -> bool:
    """Whether a value is, or holds, an object that the call made."""
    inside: list[Held] = []
    shape(value, inside)
    return any(isinstance(each, Instance) and each.born > left.births for each in inside)


def _number(value: Held, left: Footprint) -> int | None:
    return next((number for number, each in enumerate(left.objects) if each is value), None)


def _at(owner: int | Instance, objects: Sequence[Held]) -> Instance:
    found = objects[owner] if isinstance(owner, int) else owner
    assert isinstance(found, Instance)
    return found
