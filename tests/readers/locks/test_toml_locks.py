"""Do the quick readings of TOML locks give what tomllib gives, and is a damaged lock noticed?"""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mlaudit.facts import Fact, Lock, LockedPackage, Unreadable, canonical
from mlaudit.readers.locks import blocks, pdm, poetry, pylock, uv
from mlaudit.source import Source

Reader = Callable[[Source], Iterator[Fact]]

FIXTURES = Path(__file__).parents[2] / "fixtures" / "locks"
READERS: dict[str, Reader] = {"poetry.lock": poetry.read, "pdm.lock": pdm.read, "uv.lock": uv.read}
FILES = [path for name in (*READERS, "pylock*.toml") for path in sorted(FIXTURES.glob(f"*/{name}"))]
DISTINCT = list({path.read_bytes(): path for path in FILES}.values())


def reader_of(path: Path) -> Reader:
    return READERS.get(path.name, pylock.read)


def read(path: Path, content: bytes | None = None) -> Fact:
    [found] = reader_of(path)(Source(path.name, path.read_bytes() if content is None else content))
    return found


def lineless(lock: Fact) -> Fact:
    assert isinstance(lock, Lock)
    members = tuple(m._replace(requires=tuple(r._replace(at=lock.at) for r in m.requires)) for m in lock.members)
    return lock._replace(packages=tuple(package._replace(line=0) for package in lock.packages), members=members)


