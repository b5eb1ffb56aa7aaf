"""What does a YAML file say, and where? Nodes with marks; nothing is ever constructed.

`3.10` is the text "3.10" here, not a float, and an unknown tag does no harm.
"""

import re
from collections.abc import Iterator

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from mlaudit.facts import Location
from mlaudit.patterns import pattern
from mlaudit.readers.documents import Malformed, nesting
from mlaudit.source import Passage, Source

DEEPEST = 500
DASHES = pattern(r"^\s*((?:- ?){100,})", re.MULTILINE)
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def documents(source: Source) -> list[Node]:
    """The root node of each document of the file. Raises Malformed with the place."""
    if nesting(source.text, "[{", "]}") > DEEPEST or DASHES.search(source.text):
        raise Malformed("is not YAML that can be read: nested too deeply")
    try:
        return [node for node in yaml.compose_all(source.text, Loader=LOADER) if node is not None]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise Malformed(f"is not YAML: {error.problem or error.context}", mark.index if mark else 0) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Malformed(f"is not YAML: {str(error).splitlines()[0]}") from None


def items(node: Node | None) -> Iterator[tuple[str, ScalarNode, Node]]:
    """The entries of a mapping whose keys are scalars: key text, key node, value. `<<` merges come last."""
    if not isinstance(node, MappingNode):
        return
    merged = []
    for key, value in node.value:
        if isinstance(key, ScalarNode):
            if key.value == "<<":
                merged.append(value)
            else:
                yield key.value, key, value
    if merged:
        yield from _merged(merged, {key.value for key, _ in node.value if isinstance(key, ScalarNode)})


def _merged(bases: list[Node], known: set[str]) -> Iterator[tuple[str, ScalarNode, Node]]:
    """What merges add to the `known` keys: the first that has a key gives it. A mapping that merges itself ends."""
    seen: set[int] = set()
    waiting = list(reversed(bases))
    while waiting:
        base = waiting.pop()
        if id(base) in seen:
            continue
        seen.add(id(base))
        if isinstance(base, SequenceNode):
            waiting.extend(reversed(base.value))
        for key, value in base.value if isinstance(base, MappingNode) else ():
            if not isinstance(key, ScalarNode):
                continue
            if key.value == "<<":
                waiting.append(value)
            elif key.value not in known:
                known.add(key.value)
                yield key.value, key, value


def get(node: Node | None, *path: str) -> Node | None:
    """The node under a path of keys, or None."""
    for name in path:
        node = next((value for key, _, value in items(node) if key == name), None)
    return node


def sequence(node: Node | None) -> list[Node]:
    """The items of a sequence; none for anything else."""
    return list(node.value) if isinstance(node, SequenceNode) else []


def text(node: Node | None) -> str:
    """The text of a scalar; "" for anything else."""
    return str(node.value) if isinstance(node, ScalarNode) else ""


def scalars(node: Node | None) -> Iterator[ScalarNode]:
    """A scalar itself, or the scalars of a sequence."""
    if isinstance(node, ScalarNode):
        yield node
    for item in sequence(node):
        if isinstance(item, ScalarNode):
            yield item


def where(source: Source, node: Node) -> Location:
    """Where a node stands; a quoted scalar without its quotes, a collection up to its first line's end."""
    start, end = _inside(node)
    return source.location(start, end)


def passage(source: Source, node: Node) -> Passage:
    """The text of a scalar as a passage: exact in plain, quoted and `|` style, else located by line or whole."""
    value = text(node)
    start, end = _inside(node)
    if source.text[start:end] == value:
        return source.passage(start, end)
    if isinstance(node, ScalarNode) and node.style == "|" and (offsets := _literal(source, node)):
        return Passage(value, lambda first, last: _spread(source, value, offsets, first, last))
    return Passage(value, lambda first, last: source.location(start, end))


def _inside(node: Node) -> tuple[int, int]:
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, ScalarNode):
        return (start + 1, end - 1) if node.style in ("'", '"') else (start, end)
    return start, start


def _literal(source: Source, node: ScalarNode) -> list[int]:
    """For each line of a literal block, the offset in the file at which its text starts."""
    offsets = []
    first = node.start_mark.line + 2
    for number, line in enumerate(node.value.split("\n")):
        raw = source.line(first + number)
        if not raw.endswith(line):
            return []
        offsets.append(_line_start(source, first + number) + len(raw) - len(line))
    return offsets


def _line_start(source: Source, number: int) -> int:
    return source.starts[number - 1] if number <= len(source.starts) else len(source.text)


def _spread(source: Source, value: str, offsets: list[int], first: int, last: int) -> Location:
    def offset(position: int) -> int:
        line = value.count("\n", 0, position)
        return offsets[line] + position - (value.rfind("\n", 0, position) + 1)

    return source.location(offset(first), offset(last))


def leaves(nodes: list[Node]) -> Iterator[ScalarNode]:
    """Every scalar below some nodes, keys too."""
    pending, seen = list(nodes), set[int]()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            yield node
        elif isinstance(node, SequenceNode):
            pending += node.value
        elif isinstance(node, MappingNode):
            pending += [each for pair in node.value for each in pair]
