"""Which programs hand files to one another, and does anything but their authors know in which order they run?"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Code, Command, Import, Repo, Stage, Unreadable
from mlaudit.facts.place import Location
from mlaudit.knowledge import automation as known
from mlaudit.knowledge.layout import is_test
from mlaudit.lineage.places import is_local, may_be_same, paths_of
from mlaudit.lineage.puts import kept_by_dvc
from mlaudit.lineage.references import READING, WRITING, Reference, in_own_code, references
from mlaudit.programs.modules import modules
from mlaudit.resolution.projects import projects
from mlaudit.running.spots import MOST
from mlaudit.values import GAP, ROOT

# What is read there and hands on nothing.
OTHER = ("configuration", "log", "figure", "tracked")
# A number that begins the name of a file or folder: `01_clean.py`, `step2_train.ipynb`, `2-train`.
NUMBERED = re.compile(
    r"^(?:step|part|stage|chapter|nb|lab|week|day|ex)?[_ -]?(\d+)(?:[_.\s-]|[a-z]?[_.\s-])", re.IGNORECASE
)
AT_END = re.compile(r"(?:step|part|stage|phase)[_ -]?(\d+)", re.IGNORECASE)


class Chain(NamedTuple):
    """A file that `writer` writes at `put` and `reader` reads at `at`. `more` tells of other files that go that way,
    `also` of other programs that read them, at `others`."""

    at: Location
    name: str
    path: str
    writer: str
    reader: str
    put: Location
    level: str = ""
    more: str = ""
    also: str = ""
    others: tuple[Location, ...] = ()


def undeclared(repo: Repo) -> list[Chain]:
    """One chain for each program of which nothing says that it runs before those that read what it writes."""
    if any(map(known.is_pipeline, repo.files)) or repo.all(Stage):
        return []
    if any(known.declares_order(each.module) for each in repo.all(Import)):
        return []
    pairs: dict[tuple[str, str], list[Chain]] = {}
    for chain in _chains(repo):
        pairs.setdefault((chain.writer, chain.reader), []).append(chain)
    found: dict[str, list[Chain]] = {}
    for pair, chains in pairs.items():
        level = _told(repo, *pair)
        if level is not None:
            found.setdefault(pair[0], []).append(
                _counted(chains, {chain.path for chain in chains})._replace(level=level)
            )
    return [_of_writer(sorted(chains, key=lambda chain: (chain.level, chain.at))) for chains in found.values()]


def _counted(chains: list[Chain], paths: set[str]) -> Chain:
    return chains[0]._replace(more=f" and {len(paths) - 1} more" if len(paths) > 1 else "")


def _of_writer(chains: list[Chain]) -> Chain:
    """The first program that reads what another writes, with those that do so too."""
    others = tuple(chain.at for chain in chains[1:])
    also = (
        f" ({len(others)} more programs read it too)"
        if len(others) > 1
        else " (one more program reads it too)"
        if others
        else ""
    )
    return chains[0]._replace(others=others[:MOST], also=also)


def _chains(repo: Repo) -> Iterator[Chain]:
    written: dict[str, list[Reference]] = {}
    own: dict[str, set[str]] = {}
    for reference in repo.view(references):
        if reference.role in (WRITING, "appends") and _hands_on(reference):
            for path in _paths(repo, reference):
                written.setdefault(path, []).append(reference)
                own.setdefault(reference.program, set()).add(path)
    asked = _asked(repo)
    loose = _loosely_written(repo)
    broken = {each.at.path for each in repo.all(Unreadable)}
    for reference in repo.view(references):
        if reference.role != READING or not _hands_on(reference):
            continue
        for path in _paths(repo, reference):
            writers = {each.program: each for each in written.get(path, ())}
            is_own = path in own.get(reference.program, ()) or path in asked.get(reference.program, ())
            is_own = is_own or _may_write(loose, reference.program, path)
            if len(writers) == 1 and not is_own and not _is_kept(repo, path) and reference.program not in broken:
                writer, put = next(iter(writers.items()))
                if posixpath.splitext(writer)[0] == posixpath.splitext(reference.program)[0]:
                    continue  # a notebook and the script that was exported from it
                yield Chain(reference.at, reference.name, path, writer, reference.program, put.at)


def _loosely_written(repo: Repo) -> dict[str, set[str]]:
    """The texts with gaps at which each program writes, also those of its twin: a notebook and its exported script."""
    found: dict[str, set[str]] = {}
    for reference in repo.view(references):
        if reference.role in (WRITING, "appends"):
            found.setdefault(posixpath.splitext(reference.program)[0], set()).update(
                text for text in reference.texts if GAP in text
            )
    return found


def _may_write(loose: dict[str, set[str]], program: str, path: str) -> bool:
    """Whether a program writes a path of which a part is not known, and which may be this one."""
    return any(may_be_same(text, path) for text in loose.get(posixpath.splitext(program)[0], ()))


def _hands_on(reference: Reference) -> bool:
    return reference.row.kind not in OTHER and reference.kind != "unreached" and not is_test(reference.at.path)


def _paths(repo: Repo, reference: Reference) -> Iterator[str]:
    """The paths, from the root, that a reference surely names: below its program's folder, and below the project where
    it names a folder."""
    folder = posixpath.dirname(reference.program)
    project = repo.view(projects).of(reference.program)
    bases = {folder, project.folder} if project else {folder, ""} if folder.count("/") == 0 else {folder}
    for text in reference.texts:
        if GAP in text or "*" in text or not is_local(text) or not re.search(r"\.\w{1,10}$", text):
            continue
        if text.startswith(f"{ROOT}/"):
            yield posixpath.normpath(text[len(ROOT) + 1 :])
            continue
        text = text.replace("\\", "/")
        for base in sorted(bases) if "/" in text else [folder]:
            path = posixpath.normpath(posixpath.join(base, text))
            if not path.startswith(".."):
                yield path


def _asked(repo: Repo) -> dict[str, set[str]]:
    """Paths of which each program asks whether they are there: it goes on without."""
    found: dict[str, set[str]] = {}
    for reference in repo.view(references):
        if reference.role == "asks":
            found.setdefault(reference.program, set()).update(_paths(repo, reference))
    return found


def _is_kept(repo: Repo, path: str) -> bool:
    """Whether the file is there before any program runs: in the commit, or kept by a tool."""
    kept = repo.view(kept_by_dvc)
    above = [path]
    while above[-1]:
        above.append(posixpath.dirname(above[-1]))
    return any(each in kept for each in above) or path in repo.view(paths_of)


def _told(repo: Repo, writer: str, reader: str) -> str | None:
    """How badly an order is told: None where something declares it, note where only the README does."""
    if _is_numbered(writer, reader) or _calls(repo, writer, reader):
        return None
    places: dict[tuple[str, str], set[str]] = {}
    for command in repo.all(Command):
        for program in (writer, reader):
            if any(_is_named(program, word) for word in command.words):
                places.setdefault((command.at.path, command.place), set()).add(program)
    both = {place for (_, place), named in places.items() if len(named) == 2}
    if both - {"readme"}:
        return None
    return "note" if both else ""


def _is_named(program: str, word: str) -> bool:
    name = word.removeprefix("./")
    dotted = program.removesuffix(".py").removesuffix("/__main__").replace("/", ".")
    return (
        f"/{program}".endswith(f"/{name}")
        if name.endswith((".py", ".ipynb"))
        else f".{dotted}".endswith(f".{name}") and "." in name
    )


def _is_numbered(writer: str, reader: str) -> bool:
    """Whether the names tell the order: by numbers in front, of files or of the folders around them."""
    for one, other in zip(writer.split("/"), reader.split("/"), strict=False):
        if one != other:
            first, second = _number(one), _number(other)
            return first is not None and second is not None and first < second
    return False


def _number(name: str) -> tuple[int, ...] | None:
    match = NUMBERED.match(name) or AT_END.search(name) or re.match(r"(\d+)\D", name)
    return (int(match[1]),) if match else None


def _calls(repo: Repo, writer: str, reader: str) -> bool:
    """Whether one of two programs imports the other or runs it, or a third does so with both."""
    own = repo.view(modules)
    runs: dict[str, set[str]] = {}
    for code in repo.all(Code):
        found = (own.find(dotted, code.at.path) for dotted in code.modules)
        runs.setdefault(code.at.path, set()).update(target[0] for target in found if target)
    for reference in repo.view(in_own_code):
        if reference.role == "runs":
            words = [word for text in reference.texts for word in text.split()]
            named = {each for each in (writer, reader) if any(_is_named(each, word) for word in words)}
            runs.setdefault(reference.program, set()).update(named)
            runs.setdefault(reference.at.path, set()).update(named)
    if reader in runs.get(writer, ()) or writer in runs.get(reader, ()):
        return True
    return any({writer, reader} <= targets for targets in runs.values())
