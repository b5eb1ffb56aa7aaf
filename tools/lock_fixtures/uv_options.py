"""What does uv say of uv.lock after an edit of [tool.uv] or uv.toml?"""

from __future__ import annotations

from collections.abc import Iterator

from .cases import Case, family
from .uv import UV, UV_BASE


def with_options(text: str) -> str:
    """The manifest with a [tool.uv] table."""
    return UV_BASE + "\n[tool.uv]\n" + text


def uv_constraint_cases() -> Iterator[Case]:
    """constraint-dependencies and override-dependencies."""
    case = family("uv", UV, "pyproject.toml")
    constraint = with_options('constraint-dependencies = ["idna<3.8"]\n')
    yield case("constraint-fresh", constraint, "not edited; has constraint-dependencies")
    yield case("constraint-edited", constraint, "constraint-dependencies edited", ("idna<3.8", "idna<3.9"))
    yield case("constraint-unused-edited", with_options('constraint-dependencies = ["flask<4"]\n'),
               "constraint on a name that nothing needs edited", ("flask<4", "flask<5"))  # fmt: skip
    override = with_options('override-dependencies = ["idna==3.7"]\n')
    yield case("override-fresh", override, "not edited; has override-dependencies")
    yield case("override-edited", override, "override-dependencies edited", ("idna==3.7", "idna==3.8"))
    yield case("override-removed", override, "override-dependencies removed",
               ('override-dependencies = ["idna==3.7"]\n', ""))  # fmt: skip


def uv_time_cases() -> Iterator[Case]:
    """exclude-newer."""
    case = family("uv", UV, "pyproject.toml")
    cutoff = with_options('exclude-newer = "2025-06-01T00:00:00Z"\n')
    yield case("exclude-newer-fresh", cutoff, "not edited; has exclude-newer")
    yield case("exclude-newer-edited", cutoff, "exclude-newer edited to a later time", ("2025-06-01", "2025-07-01"))
    yield case(
        "exclude-newer-earlier",
        cutoff,
        "exclude-newer edited to before an artifact of the lock",
        ("2025-06-01", "2024-12-01"),
    )
    yield case(
        "exclude-newer-removed", cutoff, "exclude-newer removed", ('exclude-newer = "2025-06-01T00:00:00Z"\n', "")
    )
    yield case("exclude-newer-added", with_options(""), "exclude-newer added, later than the lock's artifacts",
               ("[tool.uv]\n", '[tool.uv]\nexclude-newer = "2099-01-01T00:00:00Z"\n'))  # fmt: skip
    span = with_options('exclude-newer = "30 days"\n')
    yield case("exclude-newer-span-fresh", span, "not edited; exclude-newer is a span")
    yield case("exclude-newer-span-edited", span, "span of exclude-newer edited", ("30 days", "31 days"))


def uv_resolution_cases() -> Iterator[Case]:
    """resolution, prerelease and environments."""
    case = family("uv", UV, "pyproject.toml")
    lowest = with_options('resolution = "lowest-direct"\n')
    yield case("resolution-fresh", lowest, "not edited; resolution lowest-direct")
    yield case("resolution-edited", lowest, "resolution edited", ("lowest-direct", "highest"))
    yield case(
        "prerelease-added",
        with_options(""),
        "prerelease option added",
        ("[tool.uv]\n", '[tool.uv]\nprerelease = "allow"\n'),
    )
    where = with_options("environments = [\"sys_platform == 'linux'\"]\n")
    yield case("environments-fresh", where, "not edited; has environments")
    yield case(
        "environments-edited",
        where,
        "environments edited",
        ("\"sys_platform == 'linux'\"]", "\"sys_platform != 'win32'\"]"),
    )
    yield case(
        "environments-respelled",
        where,
        "environments written the other way round",
        ("[\"sys_platform == 'linux'", "[\"'linux' == sys_platform"),
    )
    required = with_options("required-environments = [\"sys_platform == 'linux'\"]\n")
    yield case("required-environments-fresh", required, "not edited; has required-environments")
    yield case(
        "required-environments-edited", required, "required-environments edited", ("== 'linux'\"]", "== 'darwin'\"]")
    )


def uv_default_group_cases() -> Iterator[Case]:
    """default-groups and the python of a group."""
    case = family("uv", UV, "pyproject.toml")
    groups = with_options('default-groups = ["test"]\n')
    yield case("default-groups-fresh", groups, "not edited; has default-groups")
    yield case(
        "default-groups-edited", groups, "default-groups edited: uv records them", ('["test"]', '["dev", "test"]')
    )
    two = with_options('default-groups = ["dev", "test"]\n')
    yield case("default-groups-reordered", two, "default-groups reordered",
               ('["dev", "test"]', '["test", "dev"]'))  # fmt: skip
    yield case("default-groups-added", with_options(""), "default-groups added",
               ("[tool.uv]\n", '[tool.uv]\ndefault-groups = ["test"]\n'))  # fmt: skip
    yield case("default-groups-same-added", with_options(""), "default-groups added with the value it has by default",
               ("[tool.uv]\n", '[tool.uv]\ndefault-groups = ["dev"]\n'))  # fmt: skip
    yield case("default-groups-all-added", with_options(""), "default-groups = all added",
               ("[tool.uv]\n", '[tool.uv]\ndefault-groups = "all"\n'))  # fmt: skip
    python = with_options("") + '\n[tool.uv.dependency-groups]\ndev = { requires-python = ">=3.11" }\n'
    yield case("group-python-fresh", python, "not edited; a group has its own requires-python")
    yield case("group-python-edited", python, "requires-python of a group edited", ('">=3.11" }', '">=3.12" }'))


