"""Does Git LFS keep the paths that git itself says it keeps?"""

from pathlib import Path

import pytest

from mlaudit.audit import facts_of
from mlaudit.facts import Pointer, TrackingRule
from mlaudit.files.contents import stored
from mlaudit.files.discover import discover
from mlaudit.lineage.attributes import kept_by_lfs
from tests.conftest import commit, git, write

PATHS = [
    "a.bin", "a.BIN", "x/a.bin", "x/y/a.bin", "data/a.csv", "data/x/a.csv", "x/data/a.csv", "data/keep.md", "model.v1.pt",
    "m[1].pt", "m1.pt", "x y/a.txt", "é.npy", "sub/a.npy", "sub/deep/b.npy", "a-b.zip", "!odd.zip", ".hidden", "x/.hidden",
]  # fmt: skip
RULES = [
    "*.bin filter=lfs", "/*.bin filter=lfs", "data/** filter=lfs", "data/* filter=lfs", "**/data/** filter=lfs",
    "data filter=lfs", "data/ filter=lfs", "x/**/a.bin filter=lfs", "*.pt filter=lfs\nm1.pt -filter", "m[0-9].pt filter=lfs",
    "m\\[1\\].pt filter=lfs", '"x y/*" filter=lfs', "*.npy filter=lfs\n*.npy !filter\nsub/** filter=lfs", "* filter=lfs\n*.md -filter",
    "[!a].bin filter=lfs", "?.npy filter=lfs", "*.csv filter=other", "[attr]big filter=lfs\n*.csv big", ".hidden filter=lfs",
    "*/a.bin filter=lfs", "**/*.npy filter=lfs", "sub/*.npy filter=lfs", "[z-a].bin filter=lfs", "*.{bin,pt} filter=lfs",
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_as_git_says(rule: str, tmp_path: Path) -> None:
    write(tmp_path, {path: path for path in PATHS})
    write(tmp_path, {".gitattributes": f"{rule}\n", "sub/.gitattributes": "deep/*.npy -filter\n"})
    git(tmp_path, "init", "-q")
    said = git(tmp_path, "check-attr", "-z", "filter", *PATHS).split("\0")
    expected = {path for path, value in zip(said[::3], said[2::3], strict=False) if value == "lfs"}
    repo, _ = facts_of(discover(tmp_path))
    assert set(kept_by_lfs(repo.all(TrackingRule), PATHS)) == expected


def test_git_says_what_it_holds(tmp_path: Path) -> None:
    """A checkout has the content where git holds the pointer."""
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'4d' * 32}\nsize 9000\n"
    write(
        tmp_path,
        {
            "a.bin": pointer,
            "b.bin": "x" * 9000,
            "e.bin": "",
            "é ü.bin": pointer,
            ".gitattributes": "*.bin filter=lfs\n",
        },
    )
    commit(tmp_path)
    write(tmp_path, {"a.bin": "x" * 9000})
    assert stored(tmp_path, ["a.bin", "b.bin", "e.bin", "none"]) == {"a.bin": pointer.encode(), "b.bin": b""}
    repo, _ = facts_of(discover(tmp_path))
    assert {found.path: found.size for found in repo.all(Pointer)} == {"a.bin": 9000, "b.bin": -1, "é ü.bin": 9000}


def test_names_that_are_not_utf_8(tmp_path: Path) -> None:
    write(tmp_path, {".gitattributes": "*.bin filter=lfs\n"})
    (tmp_path / b"caf\xe9.bin".decode("utf-8", "surrogateescape")).write_bytes(b"content")
    commit(tmp_path)
    repo, _ = facts_of(discover(tmp_path))
    assert [found.digest for found in repo.all(Pointer)] == [""]
