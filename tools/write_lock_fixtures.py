"""What does each real lock tool say of a lock after an edit of its manifest?  Writes tests/fixtures/locks/.

    python tools/write_lock_fixtures.py --tools DIR [--only PREFIX ...]

DIR holds one virtual environment per tool: poetry, poetry22 (2.2.*), poetry18 (1.8.*), each with
poetry-plugin-pypi-mirror; pipenv, pipenv23 (2023.12.1); pdm[locked]; uv, uv05 (0.5.*), uv08 (0.8.*); piptools;
pip (26 or newer); hatch.  Every case becomes a directory with the manifests, the lock as the tool wrote it, and
verdict.toml.  The package index is named https://index.example in everything that is kept; where that changes a
content hash, the tool's own code computes the new one on the renamed manifest and the tool is asked again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "locks"
INDEX = "https://index.example/simple"
GIT = "https://git.example/tiny.git"
MARK_FRESH, MARK_STALE = "fresh", "stale"

Files = dict[str, str]
Argv = tuple[str, ...]


# --- what a case is -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recipe:
    """How one tool locks, how it is asked, and how its answer is read."""

    venv: str
    exe: str
    lock: tuple[Argv, ...]
    check: Argv
    keep: Argv  # lock files to keep; the first one is the file the verdict is about
    stale_text: str = ""  # what the tool prints when stale; empty: the command is run again and pins are compared
    stale_codes: tuple[int, ...] = (1,)
    hasher: str = ""  # python code for the tool's own interpreter: prints the content hash of "."
    env: Mapping[str, str] = field(default_factory=dict)
    checker: tuple[str, str] = ("", "")  # another (venv, exe) that answers instead


@dataclass(frozen=True)
class Case:
    """One manifest, the edit made after locking, and what the edit is."""

    name: str
    recipe: Recipe
    before: Mapping[str, str]
    after: Mapping[str, str]
    reason: str


def edited(before: Mapping[str, str], *changes: tuple[str, str, str]) -> Files:
    """The files with each (path, old text, new text) applied; old text must occur once."""
    files = dict(before)
    for path, old, new in changes:
        assert files[path].count(old) == 1, (path, old)
        files[path] = files[path].replace(old, new)
    return files


def family(prefix: str, recipe: Recipe, path: str) -> Callable[..., Case]:
    """A short way to write the cases of one tool: (name, manifest text or files, reason, (old, new)...)."""

    def case(name: str, base: str | Mapping[str, str], reason: str, *changes: tuple[str, ...]) -> Case:
        before = {path: base} if isinstance(base, str) else dict(base)
        full = [(path, *c) if len(c) == 2 else c for c in changes]
        after = edited(before, *(f for f in full if len(f) == 3))
        return Case(f"{prefix}-{name}", recipe, before, after, reason)

    return case


# --- the tools ----------------------------------------------------------------------------------------------

POETRY_HASH = (
    "import tomllib,pathlib;from poetry.packages.locker import Locker;"
    "d=tomllib.loads(pathlib.Path('pyproject.toml').read_text());"
    "print(Locker(pathlib.Path('poetry.lock'),{})._get_content_hash())"
)
PIPENV_OLD_HASH = "from pipenv.project import Project;print(Project().calculate_pipfile_hash())"
PIPENV_HASH = "from pipenv.project import Project;print(Project().pipfile.calculate_hash())"
PDM_HASH = "from pdm.core import Core;print(Core().create_project('.').pyproject_content_hash())"


def poetry(venv: str, data: str, checker: tuple[str, str] = ("", "")) -> Recipe:
    """Poetry in one of its versions; `data` is what this version's Locker takes."""
    return Recipe(
        venv, "poetry", (("lock",),), ("check", "--lock"), ("poetry.lock",),
        stale_text="changed significantly", hasher=POETRY_HASH.replace("{}", data), checker=checker,
    )  # fmt: skip


POETRY = poetry("poetry", "d")
POETRY18 = poetry("poetry18", "d['tool']['poetry']")
POETRY22 = poetry("poetry22", "d", checker=("poetry", "poetry"))
PIPENV = Recipe(
    "pipenv", "pipenv", (("lock",),), ("verify",), ("Pipfile.lock",),
    stale_text="out-of-date", hasher=PIPENV_HASH,
)  # fmt: skip
PIPENV23 = replace(PIPENV, venv="pipenv23", hasher=PIPENV_OLD_HASH)
PIPENV_MIRROR = replace(PIPENV, env={"PIP_INDEX_URL": INDEX})


def pdm(*lock: str, pylock: bool = False, write: Argv = ()) -> Recipe:
    """PDM with its own lock, or with pylock.toml by configuration or by export."""
    env = {"PDM_LOCK_FORMAT": "pylock"} if pylock else {}
    steps = (("lock", *lock), write) if write else (("lock", *lock),)
    return Recipe(
        "pdm", "pdm", steps, ("lock", "--check"), ("pylock.toml" if pylock else "pdm.lock",),
        stale_text="doesn't satisfy", hasher=PDM_HASH, env=env,
    )  # fmt: skip


PDM = pdm()
PDM_PYLOCK = pdm(pylock=True)
UV = Recipe("uv", "uv", (("lock",),), ("lock", "--check"), ("uv.lock",), stale_text="needs to be updated")
UV_OLD = {name: replace(UV, venv=name, checker=("uv", "uv")) for name in ("uv05", "uv08")}


def again(venv: str, exe: str, command: str, keep: str) -> Recipe:
    """A tool that has no check: the same command is run again on the edited sources."""
    argv = tuple(command.split())
    return Recipe(venv, exe, (argv,), argv, (keep,))


def pip_compile(rest: str, out: str = "requirements.txt") -> Recipe:
    """pip-compile of pip-tools."""
    return again("piptools", "pip-compile", rest, out)


def uv_compile(rest: str, out: str = "requirements.txt") -> Recipe:
    """`uv pip compile`."""
    return again("uv", "uv", f"pip compile {rest} -o {out}", out)


HATCH = again("hatch", "hatch", "dep lock", "pylock.toml")  # `--check` of 1.18.2 locks anew before it checks


# --- poetry -------------------------------------------------------------------------------------------------

