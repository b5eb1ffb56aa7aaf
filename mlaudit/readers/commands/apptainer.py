"""On which image does an Apptainer or Singularity definition build, and what does it install?

The grammar is that of https://apptainer.org/docs/user/latest/definition_files.html.
"""

from collections.abc import Iterator, Mapping

from mlaudit.facts import Fact, Transfer, Unreadable, Upgrade, images
from mlaudit.patterns import pattern
from mlaudit.readers.commands import install
from mlaudit.source import Source

PLACE = "apptainer"
HEADER = pattern(r"[ \t]*([A-Za-z]+)[ \t]*:[ \t]*(.*?)[ \t]*(?:#.*)?$")
SECTION = pattern(r"[ \t]*%([A-Za-z]+)(?:[ \t]|$)")
ARGUMENT = pattern(r"^[ \t]*([A-Za-z_]\w*)=(.*?)[ \t]*$")
TEMPLATE = pattern(r"\{\{[ \t]*(\w+)[ \t]*\}\}")
MENTION = pattern(r"(?im)^[ \t]*bootstrap[ \t]*:")
# Where an image comes from that a registry gives; the others are files, or systems that are set up anew.
REGISTRIES = frozenset({"docker", "oras", "library", "shub"})
BUILT = frozenset({"post"})
STARTED = frozenset({"runscript", "startscript"})

Lines = list[tuple[int, str]]


def read(source: Source) -> Iterator[Fact]:
    """ImageRef, and the facts of the commands of `%post`. What has no `Bootstrap:` is no such definition."""
    if not MENTION.search(source.text):
        if not source.path.endswith(".def"):
            yield Unreadable(source.location(0, 0), "has no `Bootstrap:`, as a definition of Apptainer must")
        return
    sections = list(_sections(source))
    arguments = dict(pair for name, lines in sections if name == "arguments" for pair in _arguments(lines))
    for name, lines in sections:
        if name == "":
            yield from _header(source, lines, arguments)
        elif lines and name in BUILT | STARTED:
            last_start, last = lines[-1]
            passage = source.passage(lines[0][0], last_start + len(last))
            found = install.installs(passage, PLACE)
            yield from found if name in BUILT else map(_started, found)


def _sections(source: Source) -> Iterator[tuple[str, Lines]]:
    """The headers, under "", and the sections, with the offset and the text of each line."""
    name = ""
    lines: Lines = []
    for start, line in zip(source.starts, source.lines, strict=True):
        section = SECTION.match(line)
        header = HEADER.match(line)
        if section or (header and header[1].lower() == "bootstrap"):
            yield name, lines
            name, lines = (section[1].lower(), []) if section else ("", [(start, line)])
        else:
            lines.append((start, line))
    yield name, lines


def _arguments(lines: Lines) -> Iterator[tuple[str, str]]:
    for _, line in lines:
        if match := ARGUMENT.match(line):
            yield match[1], match[2].strip("\"'")


def _header(source: Source, lines: Lines, arguments: Mapping[str, str]) -> Iterator[Fact]:
    found: dict[str, tuple[str, int]] = {}
    for start, line in lines:
        if not line.lstrip().startswith("#") and (match := HEADER.match(line)):
            found.setdefault(match[1].lower(), (match[2], start + match.start(2)))
    agent = found.get("bootstrap", ("", 0))[0].lower()
    written, start = found.get("from", ("", 0))
    if written and agent in REGISTRIES:
        text = TEMPLATE.sub(lambda match: arguments.get(match[1], match[0]), written)
        yield images.image(text, source.location(start, start + len(written)), PLACE)


def _started(fact: Fact) -> Fact:
    return fact._replace(place="container") if isinstance(fact, Transfer | Upgrade) else fact