def uv_build_cases() -> Iterator[Case]:
    """Builds, metadata and options without a table of their own."""
    case = family("uv", UV, "pyproject.toml")
    build = with_options('build-constraint-dependencies = ["setuptools<90"]\n')
    yield case("build-constraint-fresh", build, "not edited; has build-constraint-dependencies")
    yield case("build-constraint-edited", build, "build-constraint-dependencies edited", ("<90", "<91"))
    excluded = with_options('exclude-dependencies = ["six"]\n')
    yield case("exclude-dependencies-fresh", excluded, "not edited; has exclude-dependencies")
    yield case(
        "exclude-dependencies-removed",
        excluded,
        "exclude-dependencies removed",
        ('exclude-dependencies = ["six"]\n', ""),
    )
    told = (
        with_options("") + '\n[[tool.uv.dependency-metadata]]\nname = "six"\nversion = "1.17.0"\nrequires-dist = []\n'
    )
    yield case("dependency-metadata-fresh", told, "not edited; has dependency-metadata")
    yield case(
        "dependency-metadata-edited",
        told,
        "dependency-metadata edited",
        ("requires-dist = []", 'requires-dist = ["click"]'),
    )
    options = {
        "no-build": "no-build = true", "no-binary-package": 'no-binary-package = ["six"]',
        "fork-strategy": 'fork-strategy = "fewest"', "fork-strategy-default": 'fork-strategy = "requires-python"',
        "resolution-default": 'resolution = "highest"', "index-strategy": 'index-strategy = "unsafe-best-match"',
        "link-mode": 'link-mode = "copy"', "package-false": "package = false",
    }  # fmt: skip
    for option, text in options.items():
        yield case(f"option-{option}-added", with_options(""), f"{text} added", ("[tool.uv]\n", f"[tool.uv]\n{text}\n"))


def uv_development_cases() -> Iterator[Case]:
    """dev-dependencies and conflicts."""
    case = family("uv", UV, "pyproject.toml")
    legacy = with_options('dev-dependencies = ["click>=8"]\n')
    yield case("legacy-dev-fresh", legacy, "not edited; [tool.uv] dev-dependencies beside a dev group")
    yield case("legacy-dev-edited", legacy, "[tool.uv] dev-dependencies edited", ("click>=8", "click>=8.1"))
    yield case("legacy-dev-moved", legacy, "[tool.uv] dev-dependencies moved into the dev group",
               ('dev-dependencies = ["click>=8"]\n', ""),
               ('dev = ["iniconfig>=2"]', 'dev = ["iniconfig>=2", "click>=8"]'))  # fmt: skip
    clash = with_options('conflicts = [[{ extra = "net" }, { group = "dev" }]]\n')
    yield case("conflicts-fresh", clash, "not edited; has conflicts")
    yield case("conflicts-removed", clash, "conflicts removed",
               ('conflicts = [[{ extra = "net" }, { group = "dev" }]]\n', ""))  # fmt: skip


def uv_file_cases() -> Iterator[Case]:
    """uv.toml beside pyproject.toml."""
    case = family("uv", UV, "pyproject.toml")
    override = with_options('override-dependencies = ["idna==3.7"]\n')
    lowest = with_options('resolution = "lowest-direct"\n')
    beside = {"pyproject.toml": override, "uv.toml": "compile-bytecode = false\n"}
    yield case("toml-beside-fresh", beside, "not edited; a uv.toml stands beside [tool.uv]")
    yield case("toml-beside-edited", beside, "override in pyproject.toml edited; a uv.toml stands beside [tool.uv]",
               ("pyproject.toml", "idna==3.7", "idna==3.8"))  # fmt: skip
    inside = {
        "pyproject.toml": UV_BASE,
        "uv.toml": 'resolution = "lowest-direct"\nconstraint-dependencies = ["idna<3.8"]\n',
    }
    yield case("toml-fresh", inside, "not edited; resolution and constraint-dependencies are in uv.toml")
    yield case(
        "toml-constraint-edited",
        inside,
        "constraint-dependencies in uv.toml edited",
        ("uv.toml", "idna<3.8", "idna<3.9"),
    )
    yield case(
        "toml-resolution-edited", inside, "resolution in uv.toml edited", ("uv.toml", "lowest-direct", "highest")
    )
    shadow = {"pyproject.toml": lowest, "uv.toml": "compile-bytecode = false\n"}
    yield case(
        "toml-shadow-edited",
        shadow,
        "resolution in [tool.uv] edited, which uv.toml hides",
        ("pyproject.toml", "lowest-direct", "highest"),
    )


def uv_option_cases() -> Iterator[Case]:
    """[tool.uv] and uv.toml."""
    yield from uv_constraint_cases()
    yield from uv_time_cases()
    yield from uv_resolution_cases()
    yield from uv_default_group_cases()
    yield from uv_build_cases()
    yield from uv_development_cases()
    yield from uv_file_cases()
