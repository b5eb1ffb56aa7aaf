"""Which seeds do the configuration files of a repository set? YAML and JSON, as code loads them."""

from collections.abc import Iterator

from yaml import MappingNode, Node, ScalarNode

from mlaudit.facts import Fact, Setting
from mlaudit.readers.documents import Malformed, yaml
from mlaudit.source import Source

# Without this word a file sets none: most need not be parsed.
WORD = "seed"
MOST = 500


def read(source: Source) -> Iterator[Fact]:
    """A Setting for each scalar whose key speaks of a seed. What is no YAML may be a template: no fault of it."""
    if WORD not in source.text.lower():
        return
    try:
        roots = yaml.documents(source)
    except Malformed:
        return
    for root in roots:
        yield from _settings(source, root, ())


def _settings(source: Source, node: Node, keys: tuple[str, ...]) -> Iterator[Fact]:
    if not isinstance(node, MappingNode) or len(keys) > 8:
        return
    for name, _, value in list(yaml.items(node))[:MOST]:
        if isinstance(value, ScalarNode) and (WORD in name.lower() or WORD in ".".join(keys).lower()):
            yield Setting(yaml.where(source, value), (*keys, name), _value(value))
        else:
            yield from _settings(source, value, (*keys, name))


def _value(node: ScalarNode) -> str | int | bool | None:
    """The scalar as YAML 1.1 resolves it, as far as a seed may need it."""
    match node.tag.rpartition(":")[2]:
        case "null":
            return None
        case "int" if node.value.lstrip("+-").isdigit():
            return int(node.value)
        case "bool":
            return node.value.lower() in ("true", "yes", "on")
    return str(node.value)
