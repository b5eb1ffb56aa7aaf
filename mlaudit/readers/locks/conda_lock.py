"""What did conda-lock lock? The unified conda-lock.yml; its rendered lists are read by `explicit`."""

import json
import posixpath
from collections.abc import Iterator

from mlaudit.facts import Fact, Lock, LockedPackage, Unreadable, canonical
from mlaudit.readers.documents import Malformed, yaml
from mlaudit.readers.locks import first_line
from mlaudit.readers.locks.entries import Entry, entries, text_of
from mlaudit.source import Source


def read(source: Source) -> Iterator[Fact]:
    """One Lock of all platforms, with the files that it was made from."""
    try:
        text = text_of(source)
        packages = tuple(dict.fromkeys(_package(entry) for entry in entries(text, "package")))
        head = yaml.documents(Source(source.path, text[: text.index("\npackage:") + 1].encode()))
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    metadata = yaml.get(head[0], "metadata") if head else None
    if metadata is None:
        yield Unreadable(first_line(source), "is no whole conda-lock.yml: its metadata is missing")
        return
    folder = posixpath.dirname(source.path)
    platforms = sorted(node.value for node in yaml.scalars(yaml.get(metadata, "platforms")))
    channels = [yaml.text(yaml.get(node, "url")) for node in yaml.sequence(yaml.get(metadata, "channels"))]
    yield Lock(
        first_line(source),
        "conda-lock",
        packages,
        tool="conda-lock",
        sources=tuple(
            posixpath.normpath(posixpath.join(folder, node.value))
            for node in yaml.scalars(yaml.get(metadata, "sources"))
        ),
        settings=(f"platforms={json.dumps(platforms)}", f"channels={json.dumps(channels)}"),
    )


def _package(entry: Entry) -> LockedPackage:
    url = entry.field("url")
    return LockedPackage(
        canonical(entry.field("name")),
        entry.field("version"),
        url if url.startswith(("git+", "file:")) else "",
        hashed=entry.has("\n    sha256: ") or entry.has("\n    md5: "),
        ecosystem="pypi" if entry.field("manager") == "pip" else "conda",
        line=entry.line,
    )
