"""How is a tool run so that nothing of this machine but its certificates and its index reaches it?"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from .cases import Argv
from .files import make_git
from .names import Names, index_of_this_machine

CONFIGURED = ("PIP_", "UV_", "PDM_", "POETRY_", "PIPENV_")
PIP_KEPT = ("PIP_CERT", "PIP_DEFAULT_TIMEOUT", "PIP_PROXY")
QUIET = {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "NO_COLOR": "1",
    "COLUMNS": "250",
    "UV_PYTHON_DOWNLOADS": "never",
    "POETRY_VIRTUALENVS_CREATE": "false",
    "PDM_CHECK_UPDATE": "false",
    "PDM_USE_VENV": "false",
    "PIPENV_IGNORE_VIRTUALENVS": "1",
    "PIPENV_VENV_IN_PROJECT": "0",
    "PIPENV_NOSPIN": "1",
    "GIT_ALLOW_PROTOCOL": "file:https",
}


class Workshop:
    """The tools, the scratch directory, and what was locked in it already."""

    def __init__(self, tools: Path, scratch: Path) -> None:
        self.tools, self.scratch = tools.resolve(), scratch
        self.names = Names(index_of_this_machine(), make_git(scratch / "git").as_uri())
        self.locked: dict[str, Path] = {}
        self.versions: dict[str, str] = {}

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """The environment of a tool."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(CONFIGURED) or k in PIP_KEPT}
        kept.pop("VIRTUAL_ENV", None)
        home = self.scratch / "home"
        home.mkdir(exist_ok=True)
        return {
            **kept,
            **QUIET,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "PATH": f"{self.tools / 'hatch' / 'bin'}:{os.environ['PATH']}",
            "HATCH_ENV_TYPE_VIRTUAL_UV_PATH": str(self.tools / "uv" / "bin" / "uv"),
            "POETRY_PYPI_MIRROR_URL": self.names.index + "/",  # for an index that has no JSON interface
            **extra,
        }

    def run(
        self, venv: str, exe: str, argv: Argv, cwd: Path, env: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """One run of a tool; its output is one text."""
        program = str(self.tools / venv / "bin" / exe)
        return subprocess.run(
            [program, *argv], cwd=cwd, env=self.environment(env), text=True, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600,
        )  # fmt: skip

    def version(self, venv: str, exe: str) -> str:
        """`poetry 2.5.1` and the like."""
        if venv not in self.versions:
            text = self.run(venv, exe, ("--version",), self.scratch, {}).stdout
            found = re.search(r"\d+(\.\d+)+", text)
            self.versions[venv] = found.group() if found else "?"
        return f"{exe} {self.versions[venv]}"
