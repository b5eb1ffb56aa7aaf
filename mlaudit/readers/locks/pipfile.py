"""What did Pipenv lock?"""

import posixpath
import re
from collections.abc import Iterator
from json import dumps
from typing import Any

from mlaudit.facts import Fact, Lock, LockedPackage, Unreadable, canonical
from mlaudit.patterns import pattern
from mlaudit.readers.documents import Malformed, json
from mlaudit.readers.locks import first_line
from mlaudit.readers.locks.reference import local, vcs
from mlaudit.source import Source

ENTRY = pattern(r'^ {8}"([^"\\]+)": \{', re.MULTILINE)


def read(source: Source) -> Iterator[Fact]:
    """One Lock of all categories, with the digest of the Pipfile."""
    try:
        data = json.load(source)
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    meta = data.get("_meta") if isinstance(data, dict) else None
    if not isinstance(meta, dict):
        yield Unreadable(first_line(source), "is no Pipfile.lock: it has no `_meta`")
        return
    digest, requires = meta.get("hash"), meta.get("requires")
    folder = posixpath.dirname(source.path)
    lines = _lines(source.text)
    yield Lock(
        first_line(source),
        "pipfile",
        tuple(
            _package(name, entry, folder, lines.get(name, 0))
            for category, entries in data.items()
            if category != "_meta" and isinstance(entries, dict)
            for name, entry in entries.items()
            if isinstance(entry, dict)
        ),
        digest=str(digest.get("sha256", "")) if isinstance(digest, dict) else "",
        tool="pipenv",
        requires_python=_python(requires if isinstance(requires, dict) else {}),
        sources=(posixpath.join(folder, "Pipfile"),),
        settings=(f"sources={dumps(meta.get('sources', []), sort_keys=True)}",),
    )


def _python(requires: dict[str, Any]) -> str:
    if "python_full_version" in requires:
        return f"=={requires['python_full_version']}"
    return f"=={requires['python_version']}.*" if "python_version" in requires else ""


def _package(name: str, entry: dict[str, Any], folder: str, line: int) -> LockedPackage:
    return LockedPackage(
        canonical(name),
        str(entry.get("version", "")).lstrip("="),
        _origin(entry, folder),
        hashed=bool(entry.get("hashes")),
        marker=str(entry.get("markers", "")),
        line=line,
    )


def _origin(entry: dict[str, Any], folder: str) -> str:
    for tool in ("git", "hg", "svn", "bzr"):
        if tool in entry:
            return vcs(str(entry[tool]), str(entry.get("ref", "")))
    written = str(entry.get("path") or entry.get("file") or "")
    return local(folder, written) if written and "://" not in written else written


def _lines(text: str) -> dict[str, int]:
    """The line on which the first entry of each name stands."""
    found: dict[str, int] = {}
    line, counted = 1, 0
    for match in ENTRY.finditer(text):
        line, counted = line + text.count("\n", counted, match.start()), match.start()
        found.setdefault(match[1], line)
    return found
