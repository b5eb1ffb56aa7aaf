"""Which packages does the made-up conda channel hold?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from .cases import Argv

CHANNEL = "https://index.example/conda-forge"


@dataclass(frozen=True)
class Record:
    """A made-up conda package; its digests are those of its URL."""

    name: str
    version: str
    build: str
    noarch: bool = True
    depends: Argv = ()

    def url(self, platform: str) -> str:
        """Where the channel would keep it."""
        subdir = "noarch" if self.noarch else platform
        return f"{CHANNEL}/{subdir}/{self.name}-{self.version}-{self.build}.conda"

    def sha256(self, platform: str) -> str:
        """64 hexadecimal digits."""
        return hashlib.sha256(self.url(platform).encode()).hexdigest()

    def md5(self, platform: str) -> str:
        """32 hexadecimal digits."""
        return hashlib.md5(self.url(platform).encode(), usedforsecurity=False).hexdigest()


PYTHON = Record("python", "3.11.9", "h0_0_cpython", noarch=False, depends=("tzdata",))
TZDATA = Record("tzdata", "2025b", "h78e105d_0")
SIX = Record("six", "1.17.0", "pyhd8ed1ab_0", depends=("python >=3.9",))
ATTRS = Record("attrs", "25.3.0", "pyh71513ae_0", depends=("python >=3.9",))
IDNA_WHEEL = f"https://index.example/packages/ab/cd/{'ef' * 30}/idna-3.10-py3-none-any.whl"
PIP = Record("pip", "25.1", "pyh8b19718_0", depends=("python >=3.9",))
