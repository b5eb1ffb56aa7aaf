"""What does DVC make of a YAML file? Values by YAML 1.2, which it reads by, from nodes that are never constructed."""

import json
from collections.abc import Iterator
from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from mlaudit.facts import Fact, Unreadable
from mlaudit.patterns import pattern
from mlaudit.readers.documents import Malformed, yaml
from mlaudit.source import Source

# The resolvers of ruamel.yaml for YAML 1.2: `yes` is a text, `010` is ten, `1e-3` is a number.
INTEGER = pattern(r"[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)$")
NUMBER = pattern(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[0-9][0-9_]*[eE][-+]?[0-9]+|\.[0-9_]+(?:[eE][-+][0-9]+)?)$"
)
SPECIAL = pattern(r"[-+]?\.(?:inf|Inf|INF)$|\.(?:nan|NaN|NAN)$")
WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
MOST = 100_000
DEEPEST = 60


def root(source: Source) -> Node | None:
    """The mapping that a file holds; None for an empty file. Raises Malformed for anything else."""
    found = yaml.documents(source)
    if found and not isinstance(found[0], MappingNode):
        raise Malformed("is no mapping", found[0].start_mark.index)
    if len(found) > 1:
        raise Malformed("holds more than one document")
    return found[0] if found else None


def unreadable(source: Source, error: Malformed) -> Iterator[Fact]:
    """The fact that a file is not what it should be, at the place that its parser names."""
    yield Unreadable(source.location(min(error.offset, len(source.text))), error.reason)


def plain(node: Node | None) -> Any:
    """The value of a node: texts, numbers, lists and mappings. Raises Malformed where aliases make it endless."""
    return _plain(node, 0, [MOST])


def written(node: Node | None) -> str:
    """The value of a node as JSON, "" for no node."""
    return as_json(plain(node)) if node is not None else ""


def as_json(value: Any) -> str:
    """The text that holds a value, its keys in order: the names of a matrix's stages follow it."""
    return json.dumps(value, ensure_ascii=False, default=str)


def is_true(node: Node | None) -> bool:
    """Whether a scalar says yes."""
    return isinstance(node, ScalarNode) and _scalar(node) is True


def number(node: Node | None, default: int) -> int:
    """A scalar as a whole number, or the default."""
    value = _scalar(node) if isinstance(node, ScalarNode) else None
    return value if isinstance(value, int) else default


def _plain(node: Node | None, depth: int, left: list[int]) -> Any:
    left[0] -= 1
    if left[0] < 0 or depth > DEEPEST:
        raise Malformed("is nested too deeply", node.start_mark.index if node else 0)
    if isinstance(node, SequenceNode):
        return [_plain(item, depth + 1, left) for item in node.value]
    if isinstance(node, MappingNode):
        return {name: _plain(value, depth + 1, left) for name, _, value in yaml.items(node)}
    return _scalar(node) if isinstance(node, ScalarNode) else None


def _scalar(node: ScalarNode) -> Any:
    text = str(node.value)
    if node.style not in (None, ""):
        return text
    if text in WORDS:
        return WORDS[text]
    if INTEGER.match(text):
        digits = text.replace("_", "")
        return int(digits, 0 if digits.lstrip("+-")[:2] in ("0b", "0o", "0x") else 10)
    if SPECIAL.match(text):
        return float(text.lower().replace(".", ""))
    return float(text.replace("_", "")) if NUMBER.match(text) else text
