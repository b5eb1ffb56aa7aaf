"""Between which states does a change lie: what the index or the working tree holds, and the commits before it?"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from mlaudit.baselines import commits
from mlaudit.config import Config, UsageError
from mlaudit.files.contents import LARGEST
from mlaudit.files.discover import Listing, discover
from mlaudit.files.git import git, said, without_filters


class After(NamedTuple):
    """The state after the change: its files lie in `folder`, which is the root wherever nothing has to be written out.

    `signature` names the content of the index, "" for a working tree; `differs` are files of which the working tree
    holds other lines than the index.
    """

    folder: str
    signature: str = ""
    differs: frozenset[str] = frozenset()


class Entry(NamedTuple):
    """A file of the index."""

    mode: str
    object: str
    path: str


def checked(root: str, option: str) -> None:
    """Raises UsageError where there is no checkout, or no git."""
    inside = os.path.exists(os.path.join(root, ".git"))
    if not inside or git(root, "rev-parse", "--git-dir") is None:
        raise UsageError(f"{option}: `{root}` is no git checkout; without {option} all of it is audited")


def index_of(root: str) -> str:
    """The index that git hands to a hook (`git commit -a` makes one of its own); "" for the usual one."""
    named = os.environ.get("GIT_INDEX_FILE", "")
    if not named:
        return ""
    path = os.path.realpath(os.path.join(root, named))
    return path if os.path.dirname(path) == os.path.realpath(said(root, "rev-parse", "--absolute-git-dir")) else ""


def bases(root: str, since: str = "") -> list[str]:
    """The commits before the change: HEAD and what is being merged into it, or where the branch left `since`.

    An empty tree before the first commit. Raises UsageError for a name that git does not know.
    """
    if since:
        commit = commits.commit_of(root, since, "--since")
        base = said(root, "merge-base", commit, "HEAD")
        if not base:
            raise UsageError(f"--since: git finds no commit that `{since}` and HEAD share; is the clone a shallow one?")
        return [base]
    head = said(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    merged = os.path.join(root, said(root, "rev-parse", "--git-path", "MERGE_HEAD"))
    if not head:
        return [said(root, "hash-object", "-t", "tree", os.devnull)]
    if not os.path.isfile(merged):
        return [head]
    with open(merged, encoding="ascii", errors="replace") as file:
        return [head, *file.read().split()]


@contextmanager
def staged(root: str, index: str) -> Iterator[After]:
    """What the index holds: the working tree itself, where it holds the same in all tracked files."""
    entries, is_whole = _entries(root, index)
    off = without_filters(root)
    words = ("diff", "--name-status", "--no-renames", "--ignore-submodules=all", "--no-ext-diff", "-z")
    told = None if off is None else git(root, *off, *words, index=index)
    fields = (told or b"").split(b"\0")
    differs = {os.fsdecode(path): status for status, path in zip(fields[::2], fields[1::2], strict=False)}
    intended = {path for path, status in differs.items() if status == b"A"}
    kept = [each for each in entries if each.path not in intended]
    signature = "\n".join(f"{each.mode} {each.object} {each.path}" for each in kept)
    if told is not None and is_whole and not differs:
        yield After(root, signature)
        return
    with tempfile.TemporaryDirectory(prefix="mlaudit-") as folder:
        _written(root, kept, folder)
        commits.linked(root, said(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}"), folder)
        rows = "".join(f"{each.mode} {each.object} 0\t{each.path}\0" for each in kept)
        git(folder, "read-tree", "--empty")
        git(folder, "update-index", "-z", "--index-info", given=os.fsencode(rows))
        _with_ignored_locks(root, folder)
        yield After(folder, signature, frozenset(differs))


@contextmanager
def before(root: str, base: str, after: Listing) -> Iterator[str]:
    """A folder with the files of a commit, and the lock files that git ignores beside them."""
    with commits.checkout(root, base, "git") as folder:
        _with_ignored_locks(root, folder, after)
        yield folder


def signature_of(root: str, commit: str) -> str:
    """What names the content of a commit, as that of an index."""
    output = git(root, "ls-tree", "-r", "-z", "--full-tree", commit) or b""
    found = []
    for entry in output.split(b"\0"):
        head, _, path = entry.partition(b"\t")
        if path:
            mode, _, name = head.decode().split(" ")
            found.append(f"{mode} {name} {os.fsdecode(path)}")
    return "\n".join(sorted(found, key=lambda line: line.split(" ", 2)[2]))


def listed(after: After, config: Config, is_staged: bool) -> Listing:
    """The files of the state after the change. What git does not track is in no index."""
    listing = discover(after.folder, config.exclude, config.extend_exclude)
    if not is_staged:
        return listing
    return listing._replace(files={path: file for path, file in listing.files.items() if file.tracked or file.ignored})


def _entries(root: str, index: str) -> tuple[list[Entry], bool]:
    """The files of the index by path, and whether the working tree is meant to hold all of them (it may be sparse)."""
    output = git(root, "ls-files", "--stage", "-t", "-z", "--full-name", index=index)
    if output is None:
        raise UsageError("--staged: git cannot read the index")
    entries, is_whole = [], True
    for row in output.split(b"\0"):
        head, _, path = row.partition(b"\t")
        if path:
            tag, mode, name, stage = head.decode().split(" ")
            if stage != "0":
                raise UsageError(f"--staged: `{os.fsdecode(path)}` is not merged yet; nothing can be committed")
            is_whole = is_whole and tag != "S"
            entries.append(Entry(mode, name, os.fsdecode(path)))
    return sorted(entries, key=lambda each: each.path), is_whole


def _written(root: str, entries: list[Entry], folder: str) -> None:
    """Write the files of the index below a folder."""
    files = [each for each in entries if each.mode.startswith("1") and not each.mode.startswith("16")]
    asked = "".join(f"{each.object}\n" for each in files).encode()
    rows = (git(root, "cat-file", "--batch-check", given=asked) or b"").split(b"\n")
    sizes = [int(row.split()[2]) if len(row.split()) == 3 else 0 for row in rows]
    blobs = [
        commits.Blob(each.path, each.object, size, each.mode == "120000")
        for each, size in zip(files, sizes, strict=False)
    ]
    commits.write_all(root, blobs, folder, "--staged", LARGEST)


def _with_ignored_locks(root: str, folder: str, listing: Listing | None = None) -> None:
    """Lock files that git ignores are in no commit, and rules ask for them: they lie beside both states."""
    files = (listing or discover(root)).files
    for path in (path for path, file in files.items() if file.ignored):
        target = os.path.join(folder, path)
        if not os.path.exists(target):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(os.path.join(root, path), target)
