"""Which seeds, paths and names do the configuration files of a repository set? YAML and JSON, as code loads them."""

import re
from collections.abc import Iterator

from yaml import MappingNode, Node, ScalarNode

from mlaudit.facts import Fact, Setting
from mlaudit.patterns import pattern
from mlaudit.readers.documents import Malformed, yaml
from mlaudit.source import Source

# Keys that programs may ask for: those of seeds, and of data and models. A file without one need not be parsed.
KEY_WORDS = (
    r"seed|path|dir\b|_dir|folder|root|file|url|uri|csv|parquet|dataset|checkpoint|ckpt|weights|pretrained|model_?name"
)
KEY = pattern(KEY_WORDS, re.IGNORECASE)
MENTION = pattern(rf"(?:{KEY_WORDS})[\w.-]{{0,40}}[\"']?[ \t]{{0,4}}:", re.IGNORECASE)
# A longer text is a record, not what people configure, unless it speaks of a seed.
LONG = 200_000
MOST = 500


def read(source: Source) -> Iterator[Fact]:
    """A Setting for each scalar whose key speaks of a seed, a path or a name. What is no YAML may be a template: no
    fault of it."""
    is_record = len(source.text) > LONG and "seed" not in source.text.lower()
    if is_record or not MENTION.search(source.text):
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
        if isinstance(value, ScalarNode) and (KEY.search(name) or any(map(KEY.search, keys))):
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
