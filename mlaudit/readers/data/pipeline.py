"""Which stages does a dvc.yaml write down?"""

from collections.abc import Iterator

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from mlaudit.facts import Fact, ParameterReference, Stage, Unreadable, Written
from mlaudit.readers.data.plain import is_true, plain, root, unreadable, written
from mlaudit.readers.documents import Malformed, yaml
from mlaudit.source import Source

DEFAULT = "params.yaml"
OUTPUTS = ("outs", "metrics", "plots")


def read(source: Source) -> Iterator[Fact]:
    """A Stage for each entry of `stages`, its `${…}` left as they are."""
    try:
        top = root(source)
        variables = written(yaml.get(top, "vars"))
    except Malformed as error:
        yield from unreadable(source, error)
        return
    stages = yaml.get(top, "stages")
    is_empty = isinstance(stages, ScalarNode) and not yaml.text(stages)
    if stages is not None and not isinstance(stages, MappingNode) and not is_empty:
        yield Unreadable(yaml.where(source, stages), "has `stages` that are no mapping", partly=True)
    for name, key, node in yaml.items(stages):
        try:
            yield _stage(source, name, key, node, variables)
        except Malformed as error:
            yield Unreadable(yaml.where(source, key), f"has a stage `{name}` that {error.reason}", partly=True)


def _stage(source: Source, name: str, key: Node, node: Node, variables: str) -> Stage:
    body = yaml.get(node, "do") or node
    command = yaml.get(body, "cmd")
    if command is None:
        raise Malformed("has no `cmd`")
    return Stage(
        yaml.where(source, key),
        name,
        command_of(command),
        inputs=tuple(_paths(source, body, "deps")),
        outputs=tuple(path for section in OUTPUTS for path in _paths(source, body, section)),
        parameters=tuple(_parameters(source, yaml.get(body, "params"))),
        folder=yaml.text(yaml.get(body, "wdir")),
        frozen=is_true(yaml.get(body, "frozen")),
        always_changed=is_true(yaml.get(body, "always_changed")),
        variables=variables,
        own_variables=written(yaml.get(body, "vars")),
        foreach=written(yaml.get(node, "foreach")),
        matrix=written(yaml.get(node, "matrix")),
    )


def command_of(node: Node) -> str | tuple[str, ...]:
    """A command: one text, or the texts of a list."""
    value = plain(node)
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return str(value)


def _paths(source: Source, body: Node, section: str) -> Iterator[Written]:
    listed = yaml.get(body, section)
    if isinstance(listed, ScalarNode) and yaml.text(listed) and "${" not in yaml.text(listed):
        raise Malformed(f"has `{section}` that are no list")
    for item in yaml.sequence(listed):
        if text := yaml.text(item):
            yield Written(yaml.where(source, item), text)
        for path, key, options in yaml.items(item):
            cache = yaml.get(options, "cache")
            yield Written(yaml.where(source, key), path, cache is None or is_true(cache))


def _parameters(source: Source, node: Node | None) -> Iterator[ParameterReference]:
    for item in yaml.sequence(node):
        if text := yaml.text(item):
            yield ParameterReference(yaml.where(source, item), DEFAULT, text)
        for file, key, names in yaml.items(item):
            if not isinstance(names, SequenceNode):
                yield ParameterReference(yaml.where(source, key), file, "")
            for name in yaml.scalars(names):
                if isinstance(names, SequenceNode):
                    yield ParameterReference(yaml.where(source, name), file, yaml.text(name))
