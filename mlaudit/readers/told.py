"""Which files and folders does a text tell its reader to get by hand?"""

import re
from collections.abc import Iterable, Iterator

from mlaudit.facts import Told
from mlaudit.facts.place import Location
from mlaudit.patterns import pattern

# What shows that a passage says how something is to be had.
GETS = pattern(
    r"\b(?:download\w*|fetch\w*|obtain\w*|get|put|place|copy|unzip|unpack|extract|rename|request|curl|wget|gdown|gunzip|"
    r"kaggle|dvc)\b|https?://",
    re.IGNORECASE,
)
# A word, and what shows that it may name a file or a folder.
WORD = pattern(r"\w[\w./\\-]{2,200}\w")
NAMING = pattern(r"[./\\\d_-]|[A-Z].*[A-Z]")
PASSAGE = pattern(r"\n[ \t]*\n")


def of_prose(at: Location, text: str) -> Iterator[Told]:
    """What the passages of a README tell."""
    yield from _told(at, filter(GETS.search, PASSAGE.split(text)), is_code=False)


def of_notebook(at: Location, prose: Iterable[str], cells: Iterable[str]) -> Iterator[Told]:
    """What cells of prose and comments tell, and what is written down as a file by a cell, which nothing follows."""
    yield from _told(at, filter(GETS.search, prose), is_code=False)
    passages = []
    for cell in cells:
        if cell.lstrip().startswith(("%%writefile", "%%file")):
            passages.append(cell)
        elif "#" in cell:
            comments = "\n".join(line for line in cell.split("\n") if line.lstrip().startswith("#"))
            passages += [comments] if GETS.search(comments) else []
    yield from _told(at, passages, is_code=True)


def _told(at: Location, passages: Iterable[str], *, is_code: bool) -> Iterator[Told]:
    words = {word for passage in passages for word in WORD.findall(passage) if NAMING.search(word)}
    if words:
        yield Told(at, tuple(sorted(words)), is_code)
