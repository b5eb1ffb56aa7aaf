"""What does Poetry say of poetry.lock after an edit?"""

from __future__ import annotations

from collections.abc import Iterator

from .cases import GIT, INDEX, Case, Recipe, family

POETRY_HASH = (
    "import tomllib,pathlib;from poetry.packages.locker import Locker;"
    "d=tomllib.loads(pathlib.Path('pyproject.toml').read_text());"
    "print(Locker(pathlib.Path('poetry.lock'),{})._get_content_hash())"
)


def poetry(venv: str, data: str, checker: tuple[str, str] = ("", "")) -> Recipe:
    """Poetry in one of its versions; `data` is what this version's Locker takes."""
    return Recipe(
        venv, "poetry", (("lock",),), ("check", "--lock"), ("poetry.lock",),
        stale_text="changed significantly", hasher=POETRY_HASH.replace("{}", data), checker=checker,
    )  # fmt: skip


POETRY = poetry("poetry", "d")
POETRY18 = poetry("poetry18", "d['tool']['poetry']")
POETRY22 = poetry("poetry22", "d", checker=("poetry", "poetry"))
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


def poetry_cases() -> Iterator[Case]:
    """poetry.lock."""
    yield from poetry_legacy_cases("poetry", POETRY)
    yield from poetry_pep621_cases()
    yield from poetry_legacy_cases("poetry18", POETRY18)
