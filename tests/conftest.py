"""What do tests share? Writing a small repository to disk, and auditing it."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from mlaudit import rulebook
from mlaudit.audit import audit
from mlaudit.config import Config
from mlaudit.examples import Files, commit, git, notebook, write
from mlaudit.findings import Report

# A property holds or does not; how long an example takes tells of the machine.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def audited(root: Path, *select: str, **settings: Any) -> Report:
    """The report on a folder, of the named rules, or of all that are on."""
    rules = rulebook.select(rulebook.load(), select, ())
    return audit(root, Config(**settings), rules)


@contextlib.contextmanager
def at_most(calls: int) -> Iterator[list[int]]:
    """Fail where more than so many functions are called: work is counted, since a clock tells more of the machine. The
    list holds how many there were, afterwards."""
    counted = [0]

    def count(frame: object, event: str, argument: object) -> None:
        if event in ("call", "c_call"):
            counted[0] += 1
            if counted[0] > calls:
                pytest.fail(f"more than {calls} calls")

    sys.setprofile(count)
    try:
        yield counted
    finally:
        sys.setprofile(None)


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Runs of the command line keep their facts in a folder of this session."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def repo(tmp_path: Path) -> Callable[[Files], Path]:
    """A function that writes files to a fresh folder and gives the folder."""
    return lambda files: write(tmp_path / "repo", files)


__all__ = ["audited", "commit", "git", "notebook", "repo", "write"]