LEGACY = """\
[tool.poetry]
name = "demo"
version = "0.1.0"
description = "A demo"
authors = ["A <a@b.example>"]

[tool.poetry.dependencies]
python = "^3.10"
six = "^1.16"
idna = { version = ">=3.4,<4", optional = true }
certifi = { version = "*", optional = true }

[tool.poetry.extras]
net = ["idna", "certifi"]

[tool.poetry.group.dev.dependencies]
iniconfig = "^2.0"
"""
LEGACY_DEV = LEGACY.replace("[tool.poetry.group.dev.dependencies]", "[tool.poetry.dev-dependencies]")
LEGACY_BARE = LEGACY.split("idna =", 1)[0]
SOURCE = f"""
[[tool.poetry.source]]
name = "mirror"
url = "{INDEX}/"
priority = "primary"
"""
PEP621 = """\
[project]
name = "demo"
version = "0.1.0"
description = "A demo"
requires-python = ">=3.10,<4"
dependencies = ["six>=1.16", "idna>=3.4,<4"]

[project.optional-dependencies]
cli = ["packaging>=23"]

[tool.poetry]
package-mode = false
"""
GROUPS = """
[dependency-groups]
dev = ["iniconfig>=2"]
test = [{ include-group = "dev" }, "attrs>=23"]
"""
POETRY_GROUP = """
[tool.poetry.group.docs.dependencies]
attrs = "^25"
"""


def poetry_legacy_cases(prefix: str, recipe: Recipe) -> Iterator[Case]:
    """[tool.poetry] manifests, for the old and the new version."""
    case = family(prefix, recipe, "pyproject.toml")
    yield case("legacy-fresh", LEGACY, "not edited")
    yield case("legacy-no-groups-fresh", LEGACY_BARE, "not edited; no extras and no groups")
    yield case("legacy-dependency-added", LEGACY, "dependency added",
               ('six = "^1.16"\n', 'six = "^1.16"\npackaging = "*"\n'))  # fmt: skip
    yield case("legacy-range-edited", LEGACY, "range edited, the locked version still fits",
               ('six = "^1.16"', 'six = "^1.15"'))  # fmt: skip
    yield case("legacy-python-edited", LEGACY, "python range edited", ('python = "^3.10"', 'python = "^3.9"'))
    yield case("legacy-group-added", LEGACY, "dependency added to a group",
               ('iniconfig = "^2.0"', 'iniconfig = "^2.0"\nattrs = "*"'))  # fmt: skip
    yield case("legacy-new-group", LEGACY_BARE, "group added to a manifest that had none",
               ('six = "^1.16"\n', 'six = "^1.16"\n' + POETRY_GROUP))  # fmt: skip
    yield case("legacy-empty-group", LEGACY_BARE, "empty group added",
               ('six = "^1.16"\n', 'six = "^1.16"\n\n[tool.poetry.group.docs.dependencies]\n'))  # fmt: skip
    yield case("legacy-dev-dependencies-fresh", LEGACY_DEV, "not edited; old dev-dependencies table")
    yield case("legacy-dev-dependencies-edited", LEGACY_DEV, "old dev-dependencies table edited",
               ('iniconfig = "^2.0"', 'iniconfig = "^2.1"'))  # fmt: skip
    yield case("legacy-dev-table-renamed", LEGACY_DEV, "dev-dependencies became group.dev with the same content",
               ("[tool.poetry.dev-dependencies]", "[tool.poetry.group.dev.dependencies]"))  # fmt: skip
    yield case("legacy-extra-edited", LEGACY, "member dropped from an extra", ('["idna", "certifi"]', '["idna"]'))
    yield case("legacy-extra-reordered", LEGACY, "members of an extra in another order",
               ('["idna", "certifi"]', '["certifi", "idna"]'))  # fmt: skip
    yield case("legacy-unrelated-edit", LEGACY, "description, version, scripts and a comment edited",
               ('"A demo"', '"Another demo"'), ('version = "0.1.0"', 'version = "0.2.0"'),
               ("[tool.poetry.extras]", '[tool.poetry.scripts]\nrun = "x:y"\n\n[tool.poetry.extras]'))  # fmt: skip
    yield case("legacy-reordered", LEGACY, "two dependencies swapped",
               ('six = "^1.16"\n', ""),
               ("[tool.poetry.extras]", 'six = "^1.16"\n[tool.poetry.extras]'))  # fmt: skip
    yield case("legacy-requoted", LEGACY, "spacing and quotes of a constraint's table changed",
               ('{ version = "*", optional = true }', "{version='*',optional=true}"))  # fmt: skip
    yield case("legacy-name-respelled", LEGACY, "name spelled in capitals", ('six = "^1.16"', 'Six = "^1.16"'))
    yield case("legacy-source-fresh", LEGACY_BARE + SOURCE, "not edited; has a source")
    yield case("legacy-source-edited", LEGACY_BARE + SOURCE, "source's priority edited",
               ('"primary"', '"supplemental"'))  # fmt: skip
    git = LEGACY_BARE + f'tiny = {{ git = "{GIT}", tag = "v1" }}\n'
    yield case("legacy-git-fresh", git, "not edited; has a git dependency")
    yield case("legacy-git-edited", git, "tag of the git dependency edited", ('"v1"', '"v2"'))


