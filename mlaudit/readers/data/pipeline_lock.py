"""Which runs does a dvc.lock record?"""

from collections.abc import Iterator

from yaml import Node

from mlaudit.facts import Fact, LockedFile, LockedStage, LockedValue, Unreadable
from mlaudit.readers.data.pipeline import command_of
from mlaudit.readers.data.plain import number, root, unreadable, written
from mlaudit.readers.documents import Malformed, yaml
from mlaudit.source import Source


def read(source: Source) -> Iterator[Fact]:
    """A LockedStage for each entry of `stages`; in the oldest form stages stand at the top."""
    try:
        top = root(source)
    except Malformed as error:
        yield from unreadable(source, error)
        return
    stages = yaml.get(top, "stages") if yaml.get(top, "schema") is not None else top
    for name, key, node in yaml.items(stages):
        command = yaml.get(node, "cmd")
        if command is None:
            yield Unreadable(yaml.where(source, key), f"records no `cmd` of `{name}`", partly=True)
            continue
        try:
            yield _stage(source, name, key, node, command)
        except Malformed as error:
            yield Unreadable(yaml.where(source, key), f"records a stage `{name}` that {error.reason}", partly=True)


def _stage(source: Source, name: str, key: Node, node: Node, command: Node) -> LockedStage:
    return LockedStage(
        yaml.where(source, key),
        name,
        command_of(command),
        inputs=tuple(_files(source, yaml.get(node, "deps"))),
        outputs=tuple(_files(source, yaml.get(node, "outs"))),
        parameters=tuple(_values(source, yaml.get(node, "params"))),
    )


def _files(source: Source, node: Node | None) -> Iterator[LockedFile]:
    for item in yaml.sequence(node):
        path = yaml.get(item, "path")
        if path is not None:
            digest, algorithm = digest_of(item)
            size, files = number(yaml.get(item, "size"), -1), number(yaml.get(item, "nfiles"), 0)
            yield LockedFile(yaml.where(source, path), yaml.text(path), digest, algorithm, size, files)


def digest_of(item: Node) -> tuple[str, str]:
    """The digest of an entry and its algorithm. DVC 2 wrote no `hash` beside `md5`, and unified line ends first."""
    if md5 := yaml.text(yaml.get(item, "md5")):
        return md5.lower(), yaml.text(yaml.get(item, "hash")) or "md5-dos2unix"
    for name in ("etag", "checksum", "version_id"):
        if found := yaml.text(yaml.get(item, name)):
            return found, "etag"
    return "", ""


def _values(source: Source, node: Node | None) -> Iterator[LockedValue]:
    for file, _, values in yaml.items(node):
        for name, _, value in yaml.items(values):
            yield LockedValue(yaml.where(source, value), file, name, written(value))
