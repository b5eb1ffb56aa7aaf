"""Is the origin of a run told truly, without secrets, and without running what a checkout configures?"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlaudit.config import Config
from mlaudit.findings import Origin
from mlaudit.outputs.origin import origin
from tests.conftest import audited, commit, git

Make = Callable[[dict[str, Any]], Path]


def origin_of(root: Path, config: Config | None = None) -> Origin:
    return origin(audited(root, "REQ"), config or Config())


@pytest.mark.parametrize(
    ("remote", "page"),
    [
        ("git@github.com:ann/digits.git", "https://github.com/ann/digits"),
        ("ssh://git@gitlab.example/ann/sub/digits.git", "https://gitlab.example/ann/sub/digits"),
        ("https://ann:secret@github.com/ann/digits", "https://github.com/ann/digits"),
        ("https://token@github.com/ann/digits.git/", "https://github.com/ann/digits"),
        ("/srv/git/digits.git", ""),
        ("file:///srv/git/digits.git", ""),
    ],
)
def test_the_page_of_a_remote(remote: str, page: str, repo: Make) -> None:
    root = repo({"requirements.txt": "numpy==1.26.4\n"})
    commit(root)
    git(root, "remote", "add", "origin", remote)
    assert origin_of(root).url == page


def test_a_commit_and_what_changed_since(repo: Make) -> None:
    root = repo({"requirements.txt": "numpy==1.26.4\n"})
    assert origin_of(root)[:4] == ("", "", False, "")
    commit(root)
    first = origin_of(root)
    assert (len(first.commit), first.branch, first.changed) == (40, "main", False)
    (root / "requirements.txt").write_text("numpy\n")
    assert origin_of(root) == first._replace(changed=True)


def test_the_command_and_the_settings(repo: Make) -> None:
    root = repo({"requirements.txt": "numpy==1.26.4\n"})
    plain, other = origin_of(root), origin_of(root, Config(select=("REQ", "a b"), fail_on="never"))
    assert plain.command == "mlaudit"
    assert other.command == "mlaudit --select REQ --select 'a b' --fail-on never"
    assert plain.settings != other.settings
    assert plain.settings == origin_of(root, Config(file="/home/ann/pyproject.toml")).settings


def test_no_filter_of_the_checkout_is_run(repo: Make) -> None:
    root = repo({"requirements.txt": "numpy==1.26.4\n", ".gitattributes": "*.txt filter=evil\n"})
    commit(root)
    for key in ("clean", "process"):
        git(root, "config", f"filter.evil.{key}", f"touch {root}/ran; cat")
    git(root, "config", "filter.evil.required", "true")
    os.utime(root / "requirements.txt", (1, 1))
    assert not origin_of(root).changed
    assert not (root / "ran").exists()
    git(root, "config", "filter.a=b.clean", f"touch {root}/ran; cat")
    (root / ".gitattributes").write_text("*.txt filter=a=b\n")
    os.utime(root / "requirements.txt", (2, 2))
    assert origin_of(root).changed, "git cannot be told to leave this filter out, so it is not asked"
    assert not (root / "ran").exists()
