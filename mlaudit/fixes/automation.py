"""What can be written so that CI runs the same code again? Only commits that the repository itself names elsewhere."""

from mlaudit.facts import ActionRef
from mlaudit.findings import Edit, Finding, Fix
from mlaudit.fixes import Asked
from mlaudit.patterns import pattern

COMMIT = pattern(r"[0-9a-f]{40}")
# `# v4.2.2` behind a commit, as the tools write that keep it up to date.
NOTE = pattern(r"[\"']?[ \t]+#[ \t]*(?:tag=|pin@)?(?P<tag>v?\d+(?:\.\d+)*)[ \t]*")
BARE = pattern(r"[\"']?[ \t]*")


def moving_action(finding: Finding, asked: Asked) -> Fix | None:
    piece = asked.fact(ActionRef, finding.at)
    if piece is None or piece.kind not in ("action", "workflow") or not piece.ref:
        return None
    named = {found for other in asked.repo.all(ActionRef) if (found := _named(other, piece, asked))}
    if len({commit for commit, _, _ in named}) != 1:
        return None
    commit, tag, origin = min(named)
    edits: list[Edit] = []
    for at in asked.places(finding, f"{piece.name}@{piece.ref}"):
        edits.append(asked.edit(at, f"{piece.name}@{commit}"))
        behind = asked.source(at.path).line(at.line)[at.end_column - 1 :]
        if BARE.fullmatch(behind):
            end = edits[-1].end + len(behind.rstrip())
            edits.append(Edit(at.path, end, end, f" # {tag}"))
    return Fix(f"Take `{piece.name}` at the commit of {tag}", origin, "", tuple(edits)) if edits else None


def _named(other: ActionRef, piece: ActionRef, asked: Asked) -> tuple[str, str, str] | None:
    """The commit that another place names for the same release of an action, the tag that its comment says, and where.
    `v4` is answered by a commit of `v4.2.2`."""
    if other.name != piece.name or not COMMIT.fullmatch(other.ref):
        return None
    note = NOTE.fullmatch(asked.source(other.at.path).line(other.at.line)[other.at.end_column - 1 :])
    if note is None or not f"{note['tag']}.".startswith(f"{piece.ref}."):
        return None
    return other.ref, note["tag"], f"`{other.at.path}`, line {other.at.line}"
