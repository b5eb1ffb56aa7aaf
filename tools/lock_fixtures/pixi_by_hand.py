"""Which pixi.lock, written by hand, is fresh or stale?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from .cases import INDEX, MARK_FRESH, MARK_STALE, Argv, Hand, edited
from .conda_channel import ATTRS, CHANNEL, IDNA_WHEEL, PYTHON, SIX, TZDATA, Record

PIXI = """\
[workspace]
name = "demo"
channels = ["conda-forge"]
platforms = ["linux-64", "osx-arm64"]

[dependencies]
python = "3.11.*"
six = ">=1.16,<2"

[pypi-dependencies]
idna = ">=3.4"

[feature.test.dependencies]
attrs = ">=23"

[environments]
test = ["test"]
"""
PIXI_PYPROJECT = """\
[project]
name = "demo"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["idna>=3.4"]

[dependency-groups]
test = ["idna"]

[tool.pixi.workspace]
channels = ["conda-forge"]
platforms = ["linux-64", "osx-arm64"]

[tool.pixi.dependencies]
python = "3.11.*"
six = ">=1.16,<2"

[tool.pixi.feature.test.dependencies]
attrs = ">=23"

[tool.pixi.environments]
test = ["test"]
"""


def pixi_lock(environments: Mapping[str, tuple[Record, ...]], platforms: Argv) -> str:
    """A pixi.lock of version 6."""
    lines = ["version: 6", "environments:"]
    for name, records in environments.items():
        lines += [
            f"  {name}:",
            "    channels:",
            f"    - url: {CHANNEL}/",
            "    indexes:",
            f"    - {INDEX}",
            "    packages:",
        ]
        for platform in platforms:
            lines.append(f"      {platform}:")
            lines += [f"      - conda: {r.url(platform)}" for r in records]
            lines.append(f"      - pypi: {IDNA_WHEEL}")
    lines.append("packages:")
    seen = {r.url(p): (r, p) for records in environments.values() for r in records for p in platforms}
    for url, (record, platform) in sorted(seen.items()):
        lines += [f"- conda: {url}", f"  sha256: {record.sha256(platform)}", f"  md5: {record.md5(platform)}"]
        lines += (["  depends:"] + [f"  - {d}" for d in record.depends]) if record.depends else []
        lines += ["  license: MIT", "  size: 10000", "  timestamp: 1740000000000"]
    lines += [f"- pypi: {IDNA_WHEEL}", "  name: idna", "  version: '3.10'"]
    lines += [f"  sha256: {hashlib.sha256(b'idna').hexdigest()}", "  requires_python: '>=3.6'"]
    return "\n".join(lines) + "\n"


def pixi_cases() -> Iterator[Hand]:
    """pixi.lock, version 6."""
    base = (PYTHON, TZDATA, SIX)
    lock = pixi_lock({"default": base, "test": (*base, ATTRS)}, ("linux-64", "osx-arm64"))

    def case(
        name: str, said: str, reason: str, *changes: tuple[str, str], path: str = "pixi.toml", text: str = PIXI
    ) -> Hand:
        manifest = edited({path: text}, *((path, old, new) for old, new in changes))
        return Hand(f"pixi-{name}", manifest | {"pixi.lock": lock}, "pixi.lock", said, reason)

    yield case("fresh", MARK_FRESH, "every direct dependency is locked in its range")
    yield case(
        "dependency-absent",
        MARK_STALE,
        "a direct dependency is not in the lock",
        ('six = ">=1.16,<2"', 'six = ">=1.16,<2"\ntqdm = "*"'),
    )
    yield case("version-outside", MARK_STALE, "the locked version is outside the range", (">=1.16,<2", ">=1.16,<1.17"))
    yield case(
        "pypi-absent",
        MARK_STALE,
        "a PyPI dependency is not in the lock",
        ('idna = ">=3.4"', 'idna = ">=3.4"\nclick = "*"'),
    )
    yield case(
        "pypi-outside",
        MARK_STALE,
        "the locked version of a PyPI dependency is outside the range",
        ('idna = ">=3.4"', 'idna = ">=3.11"'),
    )
    yield case(
        "feature-absent",
        MARK_STALE,
        "a feature's dependency is not locked in the feature's environment",
        ('attrs = ">=23"', 'attrs = ">=23"\ntqdm = "*"'),
    )
    yield case("feature-elsewhere", MARK_STALE, "a dependency of the default environment is locked in another one only",
               ('six = ">=1.16,<2"', 'six = ">=1.16,<2"\nattrs = "*"'))  # fmt: skip
    yield case(
        "platform-added", MARK_STALE, "a platform has no packages in the lock", ('"osx-arm64"', '"osx-arm64", "win-64"')
    )
    yield case(
        "channel-added", MARK_STALE, "a channel is not in the lock", ('["conda-forge"]', '["conda-forge", "bioconda"]')
    )
    yield case(
        "environment-added",
        MARK_STALE,
        "an environment is not in the lock",
        ('test = ["test"]', 'test = ["test"]\nother = ["test"]'),
    )
    yield case(
        "unrelated-edit",
        MARK_FRESH,
        "a task was added",
        ("[environments]", '[tasks]\nrun = "python x.py"\n\n[environments]'),
    )
    pyproject = {"path": "pyproject.toml", "text": PIXI_PYPROJECT}
    yield case(
        "pyproject-fresh", MARK_FRESH, "manifest in pyproject.toml; its dependencies are PyPI dependencies", **pyproject
    )
    yield case("pyproject-absent", MARK_STALE, "a dependency of [project] is not in the lock",
               ('["idna>=3.4"]', '["idna>=3.4", "click"]'), **pyproject)  # fmt: skip
