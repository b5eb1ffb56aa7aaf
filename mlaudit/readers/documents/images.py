"""Which images does a scalar of YAML name, its variables put in?"""

from collections.abc import Iterator

from yaml import ScalarNode

from mlaudit.facts import ImageRef
from mlaudit.facts.images import TRANSPORT, image
from mlaudit.readers.commands.matrix import Value
from mlaudit.readers.documents import yaml
from mlaudit.source import Source


def of_node(
    source: Source, node: ScalarNode, origin: str, role: str = "run", known: list[Value] | None = None
) -> Iterator[ImageRef]:
    """The images that a scalar of YAML may name. `known` are the values that it takes when its variables are put in:
    those of entries of their own stand there; one text of several values is not known."""
    values = [Value(yaml.text(node), node)] if known is None else known
    elsewhere = [value for value in values if value.node is not node]
    if not elsewhere and len({value.text for value in values}) == 1:
        written, text = yaml.text(node), values[0].text
        prefix = TRANSPORT.match(text)
        start = len(prefix[0]) if prefix and written.startswith(prefix[0]) else 0
        at = yaml.passage(source, node).locate(start, len(written)) if start else yaml.where(source, node)
        yield image(text[prefix.end() if prefix else 0 :], at, origin, role=role)
    elif elsewhere and len(elsewhere) == len(values):
        for value in elsewhere:
            yield image(TRANSPORT.sub("", value.text), yaml.where(source, value.node), origin, role=role)
    else:
        yield image(yaml.text(node), yaml.where(source, node), origin, role=role)._replace(concrete=False)
