"""Which constants and options of a repository are its seeds, and what are they worth by default?"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mlaudit.facts import Code, Location, Repo
from mlaudit.facts.syntax import (
    Assign,
    Call,
    Class,
    Constant,
    Expression,
    Items,
    Name,
    Statement,
    Table,
    located,
    nodes,
)
from mlaudit.patterns import pattern

SEED = pattern(
    r"(?i)_*(?:(?:global|default|rng|np|numpy|torch|random|rand|manual|fixed|base|main|train|training|split)_?)*"
    r"(?:seed|random_?state)(?:_?(?:value|number|num|int))?"
)
LONG = pattern(r"--?(?P<name>[\w-]+)")
ADDING = ("add_argument", "add_option", "DEFINE_integer", "DEFINE_int")


class Written(NamedTuple):
    """A seed that a module has: the expression by which the module itself names it, its number, and its place."""

    expression: str
    number: int
    at: Location


class Option(NamedTuple):
    """An option that is a seed: its number where it has one by default."""

    name: str
    number: int | None
    at: Location


class Seeds(NamedTuple):
    """The seeds of a repository: constants by file, options by name."""

    constants: dict[str, list[Written]]
    options: dict[str, list[Option]]


def is_seed(name: str) -> bool:
    """Whether a name says that it holds a seed."""
    return SEED.fullmatch(name) is not None


def is_number(value: object) -> bool:
    """Whether a value can seed every library: a whole number of 32 bits."""
    return type(value) is int and 0 <= value < 2**32


def seeds(repo: Repo) -> Seeds:
    """All seeds that the modules of a repository define."""
    constants: dict[str, list[Written]] = {}
    options: dict[str, list[Option]] = {}
    for code in repo.all(Code):
        if any(is_seed(word) for word in (*code.words, *code.texts)):
            constants[code.at.path] = list(_constants(code))
        if any(is_seed(text.lstrip("-").replace("-", "_")) for text in code.texts):
            for option in _options(code):
                options.setdefault(option.name, []).append(option)
    return Seeds({path: found for path, found in constants.items() if found}, options)


def _constants(code: Code) -> Iterator[Written]:
    """Constants of the module, of its classes, and entries of its dicts; none that is bound a second time."""
    found: dict[str, list[Written | None]] = {}
    for statement in code.body:
        for name, written in _of(code.at.path, statement):
            found.setdefault(name, []).append(written)
    for each in found.values():
        if len(each) == 1 and each[0] is not None:
            yield each[0]


def _of(path: str, statement: Statement) -> Iterator[tuple[str, Written | None]]:
    """The seeds that a statement sets, by the expression that names each; None for one that is no number."""
    match statement:
        case Assign(at, (Name(name),), Table(pairs)):
            yield from _entries(name, pairs, located(path, at))
        case Assign(at, (Name(name),), value) if is_seed(name):
            yield name, _number(name, value, located(path, at))
        case Class(_, owner, body=body):
            for inner in body:
                for name, written in () if isinstance(inner, Class) else _of(path, inner):
                    if name.isidentifier():
                        yield f"{owner}.{name}", written and written._replace(expression=f"{owner}.{name}")
        case Assign(_, targets):
            listed = (each for target in targets if isinstance(target, Items) for each in target.elements)
            yield from ((each.dotted, None) for each in listed if isinstance(each, Name) and is_seed(each.dotted))


def _entries(
    name: str, pairs: Iterable[tuple[Expression | None, Expression]], at: Location
) -> Iterator[tuple[str, Written | None]]:
    for key, value in pairs:
        if isinstance(key, Constant) and isinstance(key.value, str) and is_seed(key.value):
            expression = f'{name}["{key.value}"]'
            yield expression, _number(expression, value, at)


def _number(expression: str, value: Expression | None, at: Location) -> Written | None:
    number = value.value if isinstance(value, Constant) else None
    return Written(expression, number, at) if isinstance(number, int) and is_number(number) else None


def _options(code: Code) -> Iterator[Option]:
    for node in nodes(code.body):
        if isinstance(node, Call) and isinstance(node.function, Name):
            adds = node.function.dotted.rpartition(".")[2]
            if adds in ADDING and (name := _name(node)) and is_seed(name):
                yield Option(name, _default(node, adds), located(code.at.path, node.at))


def _name(call: Call) -> str:
    """The attribute under which an option is read."""
    keywords = dict(call.keywords)
    if isinstance(given := keywords.get("dest"), Constant):
        return str(given.value)
    texts = [each.value for each in call.arguments if isinstance(each, Constant) and isinstance(each.value, str)]
    if call.function.dotted.rpartition(".")[2].startswith("DEFINE"):  # type: ignore[union-attr]
        return texts[0] if texts else ""
    long = next((text for text in texts if text.startswith("--")), texts[0] if texts else "")
    match = LONG.fullmatch(long)
    return match["name"].replace("-", "_") if match else ""


def _default(call: Call, adds: str) -> int | None:
    keywords = dict(call.keywords)
    given = keywords.get("default")
    if given is None and adds.startswith("DEFINE") and len(call.arguments) > 1:
        given = call.arguments[1]
    if adds.startswith("add") and keywords.get("type") not in (Name("int"), None, Constant("int")):
        return None
    value = given.value if isinstance(given, Constant) else None
    return value if is_number(value) else None  # type: ignore[return-value]