def poetry_pep621_cases() -> Iterator[Case]:
    """[project] manifests, which only poetry 2 reads."""
    case = family("poetry", POETRY, "pyproject.toml")
    yield case("pep621-fresh", PEP621, "not edited")
    yield case("pep621-dependency-added", PEP621, "dependency added", ('"six>=1.16"', '"six>=1.16", "attrs"'))
    yield case("pep621-range-edited", PEP621, "range edited", ("six>=1.16", "six>=1.15"))
    yield case("pep621-respelled", PEP621, "space put into a requirement", ("six>=1.16", "six >=1.16"))
    yield case("pep621-python-edited", PEP621, "requires-python edited", (">=3.10,<4", ">=3.11,<4"))
    yield case("pep621-extra-edited", PEP621, "extra edited", ("packaging>=23", "packaging>=24"))
    yield case("pep621-extra-added", PEP621, "extra added", ('packaging>=23"]\n', 'packaging>=23"]\nx = ["attrs"]\n'))
    yield case("pep621-unrelated-edit", PEP621, "description, version and scripts edited",
               ('"A demo"', '"Another demo"'), ('"0.1.0"', '"0.2.0"'),
               ("[tool.poetry]", '[project.scripts]\nrun = "demo:main"\n\n[tool.poetry]'))  # fmt: skip
    grouped = PEP621 + GROUPS
    yield case("pep621-groups-fresh", grouped, "not edited; has [dependency-groups]")
    yield case("pep621-groups-edited", grouped, "[dependency-groups] edited", ("iniconfig>=2", "iniconfig>=2.1"))
    yield case("pep621-groups-removed", grouped, "[dependency-groups] removed", (GROUPS, ""))
    yield case("pep621-groups-added", PEP621, "[dependency-groups] added", ("package-mode = false\n",
               "package-mode = false\n" + GROUPS))  # fmt: skip
    mixed = PEP621 + POETRY_GROUP
    yield case("pep621-poetry-group-fresh", mixed, "not edited; [project] and a [tool.poetry.group]")
    yield case("pep621-poetry-group-edited", mixed, "[tool.poetry.group] edited", ('"^25"', '">=24"'))
    enriched = PEP621.replace('["six>=1.16", "idna>=3.4,<4"]', '["six>=1.16", "idna>=3.4,<4"]').replace(
        "package-mode = false\n",
        'package-mode = false\n\n[tool.poetry.dependencies]\nidna = { source = "mirror" }\n' + SOURCE,
    )
    yield case("pep621-enriched-fresh", enriched, "not edited; [tool.poetry.dependencies] names a source")
    yield case("pep621-enriched-edited", enriched, "[tool.poetry.dependencies] edited",
               ('idna = { source = "mirror" }', 'six = { source = "mirror" }'))  # fmt: skip
    dynamic = PEP621.replace('dependencies = ["six>=1.16", "idna>=3.4,<4"]', 'dynamic = ["dependencies"]').replace(
        "package-mode = false\n", 'package-mode = false\n\n[tool.poetry.dependencies]\nsix = "^1.16"\n'
    )
    yield case("pep621-dynamic-fresh", dynamic, "not edited; dependencies are dynamic")
    yield case("pep621-dynamic-edited", dynamic, "dynamic dependencies edited", ('six = "^1.16"', 'six = "^1.15"'))
    only = '[tool.poetry]\npackage-mode = false\n\n[tool.poetry.dependencies]\npython = "^3.10"\n' + GROUPS
    yield case("groups-only-fresh", only, "not edited; nothing but [dependency-groups]")
    old = family("poetry22", POETRY22, "pyproject.toml")
    yield old("groups-fresh", grouped, "locked by poetry 2.2, whose hash leaves [dependency-groups] out")
    yield old("groups-edited", grouped, "[dependency-groups] edited; poetry 2.2's hash leaves them out",
              ("iniconfig>=2", "iniconfig>=2.1"))  # fmt: skip
    yield old("dependency-added", grouped, "dependency added", ('"six>=1.16"', '"six>=1.16", "click"'))


# --- pipenv -------------------------------------------------------------------------------------------------

PIPFILE = f"""\
[[source]]
url = "{INDEX}"
verify_ssl = true
name = "main"

[packages]
six = "*"
idna = ">=3.4"

[dev-packages]
iniconfig = "*"

[requires]
python_version = "3.11"
"""


def pipenv_cases() -> Iterator[Case]:
    """Pipfile and Pipfile.lock."""
    case = family("pipenv", PIPENV, "Pipfile")
    yield case("fresh", PIPFILE, "not edited")
    yield case("package-added", PIPFILE, "package added", ('six = "*"\n', 'six = "*"\nattrs = "*"\n'))
    yield case("package-removed", PIPFILE, "package removed", ('six = "*"\n', ""))
    yield case("range-edited", PIPFILE, "range edited", (">=3.4", ">=3.3"))
    yield case("dev-package-edited", PIPFILE, "dev package edited", ('iniconfig = "*"', 'iniconfig = ">=2"'))
    yield case(
        "requires-edited", PIPFILE, "[requires] edited", ('python_version = "3.11"', 'python_full_version = "3.11.7"')
    )
    yield case("requires-removed", PIPFILE, "[requires] removed", ('\n[requires]\npython_version = "3.11"\n', ""))
    yield case("source-edited", PIPFILE, "name of the source edited", ('name = "main"', 'name = "other"'))
    yield case("unrelated-edit", PIPFILE, "comment, [scripts] and [pipenv] added",
               ("[packages]", '[scripts]\nrun = "python x.py"\n\n[packages]  # x'),
               ("[requires]", "[pipenv]\nallow_prereleases = false\n\n[requires]"))  # fmt: skip
    yield case("reordered", PIPFILE, "two packages swapped",
               ('six = "*"\nidna = ">=3.4"\n', 'idna = ">=3.4"\nsix = "*"\n'))  # fmt: skip
    category = PIPFILE + '\n[docs]\nattrs = "*"\n'
    yield case("category-fresh", category, "not edited; has a category of its own")
    yield case("category-edited", category, "category of its own edited", ('attrs = "*"', 'attrs = ">=23"'))
    yield case("category-added", PIPFILE, "category added", ('"3.11"\n', '"3.11"\n\n[docs]\nattrs = "*"\n'))
    names = PIPFILE.replace('six = "*"\n', 'six = "*"\nJinja2 = "*"\n"ruamel.yaml" = "*"\nMarkdown_It_Py = "*"\n')
    names = names.replace('iniconfig = "*"', 'Iniconfig = "*"')
    names_small = names.replace('Jinja2 = "*"\n', "").replace('"ruamel.yaml" = "*"', '"Zope.Event" = "*"')
    yield case("names-fresh", names_small, "not edited; names are not normalised")
    yield case("names-respelled", names_small, "same names, normalised", ("Markdown_It_Py", "markdown-it-py"),
               ('"Zope.Event"', "zope-event"))  # fmt: skip
    yield case("names-edited", names_small, "range of a name that is not normalised edited",
               ('Markdown_It_Py = "*"', 'Markdown_It_Py = ">=2"'))  # fmt: skip
    table = PIPFILE.replace('six = "*"', 'six = {version = "*", markers = "sys_platform == \'win32\'"}')
    yield case("table-fresh", table, "not edited; a package is a table with markers")
    yield case("table-edited", table, "markers of a package edited", ("win32", "linux"))
    bare = PIPFILE.split("\n\n", 1)[1]
    yield case(
        "no-source-fresh", bare, "no [[source]]; locked with an empty pip config: the hash is over the default source"
    )
    yield case("no-source-edited", bare, "no [[source]]; package edited", ('six = "*"', 'six = ">=1.16"'))
    mirror = family("pipenv", PIPENV_MIRROR, "Pipfile")
    yield mirror(
        "no-source-mirror",
        bare,
        "no [[source]]; the hash is over the index that the locker's pip is set to, as in _meta.sources",
    )
    old = family("pipenv23", PIPENV23, "Pipfile")
    yield old("names-fresh", names_small, "locked by pipenv 2023, whose hash takes names as they are written")
    yield old("names-respelled", names_small, "names normalised; pipenv 2023's hash takes them as they are written",
              ("Markdown_It_Py", "markdown-it-py"), ('"Zope.Event"', "zope-event"))  # fmt: skip
    yield old("names-edited", names_small, "range edited", ('Markdown_It_Py = "*"', 'Markdown_It_Py = ">=2"'))
    yield old("category-fresh", category, "not edited; has a category of its own")
    git = PIPFILE.replace('six = "*"\n', f'six = "*"\ntiny = {{git = "{GIT}", ref = "v1"}}\n')
    yield case("git-fresh", git, "not edited; has a git package")
    yield case("git-edited", git, "ref of the git package edited", ('"v1"', '"v2"'))


