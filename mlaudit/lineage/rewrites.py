"""Which files does a program write over: its own input, or the model of its last run?"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Code, Repo
from mlaudit.facts.place import Location
from mlaudit.facts.syntax import Branch, Call, Statement, nodes, spanned
from mlaudit.knowledge.layout import is_test
from mlaudit.knowledge.models import trackers
from mlaudit.knowledge.places import is_of_a_machine, is_placeholder
from mlaudit.lineage.places import candidates, is_local
from mlaudit.lineage.puts import kept_by_dvc
from mlaudit.lineage.references import READING, WRITING, Reference, references
from mlaudit.values import GAP, ROOT

# Calls by which a program may ask whether a file is there.
LISTING = ("os.listdir", "os.scandir", "glob.glob", "pathlib.Path.iterdir", "pathlib.Path.glob")
# Endings of files that hold data, and are no code, settings or documents that a tool edits.
TABLE = re.compile(
    r"\.(?:csv|tsv|parquet|feather|xlsx?|jsonl?|pkl|pickle|npy|npz|h5|hdf5|mat|arff|dta|sav|db|nc|zarr|geojson|shp)$",
    re.IGNORECASE,
)
# Numbers within a run, as they stand before the end of a name; drives that platforms mount.
PROGRESS = re.compile(r"(epoch|step|iter|fold)s?[_=-]?\0(?=[^/\0]*$)", re.IGNORECASE)
DRIVES = ("/content/drive/", "/content/gdrive/", "dbfs:/", "/dbfs/")
TEMPORARY = ("/tmp", "tmp/", "temp/", "cache")


class Rewrite(NamedTuple):
    """A path that a program writes, and the place at which it read it before, if it did."""

    at: Location
    name: str
    path: str
    first: Location | None = None


def overwritten_inputs(repo: Repo) -> Iterator[Rewrite]:
    """Data files that a program reads and then writes."""
    told: set[Location] = set()
    for listed in _by_program(repo).values():
        asked = {text for each in listed if each.role == "asks" for text in each.texts}
        folders = {posixpath.normpath(text) for each in listed if each.name in LISTING for text in each.texts}
        read: dict[str, Location] = {}
        written: set[str] = set()
        for each in listed:
            for text in each.texts:
                is_asked = text in asked or posixpath.normpath(posixpath.dirname(text)) in folders
                if not _is_plain(text) or is_asked or each.row.kind != "data" or not TABLE.search(text):
                    continue
                if each.role == READING and text not in written:
                    read.setdefault(text, each.at)
                elif each.role == WRITING:
                    written.add(text)
                    if text in read and each.at not in told and not _is_instead(repo, read[text], each.at):
                        told.add(each.at)
                        yield Rewrite(each.at, each.name, text.removeprefix(f"{ROOT}/"), read[text])


def _is_instead(repo: Repo, first: Location, second: Location) -> bool:
    """Whether a call is made in place of another one: in another branch, or where what was tried has failed."""
    if first == second:
        return True
    code = next((code for code in repo.all(Code) if code.at.path == first.path), None)
    for branch in nodes(code.body) if code else ():
        if isinstance(branch, Branch):
            holding = [index for index, block in enumerate(branch.blocks) if _holds(block, first)]
            others = [index for index, block in enumerate(branch.blocks) if _holds(block, second)]
            is_tried = branch.test is None and holding == [0] and len(branch.blocks) > 1
            if holding and ((others and holding != others) or is_tried):
                return True
    return False


def _holds(block: tuple[Statement, ...], at: Location) -> bool:
    return any(isinstance(each, Call) and each.at == spanned(at) for each in nodes(block))


def overwritten_models(repo: Repo) -> Iterator[Rewrite]:
    """Models that each run writes to one path, where no tracker keeps them."""
    tracking = any(not trackers().isdisjoint(code.words) for code in repo.all(Code))
    told: set[Location] = set()
    for listed in () if tracking else _by_program(repo).values():
        for each in listed:
            if each.role == WRITING and each.row.kind == "model" and each.at not in told:
                text = next((text for text in each.texts if _is_fixed(text)), "")
                if text and any(path in repo.view(kept_by_dvc) for path in candidates(text, each.program)):
                    continue
                if text and len(each.texts) == 1 and not each.is_asked:
                    told.add(each.at)
                    yield Rewrite(each.at, each.name, text.removeprefix(f"{ROOT}/").replace(GAP, "…"))


def _by_program(repo: Repo) -> dict[str, list[Reference]]:
    """The references of each program that people run, in order."""
    found: dict[str, list[Reference]] = {}
    for each in repo.view(references):
        if each.kind in ("script", "notebook") and not is_test(each.at.path):
            found.setdefault(each.program, []).append(each)
    return found


def _is_fixed(text: str) -> bool:
    """Whether each run writes to one path: also one that only counts the epochs of a run, and one of a machine or drive
    that outlives it."""
    text = PROGRESS.sub(r"\1", text)
    if text.startswith(DRIVES) or is_of_a_machine(text):
        text = text.lstrip("/~")
    return _is_plain(text)


def _is_plain(text: str) -> bool:
    is_known = not re.search(r"[{}*\0]", text) and not is_placeholder(text.replace(ROOT, ""))
    return is_known and is_local(text) and not any(word in text.lower() for word in TEMPORARY)
