"""Which files do commands fetch, and is it fixed which they are?"""

import re
from collections.abc import Iterator

from mlaudit.facts import Repo, Transfer
from mlaudit.knowledge.layout import is_test
from mlaudit.knowledge.places import moving_branch
from mlaudit.lineage.leads import DATA, OBJECT, Lead, is_open_object, is_software

# Tools that fetch data by its name, whatever the name ends with.
BY_NAME = ("kaggle", "gdown")
# What is piped into an interpreter is a program, and what a version control fetches is code.
CODE = ("git", "dvc", "huggingface-cli", "hf")


def moving_urls(repo: Repo) -> Iterator[Lead]:
    """Commands that take what a branch or alias has."""
    for transfer, source in _fetched(repo):
        if (found := moving_branch(source)) and DATA.search(source):
            host, branch = found
            yield _lead(transfer, source, f"`{branch}` of {host}")


def unverified(repo: Repo) -> Iterator[Lead]:
    """Commands that fetch data which nothing compares with a checksum."""
    for transfer, source in _fetched(repo):
        is_data = transfer.tool in BY_NAME or (DATA.search(source) and not OBJECT.match(source))
        is_data = is_data and not is_software(source)
        if is_data and not transfer.is_verified and transfer.tool not in (*CODE, "valohai"):
            yield _lead(transfer, source, f"`{source}`")


def unversioned_objects(repo: Repo) -> Iterator[Lead]:
    """Commands that read an object by a name under which another may be written."""
    for transfer, source in _fetched(repo):
        if is_open_object(source) and not transfer.is_versioned:
            yield _lead(transfer, source, "")


def _fetched(repo: Repo) -> Iterator[tuple[Transfer, str]]:
    """Each fetch of a command outside tests and CI, once for a source; what holds a variable is not known."""
    told: set[tuple[str, str]] = set()
    for transfer in repo.all(Transfer):
        if transfer.does != "fetch" or transfer.place == "ci" or is_test(transfer.at.path):
            continue
        for source in transfer.sources:
            if not re.search(r"[$`{]|^@", source) and (transfer.at.path, source) not in told:
                told.add((transfer.at.path, source))
                yield transfer, source


def _lead(transfer: Transfer, source: str, detail: str) -> Lead:
    return Lead(transfer.at, transfer.tool, source, "fetches", detail)