# --- pdm ----------------------------------------------------------------------------------------------------

PDM_BASE = """\
[project]
name = "demo"
version = "0.1.0"
description = "A demo"
requires-python = ">=3.10"
dependencies = ["six>=1.16", "idna>=3.4"]

[project.optional-dependencies]
cli = ["packaging>=23"]

[dependency-groups]
Dev_Tools = ["iniconfig>=2"]

[tool.pdm]
distribution = false
"""
PDM_LEGACY = PDM_BASE.replace("[dependency-groups]\nDev_Tools", "[tool.pdm.dev-dependencies]\nDev_Tools")
PDM_SOURCE = f'\n[[tool.pdm.source]]\nname = "main"\nurl = "{INDEX}"\nverify_ssl = true\n'
PDM_MEMBER = """\
[project]
name = "member-NAME"
version = "0.1.0"
requires-python = ">=3.10"
dependencies = ["attrs>=23"]

[build-system]
requires = ["pdm-backend"]
build-backend = "pdm.backend"
"""


def pdm_workspace() -> Files:
    """A PDM workspace with two members."""
    root = PDM_BASE + '\n[tool.pdm.workspace]\nmembers = ["packages/*"]\n'
    members = {f"packages/{n}/pyproject.toml": PDM_MEMBER.replace("NAME", n) for n in ("a", "b")}
    sources = {f"packages/{n}/src/member_{n}/__init__.py": "" for n in ("a", "b")}
    return {"pyproject.toml": root} | members | sources


def pdm_cases() -> Iterator[Case]:
    """pdm.lock."""
    case = family("pdm", PDM, "pyproject.toml")
    yield case("fresh", PDM_BASE, "not edited")
    yield case("dependency-added", PDM_BASE, "dependency added", ('"six>=1.16"', '"six>=1.16", "attrs"'))
    yield case("dependency-removed", PDM_BASE, "dependency removed", ('"six>=1.16", ', ""))
    yield case("range-edited", PDM_BASE, "range edited", ("six>=1.16", "six>=1.15"))
    yield case("reordered", PDM_BASE, "two dependencies swapped",
               ('["six>=1.16", "idna>=3.4"]', '["idna>=3.4", "six>=1.16"]'))  # fmt: skip
    yield case("dev-group-edited", PDM_BASE, "dev group edited", ("iniconfig>=2", "iniconfig>=2.1"))
    yield case("dev-group-respelled", PDM_BASE, "name of a group normalised", ("Dev_Tools", "dev-tools"))
    yield case("dev-group-added", PDM_BASE, "group added", ("[tool.pdm]", 'x = ["attrs"]\n\n[tool.pdm]'))
    yield case("extra-edited", PDM_BASE, "extra edited", ("packaging>=23", "packaging>=24"))
    yield case("requires-python-edited", PDM_BASE, "requires-python edited", (">=3.10", ">=3.9"))
    yield case("unrelated-edit", PDM_BASE, "description, version and scripts edited",
               ('"A demo"', '"Another demo"'), ('"0.1.0"', '"0.2.0"'),
               ("[tool.pdm]", '[tool.pdm.scripts]\nrun = "python x.py"\n\n[tool.pdm]'))  # fmt: skip
    yield case("legacy-dev-fresh", PDM_LEGACY, "not edited; [tool.pdm.dev-dependencies]")
    yield case("legacy-dev-edited", PDM_LEGACY, "[tool.pdm.dev-dependencies] edited",
               ("iniconfig>=2", "iniconfig>=2.1"))  # fmt: skip
    yield case("legacy-dev-moved", PDM_LEGACY, "[tool.pdm.dev-dependencies] became [dependency-groups]",
               ("[tool.pdm.dev-dependencies]", "[dependency-groups]"))  # fmt: skip
    include = PDM_BASE.replace("[tool.pdm]", 'all = [{ include-group = "Dev_Tools" }, "attrs"]\n\n[tool.pdm]')
    yield case("include-group-fresh", include, "not edited; a group includes another")
    yield case("source-fresh", PDM_BASE + PDM_SOURCE, "not edited; has a source")
    yield case("source-edited", PDM_BASE + PDM_SOURCE, "source edited", ("verify_ssl = true", "verify_ssl = false"))
    override = PDM_BASE + '\n[tool.pdm.resolution.overrides]\nidna = "3.7"\n'
    yield case("override-fresh", override, "not edited; has an override")
    yield case("override-edited", override, "override edited", ('"3.7"', '"3.8"'))
    inputs = PDM_BASE + "\n[tool.pdm.resolution]\nlock_inputs = true\n"
    yield case("lock-inputs-fresh", inputs, "not edited; the lock holds its inputs instead of a hash")
    yield case("lock-inputs-range-edited", inputs, "range edited, the locked version fits; inputs instead of a hash",
               ("six>=1.16", "six>=1.15"))  # fmt: skip
    yield case("lock-inputs-unfit", inputs, "range edited so that the locked version is out; inputs instead of a hash",
               ('"idna>=3.4"', '"idna<3.4"'))  # fmt: skip
    yield case("lock-inputs-added", inputs, "dependency added; inputs instead of a hash",
               ('"six>=1.16"', '"six>=1.16", "attrs"'))  # fmt: skip
    yield case("lock-inputs-removed", inputs, "dependency removed; inputs instead of a hash", ('"six>=1.16", ', ""))
    yield case("lock-inputs-reordered", inputs, "two dependencies swapped; inputs instead of a hash",
               ('["six>=1.16", "idna>=3.4"]', '["idna>=3.4", "six>=1.16"]'))  # fmt: skip
    yield case("lock-inputs-requires-python-edited", inputs, "requires-python edited; inputs instead of a hash",
               (">=3.10", ">=3.9"))  # fmt: skip
    work = pdm_workspace()
    yield case("workspace-fresh", work, "not edited; workspace with two members")
    yield case("workspace-member-edited", work, "dependency of a member edited",
               ("packages/a/pyproject.toml", "attrs>=23", "attrs>=24"))  # fmt: skip
    yield case("workspace-member-version-edited", work, "version of a member edited",
               ("packages/a/pyproject.toml", '"0.1.0"', '"0.2.0"'))  # fmt: skip
    prod = family("pdm", pdm("--prod"), "pyproject.toml")
    yield prod("prod-fresh", PDM_BASE, "not edited; locked without dev groups")
    static = family("pdm", pdm("--static-urls"), "pyproject.toml")
    yield static("static-urls-fresh", PDM_BASE, "not edited; the lock holds urls")
    minimal = family("pdm", pdm("--strategy", "direct_minimal_versions"), "pyproject.toml")
    yield minimal("minimal-fresh", PDM_BASE, "not edited; lowest versions of direct dependencies")


