"""Where do programs look for modules outside the repository?"""

import posixpath
import re

from mlaudit.facts import Repo
from mlaudit.knowledge.places import is_of_a_machine, platform
from mlaudit.lineage.places import candidates, is_local
from mlaudit.lineage.references import Reference, in_own_code
from mlaudit.running.spots import Spot, joined
from mlaudit.values import GAP, ROOT


def outside(repo: Repo) -> list[Spot]:
    """Each place of one machine, and each folder above the repository, in which a file looks for modules."""
    found = []
    for reference in repo.view(in_own_code):
        if reference.role == "searches" and not _is_fetched(repo, reference):
            for text in reference.texts:
                if (level := _level(repo, reference, text)) is not None:
                    found.append(Spot(reference.at, reference.name, _shown(text), level))
                    break
    return joined(found)


def _level(repo: Repo, reference: Reference, text: str) -> str | None:
    """How bad a folder is: "" for the rule's own level; None where it is no fault."""
    if where := platform(text):
        is_meant = bool(where.files) and any(re.search(where.files, path) for path in repo.files)
        return "note" if is_meant or reference.kind == "notebook" else "warning"
    if is_of_a_machine(text):
        return ""
    is_above = _is_above(text, reference.program) and _is_above(text, reference.at.path)
    return "warning" if is_above else None


def _is_fetched(repo: Repo, reference: Reference) -> bool:
    """Whether the same file fetches code by a command: what it looks in is what it put there."""
    commands = (each for each in repo.view(in_own_code) if each.role == "runs" and each.at.path == reference.at.path)
    return any("clone" in text for each in commands for text in each.texts)


def _is_above(text: str, program: str) -> bool:
    """Whether a text leads out of the repository, wherever the program runs."""
    if text.startswith(GAP) or not is_local(text):
        return False
    if text.startswith(f"{ROOT}/"):
        return posixpath.normpath(text[len(ROOT) + 1 :]).startswith("..")
    return ".." in text and not any(candidates(text, program))


def _shown(text: str) -> str:
    return text.replace(GAP, "…").removeprefix(f"{ROOT}/")
