"""Which files of the repository may a text name, and which texts may name the same file?"""

import posixpath
import re
from collections.abc import Iterator
from functools import cache

from mlaudit.facts import Repo
from mlaudit.lineage.puts import NAMED, Put, puts
from mlaudit.lineage.references import Reference
from mlaudit.values import GAP, ROOT

URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\")


def is_local(text: str) -> bool:
    """Whether a text is a path below the folder in which a program runs, or below the repository."""
    return bool(text) and not URL.match(text) and not DRIVE.match(text) and not text.startswith(("/", "~"))


def candidates(text: str, program: str) -> Iterator[str]:
    """The paths from the root that a local text may name: a program may run in its own folder or any above."""
    text = text.replace("\\", "/")
    if text.startswith(f"{ROOT}/"):
        yield posixpath.normpath(text[len(ROOT) + 1 :])
        return
    folder = posixpath.dirname(program)
    while True:
        path = posixpath.normpath(posixpath.join(folder, text))
        if not path.startswith(".."):
            yield path
        if not folder:
            return
        folder = posixpath.dirname(folder)


def is_in_repository(repo: Repo, reference: Reference, text: str) -> bool:
    """Whether a text may name a file or folder that the repository has, or that one of its programs puts there."""
    return is_there(repo, reference.program, text)


def is_there(repo: Repo, program: str, text: str) -> bool:
    """The same of a text that stands in any file."""
    if not is_local(text):
        return False
    known, beside = repo.view(paths_of), repo.view(_put_beside)
    for path in candidates(text, program):
        is_pattern = re.search(r"[*\0]", path)
        if path in known or path in beside or (is_pattern and any(map(pattern_of(path).fullmatch, known))):
            return True
    return any(may_be_same(text, put) for put in repo.view(_Near).texts(program))


class _Near:
    """What is put into place that files may mean by their texts, asked once for each of them."""

    def __init__(self, repo: Repo) -> None:
        self._puts = repo.view(puts)
        self._texts: dict[str, tuple[str, ...]] = {}

    def texts(self, program: str) -> tuple[str, ...]:
        """The texts of what is put near a program, each once."""
        if program not in self._texts:
            near = (_plain(put.text) for put in self._puts if _is_near(put, program))
            self._texts[program] = tuple(dict.fromkeys(near))
        return self._texts[program]


def _put_beside(repo: Repo) -> frozenset[str]:
    """Where what is put without a folder comes to lie, if the program runs in its own."""
    return frozenset(
        posixpath.join(posixpath.dirname(put.origin), put.text)
        for put in repo.view(puts)
        if is_local(put.text) and "/" not in put.text and GAP not in put.text
    )


def is_folder_of_ours(repo: Repo, reference: Reference, name: str) -> bool:
    """Whether a name that could be a hub's is a file or folder beside the program or above, as the repository has it or
    as one of its programs makes it there."""
    known, made = repo.view(paths_of), repo.view(_made)
    return any(path in known or path in made for path in candidates(name, reference.program))


def _made(repo: Repo) -> frozenset[str]:
    """All files that may be put into place, and the folders around them."""
    found: set[str] = set()
    for put in repo.view(puts):
        if is_local(put.text) and not put.text.startswith(GAP):
            for path in candidates(put.text, put.origin):
                _with_folders(path, found)
    return frozenset(found)


def _with_folders(path: str, found: set[str]) -> None:
    while path and path not in found:
        found.add(path)
        path = posixpath.dirname(path)


def _is_near(put: Put, program: str) -> bool:
    """Whether something that is put anywhere may be meant: of what has no name of its own only from the same folder
    or program."""
    if not is_local(put.text):
        return False
    here, there = posixpath.dirname(program), posixpath.dirname(put.origin)
    if not NAMED.search(put.text):
        return here == there or put.program == program
    return "/" in _plain(put.text) or _is_above(here, there) or _is_above(there, here)


def _is_above(one: str, other: str) -> bool:
    return not one or other == one or other.startswith(f"{one}/")


def paths_of(repo: Repo) -> frozenset[str]:
    """All files of the commit, and all folders that hold one."""
    found = {"."}
    for path in (path for path, file in repo.files.items() if file.tracked is not False):
        _with_folders(path, found)
    return frozenset(found)


def may_be_same(one: str, other: str) -> bool:
    """Whether two local texts may name one file, or one of them a folder above the other's. Gaps stand for anything,
    and where a program runs is not known."""
    one, other = _plain(one), _plain(other)
    return bool(pattern_of(one).match(other) or pattern_of(other).match(one))


@cache
def _plain(text: str) -> str:
    text = posixpath.normpath(text.replace("\\", "/").replace(f"{ROOT}/", ""))
    while text.startswith("../"):
        text = text[3:]
    return text


@cache
def pattern_of(text: str) -> re.Pattern[str]:
    """Paths that end in a text or go on below it. `*` stands for anything too, and savers add an ending of their own to
    a name that has none."""
    body = ".*".join(re.escape(part) for part in re.split(r"[*\0]+", text))
    ending = "" if "." in posixpath.basename(text) else r"(?:\.\w{1,8})?"
    return re.compile(rf"(?:.*/)?{body}{ending}(?:/.*)?$", re.DOTALL)


def is_above(manifest: str, path: str) -> bool:
    """Whether a file lies in the folder of another, or below it."""
    return _is_above(posixpath.dirname(manifest), posixpath.dirname(path))