# --- uv -----------------------------------------------------------------------------------------------------

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


def uv_workspace() -> Files:
    """A uv workspace: the root and two members, one of which needs the other."""
    root = UV_BASE.replace('"six>=1.16"', '"six>=1.16",\n    "lib-a"') + (
        '\n[tool.uv.workspace]\nmembers = ["packages/*"]\n\n[tool.uv.sources]\nlib-a = { workspace = true }\n'
    )
    lib_a = LIB.replace("LIBNAME", "lib-a")
    lib_b = LIB.replace("LIBNAME", "lib-b").replace('"attrs>=23"', '"lib-a", "click>=8"')
    lib_b += "\n[tool.uv.sources]\nlib-a = { workspace = true }\n"
    return {
        "pyproject.toml": root,
        "packages/a/pyproject.toml": lib_a + HATCHLING,
        "packages/a/src/lib_a/__init__.py": "",
        "packages/b/pyproject.toml": lib_b,
    }


def uv_path_source() -> Files:
    """A uv project that needs a directory of the same repository."""
    root = UV_BASE.replace('"six>=1.16"', '"six>=1.16",\n    "lib-a"')
    root += '\n[tool.uv.sources]\nlib-a = { path = "vendor/lib-a" }\n'
    lib = LIB.replace("LIBNAME", "lib-a") + HATCHLING
    return {
        "pyproject.toml": root,
        "vendor/lib-a/pyproject.toml": lib,
        "vendor/lib-a/src/lib_a/__init__.py": "",
    }


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
    yield case("name-respelled", UV_BASE, "name in capitals", ('"six>=1.16"', '"SIX >= 1.16"'))
    yield case("reordered", UV_BASE, "two dependencies swapped",
               ('    "six>=1.16",\n    "idna>=3.4,<4",\n', '    "idna>=3.4,<4",\n    "six>=1.16",\n'))  # fmt: skip


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
    """requires-python and markers."""
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


