"""Does the comparison of uv.lock hold where a project says more than a fixture does? Verdicts asked of uv 0.13.9."""

import pytest

from mlaudit.facts import Distribution, Fact, InputDigest, Lock, Manifest, PythonVersion, Requirement
from mlaudit.readers.locks import digests, uv
from mlaudit.readers.manifests import pyproject
from mlaudit.resolution.locked.freshness import Freshness, freshness
from mlaudit.source import Source

# The way in which uv's guide to PyTorch chooses an index: by extra, and by platform.
PROJECT = """\
[project]
name = "demo"
version = "0.1.0"
requires-python = ">=3.10"
dependencies = ["idna>=3"]

[project.optional-dependencies]
cpu = ["six>=1.16"]
cu128 = ["six>=1.16"]

[tool.uv]
conflicts = [[{ extra = "cpu" }, { extra = "cu128" }]]

[tool.uv.sources]
six = [
  { index = "a", extra = "cpu" },
  { index = "b", extra = "cu128", marker = "sys_platform == 'linux'" },
]
idna = [
  { index = "a", marker = "sys_platform == 'linux'" },
  { index = "b", marker = "sys_platform == 'win32'" },
]

[[tool.uv.index]]
name = "a"
url = "https://index.example/simple"
explicit = true

[[tool.uv.index]]
name = "b"
url = "https://index.example/simple/?b"
explicit = true
"""
LOCK = """\
version = 1
revision = 5
requires-python = ">=3.10"
conflicts = [[
    { package = "demo", extra = "cpu" },
    { package = "demo", extra = "cu128" },
]]

[[package]]
name = "demo"
version = "0.1.0"
source = { virtual = "." }

[package.metadata]
requires-dist = [
    { name = "idna", marker = "sys_platform != 'linux' and sys_platform != 'win32'", specifier = ">=3" },
    { name = "idna", marker = "sys_platform == 'linux'", specifier = ">=3", index = "https://index.example/simple" },
    { name = "idna", marker = "sys_platform == 'win32'", specifier = ">=3", index = "https://index.example/simple/?b" },
    { name = "six", marker = "sys_platform == 'linux' and extra == 'cu128'", specifier = ">=1.16", index = "https://index.example/simple/?b", conflict = { package = "demo", extra = "cu128" } },
    { name = "six", marker = "sys_platform != 'linux' and extra == 'cu128'", specifier = ">=1.16" },
    { name = "six", marker = "extra == 'cpu'", specifier = ">=1.16", index = "https://index.example/simple", conflict = { package = "demo", extra = "cpu" } },
]
provides-extras = ["cpu", "cu128"]
"""


def facts_of(path: str, text: str) -> list[Fact]:
    source = Source(path, text.encode())
    found = [fact for fact in pyproject.read(source) if not isinstance(fact, InputDigest)]
    return [*found, InputDigest(source.location(0), "uv", (), inputs=digests.uv(_data(text)))]


def _data(text: str) -> dict[str, object]:
    import tomllib

    return tomllib.loads(text)


def judge(lock: str, manifests: dict[str, str], path: str = "uv.lock") -> Freshness:
    [found] = uv.read(Source(path, lock.encode()))
    assert isinstance(found, Lock)
    facts = [fact for name, text in manifests.items() for fact in facts_of(name, text)]

    def of(kind: type) -> list:
        return [fact for fact in facts if isinstance(fact, kind)]

    return freshness(
        found,
        of(Requirement),
        of(InputDigest),
        of(PythonVersion),
        of(Distribution),
        manifests=of(Manifest),
        files=[path, *manifests],
    )


def test_lists_of_sources() -> None:
    assert judge(LOCK, {"pyproject.toml": PROJECT}).verdict == "fresh"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('cpu = ["six>=1.16"]', 'cpu = ["six>=1.17"]', "`six` asks for `>=1.17`, the lock was made with `>=1.16`"),
        ('"idna>=3"', '"idna>=3.4"', "`idna` asks for `>=3.4`, the lock was made with `>=3`"),
        (
            '{ index = "a", extra = "cpu" }',
            '{ index = "b", extra = "cpu" }',
            "the source of `six` differs from the lock's",
        ),
        (
            "conflicts = [[",
            'conflicts = [[{ extra = "x" }, { extra = "cpu" }], [',
            "`conflicts` differs from the lock's",
        ),
        (
            'dependencies = ["idna>=3"]',
            "dependencies = []",
            "the lock was made with `idna`, which is no longer asked for",
        ),
    ],
)
def test_edits(old: str, new: str, reason: str) -> None:
    assert PROJECT.count(old) == 1
    found = judge(LOCK, {"pyproject.toml": PROJECT.replace(old, new)})
    assert found.verdict == "stale"
    assert reason in [each.text for each in found.reasons]


LIBRARY = """\
[project]
name = "lib"
version = "0.1.0"
dependencies = ["six>=1.16"]
"""
OUTER = """\
[project]
name = "app"
version = "0.1.0"
requires-python = ">=3.10"
dependencies = ["lib", "six"]

[tool.uv.sources]
lib = { path = "../lib" }
six = { path = "../six", editable = true }
"""
OUTER_LOCK = """\
version = 1
revision = 3
requires-python = ">=3.10"

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "lib" },
]

[package.metadata]
requires-dist = [
    { name = "lib", directory = "../lib" },
    { name = "six", editable = "../six" },
]

[[package]]
name = "lib"
version = "0.1.0"
source = { directory = "../lib" }

[package.metadata]
requires-dist = [{ name = "six", specifier = ">=1.16" }]
"""


def test_sources_of_the_root_do_not_reach_directories_outside_the_workspace() -> None:
    manifests = {"app/pyproject.toml": OUTER, "lib/pyproject.toml": LIBRARY}
    assert judge(OUTER_LOCK, manifests, "app/uv.lock").verdict == "fresh"


def test_a_directory_that_is_gone() -> None:
    found = judge(OUTER_LOCK, {"app/pyproject.toml": OUTER}, "app/uv.lock")
    assert [reason.text for reason in found.reasons] == ["`lib`, a member in the lock, is not there"]


def test_a_directory_outside_the_repository_is_not_known() -> None:
    found = judge(OUTER_LOCK, {"pyproject.toml": OUTER})
    assert found.verdict == "unknown"


def test_a_lock_that_holds_no_project_is_stale() -> None:
    head = 'version = 1\nrequires-python = ">=3.10"\n\n[[package]]\nname = "six"\nversion = "1.17.0"\n'
    source = 'source = { registry = "https://index.example/simple" }\n'
    found = judge(head + source, {"pyproject.toml": PROJECT})
    assert "the project `demo` is not in the lock" in [reason.text for reason in found.reasons]
