"""What does uv say of uv.lock after an edit of [project] or of a group?"""

from __future__ import annotations

from collections.abc import Iterator

from .cases import Case, Recipe, family

UV = Recipe("uv", "uv", (("lock",),), ("lock", "--check"), ("uv.lock",), stale_text="needs to be updated")
UV_BASE = """\
[project]
name = "demo"
version = "0.1.0"
description = "A demo"
requires-python = ">=3.10"
dependencies = [
    "six>=1.16",
    "idna>=3.4,<4",
    "attrs>=23 ; python_version < '3.12' and sys_platform == 'linux'",
]

[project.optional-dependencies]
net = ["certifi>=2024"]

[dependency-groups]
dev = ["iniconfig>=2"]
test = [{ include-group = "dev" }, "packaging>=24"]
"""
HATCHLING = '\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
LIB = """\
[project]
name = "LIBNAME"
version = "0.1.0"
requires-python = ">=3.10"
dependencies = ["attrs>=23"]
"""


def uv_manifest_cases() -> Iterator[Case]:
    """[project] dependencies and their ranges."""
    case = family("uv", UV, "pyproject.toml")
    yield case("fresh", UV_BASE, "not edited")
    yield case("dependency-added", UV_BASE, "dependency added", ('"six>=1.16"', '"six>=1.16", "click"'))
    yield case("dependency-added-locked", UV_BASE, "dependency added that the lock holds for a group already",
               ('"six>=1.16"', '"six>=1.16", "packaging"'))  # fmt: skip
    yield case("dependency-removed", UV_BASE, "dependency removed", ('    "six>=1.16",\n', ""))
    yield case("dependency-duplicated", UV_BASE, "the same dependency written twice",
               ('"six>=1.16"', '"six>=1.16", "six>=1.16"'))  # fmt: skip
    yield case("name-respelled", UV_BASE, "name in capitals", ('"six>=1.16"', '"SIX >= 1.16"'))
    yield case("reordered", UV_BASE, "two dependencies swapped",
               ('    "six>=1.16",\n    "idna>=3.4,<4",\n', '    "idna>=3.4,<4",\n    "six>=1.16",\n'))  # fmt: skip


def uv_range_cases() -> Iterator[Case]:
    """Ranges, and the same range written otherwise."""
    case = family("uv", UV, "pyproject.toml")
    yield case("range-edited", UV_BASE, "range edited, the locked version still fits", ("six>=1.16", "six>=1.15"))
    yield case("range-unfit", UV_BASE, "range edited so that the locked version is out", (">=3.4,<4", ">=3.4,<3.7"))
    yield case("range-reordered", UV_BASE, "clauses of a range swapped", (">=3.4,<4", "<4, >=3.4"))
    yield case("range-zero-added", UV_BASE, "a bound written with one more zero", ("six>=1.16", "six>=1.16.0"))
    yield case("range-compatible", UV_BASE, "range written with the compatible-release sign",
               (">=3.4,<4", "~=3.4"))  # fmt: skip
    yield case("range-redundant", UV_BASE, "a clause added that excludes nothing", (">=3.4,<4", ">=3.4,<4,>=3"))
    yield case("range-excluded", UV_BASE, "one version excluded", (">=3.4,<4", ">=3.4,<4,!=3.5"))
    yield case(
        "range-excluded-outside",
        UV_BASE,
        "a version excluded that the range excludes already",
        (">=3.4,<4", ">=3.4,<4,!=5"),
    )
    yield case("range-prerelease", UV_BASE, "upper bound written with a pre-release", (">=3.4,<4", ">=3.4,<4.dev0"))
    yield case("range-any", UV_BASE.replace("six>=1.16", "six"), "no range became >=0", ('"six"', '"six>=0"'))
    wild = UV_BASE.replace(">=3.4,<4", "==3.*")
    yield case("range-wildcard-fresh", wild, "not edited; range with a wildcard")
    yield case("range-wildcard-respelled", wild, "wildcard written as two bounds", ("==3.*", ">=3,<4"))
    exact = UV_BASE.replace(">=3.4,<4", "==3.7")
    yield case("range-exact-respelled", exact, "exact version written with one more zero", ("==3.7", "==3.7.0"))
    yield case("range-exact-redundant", exact, "a clause added beside an exact version", ("==3.7", "==3.7,>=3"))
    yield case("range-exact-bounds", exact, "exact version written as two bounds", ("==3.7", ">=3.7,<=3.7"))
    yield case("range-exact-arbitrary", exact, "exact version written with three equal signs", ("==3.7", "===3.7"))
    tilde_dep = UV_BASE.replace(">=3.4,<4", "~=3.4")
    yield case("range-tilde-fresh", tilde_dep, "not edited; range with the compatible-release sign")
    bracket = UV_BASE.replace('"six>=1.16"', '"six>=1.16",\n    "click[a,b]>=8"')
    yield case("extras-asked-fresh", bracket, "not edited; asks extras of a dependency")
    yield case("extras-asked-reordered", bracket, "asked extras in another order", ("click[a,b]", "click[B, a]"))
    yield case("extras-asked-edited", bracket, "asked extra removed", ("click[a,b]", "click[a]"))


