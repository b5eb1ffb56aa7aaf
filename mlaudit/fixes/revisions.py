"""Which commit of a model or dataset has this machine's Hugging Face cache, and how does a call ask for it?"""

import os

from mlaudit.findings import Finding, Fix
from mlaudit.fixes import Asked
from mlaudit.fixes.python import arguments
from mlaudit.fixes.python.pieces import Parts, call_at
from mlaudit.lineage import hubs
from mlaudit.lineage.references import in_own_code
from mlaudit.patterns import pattern

COMMIT = pattern(r"[0-9a-f]{40}")
PLAIN = pattern(r"[\w.-]+(?:/[\w.-]+)?")


def revision_of(finding: Finding, asked: Asked, role: str) -> Fix | None:
    """`revision=` with the commit to which the cache's `main` led when it was last asked. Only where the user allows
    this machine to be asked, for calls that take one, and for one name."""
    if asked.machine is None:
        return None
    references = [each for each in asked.repo.view(in_own_code) if each.at == finding.at and each.role == role]
    if not references or any("revision" not in each.row.revision for each in references):
        return None
    things = {each.thing for each in hubs.moving(asked.repo, role) if each.at == finding.at and not each.revision}
    texts = {text for each in references for text in each.texts}
    if len(things) != 1 or len(texts) != 1:
        return None
    thing = things.pop()
    commit = _cached(asked.machine.models, role, thing)
    found = call_at(asked.repo.view(Parts).of(asked.source(finding.at.path)), finding.at)
    if not commit or found is None:
        return None
    piece, call = found
    edits = piece.edits(arguments.keyword(piece, call, "revision", arguments.quoted(piece, call, commit)))
    origin = "the Hugging Face cache of this machine"
    return Fix(f"Ask for `{thing}` at commit {commit[:12]}", origin, "", tuple(edits)) if edits else None


def _cached(folder: str, role: str, thing: str) -> str:
    """The commit that the cache has under `main`, if its files are there; "" where it has none."""
    name = f"{role}--{thing.replace('/', '--')}"
    if not PLAIN.fullmatch(thing):
        return ""
    try:
        with open(os.path.join(folder, name, "refs", "main"), encoding="ascii") as file:
            commit = file.read().strip()
    except (OSError, ValueError):
        return ""
    is_there = COMMIT.fullmatch(commit) and os.path.isdir(os.path.join(folder, name, "snapshots", commit))
    return commit if is_there else ""
