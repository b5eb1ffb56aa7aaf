"""What does an anaconda-project.yml declare: for all environments, and for each?"""

from collections.abc import Iterator

from yaml import MappingNode, Node, SequenceNode

from mlaudit.facts import Fact, Manifest, PackageSource, Requirement, Unreadable
from mlaudit.readers.documents import Malformed, yaml
from mlaudit.readers.manifests import conda
from mlaudit.source import Source

# The two names that the list of packages has in the tool's own documentation.
PACKAGES = ("packages", "dependencies")


def read(source: Source) -> Iterator[Fact]:
    """Channels, match specs and pip lists, of the file and of its env_specs."""
    try:
        roots = yaml.documents(source)
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    root = roots[0] if roots else None
    if not isinstance(root, MappingNode):
        return
    specs = yaml.get(root, "env_specs")
    sections = [("", root), *((name, node) for name, _, node in yaml.items(specs))] if specs else [("", root)]
    found = [fact for name, node in sections for fact in _section(source, node, name)]
    if found:
        yield Manifest(source.location(0), "conda")
        yield from found


def _section(source: Source, node: Node, name: str) -> Iterator[Fact]:
    if not isinstance(node, MappingNode):
        return
    for channel in yaml.scalars(yaml.get(node, "channels")):
        yield PackageSource(yaml.where(source, channel), "channel", channel.value)
    for key in PACKAGES:
        listed = yaml.get(node, key)
        for entry in yaml.sequence(listed) if isinstance(listed, SequenceNode) else ():
            for fact in conda.dependency(source, entry):
                yield fact._replace(group=f"env:{name}") if isinstance(fact, Requirement) and name else fact
