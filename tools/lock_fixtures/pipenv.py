"""What does Pipenv say of Pipfile.lock after an edit?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .cases import GIT, INDEX, Case, Recipe, family

PIPENV_OLD_HASH = "from pipenv.project import Project;print(Project().calculate_pipfile_hash())"
PIPENV_HASH = "from pipenv.project import Project;print(Project().pipfile.calculate_hash())"
PIPENV = Recipe(
    "pipenv", "pipenv", (("lock",),), ("verify",), ("Pipfile.lock",),
    stale_text="out-of-date", hasher=PIPENV_HASH,
)  # fmt: skip
PIPENV23 = replace(PIPENV, venv="pipenv23", hasher=PIPENV_OLD_HASH)
PIPENV_MIRROR = replace(PIPENV, env={"PIP_INDEX_URL": INDEX})
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


def pipenv_manifest_cases() -> Iterator[Case]:
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
    git = PIPFILE.replace('six = "*"\n', f'six = "*"\ntiny = {{git = "{GIT}", ref = "v1"}}\n')
    yield case("git-fresh", git, "not edited; has a git package")
    yield case("git-edited", git, "ref of the git package edited", ('"v1"', '"v2"'))


def pipenv_name_cases() -> Iterator[Case]:
    """Names that are not normalised, which pipenv 2023 hashes as they are written."""
    case = family("pipenv", PIPENV, "Pipfile")
    names = PIPFILE.replace('six = "*"\n', 'six = "*"\nJinja2 = "*"\n"ruamel.yaml" = "*"\nMarkdown_It_Py = "*"\n')
    names = names.replace('iniconfig = "*"', 'Iniconfig = "*"')
    names_small = names.replace('Jinja2 = "*"\n', "").replace('"ruamel.yaml" = "*"', '"Zope.Event" = "*"')
    yield case("names-fresh", names_small, "not edited; names are not normalised")
    yield case("names-respelled", names_small, "same names, normalised", ("Markdown_It_Py", "markdown-it-py"),
               ('"Zope.Event"', "zope-event"))  # fmt: skip
    yield case("names-edited", names_small, "range of a name that is not normalised edited",
               ('Markdown_It_Py = "*"', 'Markdown_It_Py = ">=2"'))  # fmt: skip
    old = family("pipenv23", PIPENV23, "Pipfile")
    yield old("names-fresh", names_small, "locked by pipenv 2023, whose hash takes names as they are written")
    yield old("names-respelled", names_small, "names normalised; pipenv 2023's hash takes them as they are written",
              ("Markdown_It_Py", "markdown-it-py"), ('"Zope.Event"', "zope-event"))  # fmt: skip
    yield old("names-edited", names_small, "range edited", ('Markdown_It_Py = "*"', 'Markdown_It_Py = ">=2"'))
    yield old("category-fresh", PIPFILE + '\n[docs]\nattrs = "*"\n', "not edited; has a category of its own")


def pipenv_source_cases() -> Iterator[Case]:
    """Tables of packages, and manifests without a [[source]]."""
    case = family("pipenv", PIPENV, "Pipfile")
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


def pipenv_cases() -> Iterator[Case]:
    """Pipfile.lock."""
    yield from pipenv_manifest_cases()
    yield from pipenv_name_cases()
    yield from pipenv_source_cases()
