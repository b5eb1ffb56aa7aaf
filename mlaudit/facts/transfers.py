"""Which commands bring files into place?"""

from typing import NamedTuple

from mlaudit.facts.place import Location


class Transfer(NamedTuple):
    """A command that fetches, unpacks or moves files, or puts them into a store.

    `does` is fetch, unpack, move or upload; `sources` are its URLs, names or files; `target` the file or folder that it
    is told to fill, "" where it is told none; `into` the program that gets its output (`curl … | sh`), "" for none;
    `keeps` says that what it fetches becomes a file or goes to a program; `directory` where it runs, from the root.
    `is_versioned` says that it names a revision (`revision` for git), `is_verified` that a checksum is compared beside
    it, `is_open` that a part of it is a variable; `place` as in InstallCommand, and container for what a container runs
    when it starts.
    """

    at: Location
    tool: str
    does: str
    sources: tuple[str, ...] = ()
    target: str = ""
    directory: str = ""
    place: str = ""
    is_versioned: bool = False
    is_open: bool = False
    is_verified: bool = False
    revision: str = ""
    into: str = ""
    keeps: bool = True


class Told(NamedTuple):
    """What a README or a notebook tells its reader to get by hand: the words there that may name files, sorted. `at` is
    the start of the text; `is_code`: it stands in comments, or in code that a cell writes down."""

    at: Location
    words: tuple[str, ...]
    is_code: bool = False
