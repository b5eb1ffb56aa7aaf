"""What does a Git LFS pointer stand for?"""

from collections.abc import Iterator

from mlaudit.facts import Fact, Location, Pointer, Unreadable
from mlaudit.patterns import pattern
from mlaudit.source import Source

# https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md; the second is the name that it had before.
STARTS = (b"version https://git-lfs", b"version https://hawser")
DIGEST = pattern(r"(?m)^oid sha256:([0-9a-f]{64})$")
SIZE = pattern(r"(?m)^size (\d+)$")


def read(source: Source, role: str = "") -> Iterator[Fact]:
    """A Pointer where the text is one. In the role `stored` the text is git's, and what is none is the data itself."""
    whole = Location(source.path)
    text = source.text.replace("\r\n", "\n")
    if not source.content.startswith(STARTS):
        if role == "stored":
            yield Pointer(whole, "lfs", source.path)
        return
    digest, size = DIGEST.search(text), SIZE.search(text)
    if digest is None or size is None:
        yield Unreadable(whole, "is a Git LFS pointer without digest or size")
        return
    yield Pointer(whole, "lfs", source.path, digest[1], "sha256", int(size[1]))
