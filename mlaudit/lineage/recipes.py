"""Does a rule of a Snakefile name all that its program reads?"""

import posixpath
import re
from collections.abc import Iterator

from mlaudit.facts import Recipe, Repo
from mlaudit.lineage.places import is_local, pattern_of
from mlaudit.lineage.puts import VARIABLE
from mlaudit.lineage.references import READING, Reference, references
from mlaudit.lineage.stages import Undeclared
from mlaudit.values import GAP, ROOT

# A workflow runs in the folder above `workflow`, by Snakemake's own layout.
INNER = re.compile(r"(?:^|/)workflow(?:/.*)?$")
PROGRAM = (".py", ".ipynb")


def undeclared(repo: Repo) -> Iterator[Undeclared]:
    """Files that rules read without saying so, each once for a rule. One that takes more than its texts say is not
    judged."""
    programs: dict[str, list[Reference]] = {}
    for reference in repo.view(references) if repo.all(Recipe) else ():
        if reference.role == READING and not reference.is_asked:
            programs.setdefault(reference.program, []).append(reference)
    for recipe in repo.all(Recipe):
        told: set[str] = set()
        declared = [pattern_of(VARIABLE.sub(GAP, text)) for text in (*recipe.inputs, *recipe.outputs)]
        for reference, path in () if recipe.is_open else _read(repo, programs, recipe):
            if path not in told and not any(pattern.match(path) for pattern in declared):
                told.add(path)
                yield Undeclared(recipe.at, recipe.name, path, reference.at)


def _read(repo: Repo, programs: dict[str, list[Reference]], recipe: Recipe) -> Iterator[tuple[Reference, str]]:
    """What the programs of a rule read, as paths of files that the commit has."""
    folder = posixpath.dirname(recipe.at.path)
    home = INNER.sub("", folder)
    named = [posixpath.join(folder, program) for program in recipe.programs]
    named += [posixpath.join(home, word) for word in recipe.command.split() if word.endswith(PROGRAM)]
    for reference in (each for name in named for each in programs.get(posixpath.normpath(name), ())):
        for text in reference.texts:
            if GAP not in text and is_local(text):
                is_rooted = text.startswith(f"{ROOT}/")
                path = posixpath.normpath(text[len(ROOT) + 1 :] if is_rooted else posixpath.join(home, text))
                if path in repo.files and not path.endswith(PROGRAM):
                    yield reference, path
