"""Which command wrote this lock, as its header says, and from which files?"""

import posixpath
import re
import shlex
from typing import NamedTuple

from mlaudit.patterns import pattern

PATTERN = pattern(
    r"^#[ \t]+((?:\w+=\S+ )*(?:\S*/)?(?:pip-compile|uv (?:pip compile|export)|pipenv|python3? -m)\b.*)$", re.MULTILINE
)
OUTPUT = ("-o", "--output-file")
FILES = {
    "-c": "constraint",
    "--constraint": "constraint",
    "--constraints": "constraint",
    "--override": "override",
    "--overrides": "override",
    "-b": "build-constraint",
    "--build-constraint": "build-constraint",
    "--build-constraints": "build-constraint",
}
VALUES = frozenset(
    {
        "--extra",
        "--format",
        "--group",
        "--no-emit-package",
        "--no-group",
        "--only-group",
        "--package",
        "--python-platform",
    }
)
MANIFEST = pattern(r"(?:\.(?:in|txt|toml|cfg|py)|(?:^|/)Pipfile)$")


class Command(NamedTuple):
    """A command with the files that it reads, from the repository's root, and `option=value` for each option.

    `base` is the folder in which it must have run. Options that name constraint files hold their paths from the root.
    """

    text: str = ""
    base: str = ""
    sources: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()

    def resolved(self, path: str) -> str:
        """A path of the command, from the root."""
        return posixpath.normpath(posixpath.join(self.base, path.replace("\\", "/")))


def find(head: str, path: str) -> Command:
    """The command that the first lines of the lock at `path` name; an empty one where they name none."""
    match = PATTERN.search(head)
    folder = posixpath.dirname(path)
    if match is None:
        return Command(base=folder)
    try:
        sources, output, options = _split(shlex.split(match[1], comments=True)[1:])
    except ValueError:
        return Command(match[1].strip(), folder)
    found = Command(match[1].strip(), _base(path, sources, output))
    if " export" in found.text and not sources:
        sources = ["pyproject.toml"]
    return found._replace(
        sources=tuple(map(found.resolved, sources)),
        settings=tuple(
            f"{key}={found.resolved(value) if key in FILES.values() else value}" for key, value in options if key
        ),
    )


def _split(words: list[str]) -> tuple[list[str], str, list[tuple[str, str]]]:
    """The positional files, the output and the options of a command line."""
    sources: list[str] = []
    options: list[tuple[str, str]] = []
    output = ""
    queue = iter(words)
    for word in queue:
        option, glued, value = word.partition("=")
        if not word.startswith("-"):
            sources += [word] if MANIFEST.search(word) else []
            continue
        if not glued and (option in OUTPUT or option in FILES or option in VALUES):
            value = next(queue, "")
        if option in OUTPUT:
            output = value
        else:
            options.append((FILES.get(option, option.lstrip("-")), value))
    return sources, output, options


def _base(path: str, sources: list[str], output: str) -> str:
    """The folder in which the command ran: where its output is the file at `path`; else that file's own folder."""
    outputs = [output] if output else [re.sub(r"\.in$", ".txt", source) for source in sources]
    for name in map(posixpath.normpath, outputs):
        if path == name or path.endswith(f"/{name}"):
            return path.removesuffix(name).rstrip("/")
    return posixpath.dirname(path)