def uv_group_cases() -> Iterator[Case]:
    """Extras and groups."""
    case = family("uv", UV, "pyproject.toml")
    yield case("extra-added", UV_BASE, "extra added", ('"certifi>=2024"]', '"certifi>=2024"]\nx = ["six"]'))
    yield case("extra-empty-added", UV_BASE, "empty extra added", ('"certifi>=2024"]', '"certifi>=2024"]\nx = []'))
    yield case("extra-edited", UV_BASE, "extra edited", ("certifi>=2024", "certifi>=2023"))
    yield case("extra-respelled", UV_BASE, "name of the extra in capitals", ("net = [", "Net = ["))
    yield case("extra-removed", UV_BASE, "extra removed",
               ('[project.optional-dependencies]\nnet = ["certifi>=2024"]\n\n', ""))  # fmt: skip
    yield case("group-edited", UV_BASE, "group edited", ("iniconfig>=2", "iniconfig>=2.1"))
    yield case("group-added", UV_BASE, "group added", ("dev = [", 'x = ["six"]\ndev = ['))
    yield case("group-empty-added", UV_BASE, "empty group added", ("dev = [", "x = []\ndev = ["))
    yield case("group-inlined", UV_BASE, "include-group replaced by its content",
               ('{ include-group = "dev" }', '"iniconfig>=2"'))  # fmt: skip
    yield case("group-respelled", UV_BASE, "name of a group in capitals", ("test = [", "Test = ["))


def uv_python_cases() -> Iterator[Case]:
    """requires-python."""
    case = family("uv", UV, "pyproject.toml")
    yield case("requires-python-edited", UV_BASE, "requires-python edited", ('">=3.10"', '">=3.9"'))
    yield case("requires-python-respelled", UV_BASE, "requires-python with a space and a zero",
               ('">=3.10"', '">= 3.10.0"'))  # fmt: skip
    yield case("requires-python-bounded", UV_BASE, "upper bound added to requires-python", ('">=3.10"', '">=3.10,<4"'))
    tilde = UV_BASE.replace('">=3.10"', '"~=3.10"')
    yield case("requires-python-tilde-fresh", tilde, "not edited; requires-python ~=3.10")
    yield case("requires-python-tilde-edited", tilde, "requires-python ~=3.10 became ~=3.11", ('"~=3.10"', '"~=3.11"'))
    yield case("requires-python-tilde-respelled", tilde, "requires-python ~=3.10 became >=3.10,<4",
               ('"~=3.10"', '">=3.10,<4"'))  # fmt: skip
    bounded = UV_BASE.replace('">=3.10"', '">=3.10,<3.14"')
    yield case("requires-python-bounded-fresh", bounded, "not edited; requires-python has an upper bound")
    yield case("requires-python-excluded", UV_BASE, "one python version excluded", ('">=3.10"', '">=3.10,!=3.12.1"'))
    yield case(
        "requires-python-excluded-minor", UV_BASE, "one minor python excluded", ('">=3.10"', '">=3.10,!=3.12.*"')
    )
    yield case("requires-python-excluded-low", UV_BASE, "the lowest python excluded", ('">=3.10"', '">=3.10,!=3.10.0"'))
    yield case("requires-python-greater", UV_BASE, "requires-python with the greater sign", ('">=3.10"', '">3.9.99"'))
    star_python = UV_BASE.replace('">=3.10"', '"==3.11.*"')
    yield case("requires-python-star-fresh", star_python, "not edited; requires-python with a wildcard")
    yield case("requires-python-star-respelled", star_python, "wildcard of requires-python as two bounds",
               ('"==3.11.*"', '">=3.11,<3.12"'))  # fmt: skip


