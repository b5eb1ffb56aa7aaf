"""Which Python do the small files that only say this ask for? .python-version, .tool-versions, mise, runtime.txt."""

import re
from collections.abc import Iterator

from mlaudit.facts import Comparison, Fact, PythonVersion, Unreadable
from mlaudit.patterns import pattern
from mlaudit.readers.documents import Malformed
from mlaudit.readers.documents.toml import Document
from mlaudit.source import Source

VERSION = pattern(r"(?:c?python-?)?(\d+(?:\.\d+){0,2})(?:[a-z]+\d*)?(?:-dev)?$")
RUNTIME = pattern(r"\s*python-?(\d+(?:\.\d+){0,2})(?:-\d{4}-\d\d-\d\d)?\s*$")
TOOL = pattern(r"^python\s+(\S+)")
SPACE_KEY = pattern(r"^python_version:\s*[\"']?(\d+(?:\.\d+)*)", re.MULTILINE)


def exact(version: str) -> tuple[Comparison, ...]:
    """`3.11` means any 3.11, `3.11.7` that one."""
    return (Comparison("==", version if version.count(".") > 1 else f"{version}.*"),)


def read(source: Source) -> Iterator[Fact]:
    """PythonVersion, by the file's name."""
    name = source.path.rsplit("/", 1)[-1]
    if name.endswith(".toml"):
        yield from _mise(source)
    else:
        form = {"runtime.txt": RUNTIME, ".tool-versions": TOOL}.get(name, VERSION)
        yield from _lines(source, form, name.strip(".").removesuffix(".txt"))


def _lines(source: Source, form: re.Pattern[str], origin: str) -> Iterator[Fact]:
    """One fact for the form line that names a Python: later lines of these files are fallbacks."""
    for start, line in zip(source.starts, source.lines, strict=False):
        text = line.split("#", 1)[0].rstrip()
        if (match := form.match(text)) and re.fullmatch(r"\d+(\.\d+)*", match[1]):
            yield PythonVersion(source.location(start + match.start(1), start + match.end(1)), exact(match[1]), origin)
            return


def _mise(source: Source) -> Iterator[Fact]:
    try:
        document = Document(source)
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    value = document.get("tools", "python")
    if isinstance(value, str) and (match := VERSION.match(value)):
        yield PythonVersion(document.where("tools", "python"), exact(match[1]), "mise")


def space(source: Source) -> Iterator[Fact]:
    """The front matter of a Hugging Face Space."""
    if not source.text.startswith("---"):
        return
    front = source.text[: source.text.find("\n---", 3)]
    if "\nsdk:" in front and (match := SPACE_KEY.search(front)):
        yield PythonVersion(source.location(match.start(1), match.end(1)), exact(match[1]), "space")
