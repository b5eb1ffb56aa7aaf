"""What has an object of the repository's own classes: attributes, methods, those of the classes above?"""

from collections.abc import Iterable, Iterator

from mlaudit.facts.syntax import Assign, Name, Span, located
from mlaudit.programs import calls, libraries
from mlaudit.programs.footprints import Read
from mlaudit.programs.machine import Machine
from mlaudit.values import (
    UNKNOWN,
    Arguments,
    Asked,
    Bound,
    Closure,
    Either,
    Instance,
    Kind,
    Known,
    Outside,
    Parent,
    Record,
    Series,
    Thing,
    Value,
)


def lineage(kind: Kind) -> Iterator[Kind | Outside]:
    """A class and those above it, nearest first; a class of a library is the last that can be seen of its branch."""
    seen: set[int] = set()
    waiting: list[Value] = [kind]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, Outside):
            if each.name != "builtins.object":
                yield each
        elif isinstance(each, Kind) and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting = [*each.bases, *waiting]


def bases(kind: Kind) -> list[str]:
    """The full names of the library classes that a class rests on."""
    return [each.name for each in lineage(kind) if isinstance(each, Outside)]


def attribute(machine: Machine, owner: Value, name: str) -> Value:
    """The attribute of an object, a class, or `super()`."""
    match owner:
        case Instance():
            machine.trail.append(Read(owner, name, owner.marks.get(name), owner.held.get(name, ())))
            if name in owner.attributes:
                return owner.attributes[name]
            return _found(machine, owner, lineage(owner.kind), name)
        case Kind():
            for each in lineage(owner):
                if isinstance(each, Outside):
                    return Outside(f"{each.name}.{name}")
                if name in each.names:
                    return _of_class(owner, each.names[name])
            return UNKNOWN
        case Parent(instance, kind) if isinstance(instance, Instance):
            above = list(lineage(instance.kind))
            place = above.index(kind) + 1 if kind in above else 1
            return _found(machine, instance, iter(above[place:]), name)
    return UNKNOWN


def _found(machine: Machine, owner: Instance, classes: Iterator[Kind | Outside], name: str) -> Value:
    for each in classes:
        if isinstance(each, Outside):
            return libraries.attribute(shell(owner, each.name), name)
        if name in each.names:
            found = _of_instance(machine, owner, each.names[name])
            return Asked(found, name) if isinstance(found, Known) and is_data(each) else found
    return UNKNOWN


def is_data(kind: Kind) -> bool:
    """Whether a class is a configuration's: each field may be set, by whoever makes an object of it."""
    above = (base.name for base in kind.bases if isinstance(base, Outside))
    return any(_is(each, "dataclass") or _named(each) == "dataclass" for each in kind.decorators) or any(
        name.startswith("pydantic") for name in above
    )


def _named(decorator: Value) -> str:
    return decorator.name.rstrip("()").rpartition(".")[2] if isinstance(decorator, Thing | Outside) else ""


def shell(owner: Instance, base: str) -> Thing:
    """An object of ours as an object of the library class that it rests on."""
    key = f"<{base}>"
    if key not in owner.attributes:
        definition = owner.kind.definition
        thing = Thing(base, Arguments((owner,)), located(owner.kind.path, definition.at))
        owner.attributes[key] = thing
    found = owner.attributes[key]
    assert isinstance(found, Thing)
    return found


def set_mode(machine: Machine, module: Value, *, trains: bool, levels: int = 12) -> None:
    """`train()` and `eval()` of a module, and with it of all that it holds: dropout draws in training only."""
    inner: Iterable[Value] = ()
    match module:
        case Instance(attributes=attributes):
            machine.read_all(module)
            if levels and attributes.get("training") != Known(trains):
                inner = list(attributes.values())
                machine.write(module, "training", Known(trains))
        case Thing(arguments=arguments, state=state):
            state.pop("evaluates", None)
            state |= {} if trains else {"evaluates": True}
            inner = list(arguments.all())
        case Series(_, values) | Either(values):
            inner = values
        case Record(entries=entries):
            inner = list(entries.values())
    for each in inner if levels else ():
        set_mode(machine, each, trains=trains, levels=levels - 1)


def _of_class(kind: Kind, value: Value) -> Value:
    if isinstance(value, Closure) and any(_is(each, "classmethod") for each in value.decorators):
        return Bound(value, kind)
    return value


def _of_instance(machine: Machine, owner: Instance, value: Value) -> Value:
    if not isinstance(value, Closure):
        return value
    if any(_is(each, "staticmethod") for each in value.decorators):
        return value
    if any(_is(each, "classmethod") for each in value.decorators):
        return Bound(value, owner.kind)
    if any(_is(each, "property") or _is(each, "cached_property") for each in value.decorators):
        return calls.apply_plain(machine, Bound(value, owner), (), None, value.function.at)
    return Bound(value, owner)


def _is(decorator: Value, name: str) -> bool:
    return isinstance(decorator, Outside) and decorator.name.rpartition(".")[2] == name


def fields(kind: Kind) -> list[str]:
    """The fields of a data class in the order of its constructor, those of the classes above first."""
    found: list[str] = []
    for each in reversed([each for each in lineage(kind) if isinstance(each, Kind)]):
        for statement in each.definition.body:
            if isinstance(statement, Assign) and len(statement.targets) == 1:
                target = statement.targets[0]
                if isinstance(target, Name) and target.dotted not in found:
                    found.append(target.dotted)
    return found


def defined(names: Iterable[Value], at: Span) -> Value | None:
    """The function that a module defines at a place; a method is one of an object of which nothing is known."""
    for value in names:
        if isinstance(value, Closure) and value.function.at == at:
            return value
        if isinstance(value, Kind):
            for each in value.names.values():
                if isinstance(each, Closure) and each.function.at == at:
                    return Bound(each, Instance(value))
    return None
