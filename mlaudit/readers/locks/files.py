"""Which files may a lock install, and what are their digests? Read where a bill of materials is asked for."""

from collections.abc import Iterator
from typing import Any

from mlaudit.facts import Fact, Location, PackageFile, canonical
from mlaudit.patterns import pattern
from mlaudit.readers.documents import Malformed, json
from mlaudit.readers.documents.toml import Document
from mlaudit.readers.locks import shape
from mlaudit.readers.locks.entries import entries, text_of
from mlaudit.readers.locks.reference import conda_archive
from mlaudit.source import Source

Table = dict[str, Any]
# A row: the package's name and version, the file's address or name, and `algorithm:digest`.
Row = tuple[str, str, str, str]

URL = pattern(r"\s*(\S+\.(?:conda|tar\.bz2))#(?:sha256:)?([0-9a-f]+)\s*$")
ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}


def read(source: Source, role: str) -> Iterator[Fact]:
    """The files of a lock of the format `role`; none where the lock cannot be read, which its own reader says."""
    try:
        rows = sorted(set(READS[role](source))) if role in READS else []
    except Malformed:
        return
    at = Location(source.path)
    for name, version, file, digest in rows:
        algorithm, _, value = digest.rpartition(":")
        algorithm = algorithm or ALGORITHMS.get(len(value), "")
        if name and algorithm:
            yield PackageFile(at, canonical(name), version, file, algorithm.lower(), value.lower())


def _toml(source: Source) -> Table:
    return Document(source).data


def _uv(source: Source) -> Iterator[Row]:
    for package in shape.tables(_toml(source).get("package")):
        for file in (shape.table(package.get("sdist")), *shape.tables(package.get("wheels"))):
            yield _row(package, file.get("url") or file.get("path"), file.get("hash"))


def _listed(source: Source) -> Iterator[Row]:
    """Poetry and PDM: `files` of each package, in older locks of the metadata."""
    data = _toml(source)
    apart = shape.table(shape.table(data.get("metadata")).get("files"))
    for package in shape.tables(data.get("package")):
        name, version = shape.string(package.get("name")), shape.string(package.get("version"))
        rows = [*shape.tables(package.get("files")), *shape.tables(apart.get(name))]
        for file in (*rows, *shape.tables(apart.get(f"{name} {version}"))):
            yield _row(package, file.get("url") or file.get("file"), file.get("hash"))


def _pylock(source: Source) -> Iterator[Row]:
    for package in shape.tables(_toml(source).get("packages")):
        inner = [shape.table(package.get(key)) for key in ("sdist", "archive")]
        for file in (*inner, *shape.tables(package.get("wheels"))):
            for algorithm, value in shape.table(file.get("hashes")).items():
                yield _row(package, file.get("url") or file.get("name"), f"{algorithm}:{value}")


def _pipfile(source: Source) -> Iterator[Row]:
    data = shape.table(json.load(source))
    for category, found in data.items():
        for name, entry in shape.table(found).items() if category != "_meta" else ():
            version = shape.string(shape.table(entry).get("version")).lstrip("=")
            yield from ((name, version, "", digest) for digest in shape.strings(shape.table(entry).get("hashes")))


def _row(package: Table, file: Any, digest: Any) -> Row:
    return (
        shape.string(package.get("name")),
        shape.string(package.get("version")),
        shape.string(file),
        shape.string(digest),
    )


def _records(source: Source) -> Iterator[Row]:
    """pixi's and conda-lock's lists, split by their dashes."""
    for entry in entries(text_of(source), "packages", "package"):
        url = entry.field("url") or entry.field("conda") or entry.field("pypi")
        name, version = entry.field("name"), entry.field("version")
        if url and not (name and version):
            name, version = conda_archive(url)
        for algorithm in ("sha256", "md5"):
            digest = entry.field(algorithm) or _inner(entry.text[entry.start : entry.end], algorithm)
            if digest:
                yield name, version, url, f"{algorithm}:{digest}"
                break


def _inner(text: str, algorithm: str) -> str:
    at = text.find(f"\n    {algorithm}: ")
    return text[at:].split("\n", 2)[1].partition(": ")[2].strip() if at >= 0 else ""


def _explicit(source: Source) -> Iterator[Row]:
    for line in source.lines:
        if match := URL.match(line):
            yield (*conda_archive(match[1]), match[1], match[2])


READS = {
    "uv": _uv,
    "poetry": _listed,
    "pdm": _listed,
    "pylock": _pylock,
    "pipfile": _pipfile,
    "pixi": _records,
    "conda-lock": _records,
    "explicit": _explicit,
}
