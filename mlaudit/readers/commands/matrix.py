"""Which values can a variable of a CI file have? Matrices and variables, put into the texts that name them."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from yaml import MappingNode, Node, ScalarNode

from mlaudit.facts import Comparison, Fact, Location, PythonVersion
from mlaudit.readers.commands import pythons
from mlaudit.readers.documents import yaml
from mlaudit.source import Source

ORIGIN = "ci"


class Value(NamedTuple):
    """A text of a CI file, and the scalar in which it stands."""

    text: str
    node: ScalarNode


Values = Mapping[str, list[Value]]


def mappings(root: Node) -> Iterator[MappingNode]:
    """Every mapping of a document, in order, each once however often an alias names it."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, MappingNode):
            yield node
            waiting.extend(value for _, value in reversed(node.value))
        else:
            waiting.extend(reversed(yaml.sequence(node)))


def values(node: Node | None) -> list[Value]:
    """A scalar, or the scalars of a sequence, as values; `3.10` is "3.10"."""
    return [Value(scalar.value, scalar) for scalar in yaml.scalars(node)]


def github(strategy: Node | None) -> dict[str, list[Value]]:
    """What each key of a GitHub matrix can be: its list, `include` added, whole-key `exclude` taken away.

    Entries that are mappings give dotted keys: `matrix.config.python` is "config.python".
    """
    matrix = yaml.get(strategy, "matrix")
    found: dict[str, list[Value]] = {}
    for name, _, node in yaml.items(matrix):
        if name not in ("include", "exclude"):
            _gather(found, name, node)
    for entry in yaml.sequence(yaml.get(matrix, "include")):
        for name, _, node in yaml.items(entry):
            _gather(found, name, node)
    for entry in yaml.sequence(yaml.get(matrix, "exclude")):
        excluded = [(name, yaml.text(node)) for name, _, node in yaml.items(entry)]
        if len(excluded) == 1 and excluded[0][0] in found:
            name, text = excluded[0]
            found[name] = [value for value in found[name] if value.text != text]
    return found


def _gather(found: dict[str, list[Value]], name: str, node: Node) -> None:
    found.setdefault(name, []).extend(values(node))
    for entry in [node, *yaml.sequence(node)]:
        for key, _, value in yaml.items(entry):
            found.setdefault(f"{name}.{key}", []).extend(values(value))


def resolve(written: Value, pattern: re.Pattern[str], known: Values) -> list[Value]:
    """Every text that `written` can be, its one variable put in; nothing where the variable is not known.

    `pattern` matches a reference, its first group the variable's name. A value that is only a reference keeps the
    place of the entry it comes from.
    """
    match = pattern.search(written.text)
    if match is None:
        return [written]
    name = next((group for group in match.groups() if group), "")
    whole = match[0] == written.text.strip()
    return [
        Value(written.text.replace(match[0], value.text), value.node if whole else written.node)
        for value in known.get(name, [])
        if not pattern.search(value.text)
    ]


def versions(source: Source, written: list[Value]) -> Iterator[Fact]:
    """One PythonVersion for all the versions that a CI file writes in one place."""
    asked = [Value(line, value.node) for value in written for line in value.text.splitlines()]
    known = [(meant, value) for value in asked if (meant := pythons.comparisons(value.text))]
    yield from version(source, known)


def images(source: Source, written: list[Value], origin: str = ORIGIN) -> Iterator[Fact]:
    """One PythonVersion for the image that a CI file names, in every form that it can take."""
    tagged = [(found, value) for value in written if (found := pythons.of_image(value.text))]
    known = [(found.comparisons, value) for found, value in tagged]
    if len(tagged) == 1 and yaml.text(tagged[0][1].node) == tagged[0][1].text:
        found, value = tagged[0]
        at = yaml.passage(source, value.node).locate(found.start, found.end)
        yield PythonVersion(at, found.comparisons, origin)
    else:
        yield from version(source, known, origin)


def version(
    source: Source, known: list[tuple[tuple[Comparison, ...], Value]], origin: str = ORIGIN
) -> Iterator[PythonVersion]:
    """The fact for what may run: one version, or the choices of a matrix, each once."""
    choices = tuple(dict.fromkeys(comparisons for comparisons, _ in known))
    if len(choices) == 1:
        yield PythonVersion(_around(source, known[:1]), choices[0], origin)
    elif choices:
        yield PythonVersion(_around(source, known), (), origin, choices)


def _around(source: Source, known: list[tuple[tuple[Comparison, ...], Value]]) -> Location:
    """From the first value to the last one of its line."""
    places = sorted(yaml.where(source, value.node) for _, value in known)
    last = max((place for place in places if place.end_line == places[0].line), default=places[0])
    return places[0]._replace(end_line=last.end_line, end_column=last.end_column)
