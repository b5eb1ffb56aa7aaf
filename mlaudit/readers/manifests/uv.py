"""What does a uv.toml set that a lock records? It speaks in place of [tool.uv]."""

from collections.abc import Iterator

from mlaudit.facts import Fact, InputDigest, PackageSource, Unreadable
from mlaudit.readers.documents import Malformed
from mlaudit.readers.documents.toml import Document
from mlaudit.readers.locks import digests
from mlaudit.source import Source


def read(source: Source) -> Iterator[Fact]:
    """The inputs that uv.lock is compared with, and sources of packages that move."""
    try:
        document = Document(source)
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    yield InputDigest(source.location(0), "uv", (), inputs=digests.uv({"tool": {"uv": document.data}}))
    for option in ("prerelease", "extra-index-url"):
        if value := document.get(option):
            yield PackageSource(document.where(option), option, str(value))