def uv_source_cases() -> Iterator[Case]:
    """[tool.uv.sources], indexes and workspaces."""
    case = family("uv", UV, "pyproject.toml")
    path = uv_path_source()
    yield case("path-fresh", path, "not edited; a dependency is a directory of the repository")
    yield case("path-dependency-edited", path, "dependency of the directory edited",
               ("vendor/lib-a/pyproject.toml", "attrs>=23", "attrs>=24"))  # fmt: skip
    yield case("path-version-edited", path, "version of the directory edited",
               ("vendor/lib-a/pyproject.toml", '"0.1.0"', '"0.2.0"'))  # fmt: skip
    yield case("path-editable", path, "the directory became editable",
               ('{ path = "vendor/lib-a" }', '{ path = "vendor/lib-a", editable = true }'))  # fmt: skip
    git = {"pyproject.toml": UV_BASE.replace('"six>=1.16"', '"six>=1.16",\n    "tiny"')
           + f'\n[tool.uv.sources]\ntiny = {{ git = "{GIT}", tag = "v1" }}\n'}  # fmt: skip
    yield case("git-fresh", git, "not edited; has a git source")
    yield case("git-tag-edited", git, "tag of the git source edited", ('tag = "v1"', 'tag = "v2"'))
    yield case(
        "git-tag-to-branch", git, "git source names a branch instead of a tag", ('tag = "v1"', 'branch = "main"')
    )
    yield case("source-unused-added", UV_BASE, "source added for a name that nothing needs",
               ("[dependency-groups]",
                f'[tool.uv.sources]\ntiny = {{ git = "{GIT}" }}\n\n[dependency-groups]'))  # fmt: skip
    named = UV_BASE.replace('"six>=1.16"', '"six>=1.16"') + (
        '\n[tool.uv.sources]\nsix = { index = "main" }\n'
        f'\n[[tool.uv.index]]\nname = "main"\nurl = "{INDEX}"\nexplicit = true\n'
    )
    yield case("index-fresh", named, "not edited; a source names an index")
    yield case("index-removed", named, "source that named an index removed", ('six = { index = "main" }\n', ""))
    yield case("index-url-slash", named, "slash added to the url of the index",
               (f'url = "{INDEX}"', f'url = "{INDEX}/"'))  # fmt: skip
    yield case("index-name-edited", named, "index renamed in both places",
               ('{ index = "main" }', '{ index = "other" }'),
               ('name = "main"', 'name = "other"'))  # fmt: skip
    url = UV_BASE.replace('"six>=1.16"', f'"six>=1.16",\n    "tiny @ git+{GIT}@v1"')
    yield case("git-direct-fresh", url, "not edited; git url in the requirement itself")
    yield case("git-direct-edited", url, "ref of the git url in the requirement edited", ("tiny.git@v1", "tiny.git@v2"))
    both = '\n[tool.uv.sources]\nsix = { index = "main", marker = "sys_platform == \'linux\'" }\n'
    both += f'\n[[tool.uv.index]]\nname = "main"\nurl = "{INDEX}"\nexplicit = true\n'
    yield case("index-marker-fresh", UV_BASE + both, "not edited; an index for one platform only")
    default = UV_BASE + f'\n[[tool.uv.index]]\nname = "main"\nurl = "{INDEX}"\ndefault = true\n'
    yield case("index-default-fresh", default, "not edited; has a default index")
    split = UV_BASE.replace('"six>=1.16"', '"six>=1.16",\n    "tiny"') + (
        "\n[tool.uv.sources]\ntiny = [\n"
        f'    {{ git = "{GIT}", tag = "v1", marker = "sys_platform == \'linux\'" }},\n'
        f'    {{ git = "{GIT}", tag = "v2", marker = "sys_platform != \'linux\'" }},\n]\n'
    )
    yield case("source-list-fresh", split, "not edited; a source per platform")
    yield case("source-list-edited", split, "one of the sources per platform edited",
               ('tag = "v1", marker', 'tag = "v2", marker'))  # fmt: skip
    work = uv_workspace()
    yield case("workspace-fresh", work, "not edited; workspace with two members")
    yield case("workspace-member-edited", work, "dependency of a member edited",
               ("packages/b/pyproject.toml", "click>=8", "click>=8.1"))  # fmt: skip
    yield case("workspace-member-version-edited", work, "version of a member edited",
               ("packages/a/pyproject.toml", '"0.1.0"', '"0.2.0"'))  # fmt: skip
    yield case("workspace-member-python-edited", work, "requires-python of a member raised",
               ("packages/a/pyproject.toml", '">=3.10"', '">=3.11"'))  # fmt: skip
    yield case("workspace-member-python-lowered", work, "requires-python of one member lowered: the intersection stays",
               ("packages/a/pyproject.toml", '">=3.10"', '">=3.9"'))  # fmt: skip
    yield case("workspace-member-excluded", work, "a member excluded",
               ('members = ["packages/*"]', 'members = ["packages/*"]\nexclude = ["packages/b"]'))  # fmt: skip
    yield Case("uv-workspace-member-added", UV, work,
               work | {"packages/c/pyproject.toml": LIB.replace("LIBNAME", "lib-c")}, "a member added")  # fmt: skip
    yield case("workspace-unrelated-edit", work, "description added to a member",
               ("packages/b/pyproject.toml", 'version = "0.1.0"', 'version = "0.1.0"\ndescription = "x"'))  # fmt: skip
    virtual = edited(work, ("pyproject.toml", UV_BASE.replace('"six>=1.16"', '"six>=1.16",\n    "lib-a"') + "\n", ""),
                     ("pyproject.toml", "\n[tool.uv.sources]\nlib-a = { workspace = true }\n", ""))  # fmt: skip
    yield case("workspace-virtual-root-fresh", virtual, "not edited; the root is no project itself")
    yield case("workspace-virtual-root-edited", virtual, "dependency of a member edited; the root is no project",
               ("packages/b/pyproject.toml", "click>=8", "click>=8.1"))  # fmt: skip


def with_options(text: str) -> str:
    """The manifest with a [tool.uv] table."""
    return UV_BASE + "\n[tool.uv]\n" + text


def uv_option_cases() -> Iterator[Case]:
    """[tool.uv] options of the resolution."""
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


def uv_table_cases() -> Iterator[Case]:
    """[tool.uv] tables about groups, builds and metadata."""
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


# --- compiled requirements ----------------------------------------------------------------------------------

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


# --- pylock -------------------------------------------------------------------------------------------------

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


def pylock_cases() -> Iterator[Case]:
    """pylock.toml by every tool that writes it."""
    export = again("uv", "uv", "export --format pylock.toml -o pylock.toml", "pylock.toml")
    case = family("pylock-uv-export", export, "pyproject.toml")
    yield case("fresh", UV_BASE, "not edited")
    yield case("added", UV_BASE, "dependency added", ('"six>=1.16"', '"six>=1.16", "click"'))
    yield case("removed", UV_BASE, "dependency removed", ('    "six>=1.16",\n', ""))
    yield case("range-unfit", UV_BASE, "range edited so that the pin is out", (">=3.4,<4", ">=3.4,<3.7"))
    compiled = family("pylock-uv-compile", uv_compile("requirements.in", "pylock.toml"), "requirements.in")
    yield compiled("fresh", IN_FILE, "not edited")
    yield compiled("added", IN_FILE, "name added", ("six\n", "six\niniconfig\n"))
    pip_lock = again("pip", "pip", "lock -r requirements.in -o pylock.toml", "pylock.toml")
    piped = family("pylock-pip", pip_lock, "requirements.in")
    yield piped("fresh", IN_FILE, "not edited")
    yield piped("added", IN_FILE, "name added", ("six\n", "six\niniconfig\n"))
    yield piped("range-unfit", IN_FILE, "range edited so that the pin is out", ("idna<3.8", "idna>=3.9"))
    named = again("pip", "pip", "lock -r requirements.in -o pylock.dev.toml", "pylock.dev.toml")
    yield family("pylock-pip", named, "requirements.in")("named-fresh", IN_FILE, "not edited; pylock.dev.toml")
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


# --- by hand: no channel is at hand for these tools ---------------------------------------------------------

CHANNEL = "https://index.example/conda-forge"


@dataclass(frozen=True)
class Hand:
    """A fixture that no tool judged."""

    name: str
    files: Mapping[str, str]
    lock: str
    said: str
    reason: str


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
PIP = Record("pip", "25.1", "pyh8b19718_0", depends=("python >=3.9",))


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


def hand_cases() -> Iterator[Hand]:
    """Locks written by hand."""
    yield from pixi_cases()
    yield from conda_cases()


# --- doing it -----------------------------------------------------------------------------------------------


class Unclear(Exception):
    """The tool's answer was neither fresh nor stale."""


