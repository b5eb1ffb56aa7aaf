"""What does the newest uv say of locks that an older uv wrote?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .cases import Case, family
from .uv import UV, UV_BASE
from .uv_sources import uv_workspace

UV_OLD = {name: replace(UV, venv=name, checker=("uv", "uv")) for name in ("uv05", "uv08")}


def uv_old_cases() -> Iterator[Case]:
    """Locks of older uv, judged by the newest one."""
    grouped = UV_BASE + '\n[tool.uv]\ndefault-groups = ["test"]\nconstraint-dependencies = ["idna<3.8"]\n'
    for name, recipe in UV_OLD.items():
        case = family(name, recipe, "pyproject.toml")
        yield case("fresh", UV_BASE, "not edited; older lock")
        yield case("default-groups-fresh", grouped, "not edited; older lock, which does not record default-groups")
        yield case("default-groups-edited", grouped, "default-groups edited; older lock, which does not record them",
                   ('["test"]', '["dev", "test"]'))  # fmt: skip
        yield case("constraint-edited", grouped, "constraint-dependencies edited; older lock", ("idna<3.8", "idna<3.9"))
        yield case("dependency-added", UV_BASE, "dependency added; older lock", ('"six>=1.16"', '"six>=1.16", "click"'))
        yield case("extra-edited", UV_BASE, "extra edited; older lock", ("certifi>=2024", "certifi>=2023"))
        yield case(
            "extra-empty-added",
            UV_BASE,
            "empty extra added; older lock",
            ('"certifi>=2024"]', '"certifi>=2024"]\nx = []'),
        )
        yield case("group-edited", UV_BASE, "group edited; older lock", ("iniconfig>=2", "iniconfig>=2.1"))
        yield case("group-empty-added", UV_BASE, "empty group added; older lock", ("dev = [", "x = []\ndev = ["))
        yield case("unrelated-edit", UV_BASE, "description edited; older lock", ('"A demo"', '"Another demo"'))
        yield case("version-edited", UV_BASE, "version of the project edited; older lock", ('"0.1.0"', '"0.2.0"'))
        yield case("workspace-fresh", uv_workspace(), "not edited; older lock, workspace")
