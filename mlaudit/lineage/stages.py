"""Does a stage of a pipeline name all that its program reads?"""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Repo, Stage
from mlaudit.facts.place import Location
from mlaudit.lineage.places import is_local
from mlaudit.lineage.references import READING, Reference, references
from mlaudit.lineage.templates import Expanded, joined, known
from mlaudit.values import GAP, ROOT


class Undeclared(NamedTuple):
    """A stage, and a file that its program reads and that the stage does not list. `read` is where."""

    at: Location
    name: str
    path: str
    read: Location


def undeclared(repo: Repo) -> Iterator[Undeclared]:
    """Files that stages read without saying so, each once for a stage."""
    programs = _by_program(repo)
    for stage in repo.all(Stage):
        told: set[str] = set()
        for each in known(repo, stage):
            declared = _declared(stage, each)
            for reference, path in _read(repo, programs, each):
                if path not in told and not _covers(declared, path):
                    told.add(path)
                    yield Undeclared(stage.at, stage.name, path, reference.at)


def _declared(stage: Stage, each: Expanded) -> set[str]:
    """What a stage lists: inputs, outputs, and the files of its parameters. A folder stands for all in it."""
    listed = (*each.inputs, *(output.path for output in each.outputs))
    found = {joined(each.folder, path) for path in listed}
    found |= {joined(each.folder, parameter.file) for parameter in each.parameters}
    return found | {joined(posixpath.dirname(stage.at.path), "params.yaml")}


def _covers(declared: set[str], path: str) -> bool:
    while path:
        if path in declared:
            return True
        path = posixpath.dirname(path)
    return False


def _read(repo: Repo, programs: dict[str, list[Reference]], each: Expanded) -> Iterator[tuple[Reference, str]]:
    """What the programs that a stage's command names read, as paths of files that the commit has."""
    lines = each.command if isinstance(each.command, list) else [each.command]
    for word in (word for line in lines for word in str(line).split()):
        for reference in programs.get(joined(each.folder, word), ()) if word.endswith((".py", ".ipynb")) else ():
            for text in reference.texts:
                if GAP in text or not is_local(text) or reference.is_asked:
                    continue
                is_rooted = text.startswith(f"{ROOT}/")
                path = posixpath.normpath(text[len(ROOT) + 1 :]) if is_rooted else joined(each.folder, text)
                if path in repo.files and not path.endswith((".py", ".ipynb")):
                    yield reference, path


def _by_program(repo: Repo) -> dict[str, list[Reference]]:
    found: dict[str, list[Reference]] = {}
    for reference in repo.view(references):
        if reference.role == READING and reference.kind in ("script", "notebook"):
            found.setdefault(reference.program, []).append(reference)
    return found
