"""Where does a text stand, which files are there, and which could not be read?"""

from typing import NamedTuple


class Location(NamedTuple):
    """Where a text stands. Lines and columns count from 1; columns are code points; the end is exclusive.

    In a notebook, `line` and `column` are those of the JSON file and `cell` counts all cells from 1.
    """

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1
    cell: int = 0


class File(NamedTuple):
    """A file that discover listed. `tracked` is None where there is no git checkout.

    A `vendored` file is other people's: known to be there, and not read. `content` is what it would hold if fixes that
    nobody has written yet were written; None where the disk says it.
    """

    path: str
    size: int
    tracked: bool | None = None
    ignored: bool = False
    vendored: bool = False
    content: bytes | None = None


class Unreadable(NamedTuple):
    """A file that could not be read, or was read in part (`partly`): never passed over in silence."""

    at: Location
    reason: str
    partly: bool = False
