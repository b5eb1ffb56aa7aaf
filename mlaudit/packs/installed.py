"""Which plug-ins are installed? Asked in every run, so that saying "none" costs a few looks at folders' times.

Which packages of a folder speak of plug-ins is kept in the user's cache until that folder changes, as it does with
every package that comes or goes. What they say is read anew each time.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from mlaudit.files import kept

GROUP = "mlaudit.rules"
MENTION = f"[{GROUP}]".encode()
ENDINGS = (".dist-info", ".egg-info")


class Plugin(NamedTuple):
    """A plug-in by the name of its entry point: its module, and the folder of its metadata."""

    name: str
    module: str
    metadata: str


def installed(root: str) -> Iterator[Plugin]:
    """The plug-ins of the packages on the path of this Python, but none from within the audited repository.

    `importlib.metadata` would read of each package what it names: more than a tenth of a short run.
    """
    file = os.path.join(kept.place(), "plugins.json")
    known = kept.load(file)
    asked = {folder: _asked(folder, known.get(folder)) for folder in sys.path if folder and is_trusted(folder, root)}
    new = {folder: entry for folder, entry in asked.items() if entry}
    if any(known.get(folder) != entry for folder, entry in new.items()):
        kept.save(file, {folder: entry for folder, entry in {**known, **new}.items() if os.path.isdir(folder)})
    for folder, entry in new.items():
        for name in entry[1]:
            metadata = os.path.join(folder, name)
            yield from _named(_content(metadata), metadata)


def is_trusted(folder: str, root: str) -> bool:
    """Whether a folder is no part of the audited repository: of what lies in it, only the environment that runs."""
    real, inside = os.path.realpath(folder), os.path.realpath(root)
    return not _is_below(real, inside) or _is_below(real, os.path.realpath(sys.prefix))


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + os.sep)


def _asked(folder: str, entry: Any) -> list[Any]:
    """The time of a folder, and which packages in it speak of plug-ins; nothing for what is no folder."""
    try:
        time = os.stat(folder).st_mtime_ns
        if _is_entry(entry) and entry[0] == time:
            return list(entry)
        names = sorted(name for name in os.listdir(folder) if name.endswith(ENDINGS))
    except OSError:
        return []
    return [time, [name for name in names if MENTION in _content(os.path.join(folder, name))]]


def _is_entry(entry: Any) -> bool:
    is_pair = isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], list)
    return is_pair and all(isinstance(name, str) for name in entry[1])


def _content(metadata: str) -> bytes:
    try:
        with open(os.path.join(metadata, "entry_points.txt"), "rb") as file:
            return file.read()
    except OSError:
        return b""


def _named(content: bytes, metadata: str) -> Iterator[Plugin]:
    section = ""
    for line in content.decode(errors="replace").splitlines():
        line = line.strip()
        if line.startswith("["):
            section = line.strip("[]").strip()
        elif section == GROUP and "=" in line:
            name, _, module = line.partition("=")
            yield Plugin(name.strip(), module.partition(":")[0].strip(), metadata)
