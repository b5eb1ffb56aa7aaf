"""What does PDM say of pdm.lock after an edit?"""

from __future__ import annotations

from collections.abc import Iterator

from .cases import INDEX, Argv, Case, Files, Recipe, family

PDM_HASH = "from pdm.core import Core;print(Core().create_project('.').pyproject_content_hash())"


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


def pdm_manifest_cases() -> Iterator[Case]:
    """[project] and [dependency-groups]."""
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


def pdm_table_cases() -> Iterator[Case]:
    """[tool.pdm] tables."""
    case = family("pdm", PDM, "pyproject.toml")
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


def pdm_input_cases() -> Iterator[Case]:
    """Locks that hold their inputs instead of a hash."""
    case = family("pdm", PDM, "pyproject.toml")
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


def pdm_workspace_cases() -> Iterator[Case]:
    """Members of a workspace."""
    case = family("pdm", PDM, "pyproject.toml")
    work = pdm_workspace()
    yield case("workspace-fresh", work, "not edited; workspace with two members")
    yield case("workspace-member-edited", work, "dependency of a member edited",
               ("packages/a/pyproject.toml", "attrs>=23", "attrs>=24"))  # fmt: skip
    yield case("workspace-member-version-edited", work, "version of a member edited",
               ("packages/a/pyproject.toml", '"0.1.0"', '"0.2.0"'))  # fmt: skip


def pdm_way_cases() -> Iterator[Case]:
    """Other ways to lock."""
    prod = family("pdm", pdm("--prod"), "pyproject.toml")
    yield prod("prod-fresh", PDM_BASE, "not edited; locked without dev groups")
    static = family("pdm", pdm("--static-urls"), "pyproject.toml")
    yield static("static-urls-fresh", PDM_BASE, "not edited; the lock holds urls")
    minimal = family("pdm", pdm("--strategy", "direct_minimal_versions"), "pyproject.toml")
    yield minimal("minimal-fresh", PDM_BASE, "not edited; lowest versions of direct dependencies")


def pdm_cases() -> Iterator[Case]:
    """pdm.lock."""
    yield from pdm_manifest_cases()
    yield from pdm_table_cases()
    yield from pdm_input_cases()
    yield from pdm_workspace_cases()
    yield from pdm_way_cases()
