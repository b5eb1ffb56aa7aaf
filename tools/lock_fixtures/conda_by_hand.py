"""Which conda-lock.yml or @EXPLICIT list, written by hand, is fresh or stale?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from .cases import MARK_FRESH, MARK_STALE, Argv, Hand, edited
from .conda_channel import IDNA_WHEEL, PIP, PYTHON, SIX, TZDATA, Record

CONDA_ENV = """\
name: demo
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.11
  - conda-forge::six>=1.16
  - pip
  - pip:
      - idna>=3.4
platforms:
  - linux-64
  - osx-arm64
"""


def conda_lock(records: tuple[Record, ...], platforms: Argv) -> str:
    """A conda-lock.yml of version 1."""
    lines = ["version: 1", "metadata:", "  content_hash:"]
    lines += [f"    {p}: {hashlib.sha256(p.encode()).hexdigest()}" for p in platforms]
    lines += [
        "  channels:",
        "  - url: conda-forge",
        "    used_env_vars: []",
        "  platforms:",
        *(f"  - {p}" for p in platforms),
    ]
    lines += ["  sources:", "  - environment.yml", "package:"]
    for platform in platforms:
        for r in records:
            lines += [f"- name: {r.name}", f"  version: '{r.version}'", "  manager: conda", f"  platform: {platform}"]
            pairs = [d.split(" ", 1) for d in r.depends]
            lines += ["  dependencies:" + ("" if pairs else " {}")]
            lines += [f"    {p[0]}: '{p[1] if len(p) > 1 else ''}'" for p in pairs]
            lines += [
                f"  url: {r.url(platform)}",
                "  hash:",
                f"    md5: {r.md5(platform)}",
                f"    sha256: {r.sha256(platform)}",
            ]
            lines += ["  category: main", "  optional: false"]
        lines += [
            "- name: idna",
            "  version: '3.10'",
            "  manager: pip",
            f"  platform: {platform}",
            "  dependencies: {}",
        ]
        lines += [f"  url: {IDNA_WHEEL}", "  hash:", f"    sha256: {hashlib.sha256(b'idna').hexdigest()}"]
        lines += ["  category: main", "  optional: false"]
    return "\n".join(lines) + "\n"


def explicit(records: tuple[Record, ...], digest: str) -> str:
    """An @EXPLICIT list, with md5, sha256 or no digests."""
    marks = {r: {"md5": "#" + r.md5("linux-64"), "sha256": "#sha256:" + r.sha256("linux-64"), "": ""} for r in records}
    head = "# This file may be used to create an environment using:\n# $ conda create --name <env> --file <this file>\n"
    return (
        head
        + "# platform: linux-64\n@EXPLICIT\n"
        + "".join(f"{r.url('linux-64')}{marks[r][digest]}\n" for r in records)
    )


def conda_cases() -> Iterator[Hand]:
    """conda-lock.yml and @EXPLICIT lists beside an environment.yml."""
    records = (PYTHON, TZDATA, SIX, PIP)
    edits: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
        ("fresh", MARK_FRESH, "every direct dependency is locked in its range", ()),
        (
            "dependency-absent",
            MARK_STALE,
            "a direct dependency is not in the lock",
            (("  - pip\n", "  - pip\n  - tqdm\n"),),
        ),
        ("version-outside", MARK_STALE, "the locked version is outside the range", (("six>=1.16", "six>=1.16,<1.17"),)),
        ("python-outside", MARK_STALE, "the locked python is outside the range", (("python=3.11", "python=3.12"),)),
        ("pip-absent", MARK_STALE, "a pip dependency is not in the lock", (("idna>=3.4", "idna>=3.4\n      - click"),)),
        (
            "pip-outside",
            MARK_STALE,
            "the locked version of a pip dependency is outside the range",
            (("idna>=3.4", "idna>=3.11"),),
        ),
        (
            "platform-added",
            MARK_STALE,
            "a platform has no packages in the lock",
            (("  - osx-arm64\n", "  - osx-arm64\n  - win-64\n"),),
        ),
    )
    lock = conda_lock(records, ("linux-64", "osx-arm64"))
    plain = CONDA_ENV.split("platforms:", 1)[0].replace("  - pip:\n      - idna>=3.4\n", "")
    for name, said, reason, changes in edits:
        env = edited({"environment.yml": CONDA_ENV}, *(("environment.yml", *c) for c in changes))
        yield Hand(f"conda-lock-{name}", env | {"conda-lock.yml": lock}, "conda-lock.yml", said, reason)
        if all(plain.count(old) == 1 for old, _ in changes):
            env = edited({"environment.yml": plain}, *(("environment.yml", *c) for c in changes))
            files = env | {"conda-linux-64.lock": explicit(records, "md5")}
            yield Hand(f"explicit-{name}", files, "conda-linux-64.lock", said, reason)
    for digest in ("sha256", ""):
        files = {"environment.yml": plain, "conda-linux-64.lock": explicit(records, digest)}
        yield Hand(
            f"explicit-{digest or 'no-digest'}-fresh",
            files,
            "conda-linux-64.lock",
            MARK_FRESH,
            f"digests: {digest or 'none'}",
        )
