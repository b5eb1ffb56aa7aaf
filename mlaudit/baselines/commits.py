"""What does a commit hold? Its files in a folder of their own, straight from git's objects.

Nothing in the repository is written or checked out, no filter or hook is run, and the work tree may be as it likes.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from mlaudit.config import UsageError
from mlaudit.files.git import git, said

# Files beyond this size are there with their size alone: no reader takes them, bar notebooks and locks.
LARGEST = 5_000_000
LARGE = (".ipynb", ".lock", ".yml", ".yaml")
TOGETHER = 64_000_000


class Blob(NamedTuple):
    """A file of a commit."""

    path: str
    object: str
    size: int
    is_link: bool


@contextmanager
def files_of(root: str, ref: str) -> Iterator[str]:
    """A folder that holds the commit at which the present one left `ref`, as a checkout of its own.

    Raises UsageError where git does not know the commit or does not have all of it.
    """
    commit = commit_of(root, ref, "--baseline-ref")
    with checkout(root, said(root, "merge-base", commit, "HEAD") or commit, "--baseline-ref") as folder:
        yield folder


def commit_of(root: str, ref: str, option: str) -> str:
    """The commit that a name means. Raises UsageError, in the words of the option, where git knows none."""
    commit = said(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if not commit:
        raise UsageError(f"{option}: git knows no commit `{ref}` here")
    return commit


@contextmanager
def checkout(root: str, commit: str, option: str) -> Iterator[str]:
    """A folder that holds the files of a commit, as a checkout of its own."""
    with tempfile.TemporaryDirectory(prefix="mlaudit-") as folder:
        write_all(root, _blobs(root, commit, option), folder, option)
        linked(root, commit, folder)
        yield folder


def write_all(root: str, blobs: list[Blob], folder: str, option: str, largest: int = LARGEST) -> None:
    """Write files below a folder; of those larger than `largest`, which no reader takes, the size alone."""
    for links in (False, True):  # links come last, so that nothing is written through one
        for blob, content in _contents(root, [blob for blob in blobs if blob.is_link is links], option, largest):
            _write(folder, blob, content)


def _blobs(root: str, commit: str, option: str) -> list[Blob]:
    output = git(root, "ls-tree", "-r", "-z", "-l", "--full-tree", commit)
    if output is None:
        raise UsageError(f"{option}: git cannot list `{commit}`")
    found = []
    for entry in output.split(b"\0"):
        head, _, path = entry.partition(b"\t")
        mode, kind, name, size = head.split() if head else (b"", b"", b"", b"")
        if kind == b"blob" and size.isdigit():
            found.append(Blob(os.fsdecode(path), name.decode(), int(size), mode == b"120000"))
    return found


def _contents(root: str, blobs: list[Blob], option: str, largest: int) -> Iterator[tuple[Blob, bytes | None]]:
    """Each file with what it holds; None for those that are too large to be read."""
    pending: list[Blob] = []
    size = 0
    for blob in blobs:
        if blob.size > largest and not blob.path.endswith(LARGE):
            yield blob, None
            continue
        pending.append(blob)
        size += blob.size
        if size > TOGETHER:
            yield from _batch(root, pending, option)
            pending, size = [], 0
    yield from _batch(root, pending, option)


def _batch(root: str, blobs: list[Blob], option: str) -> Iterator[tuple[Blob, bytes]]:
    if not blobs:
        return
    output = git(root, "cat-file", "--batch", given="".join(f"{blob.object}\n" for blob in blobs).encode()) or b""
    at = 0
    for blob in blobs:
        start = output.find(b"\n", at) + 1
        head = output[at : start - 1].split()
        if len(head) != 3 or not start:
            raise UsageError(f"{option}: this clone does not hold all files of the commit")
        at = start + int(head[2]) + 1
        yield blob, output[start : at - 1]


def _write(folder: str, blob: Blob, content: bytes | None) -> None:
    """Write a file below the folder; names that lead out of it, or into git's own, are left out."""
    parts = blob.path.split("/")
    if any(part in ("", ".", "..") or part.lower() == ".git" or os.sep in part for part in parts):
        return
    path = os.path.join(folder, *parts)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if blob.is_link and content is not None:
            os.symlink(content, os.fsencode(path))
            return
        with open(path, "xb") as file:
            file.write(content or b"")
            if content is None:
                file.truncate(blob.size)
    except (OSError, ValueError):
        return


def linked(root: str, commit: str, folder: str) -> None:
    """Make the folder a checkout that borrows the objects of the repository, with the commit as its own: a tree gives
    an index alone, "" neither."""
    form = said(root, "rev-parse", "--show-object-format") or "sha1"
    objects = os.path.join(root, said(root, "rev-parse", "--git-path", "objects"))
    made = git(folder, "init", "-q", "--template=", f"--object-format={form}")
    if made is None:
        raise UsageError("git cannot make a checkout in the folder for temporary files")
    with open(os.path.join(folder, ".git", "objects", "info", "alternates"), "w", encoding="utf-8") as file:
        file.write(f"{os.path.realpath(objects)}\n")
    if commit:
        git(folder, "update-ref", "HEAD", commit)  # which a tree cannot be
        git(folder, "read-tree", commit)
