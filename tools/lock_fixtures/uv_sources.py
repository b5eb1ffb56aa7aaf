"""What does uv say of uv.lock after an edit of a source, an index or a workspace?"""

from __future__ import annotations

from collections.abc import Iterator

from .cases import GIT, INDEX, Case, Files, edited, family
from .uv import HATCHLING, LIB, UV, UV_BASE


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


def uv_path_cases() -> Iterator[Case]:
    """A directory of the same repository."""
    case = family("uv", UV, "pyproject.toml")
    path = uv_path_source()
    yield case("path-fresh", path, "not edited; a dependency is a directory of the repository")
    yield case("path-dependency-edited", path, "dependency of the directory edited",
               ("vendor/lib-a/pyproject.toml", "attrs>=23", "attrs>=24"))  # fmt: skip
    yield case("path-version-edited", path, "version of the directory edited",
               ("vendor/lib-a/pyproject.toml", '"0.1.0"', '"0.2.0"'))  # fmt: skip
    yield case("path-editable", path, "the directory became editable",
               ('{ path = "vendor/lib-a" }', '{ path = "vendor/lib-a", editable = true }'))  # fmt: skip


def uv_git_cases() -> Iterator[Case]:
    """Git sources."""
    case = family("uv", UV, "pyproject.toml")
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
    url = UV_BASE.replace('"six>=1.16"', f'"six>=1.16",\n    "tiny @ git+{GIT}@v1"')
    yield case("git-direct-fresh", url, "not edited; git url in the requirement itself")
    yield case("git-direct-edited", url, "ref of the git url in the requirement edited", ("tiny.git@v1", "tiny.git@v2"))
    split = UV_BASE.replace('"six>=1.16"', '"six>=1.16",\n    "tiny"') + (
        "\n[tool.uv.sources]\ntiny = [\n"
        f'    {{ git = "{GIT}", tag = "v1", marker = "sys_platform == \'linux\'" }},\n'
        f'    {{ git = "{GIT}", tag = "v2", marker = "sys_platform != \'linux\'" }},\n]\n'
    )
    yield case("source-list-fresh", split, "not edited; a source per platform")
    yield case("source-list-edited", split, "one of the sources per platform edited",
               ('tag = "v1", marker', 'tag = "v2", marker'))  # fmt: skip


def uv_index_cases() -> Iterator[Case]:
    """Indexes."""
    case = family("uv", UV, "pyproject.toml")
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
    both = '\n[tool.uv.sources]\nsix = { index = "main", marker = "sys_platform == \'linux\'" }\n'
    both += f'\n[[tool.uv.index]]\nname = "main"\nurl = "{INDEX}"\nexplicit = true\n'
    yield case("index-marker-fresh", UV_BASE + both, "not edited; an index for one platform only")
    default = UV_BASE + f'\n[[tool.uv.index]]\nname = "main"\nurl = "{INDEX}"\ndefault = true\n'
    yield case("index-default-fresh", default, "not edited; has a default index")


def uv_workspace_cases() -> Iterator[Case]:
    """Members of a workspace."""
    case = family("uv", UV, "pyproject.toml")
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


def uv_virtual_root_cases() -> Iterator[Case]:
    """A workspace whose root is no project."""
    case = family("uv", UV, "pyproject.toml")
    work = uv_workspace()
    virtual = edited(work, ("pyproject.toml", UV_BASE.replace('"six>=1.16"', '"six>=1.16",\n    "lib-a"') + "\n", ""),
                     ("pyproject.toml", "\n[tool.uv.sources]\nlib-a = { workspace = true }\n", ""))  # fmt: skip
    yield case("workspace-virtual-root-fresh", virtual, "not edited; the root is no project itself")
    yield case("workspace-virtual-root-edited", virtual, "dependency of a member edited; the root is no project",
               ("packages/b/pyproject.toml", "click>=8", "click>=8.1"))  # fmt: skip


def uv_source_cases() -> Iterator[Case]:
    """[tool.uv.sources], indexes and workspaces."""
    yield from uv_path_cases()
    yield from uv_git_cases()
    yield from uv_index_cases()
    yield from uv_workspace_cases()
    yield from uv_virtual_root_cases()
