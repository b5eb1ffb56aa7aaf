"""What does each tool that writes pylock.toml say of it after an edit?"""

from __future__ import annotations

from collections.abc import Iterator

from .cases import Case, Recipe, again, family
from .pdm import PDM_BASE, PDM_HASH, PDM_PYLOCK
from .pip_compile import IN_FILE, uv_compile
from .uv import UV_BASE

HATCH = again("hatch", "hatch", "dep lock", "pylock.toml")  # `--check` of 1.18.2 locks anew before it checks
HATCH_BASE = """\
[project]
name = "demo"
version = "0.1.0"
requires-python = ">=3.10"
dependencies = ["six>=1.16"]

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.hatch.build.targets.wheel]
packages = ["src/demo"]

[tool.hatch.envs.default]
dependencies = ["iniconfig>=2"]
locked = true
installer = "uv"
"""


def pylock_uv_cases() -> Iterator[Case]:
    """uv export and `uv pip compile`."""
    export = again("uv", "uv", "export --format pylock.toml -o pylock.toml", "pylock.toml")
    case = family("pylock-uv-export", export, "pyproject.toml")
    yield case("fresh", UV_BASE, "not edited")
    yield case("added", UV_BASE, "dependency added", ('"six>=1.16"', '"six>=1.16", "click"'))
    yield case("removed", UV_BASE, "dependency removed", ('    "six>=1.16",\n', ""))
    yield case("range-unfit", UV_BASE, "range edited so that the pin is out", (">=3.4,<4", ">=3.4,<3.7"))
    compiled = family("pylock-uv-compile", uv_compile("requirements.in", "pylock.toml"), "requirements.in")
    yield compiled("fresh", IN_FILE, "not edited")
    yield compiled("added", IN_FILE, "name added", ("six\n", "six\niniconfig\n"))


def pylock_pip_cases() -> Iterator[Case]:
    """pip lock."""
    pip_lock = again("pip", "pip", "lock -r requirements.in -o pylock.toml", "pylock.toml")
    piped = family("pylock-pip", pip_lock, "requirements.in")
    yield piped("fresh", IN_FILE, "not edited")
    yield piped("added", IN_FILE, "name added", ("six\n", "six\niniconfig\n"))
    yield piped("range-unfit", IN_FILE, "range edited so that the pin is out", ("idna<3.8", "idna>=3.9"))
    named = again("pip", "pip", "lock -r requirements.in -o pylock.dev.toml", "pylock.dev.toml")
    yield family("pylock-pip", named, "requirements.in")("named-fresh", IN_FILE, "not edited; pylock.dev.toml")


def pylock_pdm_cases() -> Iterator[Case]:
    """pdm lock and pdm export."""
    pdm_case = family("pylock-pdm", PDM_PYLOCK, "pyproject.toml")
    yield pdm_case("fresh", PDM_BASE, "not edited; lock.format = pylock")
    yield pdm_case("added", PDM_BASE, "dependency added", ('"six>=1.16"', '"six>=1.16", "attrs"'))
    yield pdm_case("group-edited", PDM_BASE, "dev group edited", ("iniconfig>=2", "iniconfig>=2.1"))
    yield pdm_case("unrelated-edit", PDM_BASE, "version edited", ('"0.1.0"', '"0.2.0"'))
    written = Recipe(
        "pdm", "pdm", (("lock",), ("export", "-f", "pylock", "-o", "pylock.toml")),
        ("lock", "--check", "-L", "pylock.toml"),
        ("pylock.toml",), stale_text="doesn't satisfy", hasher=PDM_HASH,
    )  # fmt: skip
    pdm_export = family("pylock-pdm-export", written, "pyproject.toml")
    yield pdm_export("fresh", PDM_BASE, "not edited; pdm export")
    yield pdm_export("range-edited", PDM_BASE, "range edited", ("six>=1.16", "six>=1.15"))


def pylock_hatch_cases() -> Iterator[Case]:
    """hatch dep lock."""
    hatch_case = family("pylock-hatch", HATCH, "pyproject.toml")
    files = {"pyproject.toml": HATCH_BASE, "src/demo/__init__.py": ""}
    yield hatch_case("fresh", files, "not edited")
    yield hatch_case(
        "env-edited", files, "dependency added to the environment", ('"iniconfig>=2"', '"iniconfig>=2", "attrs"')
    )
    yield hatch_case(
        "project-edited", files, "dependency added to the project", ('"six>=1.16"', '"six>=1.16", "attrs"')
    )
    yield hatch_case("range-edited", files, "range edited, the pin still fits", ("iniconfig>=2", "iniconfig>=1"))


def pylock_cases() -> Iterator[Case]:
    """pylock.toml by every tool that writes it."""
    yield from pylock_uv_cases()
    yield from pylock_pip_cases()
    yield from pylock_pdm_cases()
    yield from pylock_hatch_cases()
