"""Do the shortcuts of discover take the files that its table takes?"""

from itertools import product

import pytest

from mlaudit.files.discover import _READERS, _TAKES, WORDS, reader_for

NAMES = (
    "requirements dev-requirements requirement reqs req constraints deps dependencies pip-packages pip_deps explicit spec-file "
    "spec-list conda-explicit a.pin runtime environment config params settings options args devcontainer .devcontainer labels "
    "README Dockerfile dockerfile.dev Containerfile package data train_0001"
).split()
FOLDERS = ("", "requirements/", "req/", "a/constraints/", "data/labels/", ".github/workflows/", ".devcontainer/")


@pytest.mark.parametrize("ending", sorted(WORDS))
def test_words_leave_out_no_file_that_a_reader_takes(ending: str) -> None:
    for folder, name in product(FOLDERS, NAMES):
        path = f"{folder}{name}.{ending}"
        match = _TAKES.search(path)
        assert reader_for(path) == (_READERS[match.lastgroup] if match and match.lastgroup else ""), path


def test_the_files_of_dvc_and_git() -> None:
    taken = {
        "dvc.yaml": "data.pipeline",
        "a/dvc.lock": "data.pipeline_lock",
        "data/raw.csv.dvc": "data.pointer_file",
        ".dvc/config": "data.remotes",
        "a/.dvc/config": "data.remotes",
        "sub/.gitattributes": "data.attributes",
        ".dvcignore": "ignores",
        ".dvc": "",
        ".dvc/config.local": "",
        "my-dvc.yaml": "configuration",
    }
    assert {path: reader_for(path) for path in taken} == taken
