"""Files in which a tool fixes every version, one module per format; each gives one Lock, or says what is wrong."""

from mlaudit.facts import Location
from mlaudit.source import Source


def first_line(source: Source) -> Location:
    """The whole first line: where a finding about the lock stands. It costs no index of the lines of a big file."""
    line = source.text.split("\n", 1)[0].rstrip("\r")
    return Location(source.path, 1, 1, 1, len(line) + 1)
