"""What does a conda environment file declare?"""

from collections.abc import Iterator

from yaml import MappingNode, Node, SequenceNode

from mlaudit.facts import Fact, MachinePath, Manifest, PackageSource, PythonVersion, Requirement, Unreadable
from mlaudit.readers.documents import Malformed, deployments, yaml
from mlaudit.readers.manifests import conda_spec, requirements
from mlaudit.source import Source

# The two names that the list of packages of an anaconda-project.yml has.
PACKAGES = ("packages", "dependencies")


def read(source: Source) -> Iterator[Fact]:
    """Channels, match specs, the pip list and `prefix:`; the images of a manifest; nothing for other YAML."""
    try:
        roots = yaml.documents(source)
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    yield from (fact for root in roots for fact in deployments.of_document(source, root))
    root = roots[0] if roots else None
    if isinstance(root, MappingNode) and (specs := yaml.get(root, "env_specs")) is not None:
        yield from _project(source, root, specs)
        return
    if not isinstance(root, MappingNode) or yaml.get(root, "dependencies") is None:
        return
    keys = {name for name, _, _ in yaml.items(root)}
    if not isinstance(yaml.get(root, "dependencies"), SequenceNode) or not keys & {"name", "channels", "prefix"}:
        return
    yield Manifest(source.location(0), "conda")
    for channel in yaml.scalars(yaml.get(root, "channels")):
        yield PackageSource(yaml.where(source, channel), "channel", channel.value)
    for entry in yaml.sequence(yaml.get(root, "dependencies")):
        yield from _dependency(source, entry)
    if prefix := yaml.get(root, "prefix"):
        yield MachinePath(yaml.where(source, prefix), yaml.text(prefix), "conda prefix")


def _project(source: Source, root: Node, specs: Node) -> Iterator[Fact]:
    """An anaconda-project.yml: packages and channels for all environments, and for each."""
    sections = [("", root), *((name, node) for name, _, node in yaml.items(specs))]
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
            for fact in _dependency(source, entry):
                yield fact._replace(group=f"env:{name}") if isinstance(fact, Requirement) and name else fact


def _dependency(source: Source, entry: Node) -> Iterator[Fact]:
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
