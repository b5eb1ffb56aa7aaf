"""What did pixi lock? Versions 1 to 7 of pixi.lock."""

import json
import posixpath
from collections.abc import Iterator

from mlaudit.facts import Fact, Lock, LockedPackage, Unreadable, canonical
from mlaudit.patterns import pattern
from mlaudit.readers.documents import Malformed
from mlaudit.readers.locks import first_line
from mlaudit.readers.locks.entries import Entry, entries, text_of
from mlaudit.readers.locks.reference import conda_archive, local
from mlaudit.source import Source

KINDS = ("conda", "pypi", "conda_source")
VERSION = pattern(r"version: (\d+)\n")
PLATFORM = pattern(r"\n {6}([\w-]+):\n {6}- ")
CHANNEL = pattern(r"\n {4}- url: (\S+)")
PURL = pattern(r"\n {2}- pkg:pypi/([A-Za-z0-9._-]+)")
SCHEME = pattern(r"\w[\w+.]*:")


def read(source: Source) -> Iterator[Fact]:
    """One Lock with the records of all environments and platforms."""
    try:
        text = text_of(source)
        version = VERSION.search(text[:200])
        if version is None:
            raise Malformed("is no pixi.lock: it has no `version`")
        folder = posixpath.dirname(source.path)
        found = dict.fromkeys(
            package for entry in entries(text, "packages", "package") for package in _packages(entry, folder)
        )
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    head = text[: text.find("\npackages:")] if "\npackages:" in text else ""
    yield Lock(
        first_line(source),
        "pixi",
        tuple(found),
        tool=f"pixi {version[1]}",
        sources=tuple(posixpath.join(folder, name) for name in ("pixi.toml", "pyproject.toml")),
        settings=(
            f"platforms={json.dumps(sorted(set(PLATFORM.findall(head))))}",
            f"channels={json.dumps(sorted(set(CHANNEL.findall(head))))}",
        ),
    )


def _packages(entry: Entry, folder: str) -> Iterator[LockedPackage]:
    """The package of a record, and the PyPI names that a conda package says it provides."""
    kind = next((key for key in KINDS if entry.text.startswith(f"- {key}: ", entry.start)), "")
    place = entry.field(kind or "url")
    conda = kind != "pypi" and entry.field("kind") != "pypi" and entry.field("manager") != "pip"
    name, version = entry.field("name"), entry.field("version")
    if conda and not (name and version):
        name, version = conda_archive(place)
    if kind == "conda_source":
        name, _, place = place.replace("[", " ").partition(" ") if not name else (name, "", place)
    if not name:
        return
    hashed = entry.has("sha256: ") or entry.has("md5: ")
    origin = _origin(kind, place, folder)
    ecosystem = "conda" if conda else "pypi"
    yield LockedPackage(canonical(name), version, origin, hashed, ecosystem=ecosystem, line=entry.line)
    for provided in PURL.findall(entry.text, entry.start, entry.end) if conda else ():
        yield LockedPackage(canonical(provided), version, f"conda:{name}", hashed, line=entry.line)


def _origin(kind: str, place: str, folder: str) -> str:
    if place.startswith("git+") or kind == "conda_source":
        return place
    return "" if SCHEME.match(place) or not place else local(folder, place)
