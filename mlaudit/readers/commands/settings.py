"""What do environment variables add to an install command?

Sources: https://docs.astral.sh/uv/reference/environment/, https://pixi.sh/latest/reference/environment_variables/,
https://pip.pypa.io/en/stable/topics/configuration/#environment-variables.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mlaudit.facts import Include, InstallCommand
from mlaudit.readers.commands import packages
from mlaudit.readers.commands.shell import Word
from mlaudit.readers.commands.tools import KEYWORDS

if TYPE_CHECKING:
    from mlaudit.readers.commands.matrix import Values

Settings = Mapping[str, str]

NONE: Settings = {}
FROZEN = {
    "uv": ("UV_FROZEN", "UV_LOCKED"),
    "pixi": ("PIXI_FROZEN", "PIXI_LOCKED"),
    "pdm": ("PDM_FROZEN_LOCKFILE", "PDM_NO_LOCK"),
}
CONSTRAINTS = {"pip": "PIP_CONSTRAINT", "uv": "UV_CONSTRAINT"}
OFF = frozenset({"", "0", "false", "no", "off", "n", "f"})
ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)


def settled(command: InstallCommand, settings: Settings, directory: str = "") -> InstallCommand:
    """The command with the options and the constraints file that the variables give it."""
    if any(settings.get(name, "").lower() not in OFF for name in FROZEN.get(command.tool, ())):
        command = command._replace(options=(*command.options, "frozen"))
    written = settings.get(CONSTRAINTS.get(command.tool, ""), "")
    files = tuple(_constraint(command, path, directory) for path in written.split())
    return command._replace(files=(*command.files, *files))


def of_values(known: Values) -> dict[str, str]:
    """The variables of a CI file as the shell sees them."""
    return {name: values[0].text for name, values in known.items() if values}


def assigned(words: Sequence[Word]) -> tuple[dict[str, str], bool]:
    """The variables that a command sets before its first other word, and whether those after it see them too."""
    words = [word for word in words if word.text not in KEYWORDS]
    exported = bool(words) and words[0].text == "export"
    found: dict[str, str] = {}
    for word in words[exported:]:
        match = ASSIGNMENT.match(word.text)
        if match is None:
            break
        found[match[1]] = match[2]
    return found, exported


def _constraint(command: InstallCommand, path: str, directory: str) -> Include:
    inside = not path.startswith("/")
    target = packages.rooted(directory, path) if inside else posixpath.basename(path)
    return Include(command.at, target, "constraint", path)
