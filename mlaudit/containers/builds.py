"""How does a Dockerfile build its image: in which stages, from which context, by which commands?"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Build, ContainerCommand, Copy, ImageRef, InstallCommand, Repo
from mlaudit.knowledge.layout import is_test
from mlaudit.lineage.places import paths_of

# Sources that name no single path of the context: variables, patterns, templates, URLs.
OPEN = re.compile(r"[$*?\[\]{}<>]|://|^git@")
WHOLE = "."


class Dockerfile(NamedTuple):
    """A Dockerfile with what it says in order. `bases` has one image or stage for each of its stages.

    `contexts` are the folders that may be the context of its build, the likeliest first; `context` is the one that is,
    None where that is not known.
    """

    path: str
    bases: tuple[ImageRef, ...]
    copies: tuple[Copy, ...]
    commands: tuple[ContainerCommand, ...]
    installs: tuple[InstallCommand, ...]
    contexts: tuple[str, ...]
    context: str | None


def dockerfiles(repo: Repo) -> tuple[Dockerfile, ...]:
    """The Dockerfiles of a repository, outside tests."""
    return tuple(_dockerfile(repo, path, bases) for path, bases in _bases(repo).items() if not is_test(path))


def _bases(repo: Repo) -> dict[str, list[ImageRef]]:
    found: dict[str, list[ImageRef]] = {}
    for image in repo.all(ImageRef):
        if image.origin == "dockerfile" and image.role == "base":
            found.setdefault(image.at.path, []).append(image)
    return found


def _dockerfile(repo: Repo, path: str, bases: list[ImageRef]) -> Dockerfile:
    copies = tuple(copy for copy in repo.all(Copy) if copy.at.path == path)
    commands = tuple(command for command in repo.all(ContainerCommand) if command.at.path == path)
    installs = tuple(command for command in repo.all(InstallCommand) if command.at.path == path)
    contexts, context = _contexts(repo, path, copies)
    return Dockerfile(path, tuple(bases), copies, commands, installs, contexts, context)


def _contexts(repo: Repo, path: str, copies: tuple[Copy, ...]) -> tuple[tuple[str, ...], str | None]:
    """What commands and compose files say, and where all that is copied lies."""
    said = [build.context for build in repo.all(Build) if build.dockerfile == path]
    named = tuple(dict.fromkeys("" if context == "." else context for context in said if context != "?"))
    contexts = tuple(dict.fromkeys((*named, *above(posixpath.dirname(path)))))
    sources = {source for copy in copies if is_of_context(copy) for source in map(plain, copy.sources) if source}
    known = repo.view(paths_of)
    fitting = [folder for folder in contexts if all(inside(folder, source) in known for source in sources)]
    for found in ([folder for folder in named if folder in fitting], fitting, contexts):
        if len(found) == 1:
            return contexts, found[0]
    return contexts, None


def above(folder: str) -> Iterator[str]:
    """A folder and all above it; the root is ""."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def is_of_context(copy: Copy) -> bool:
    """Whether what is copied comes from the context of this build."""
    return not copy.origin and not copy.is_later


def plain(source: str) -> str:
    """The path in the context that a source names, `.` for all of it; "" where it names no single one."""
    if OPEN.search(source):
        return ""
    path = posixpath.normpath(source.strip("\"'").lstrip("/") or WHOLE)
    while path == ".." or path.startswith("../"):
        path = path[3:] or WHOLE
    return path


def inside(folder: str, path: str) -> str:
    """A path in a folder, from the root."""
    return posixpath.normpath(posixpath.join(folder, path))


def chain(file: Dockerfile, stage: int) -> list[int]:
    """A stage and those on which it builds, down to the one that begins with an image."""
    found = [stage]
    while file.bases[found[-1]].stage:
        earlier = [at for at in range(found[-1]) if file.bases[at].alias == file.bases[found[-1]].name.lower()]
        if not earlier:
            break
        found.append(earlier[-1])
    return found


def final(file: Dockerfile) -> list[int]:
    """The stages whose files end up in the image."""
    return chain(file, len(file.bases) - 1)