@pytest.mark.parametrize("path", DISTINCT, ids=lambda path: path.parent.name)
def test_quick_reading_is_the_whole_reading(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    array = "packages" if path.name.startswith("pylock") else "package"
    assert blocks.layout(Source(path.name, path.read_bytes()), array) is not None, "the quick way is not taken"
    quick = read(path)
    monkeypatch.setattr(blocks, "layout", lambda *args, **options: None)
    assert lineless(quick) == lineless(read(path))


@pytest.mark.parametrize("path", DISTINCT, ids=lambda path: path.parent.name)
def test_packages_are_those_of_tomllib(path: Path) -> None:
    data = tomllib.loads(path.read_text())
    tables = data.get("package") or data.get("packages") or []
    expected = {(canonical(table["name"]), table.get("version", "")) for table in tables}
    lock = read(path)
    assert isinstance(lock, Lock)
    assert {(package.name, package.version) for package in lock.packages} == expected
    lines = path.read_text().splitlines()
    for package in lock.packages:
        assert lines[package.line - 1].startswith("[[package")
        assert canonical(lines[package.line].split('"')[1]) == package.name


@pytest.mark.parametrize("path", DISTINCT[::5], ids=lambda path: path.parent.name)
def test_line_ends_of_windows_change_nothing(path: Path) -> None:
    lock, other = read(path), read(path, path.read_bytes().replace(b"\n", b"\r\n"))
    assert lock == other


@pytest.mark.parametrize("path", DISTINCT[::5], ids=lambda path: path.parent.name)
def test_a_lock_cut_off_is_unreadable_or_still_whole(path: Path) -> None:
    """Between two packages a cut leaves TOML that is in order; there tomllib sees nothing either."""
    content = path.read_bytes()
    for end in range(len(content) // 50, len(content), len(content) // 50):
        found = read(path, content[:end])
        try:
            tomllib.loads(content[:end].decode())
        except tomllib.TOMLDecodeError:
            assert isinstance(found, Unreadable), end
        if path.name == "poetry.lock":
            assert isinstance(found, Unreadable), end


@pytest.mark.parametrize("path", DISTINCT[::7], ids=lambda path: path.parent.name)
def test_a_merge_conflict_is_unreadable(path: Path) -> None:
    text = path.read_text()
    middle = text.index("\n[[package", len(text) // 3)
    conflict = "\n<<<<<<< HEAD\n=======\n>>>>>>> other"
    assert isinstance(read(path, (text[:middle] + conflict + text[middle:]).encode()), Unreadable)


def test_places_of_packages_that_are_on_no_index() -> None:
    text = (FIXTURES / "uv-git-fresh" / "uv.lock").read_text()
    [lock] = uv.read(Source("sub/uv.lock", text.encode()))
    assert isinstance(lock, Lock)
    sources = {package.name: package.source for package in lock.packages if package.source}
    assert sources["demo"] == "path:sub"
    assert sources["tiny"].startswith("git+https://git.example/tiny.git?tag=v1#")
    assert lock.sources == ("sub/pyproject.toml",)


def test_a_script_is_the_source_of_its_lock() -> None:
    text = 'version = 1\nrevision = 3\nrequires-python = ">=3.12"\n\n[manifest]\nrequirements = [{ name = "six" }]\n'
    [lock] = uv.read(Source("tools/run.py.lock", text.encode()))
    assert isinstance(lock, Lock)
    assert lock.sources == ("tools/run.py",)
    assert [(found.name, found.role) for found in lock.requirements] == [("six", "requirement")]


POETRY_1 = """\
[[package]]
name = "Attrs"
version = "20.3.0"
description = "Classes"
category = "main"
optional = false
python-versions = ">=2.7"

[[package]]
name = "demo-lib"
version = "0.1.0"
description = ""
category = "main"
optional = false
python-versions = "*"
develop = true

[package.source]
type = "directory"
url = "libs/demo"

[metadata]
lock-version = "1.1"
python-versions = "^3.8"
content-hash = "abc"

[metadata.files]
attrs = [
    {file = "attrs-20.3.0-py2.py3-none-any.whl", hash = "sha256:31b2"},
]
demo-lib = []
"""


def test_poetry_1_keeps_the_hashes_apart() -> None:
    [lock] = poetry.read(Source("poetry.lock", POETRY_1.encode()))
    assert isinstance(lock, Lock)
    assert lock.packages == (
        LockedPackage("attrs", "20.3.0", hashed=True, line=1),
        LockedPackage("demo-lib", "0.1.0", "path:libs/demo", line=9),
    )
    assert (lock.digest, lock.requires_python) == ("abc", "^3.8")


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"x", b"version = 1", b"[metadata]\n", b"\xff\xfe", b"[[package]]\n", b"["]
)
@pytest.mark.parametrize("reader", [poetry.read, pdm.read, pylock.read], ids=lambda reader: reader.__module__)
def test_what_is_no_lock_is_unreadable(reader: Reader, content: bytes) -> None:
    [found] = reader(Source("a.lock", content))
    assert isinstance(found, Unreadable)


ODD = (
    "[[package]]\nname = 1\nversion = []\nsource = 2\nfiles = [1]\nmetadata = 3\nextras = 1\n",
    '[[package]]\nname = "x"\nsource = { virtual = 1 }\n[package.metadata]\nrequires-dist = "x"\n',
    '[[package]]\nname = "x"\nsource = { editable = "." }\n[package.metadata]\nrequires-dist = [{ name = 1 }]\n',
    'manifest = 1\noptions = []\nconflicts = 2\npackage = 3\npackages = "x"\n',
    "[manifest]\nconstraints = 1\ndependency-groups = []\nmembers = { a = 1 }\n",
)
HEADS = {
    "poetry.lock": '[metadata]\ncontent-hash = "x"\nfiles = [1]\n',
    "pdm.lock": '[metadata]\nlock_version = "4.5"\ngroups = 1\nlock_inputs = { project = { groups = { a = 1 } } }\n',
    "uv.lock": "",
    "pylock.toml": "",
}


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("name", HEADS)
def test_what_has_an_odd_shape_counts_as_absent(name: str, text: str) -> None:
    first = {"uv.lock": "version = 1\n", "pylock.toml": 'lock-version = "1.0"\n'}.get(name, "")
    [found] = READERS.get(name, pylock.read)(Source(name, (first + text + HEADS[name]).encode()))
    assert isinstance(found, Lock), found