class Workshop:
    """The scratch directory, the tools, and the names that must not stay in a fixture."""

    def __init__(self, tools: Path, scratch: Path) -> None:
        self.tools, self.scratch = tools.resolve(), scratch
        self.index = ask_pip("config", "get", "global.index-url") or default_index()
        self.cut = {"index": self.index, "git": make_git(scratch / "git").as_uri()}
        self.locked: dict[str, Path] = {}
        self.versions: dict[str, str] = {}

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """The environment of a tool: no configuration of this machine but its certificates."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_", "PDM_", "POETRY_", "PIPENV_"))}
        kept |= {k: v for k, v in os.environ.items() if k in ("PIP_CERT", "PIP_DEFAULT_TIMEOUT", "PIP_PROXY")}
        home = self.scratch / "home"
        home.mkdir(exist_ok=True)
        kept |= {"HOME": str(home), "PIP_CONFIG_FILE": os.devnull, "NO_COLOR": "1", "COLUMNS": "250"}
        kept |= {"XDG_CONFIG_HOME": str(home / ".config"), "XDG_CACHE_HOME": str(home / ".cache")}
        kept |= {
            "UV_PYTHON_DOWNLOADS": "never",
            "POETRY_VIRTUALENVS_CREATE": "false",
            "PDM_CHECK_UPDATE": "false",
            "PDM_USE_VENV": "false",
        }
        kept |= {"PIPENV_IGNORE_VIRTUALENVS": "1", "PIPENV_VENV_IN_PROJECT": "0", "PIPENV_NOSPIN": "1"}
        kept |= {
            "HATCH_ENV_TYPE_VIRTUAL_UV_PATH": str(self.tools / "uv" / "bin" / "uv"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }
        kept |= {"GIT_ALLOW_PROTOCOL": "file:https", "PATH": f"{self.tools / 'hatch' / 'bin'}:{os.environ['PATH']}"}
        kept |= {"POETRY_PYPI_MIRROR_URL": self.index + "/"}  # for an index that has no JSON interface
        kept.pop("VIRTUAL_ENV", None)
        return kept | dict(extra)

    def run(
        self, venv: str, exe: str, argv: Argv, cwd: Path, env: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """One run of a tool; its output is one text."""
        program = str(self.tools / venv / "bin" / exe)
        return subprocess.run(
            [program, *argv], cwd=cwd, env=self.environment(env), text=True, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600,
        )  # fmt: skip

    def version(self, venv: str, exe: str) -> str:
        """`poetry 2.5.1` and the like."""
        if venv not in self.versions:
            text = self.run(venv, exe, ("--version",), self.scratch, {}).stdout
            found = re.search(r"\d+(\.\d+)+", text)
            self.versions[venv] = found.group() if found else "?"
        return f"{exe} {self.versions[venv]}"

    def real(self, text: str) -> str:
        """A fixture's text as the tools must see it."""
        return text.replace(INDEX, self.index).replace(GIT, self.cut["git"])

    def real_env(self, recipe: Recipe) -> dict[str, str]:
        """A recipe's environment as the tools must see it."""
        return {k: self.real(v) for k, v in recipe.env.items()}

    def kept(self, text: str) -> str:
        """A tool's text as a fixture keeps it."""
        text = text.replace(self.index, INDEX)
        text = re.sub(r"file://\w*" + re.escape(self.cut["git"].removeprefix("file:" + "//")), GIT, text)
        text = re.sub(
            r"https?://[^/\s\"']+(/[^\s\"'#]*\.(?:whl|tar\.gz|zip|tar\.bz2)(?:\.metadata)?)",
            r"https://index.example\1",
            text,
        )
        return re.sub(r"https?://" + re.escape(host(self.index)), "https://index.example", text)


def ask_pip(*argv: str) -> str:
    """What pip says, or nothing."""
    done = subprocess.run([sys.executable, "-m", "pip", *argv], text=True, check=False, capture_output=True)
    return done.stdout.strip() if done.returncode == 0 else ""


def default_index() -> str:
    """The index pip uses when it is told none."""
    code = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"
    return subprocess.run([sys.executable, "-c", code], text=True, check=True, capture_output=True).stdout.strip()


def host(url: str) -> str:
    """The host of a URL."""
    return url.split("/")[2]


def make_git(where: Path) -> Path:
    """A repository with a small package, tags v1 and v2, and commits that are the same every time."""
    repo = where / "tiny.git"
    repo.mkdir(parents=True)
    when = {"GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z"}
    who = {
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b.example",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@b.example",
    }

    def git(*argv: str) -> None:
        subprocess.run(["git", *argv], cwd=repo, check=True, capture_output=True, env=os.environ | when | who)

    git("init", "-q", "-b", "main")
    for number in (1, 2):
        text = LIB.replace("LIBNAME", "tiny").replace("0.1.0", f"0.{number}.0").replace('"attrs>=23"', "")
        write(repo, {"pyproject.toml": text + HATCHLING, "tiny/__init__.py": ""})
        git("add", "-A")
        git("commit", "-q", "-m", f"v{number}")
        git("tag", f"v{number}")
    return repo


def write(where: Path, files: Mapping[str, str]) -> None:
    """The files, written under a directory."""
    for path, text in files.items():
        target = where / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def lock_once(shop: Workshop, case: Case) -> Path:
    """A directory with the manifest as it was and the lock the tool wrote; one run per manifest."""
    recipe = case.recipe
    key = json.dumps([recipe.venv, recipe.lock, sorted(recipe.env.items()), sorted(case.before.items())])
    if key not in shop.locked:
        where = shop.scratch / "locked" / str(len(shop.locked)) / "demo"
        write(where, {p: shop.real(t) for p, t in case.before.items()})
        if recipe.keep[0].startswith("locked/"):
            (where / "locked").mkdir(exist_ok=True)
        for argv in recipe.lock:
            done = shop.run(recipe.venv, recipe.exe, argv, where, shop.real_env(recipe))
            if done.returncode != 0 or "Traceback" in done.stdout:
                raise Unclear(f"{case.name}: {' '.join(argv)}: {done.stdout[-1500:]}")
        shop.locked[key] = where
    return shop.locked[key]


def pins(text: str) -> set[tuple[str, str]]:
    """Names and versions of a compiled requirements file or a pylock."""
    if "lock-version" in text:
        return {(p["name"], p.get("version", "")) for p in tomllib.loads(text)["packages"]}
    found = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==([^\s;\\]+)", text, re.MULTILINE)
    return set(found)


