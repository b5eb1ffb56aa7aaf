"""Are digests those of DVC, and is nothing read that need not be?"""

import hashlib
from pathlib import Path

import pytest

from mlaudit.facts import File
from mlaudit.files.contents import LARGEST, begins, digests
from tests.conftest import write


def digest(root: Path, content: bytes, algorithm: str) -> str:
    write(root, {"a": content})
    return digests(root, {"a": File("a", len(content))})("a", algorithm)


@pytest.mark.parametrize(
    ("content", "algorithm", "same"),
    [
        (b"a\r\nb\n", "md5", b"a\r\nb\n"),
        (b"a\r\nb\n", "md5-dos2unix", b"a\nb\n"),
        (b"\0a\r\nb\n", "md5-dos2unix", b"\0a\r\nb\n"),
        (b"\x80\x81\x82\r\n", "md5-dos2unix", b"\x80\x81\x82\r\n"),
        (b"", "md5-dos2unix", b""),
        (b"a\r\nb\n", "md5-other-ends", b"a\nb\n"),
        (b"a\nb\n", "md5-other-ends", b"a\r\nb\r\n"),
        (b"a\0\nb\n", "md5-other-ends", b"a\0\nb\n"),
    ],
)
def test_digests(tmp_path: Path, content: bytes, algorithm: str, same: bytes) -> None:
    assert digest(tmp_path, content, algorithm) == hashlib.md5(same).hexdigest()


def test_what_has_no_digest(tmp_path: Path) -> None:
    write(tmp_path, {"big": "x", "a": "x"})
    of = digests(tmp_path, {"big": File("big", LARGEST + 1), "gone": File("gone", 1), "a": File("a", 1)})
    assert [of("big", "md5"), of("gone", "md5"), of("unlisted", "md5"), of("a", "etag")] == ["", "", "", ""]


def test_begins(tmp_path: Path) -> None:
    write(tmp_path, {"a": "version 1", "b": ""})
    assert begins(tmp_path, "a", (b"other", b"version"))
    assert not begins(tmp_path, "b", (b"version",))
    assert not begins(tmp_path, "gone", (b"version",))
