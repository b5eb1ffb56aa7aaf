"""Which files does a .gitattributes hand to Git LFS?"""

from collections.abc import Iterator

from mlaudit.facts import Fact, TrackingRule
from mlaudit.patterns import pattern
from mlaudit.source import Source

LINE = pattern(r'\s*(?P<pattern>"(?:[^"\\]|\\.)*"|[^\s#"]\S*)\s+(?P<attributes>\S.*)')
FILTER = pattern(r"(?:[-!]?filter$|filter=)")


def read(source: Source) -> Iterator[Fact]:
    """A TrackingRule for each line that sets or takes away the attribute `filter`, its macros followed."""
    macros: dict[str, bool] = {}
    for start, line in zip(source.starts, source.lines, strict=False):
        match = LINE.match(line)
        if match is None:
            continue
        is_lfs = _filter(match["attributes"].split(), macros)
        if is_lfs is None:
            continue
        if match["pattern"].startswith("[attr]"):
            macros[match["pattern"][6:]] = is_lfs
            continue
        written = match["pattern"]
        at = source.location(start + match.start("pattern"), start + match.end("pattern"))
        yield TrackingRule(at, _unquoted(written), is_lfs)


def _filter(attributes: list[str], macros: dict[str, bool]) -> bool | None:
    """Whether the attributes make LFS the filter; None where they do not speak of it. The last one counts."""
    verdict = None
    for attribute in attributes:
        if FILTER.match(attribute):
            verdict = attribute == "filter=lfs"
        elif attribute in macros:
            verdict = macros[attribute]
    return verdict


def _unquoted(text: str) -> str:
    return text[1:-1].replace('\\"', '"').replace("\\\\", "\\") if text.startswith('"') else text
