"""Which seeds, paths and names do the configuration files of a repository set? YAML and JSON, as code loads them.

And which images do manifests name?
"""

import re
from collections.abc import Iterator

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from mlaudit.facts import Fact, Setting
from mlaudit.patterns import pattern
from mlaudit.readers.documents import Malformed, deployments, yaml
from mlaudit.source import Source

# Keys that programs may ask for: those of seeds, and of data and models. A file without one need not be parsed.
KEY_WORDS = (
    r"seed|path|dir\b|_dir|folder|root|file|url|uri|csv|parquet|dataset|checkpoint|ckpt|weights|pretrained|model_?name"
)
KEY = pattern(KEY_WORDS, re.IGNORECASE)
MENTION = pattern(rf"(?:{KEY_WORDS})[\w.-]{{0,40}}[\"']?[ \t]{{0,4}}:", re.IGNORECASE)
# What else tells: texts that are put together, and Hydra's list of the files that a file is put together from.
COMPOSED = pattern(r"\$\{|^defaults:", re.MULTILINE)
PACKAGE = pattern(r"\A(?:\s*#[^\n]*\n)*?\s*#\s*@package\s+(\S+)")
# A value that is a path or URL, whatever its key.
PLACE = pattern(r"^(?:[\w.-]*/[^\s/]|[A-Za-z]:\\|\w+://|\$\{[^}]*\}/)\S*\.\w{2,8}$")
# A longer text is a record, not what people configure, unless it speaks of a seed.
LONG = 200_000
# No manifest is as large.
LARGE = 1_000_000
MOST = 500
DEFAULTS = "defaults"


def read(source: Source) -> Iterator[Fact]:
    """A Setting for each scalar whose key speaks of a seed, a path or a name; of files that are put together for every
    scalar. And the images that manifests name. What is no YAML may be a template: no fault of it."""
    is_record = len(source.text) > LONG and "seed" not in source.text.lower()
    is_composed = COMPOSED.search(source.text) is not None
    is_asked = not is_record and (is_composed or MENTION.search(source.text) is not None)
    names_images = len(source.text) < LARGE and deployments.MENTION.search(source.text) is not None
    if not is_asked and not names_images:
        return
    try:
        roots = yaml.documents(source)
    except Malformed:
        return
    if found := PACKAGE.match(source.text) if is_asked and "@package" in source.text else None:
        yield Setting(source.location(found.start(1), found.end(1)), ("@package",), found[1], is_aside=True)
    for root in roots:
        if is_asked:
            yield from _settings(source, root, (), is_composed)
        if names_images:
            yield from deployments.of_document(source, root)


def is_asked_for(keys: tuple[str, ...], value: object) -> bool:
    """Whether programs that load data, models or seeds may ask for what stands under some keys."""
    return any(map(KEY.search, keys)) or (isinstance(value, str) and PLACE.match(value) is not None)


def _settings(source: Source, node: Node, keys: tuple[str, ...], is_composed: bool) -> Iterator[Fact]:
    if not isinstance(node, MappingNode) or len(keys) > 8:
        return
    for name, _, value in list(yaml.items(node))[:MOST]:
        if isinstance(value, ScalarNode):
            yield from _setting(source, (*keys, name), value, is_composed)
        elif name == DEFAULTS and not keys and isinstance(value, SequenceNode):
            yield from _defaults(source, value)
        else:
            yield from _settings(source, value, (*keys, name), is_composed)


def _setting(source: Source, keys: tuple[str, ...], node: ScalarNode, is_composed: bool) -> Iterator[Fact]:
    is_aside = not is_asked_for(keys, node.value)
    if is_composed or not is_aside:
        yield Setting(yaml.where(source, node), keys, _value(node), is_aside)


def _defaults(source: Source, listed: SequenceNode) -> Iterator[Fact]:
    """The entries of Hydra's list, each under its number: `group: option`, or the name of a file alone."""
    for number, node in enumerate(listed.value[:MOST]):
        if isinstance(node, ScalarNode):
            yield Setting(yaml.where(source, node), (DEFAULTS, str(number)), node.value, is_aside=True)
        for name, _, value in yaml.items(node):
            options = value.value if isinstance(value, SequenceNode) else [value]
            for option in options:
                if isinstance(option, ScalarNode):
                    keys = (DEFAULTS, str(number), name)
                    yield Setting(yaml.where(source, option), keys, _value(option), is_aside=True)


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
