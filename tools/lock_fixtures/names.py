"""Which hosts and paths of this machine must not stay in a fixture, and what stands there instead?"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .cases import GIT, INDEX

FILE_SCHEME = "file:" + "//"
ARTIFACT = r"https?://[^/\s\"']+(/[^\s\"'#]*\.(?:whl|tar\.gz|zip|tar\.bz2)(?:\.metadata)?)"
LARGEST = 60_000


@dataclass(frozen=True)
class Names:
    """The package index and the git repository as the tools see them."""

    index: str
    git: str

    def real(self, text: str) -> str:
        """A fixture's text as the tools must see it."""
        return text.replace(INDEX, self.index).replace(GIT, self.git)

    def real_values(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Files or an environment as the tools must see them."""
        return {name: self.real(text) for name, text in texts.items()}

    def kept(self, text: str) -> str:
        """A tool's text as a fixture keeps it."""
        text = text.replace(self.index, INDEX)
        text = re.sub(r"file://\w*" + re.escape(self.git.removeprefix(FILE_SCHEME)), GIT, text)
        text = re.sub(ARTIFACT, r"https://index.example\1", text)
        return re.sub(r"https?://" + re.escape(host(self.index)), "https://index.example", text)


def index_of_this_machine() -> str:
    """The index that pip is set to, or the one it uses when it is told none."""
    asked = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    done = subprocess.run(asked, text=True, check=False, capture_output=True)
    return (done.stdout.strip() if done.returncode == 0 else "") or pip_knows("PyPI.simple_url")


def pip_knows(expression: str) -> str:
    """What pip's own code says of its default index."""
    code = f"from pip._internal.models.index import PyPI; print({expression})"
    return subprocess.run([sys.executable, "-c", code], text=True, check=True, capture_output=True).stdout.strip()


def host(url: str) -> str:
    """The host of a URL."""
    return url.split("/")[2]


def leaks(fixtures: Path, index: str, paths: tuple[Path, ...]) -> list[str]:
    """Files of the fixtures that name this machine or its package index, or are large."""
    words = [host(index), FILE_SCHEME, *map(str, paths), str(Path.home()), str(fixtures)]
    words.append(pip_knows("PyPI.file_storage_domain"))
    found = []
    for path in sorted(fixtures.rglob("*")):
        if path.is_file():
            text, name, size = path.read_text(encoding="utf-8"), path.relative_to(fixtures), path.stat().st_size
            found += [f"{name}: {word}" for word in words if word in text]
            found += [f"{name}: {size} bytes"] if size > LARGEST else []
    return found
