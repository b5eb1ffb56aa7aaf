"""Do the pins of a compiled requirements file change when it is compiled again after an edit?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .cases import Case, Recipe, again, family
from .uv import UV_BASE


def pip_compile(rest: str, out: str = "requirements.txt") -> Recipe:
    """pip-compile of pip-tools."""
    return again("piptools", "pip-compile", rest, out)


def uv_compile(rest: str, out: str = "requirements.txt") -> Recipe:
    """`uv pip compile`."""
    return again("uv", "uv", f"pip compile {rest} -o {out}", out)


IN_FILE = "six\nidna<3.8  # kept low\nattrs>=23 ; sys_platform == 'linux'\nclick ; sys_platform == 'win32'\n"
COMPILE_PROJECT = """\
[project]
name = "demo"
version = "0.1.0"
requires-python = ">=3.10"
dependencies = ["six>=1.16", "idna<3.8"]

[project.optional-dependencies]
cli = ["packaging>=23"]

[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
"""


def compile_family(prefix: str, make: Callable[..., Recipe], hashes: bool) -> Iterator[Case]:
    """The same cases for pip-compile and `uv pip compile`."""
    flag = "--generate-hashes " if hashes else ""
    case = family(prefix, make(f"{flag}requirements.in"), "requirements.in")
    yield case("fresh", IN_FILE, "not edited")
    yield case("name-added", IN_FILE, "name added to the .in", ("six\n", "six\niniconfig\n"))
    yield case("range-unfit", IN_FILE, "range edited so that the pin is out", ("idna<3.8", "idna>=3.9"))
    yield case("range-fits", IN_FILE, "range edited, the pin still fits", ("idna<3.8", "idna<3.9"))
    yield case("name-removed", IN_FILE, "name removed from the .in", ("six\n", ""))
    yield case("comment-edited", IN_FILE, "comment edited", ("kept low", "kept low, see the notes"))
    yield case("marker-never", IN_FILE, "name added that this platform does not need",
               ("six\n", "six\niniconfig ; sys_platform == 'win32'\n"))  # fmt: skip
    if hashes:
        return
    parts = {
        "requirements.in": "-r base.in\n-c constraints.txt\nsix\n",
        "base.in": "packaging\nIdna\n",
        "constraints.txt": "idna<3.8\nnot-needed==1\n",
    }
    yield case("includes-fresh", parts, "not edited; the .in includes -r and -c")
    yield case("includes-r-edited", parts, "name added to the included .in",
               ("base.in", "packaging\n", "packaging\niniconfig\n"))  # fmt: skip
    yield case("includes-c-edited", parts, "constraint edited so that the pin is out",
               ("constraints.txt", "idna<3.8", "idna<3.7"))  # fmt: skip
    yield case("includes-c-unused", parts, "constraint on a name that nothing needs edited",
               ("constraints.txt", "not-needed==1", "not-needed==2"))  # fmt: skip
    project = family(prefix, make(f"{flag}--extra cli pyproject.toml"), "pyproject.toml")
    yield project("pyproject-fresh", COMPILE_PROJECT, "not edited; compiled from pyproject.toml with an extra")
    yield project("pyproject-added", COMPILE_PROJECT, "dependency added", ('"six>=1.16"', '"six>=1.16", "attrs"'))
    yield project("pyproject-extra-added", COMPILE_PROJECT, "dependency added to the compiled extra",
                  ('"packaging>=23"', '"packaging>=23", "iniconfig"'))  # fmt: skip
    yield project("pyproject-unrelated-edit", COMPILE_PROJECT, "version edited", ('"0.1.0"', '"0.2.0"'))


def compile_cases() -> Iterator[Case]:
    """requirements.txt written from sources."""

    def pip_make(rest: str) -> Recipe:
        out = "-o requirements.txt " if "pyproject" in rest else ""
        return pip_compile(out + rest)

    yield from compile_family("pip-compile", pip_make, hashes=False)
    yield from compile_family("pip-compile-hashes", pip_make, hashes=True)
    yield from compile_family("uv-compile", uv_compile, hashes=False)
    yield from compile_family("uv-compile-hashes", uv_compile, hashes=True)
    two = {
        "requirements.in": "six\n",
        "dev.in": "-c locked/base.txt\niniconfig\nidna\n",
        "locked/base.txt": "idna==3.7\n",
    }
    layered = family(
        "pip-compile",
        pip_compile("--strip-extras -o locked/dev.txt dev.in requirements.in", "locked/dev.txt"),
        "dev.in",
    )
    yield layered("two-sources-fresh", two, "not edited; two sources, the output in a directory")
    yield layered("two-sources-edited", two, "name added to the first source", ("iniconfig\n", "iniconfig\nattrs\n"))
    every = family("uv-compile", uv_compile("--universal requirements.in"), "requirements.in")
    yield every("universal-fresh", IN_FILE, "not edited; universal")
    yield every("universal-added", IN_FILE, "name added for another platform",
                ("six\n", "six\niniconfig ; sys_platform == 'win32'\n"))  # fmt: skip
    bare = family("uv-compile", uv_compile("--no-header --no-annotate requirements.in"), "requirements.in")
    yield bare("no-header-fresh", IN_FILE, "not edited; neither header nor annotations")
    yield bare("no-header-added", IN_FILE, "name added; neither header nor annotations", ("six\n", "six\niniconfig\n"))
    export = again("uv", "uv", "export --no-hashes --format requirements.txt -o requirements.txt", "requirements.txt")
    exported = family("uv-export", export, "pyproject.toml")
    yield exported("fresh", UV_BASE, "not edited; exported from uv.lock")
    yield exported("added", UV_BASE, "dependency added", ('"six>=1.16"', '"six>=1.16", "click"'))
    yield exported("dev-removed", UV_BASE, "dev group emptied", ('["iniconfig>=2"]', "[]"))
