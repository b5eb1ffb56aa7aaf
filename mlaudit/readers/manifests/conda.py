"""What does a conda environment file declare?"""

from collections.abc import Iterator

from yaml import MappingNode, Node, SequenceNode

from mlaudit.facts import Fact, MachinePath, Manifest, PackageSource, PythonVersion, Requirement, Unreadable
from mlaudit.readers.documents import Malformed, deployments, yaml
from mlaudit.readers.manifests import conda_spec, requirements
from mlaudit.source import Source


def read(source: Source) -> Iterator[Fact]:
    """Channels, match specs, the pip list and `prefix:`; the images of a manifest; nothing for other YAML."""
    try:
        roots = yaml.documents(source)
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    yield from (fact for root in roots for fact in deployments.of_document(source, root))
    root = roots[0] if roots else None
    if not isinstance(root, MappingNode) or yaml.get(root, "dependencies") is None:
        return
    keys = {name for name, _, _ in yaml.items(root)}
    if not isinstance(yaml.get(root, "dependencies"), SequenceNode) or not keys & {"name", "channels", "prefix"}:
        return
    yield Manifest(source.location(0), "conda")
    for channel in yaml.scalars(yaml.get(root, "channels")):
        yield PackageSource(yaml.where(source, channel), "channel", channel.value)
    for entry in yaml.sequence(yaml.get(root, "dependencies")):
        yield from dependency(source, entry)
    if prefix := yaml.get(root, "prefix"):
        yield MachinePath(yaml.where(source, prefix), yaml.text(prefix), "conda prefix")


def dependency(source: Source, entry: Node) -> Iterator[Fact]:
    """What an entry of a list of packages declares: a match spec, or a pip list."""
    if isinstance(entry, MappingNode):
        for line in yaml.scalars(yaml.get(entry, "pip")):
            yield from _pip(source, line)
        return
    passage = yaml.passage(source, entry)
    found = conda_spec.parse(passage.text, passage.locate, origin=source.path)
    if found is None:
        yield Unreadable(yaml.where(source, entry), f"`{passage.text}` is no conda match spec", partly=True)
        return
    yield found
    if found.name == "python" and found.comparisons:
        yield PythonVersion(found.at, found.comparisons, "conda")


def _pip(source: Source, line: Node) -> Iterator[Fact]:
    passage = yaml.passage(source, line)
    kept = requirements.COMMENT.sub("", passage.text).rstrip()
    for fact in requirements.statement(passage._replace(text=kept), source.path):
        yield fact._replace(origin=source.path) if isinstance(fact, Requirement) else fact
