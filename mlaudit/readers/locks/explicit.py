"""What does an `@EXPLICIT` list fix? conda's own, and the ones that conda-lock and Snakemake write."""

import re
from collections.abc import Iterator

from mlaudit.facts import Fact, Lock, LockedPackage, canonical
from mlaudit.patterns import pattern
from mlaudit.readers.locks import first_line
from mlaudit.readers.locks.reference import conda_archive
from mlaudit.source import Source

URL = pattern(r"\s*(\S+\.(?:conda|tar\.bz2))(?:#(\S+))?\s*$")
PIP = pattern(r"# pip ([A-Za-z0-9._-]+)(?:\[[^\]]*\])? @ (\S+)(.*)")
HEADER = pattern(r"#\s*(platform|input_hash|created-by):\s*(\S.*?)\s*$", re.MULTILINE)
VERSION = pattern(r"-(\d[^-/]*?)(?:-[^/]*)?\.(?:whl|tar\.gz|zip)\b")


def read(source: Source) -> Iterator[Fact]:
    """One Lock for the platform of the list; `digest` is conda-lock's input hash."""
    header = dict(HEADER.findall(source.text))
    yield Lock(
        first_line(source),
        "explicit",
        tuple(_packages(source)),
        digest=header.get("input_hash", ""),
        tool="conda-lock" if "input_hash" in header else header.get("created-by", "conda"),
        settings=(f'platforms=["{header["platform"]}"]',) if "platform" in header else (),
    )


def _packages(source: Source) -> Iterator[LockedPackage]:
    for number, line in enumerate(source.lines, start=1):
        if match := URL.match(line):
            name, version = conda_archive(match[1])
            if name:
                yield LockedPackage(canonical(name), version, "", bool(match[2]), ecosystem="conda", line=number)
        elif match := PIP.match(line):
            found = VERSION.search(match[2])
            yield LockedPackage(canonical(match[1]), found[1] if found else "", "", "sha256" in line, line=number)
