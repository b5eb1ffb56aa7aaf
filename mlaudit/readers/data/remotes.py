"""Where does a .dvc/config keep the data?"""

from collections.abc import Iterator

from mlaudit.facts import Fact, Location, Remote
from mlaudit.masking import masked
from mlaudit.patterns import pattern
from mlaudit.source import Source

SECTION = pattern(r"""\s*\[\s*(?:'?remote\s+"(?P<remote>[^"]+)"'?|(?P<other>[^\]]*?))\s*\]""")
ENTRY = pattern(r"""\s*(?P<key>[\w.-]+)\s*=\s*(?P<value>"[^"]*"|'[^']*'|[^#]*?)\s*(?:#.*)?$""")


def read(source: Source) -> Iterator[Fact]:
    """A Remote for each section of one, and one without URL for a default that has no section."""
    places: dict[str, Location] = {}
    urls: dict[str, str] = {}
    default = ("", source.location(0, 0))
    section = remote = ""
    for start, line in zip(source.starts, source.lines, strict=False):
        if match := SECTION.match(line):
            remote, section = match["remote"] or "", match["other"] or ""
            if remote:
                places[remote] = source.location(start + match.start("remote"), start + match.end("remote"))
        elif (entry := ENTRY.match(line)) and not line.lstrip().startswith(("#", ";")):
            value = entry["value"].strip("'\"")
            if remote and entry["key"] == "url":
                urls[remote] = masked(value)
            elif section == "core" and entry["key"] == "remote":
                default = value, source.location(start + entry.start("value"), start + entry.end("value"))
    for name, at in places.items():
        yield Remote(at, name, urls.get(name, ""), name == default[0])
    if default[0] and default[0] not in places:
        yield Remote(default[1], default[0], "", is_default=True)
