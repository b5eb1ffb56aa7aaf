"""What do files hold, in the worktree and in git? Digests and blobs, read only when they are asked for."""

import os
from collections.abc import Callable, Iterable, Mapping

from mlaudit.facts import Digest, File
from mlaudit.files.git import StrPath, git

LARGEST = 50_000_000
# A Git LFS pointer is smaller than this (docs/spec.md of Git LFS).
POINTER = 1024
# DVC 2 unified the line ends of what looks like text, chunk by chunk (dvc-data, hashfile/hash.py and istextfile.py).
CHUNK = 1 << 20
TEXT = bytes(range(32, 127)) + b"\n\r\t\f\b"


def content(root: StrPath, file: File, most: int = -1) -> bytes:
    """What a file holds, `most` bytes of it: what fixes would write, else what is on the disk. Raises OSError."""
    if file.content is not None:
        return file.content if most < 0 else file.content[:most]
    with open(os.path.join(root, file.path), "rb") as opened:
        return opened.read(most)


def with_edits(files: Mapping[str, File], edits: Mapping[str, bytes]) -> dict[str, File]:
    """The files as they would be with new contents by path; a path that is not listed is a new file."""
    found = {
        path: files.get(path, File(path, 0))._replace(size=len(held), content=held) for path, held in edits.items()
    }
    return dict(sorted({**files, **found}.items()))


def digests(root: StrPath, files: Mapping[str, File]) -> Digest:
    """A function from a path and an algorithm to the digest of the file, "" where there is none to have: of a file that
    is not listed, cannot be read, or is larger than 50 MB. The algorithm is sha256, md5, md5-dos2unix, or
    md5-other-ends: the md5 of a text as git would write it on a system of the other line ends."""
    known: dict[tuple[str, str], str] = {}

    def digest(path: str, algorithm: str) -> str:
        file = files.get(path)
        if file is None or file.size > LARGEST or algorithm not in ALGORITHMS:
            return ""
        if (path, algorithm) not in known:
            known[path, algorithm] = _digest(root, file, algorithm)
        return known[path, algorithm]

    return digest


def _digest(root: StrPath, file: File, algorithm: str) -> str:
    import hashlib
    import io

    total = hashlib.new(algorithm.partition("-")[0], usedforsecurity=False)
    try:
        with (
            io.BytesIO(file.content) if file.content is not None else open(os.path.join(root, file.path), "rb") as held
        ):
            while chunk := held.read(LARGEST if algorithm == "md5-other-ends" else CHUNK):
                total.update(ALGORITHMS[algorithm](chunk))
    except OSError:
        return ""
    return total.hexdigest()


def _unified(chunk: bytes) -> bytes:
    return chunk.replace(b"\r\n", b"\n") if _is_text(chunk[:512]) else chunk


def _other_ends(content: bytes) -> bytes:
    """Git takes for text what has no NUL in its first 8000 bytes."""
    if b"\0" in content[:8000]:
        return content
    return content.replace(b"\r\n", b"\n") if b"\r\n" in content else content.replace(b"\n", b"\r\n")


def _is_text(head: bytes) -> bool:
    return b"\0" not in head and len(head.translate(None, TEXT)) <= 0.3 * len(head)


ALGORITHMS: dict[str, Callable[[bytes], bytes]] = {
    "sha256": lambda chunk: chunk,
    "md5": lambda chunk: chunk,
    "md5-dos2unix": _unified,
    "md5-other-ends": _other_ends,
}


def begins(root: StrPath, path: str, starts: tuple[bytes, ...]) -> bool:
    """Whether a file's first bytes are one of these."""
    try:
        with open(os.path.join(root, path), "rb", buffering=0) as file:
            return file.read(max(map(len, starts))).startswith(starts)
    except OSError:
        return False


def stored(root: StrPath, paths: Iterable[str]) -> dict[str, bytes]:
    """What git's index holds under paths, as far as a pointer may go: the content of small blobs, b"" for larger ones.

    A path whose blob is empty, is not there or cannot be read is left out. No filter runs, and nothing is fetched.
    """
    wanted = {os.fsencode(path) for path in paths}
    listed = git(root, "ls-files", "-s", "-z") if wanted else None
    blobs: dict[bytes, bytes] = {}
    for entry in (listed or b"").split(b"\0"):
        head, _, path = entry.partition(b"\t")
        if path in wanted and head.startswith(b"100"):
            blobs[path] = head.split(b" ")[1]
    sizes = _sizes(root, set(blobs.values()))
    small = _contents(root, {blob for blob, size in sizes.items() if 0 < size <= POINTER})
    found = {path: small.get(blob, b"") for path, blob in blobs.items() if sizes.get(blob)}
    return {os.fsdecode(path): content for path, content in found.items()}


def _sizes(root: StrPath, blobs: Iterable[bytes]) -> dict[bytes, int]:
    asked = b"".join(blob + b"\n" for blob in sorted(blobs))
    output = git(root, "cat-file", "--batch-check", given=asked) if asked else None
    rows = [line.split() for line in (output or b"").splitlines()]
    return {row[0]: int(row[2]) for row in rows if len(row) == 3 and row[1] == b"blob"}


def _contents(root: StrPath, blobs: Iterable[bytes]) -> dict[bytes, bytes]:
    asked = b"".join(blob + b"\n" for blob in sorted(blobs))
    output = (git(root, "cat-file", "--batch", given=asked) if asked else None) or b""
    found, at = {}, 0
    while (end := output.find(b"\n", at)) > 0:
        blob, _, size = output[at:end].split(b" ")
        found[blob] = output[end + 1 : end + 1 + int(size)]
        at = end + 2 + int(size)
    return found
