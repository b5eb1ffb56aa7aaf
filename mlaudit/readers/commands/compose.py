"""In which images do the services of a compose file run, and which of them does it build?

The grammar is that of https://github.com/compose-spec/compose-spec.
"""

import posixpath
from collections.abc import Iterator

from yaml import MappingNode, Node, ScalarNode

from mlaudit.facts import Build, Fact, Unreadable
from mlaudit.patterns import pattern
from mlaudit.readers.commands import builds
from mlaudit.readers.commands.matrix import Value
from mlaudit.readers.documents import Malformed, images, yaml
from mlaudit.source import Source

PLACE = "compose"
VARIABLE = pattern(r"\$\{(\w+):?-([^{}$]*)\}")
TEMPLATE = pattern(r"\{\{|\{%")


def read(source: Source) -> Iterator[Fact]:
    """An ImageRef for each service that runs an image, and a Build for each that is built."""
    try:
        roots = yaml.documents(source)
    except Malformed as error:
        if not TEMPLATE.search(source.text):
            yield Unreadable(source.location(error.offset, error.offset), error.reason)
        return
    found: list[Fact] = []
    for root in roots:
        if isinstance(root, MappingNode):
            found += _services(source, root)
        else:
            found.append(Unreadable(yaml.where(source, root), "is no mapping, as a compose file must be"))
    yield from dict.fromkeys(found)  # services share anchors: each image once


def _services(source: Source, root: MappingNode) -> Iterator[Fact]:
    services = yaml.get(root, "services")
    if services is None and "version" not in {name for name, _, _ in yaml.items(root)}:
        services = root if all(_is_service(node) for _, _, node in yaml.items(root)) else None
    for _, key, service in yaml.items(services):
        image, build = yaml.get(service, "image"), yaml.get(service, "build")
        platform = put_in(yaml.text(yaml.get(service, "platform")))
        if build is not None:
            yield _build(source, key, build, put_in(yaml.text(image)), platform)
        elif isinstance(image, ScalarNode):
            for found in images.of_node(source, image, PLACE, known=[Value(put_in(image.value), image)]):
                yield found._replace(platform="" if "$" in platform else platform)


def put_in(text: str) -> str:
    """The text with the defaults of its variables."""
    return VARIABLE.sub(lambda match: match[2], text)


def _is_service(node: Node) -> bool:
    """Whether an entry at the top of a file without `services` is one, as the first version of the format had it."""
    return yaml.get(node, "image") is not None or yaml.get(node, "build") is not None


def _build(source: Source, key: ScalarNode, node: Node, image: str, platform: str) -> Build:
    folder = posixpath.dirname(source.path)
    written = node if isinstance(node, ScalarNode) else yaml.get(node, "context")
    context = put_in(yaml.text(written)) or "."
    file = put_in(yaml.text(yaml.get(node, "dockerfile")))
    # A Dockerfile is named from the context here, and not from where the command runs.
    path, inside = builds.dockerfile(context, posixpath.join(context, file) if file else "", folder)
    names = [image, *(put_in(scalar.value) for scalar in yaml.scalars(yaml.get(node, "tags")))]
    platforms = [put_in(scalar.value) for scalar in yaml.scalars(yaml.get(node, "platforms"))]
    at = yaml.where(source, written) if written is not None else yaml.where(source, key)
    return Build(
        at,
        "?" if yaml.get(node, "dockerfile_inline") is not None else path,
        inside,
        tuple(name for name in names if name),
        tuple(each for each in (platforms or [platform]) if each and "$" not in each),
        put_in(yaml.text(yaml.get(node, "target"))),
    )