def verdict(shop: Workshop, case: Case, files: Mapping[str, str], env: Mapping[str, str]) -> str:
    """What the tool says of these files."""
    recipe = case.recipe
    with tempfile.TemporaryDirectory(dir=shop.scratch) as name:
        where = Path(name) / "demo"
        write(where, files)
        venv, exe = recipe.checker if recipe.checker[0] else (recipe.venv, recipe.exe)
        done = shop.run(venv, exe, recipe.check, where, env)
        if not recipe.stale_text:
            if done.returncode != 0:
                raise Unclear(f"{case.name}: {done.stdout[-1500:]}")
            again_text = (where / recipe.keep[0]).read_text(encoding="utf-8")
            return MARK_FRESH if pins(again_text) == pins(files[recipe.keep[0]]) else MARK_STALE
    said = " ".join(done.stdout.split())
    if done.returncode == 0:
        return MARK_FRESH
    if done.returncode in recipe.stale_codes and recipe.stale_text in said:
        return MARK_STALE
    raise Unclear(f"{case.name}: exit {done.returncode}: {done.stdout[-1500:]}")


def own_hash(shop: Workshop, case: Case, files: Mapping[str, str], env: Mapping[str, str]) -> str:
    """The content hash the tool's own code computes for these manifests."""
    with tempfile.TemporaryDirectory(dir=shop.scratch) as name:
        where = Path(name) / "demo"
        write(where, files)
        done = shop.run(case.recipe.venv, "python", ("-c", case.recipe.hasher), where, env)
    found = re.findall(r"\b[0-9a-f]{64}\b", done.stdout)
    if not found:
        raise Unclear(f"{case.name}: no hash: {done.stdout[-1500:]}")
    return str(found[-1])


def make(shop: Workshop, case: Case) -> tuple[str, bool]:
    """Write one case; its verdict, and whether a hash or URL was renamed."""
    recipe = case.recipe
    before = {p: shop.real(t) for p, t in case.before.items()}
    after = {p: shop.real(t) for p, t in case.after.items()}
    place = lock_once(shop, case)
    locks = {p: (place / p).read_text(encoding="utf-8") for p in recipe.keep}
    said = verdict(shop, case, after | locks, shop.real_env(recipe))
    kept_locks = {p: shop.kept(t) for p, t in locks.items()}
    renamed = before != dict(case.before) or shop.real_env(recipe) != dict(recipe.env)
    if renamed and recipe.hasher:
        old, new = own_hash(shop, case, before, shop.real_env(recipe)), own_hash(shop, case, case.before, recipe.env)
        if not any(old in t for t in kept_locks.values()):
            raise Unclear(f"{case.name}: hash {old} is not in the lock")
        kept_locks = {p: t.replace(old, new) for p, t in kept_locks.items()}
    if recipe.hasher and (second := verdict(shop, case, dict(case.after) | kept_locks, recipe.env)) != said:
        raise Unclear(f"{case.name}: {said} became {second} by renaming the index")
    venv, exe = recipe.checker if recipe.checker[0] else (recipe.venv, recipe.exe)
    by = shop.version(venv, exe)
    locked_by = shop.version(recipe.venv, recipe.exe)
    command = " ".join((*(f"{k}={v}" for k, v in recipe.env.items()), exe, *recipe.check)) + (
        "" if recipe.stale_text else "  (run again; names and pins compared)"
    )
    store(case.name, dict(case.after) | kept_locks, by, locked_by, command, said, case.reason, recipe.keep[0], renamed)
    return said, renamed


def store(
    name: str,
    files: Mapping[str, str],
    by: str,
    locked_by: str,
    command: str,
    said: str,
    reason: str,
    lock: str,
    renamed: bool,
) -> None:
    """One fixture directory, written anew."""
    where = OUT / name
    if where.exists():
        shutil.rmtree(where)
    rows = {"by": by, "command": command, "verdict": said, "reason": reason, "lock": lock}
    text = "".join(f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in rows.items())
    text += f"locked-by = {json.dumps(locked_by)}\n" if locked_by != by else ""
    text += "rewritten = true\n" if renamed else ""
    write(where, {**files, "verdict.toml": text})


def leaks(shop: Workshop) -> list[str]:
    """Files of the fixtures that name this machine or its package index."""
    words = [
        host(shop.index),
        "file:" + "//",
        str(shop.tools),
        str(shop.scratch),
        str(Path.home()),
        str(OUT),
        *file_hosts(),
    ]
    found = []
    for path in sorted(OUT.rglob("*")):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            found += [f"{path.relative_to(OUT)}: {w}" for w in words if w in text]
            if path.stat().st_size > 60_000:
                found.append(f"{path.relative_to(OUT)}: {path.stat().st_size} bytes")
    return found


def file_hosts() -> list[str]:
    """Where pip's default index keeps its files."""
    code = "from pip._internal.models.index import PyPI; print(PyPI.file_storage_domain)"
    done = subprocess.run([sys.executable, "-c", code], text=True, check=False, capture_output=True)
    return done.stdout.split()


def tool_cases() -> Iterator[Case]:
    """Every case a real tool answers."""
    yield from poetry_legacy_cases("poetry", POETRY)
    yield from poetry_pep621_cases()
    yield from poetry_legacy_cases("poetry18", POETRY18)
    yield from uv_manifest_cases()
    yield from uv_group_cases()
    yield from uv_python_cases()
    yield from uv_project_cases()
    yield from uv_dynamic_cases()
    yield from uv_source_cases()
    yield from uv_option_cases()
    yield from uv_table_cases()
    yield from uv_file_cases()
    yield from uv_old_cases()
    yield from pipenv_cases()
    yield from pdm_cases()
    yield from compile_cases()
    yield from pylock_cases()


def main() -> int:
    """Write the fixtures; 1 when a tool's answer was unclear or something leaked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, required=True, help="directory with one virtual environment per tool")
    parser.add_argument("--only", nargs="*", default=[], help="prefixes of case names")
    args = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        shop = Workshop(args.tools, Path(name).resolve())
        for case in tool_cases():
            if args.only and not case.name.startswith(tuple(args.only)):
                continue
            try:
                said, renamed = make(shop, case)
            except (Unclear, subprocess.TimeoutExpired) as error:
                bad += 1
                print(f"UNCLEAR {error}", flush=True)
                continue
            print(f"{said:6} {case.name}: {case.reason}{' (rewritten)' if renamed else ''}", flush=True)
        for hand in hand_cases():
            if not args.only or hand.name.startswith(tuple(args.only)):
                store(hand.name, hand.files, "hand", "hand", "none", hand.said, hand.reason, hand.lock, False)
        found = leaks(shop)
    print("\n".join(found))
    return 1 if bad or found else 0


if __name__ == "__main__":
    sys.exit(main())
