"""Which paths does a Dockerfile copy that a clone of the repository does not have?"""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.containers.builds import Dockerfile, dockerfiles, inside, is_of_context, plain
from mlaudit.containers.contexts import ignore_file, is_left_out
from mlaudit.facts import Location, Repo, Submodule
from mlaudit.knowledge.machines import is_made_by_builds
from mlaudit.lineage.places import may_be_same, paths_of
from mlaudit.lineage.puts import puts

UNTRACKED, ABSENT, LEFT_OUT = "git does not track it", "the repository has no such path", "`{}` leaves it out"
SAMPLES = (".example", ".sample", ".template", ".dist", "-example", "-sample")


class Missing(NamedTuple):
    """A source of a COPY that is not there after a clone: the path, and what is known of it."""

    at: Location
    path: str
    state: str
    confidence: str = ""


def missing(repo: Repo) -> Iterator[Missing]:
    """Sources that neither the commit has nor anything of the repository makes."""
    for file in repo.view(dockerfiles):
        for copy in filter(is_of_context, file.copies):
            for source, at in zip(copy.sources, copy.places, strict=True):
                if (path := plain(source)) and (state := _state(repo, file, path)):
                    yield Missing(at, source, state, _confidence(repo, file, path))


def _state(repo: Repo, file: Dockerfile, path: str) -> str:
    """What keeps a path out of the context; "" where it is there, or may be."""
    known = repo.view(paths_of)
    holding = [context for context in file.contexts if inside(context, path) in known]
    if holding:
        ignores = ignore_file(repo, file, file.context) if file.context in holding else ""
        return LEFT_OUT.format(ignores) if ignores and is_left_out(repo, path, ignores) else ""
    if path.partition("/")[0] == ".git" or is_made_by_builds(path) or _is_made(repo, file, path):
        return ""
    is_there = any(_lies_at(repo, inside(context, path)) for context in file.contexts)
    return UNTRACKED if is_there else ABSENT


def _is_made(repo: Repo, file: Dockerfile, path: str) -> bool:
    """Whether something of the repository brings a path, or says how to make it: another repository in this one, data
    that DVC keeps, a program, a command, a sample to be copied."""
    known = repo.view(paths_of)
    places = [inside(context, path) for context in file.contexts]
    modules = [submodule.path for submodule in repo.all(Submodule)]
    if any(_is_around(module, place) for module in modules for place in places):
        return True
    if any(f"{place}{ending}" in known for place in places for ending in SAMPLES):
        return True
    return any(_says(put.text, path) for put in repo.view(puts) if put.origin != file.path)


def _says(text: str, path: str) -> bool:
    """Whether a text that is put somewhere names a path: a gap alone may be anything, and names nothing."""
    return any(part.isalnum() for part in text) and may_be_same(text, path)


def _is_around(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def _lies_at(repo: Repo, place: str) -> bool:
    """Whether a file or folder lies there, tracked or not."""
    return place in repo.files or any(path.startswith(f"{place}/") for path in repo.files)


def _confidence(repo: Repo, file: Dockerfile, path: str) -> str:
    """Low where the same path lies elsewhere, so that the context may be there; "" where the context is known."""
    known = repo.view(paths_of)
    if inside("", path) not in known and any(each.endswith(f"/{path}") for each in known):
        return "low"
    return "" if file.context is not None or not posixpath.dirname(file.path) else "medium"
