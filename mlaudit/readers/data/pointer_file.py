"""Which data does a `.dvc` file stand for?"""

import posixpath
from collections.abc import Iterator

from yaml import Node

from mlaudit.facts import Fact, Pointer, Unreadable
from mlaudit.masking import masked
from mlaudit.patterns import pattern
from mlaudit.readers.data.pipeline_lock import digest_of
from mlaudit.readers.data.plain import is_true, number, root, unreadable
from mlaudit.readers.documents import Malformed, yaml
from mlaudit.source import Source

ELSEWHERE = pattern(r"[a-zA-Z][\w+.-]*://|/|[a-zA-Z]:[\\/]|\\\\")


def read(source: Source) -> Iterator[Fact]:
    """A Pointer for each output."""
    try:
        top = root(source)
    except Malformed as error:
        yield from unreadable(source, error)
        return
    outputs = [item for item in yaml.sequence(yaml.get(top, "outs")) if yaml.text(yaml.get(item, "path"))]
    if not outputs:
        yield Unreadable(source.location(0), "names no `outs`")
    folder = resolved(posixpath.dirname(source.path), yaml.text(yaml.get(top, "wdir")))
    dependency = next(iter(yaml.sequence(yaml.get(top, "deps"))), None)
    yield from (_pointer(source, item, folder, dependency) for item in outputs)


def _pointer(source: Source, item: Node, folder: str, dependency: Node | None) -> Pointer:
    path = yaml.get(item, "path")
    assert path is not None
    digest, algorithm = digest_of(item)
    if not digest:
        digest, algorithm = _elsewhere(item, dependency)
    repository = yaml.get(dependency, "repo")
    files = number(yaml.get(item, "nfiles"), 0)
    cache = yaml.get(item, "cache")
    return Pointer(
        yaml.where(source, path),
        "dvc",
        resolved(folder, yaml.text(path)),
        digest,
        algorithm,
        size=number(yaml.get(item, "size"), -1),
        files=files,
        is_folder=digest.endswith(".dir") or files > 0,
        source=masked(yaml.text(yaml.get(repository, "url") or yaml.get(dependency, "path"))),
        revision=yaml.text(yaml.get(repository, "rev_lock")),
        is_cached=cache is None or is_true(cache),
    )


def _elsewhere(item: Node, dependency: Node | None) -> tuple[str, str]:
    """The digest of versions that a cloud keeps, or of what an import takes the data from."""
    clouds = [value for _, _, value in yaml.items(yaml.get(item, "cloud"))]
    for node in (*clouds, *yaml.sequence(yaml.get(item, "files")), dependency):
        if node is not None and (found := digest_of(node))[0]:
            return found
    return "", ""


def resolved(folder: str, path: str) -> str:
    """A path from the root, given the folder it is written from; what lies elsewhere stays as it is written."""
    if ELSEWHERE.match(path):
        return masked(path)
    return posixpath.normpath(posixpath.join(folder, path.replace("\\", "/"))).removeprefix("./").rstrip("/") or "."