def uv_marker_cases() -> Iterator[Case]:
    """Markers."""
    case = family("uv", UV, "pyproject.toml")
    yield case("marker-equal", UV_BASE, "marker written the other way round, same meaning",
               ("python_version < '3.12' and sys_platform == 'linux'",
                "'linux' == sys_platform and python_full_version < '3.12'"))  # fmt: skip
    yield case("marker-different", UV_BASE, "marker edited", ("python_version < '3.12'", "python_version < '3.13'"))
    yield case("marker-outside", UV_BASE, "marker edited outside requires-python only",
               ("python_version < '3.12'", "python_version < '3.12' and python_version >= '3.8'"))  # fmt: skip
    yield case("marker-removed", UV_BASE, "marker removed",
               (" ; python_version < '3.12' and sys_platform == 'linux'", ""))  # fmt: skip
    yield case("marker-always-true", UV_BASE, "marker added that is always true in requires-python",
               ('"six>=1.16"', '"six>=1.16 ; python_version >= \'3.8\'"'))  # fmt: skip
    star = UV_BASE.replace("python_version < '3.12' and", "python_version == '3.11.*' and")
    yield case("marker-star-fresh", star, "not edited; marker with a wildcard")
    low = UV_BASE.replace("python_version < '3.12' and sys_platform == 'linux'", "python_version < '3.12'")
    yield case("marker-python-version-fresh", low, "not edited; marker python_version < '3.12'")
    many = UV_BASE.replace(
        "python_version < '3.12' and sys_platform == 'linux'",
        "(python_version > '3.10' and python_version != '3.12') or os_name == 'nt'"
        " or platform_machine in 'x86_64 arm64'",
    )
    yield case("marker-complex-fresh", many, "not edited; marker with or, in, != and >")
    extras = UV_BASE.replace('"six>=1.16"', '"six>=1.16",\n    "click>=8 ; python_version < \'3.10\'"')
    yield case("marker-never-fresh", extras, "not edited; a dependency whose marker is never true in requires-python")


def uv_project_cases() -> Iterator[Case]:
    """Name, version, build-system and what is no part of the lock."""
    case = family("uv", UV, "pyproject.toml")
    asks = UV_BASE.replace('"six>=1.16"', '"six>=1.16",\n    "demo[net]"')
    yield case("self-extra-fresh", asks, "not edited; needs an extra of itself")
    yield case("unrelated-edit", UV_BASE, "description, scripts, urls and a comment edited",
               ('"A demo"', '"Another demo"  # x'),
               ("[dependency-groups]", '[project.scripts]\nrun = "demo:main"\n\n[dependency-groups]'),
               ("[project.optional", '[project.urls]\nHome = "https://x.example"\n\n[project.optional'))  # fmt: skip
    yield case("version-edited", UV_BASE, "version of the project edited", ('"0.1.0"', '"0.2.0"'))
    yield case("name-edited", UV_BASE, "name of the project edited", ('name = "demo"', 'name = "demo2"'))
    yield case("build-system-added", UV_BASE, "build-system added: the project becomes installable",
               ("[dependency-groups]", HATCHLING.lstrip() + "\n[dependency-groups]"))  # fmt: skip
    yield case("package-false-fresh", UV_BASE + HATCHLING + "\n[tool.uv]\npackage = false\n",
               "not edited; build-system but package = false")  # fmt: skip


def uv_dynamic_cases() -> Iterator[Case]:
    """Versions and dependencies that only a build tells."""
    case = family("uv", UV, "pyproject.toml")
    files = {
        "pyproject.toml": UV_BASE.replace('version = "0.1.0"', 'dynamic = ["version"]') + HATCHLING
        + '\n[tool.hatch.version]\npath = "src/demo/__init__.py"\n',
        "src/demo/__init__.py": '__version__ = "0.1.0"\n',
    }  # fmt: skip
    yield case("dynamic-version-fresh", files, "not edited; the version is dynamic")
    yield case("dynamic-version-edited", files, "the dynamic version edited",
               ("src/demo/__init__.py", '"0.1.0"', '"0.2.0"'))  # fmt: skip
    yield case("dynamic-version-dependency-added", files, "dependency added; the version is dynamic",
               ('"six>=1.16"', '"six>=1.16", "click"'))  # fmt: skip
    setup = 'from setuptools import setup\n\nsetup(install_requires=["six>=1.16"])\n'
    old = '[project]\nname = "demo"\nversion = "0.1.0"\nrequires-python = ">=3.10"\ndynamic = ["dependencies"]\n'
    old += '\n[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
    both = {"pyproject.toml": old, "setup.py": setup}
    yield case("dynamic-dependencies-fresh", both, "not edited; the dependencies are in setup.py")
    yield case("dynamic-dependencies-edited", both, "dependencies in setup.py edited", ("setup.py", "1.16", "1.15"))


def uv_cases() -> Iterator[Case]:
    """What [project] and [dependency-groups] say."""
    yield from uv_manifest_cases()
    yield from uv_range_cases()
    yield from uv_group_cases()
    yield from uv_python_cases()
    yield from uv_marker_cases()
    yield from uv_project_cases()
    yield from uv_dynamic_cases()
