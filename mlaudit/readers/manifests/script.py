"""What does the header of a script declare? PEP 723, `# /// script`."""

import re
from collections.abc import Iterator

from mlaudit.facts import Fact, Manifest, PythonVersion, Unreadable
from mlaudit.patterns import pattern
from mlaudit.readers.documents import Malformed
from mlaudit.readers.documents.toml import Document
from mlaudit.readers.manifests import requirement
from mlaudit.source import Source

BLOCK = pattern(r"(?m)^# /// script[ \t]*\r?\n(?P<content>(?:^#(?:| .*)\r?\n)+?)^# ///[ \t]*\r?$")


def read(source: Source) -> Iterator[Fact]:
    """The requirements and Python of the header; its comment signs are blanked, so that places stay true."""
    block = BLOCK.search(source.text)
    if block is None:
        return
    lines = block["content"].splitlines(keepends=True)
    before = re.sub(r"[^\r\n]", " ", source.text[: block.start("content")])
    blanked = Source(source.path, (before + "".join(f" {line[1:]}" for line in lines)).encode())
    try:
        document = Document(blanked)
    except Malformed as error:
        yield Unreadable(blanked.location(error.offset), f"its script header {error.reason}", partly=True)
        return
    if "dependencies" in document.data:
        yield Manifest(document.key("dependencies"), "script")
    for text, path in document.strings("dependencies"):
        if found := requirement.parse(text, document.passage(*path).locate, origin=source.path, group="script"):
            yield found
    if isinstance(python := document.get("requires-python"), str):
        yield PythonVersion(document.where("requires-python"), requirement.comparisons(python), "requires-python")
