"""What can be written so that code runs on another machine as it does here?"""

from mlaudit.findings import Edit, Finding, Fix
from mlaudit.fixes import Asked
from mlaudit.fixes.python import arguments
from mlaudit.fixes.python.pieces import Parts, call_at


def implicit_encoding(finding: Finding, asked: Asked) -> Fix | None:
    """All texts of the file: they are one finding."""
    parts = asked.repo.view(Parts).of(asked.source(finding.at.path))
    edits: list[Edit] = []
    for at in (finding.at, *(each.at for each in finding.related)):
        if found := call_at(parts, at):
            piece, call = found
            edits += piece.edits(arguments.keyword(piece, call, "encoding", arguments.quoted(piece, call, "utf-8")))
    if not edits:
        return None
    origin = "what Python reads and writes on Linux and macOS where nothing else is set"
    return Fix('Say `encoding="utf-8"`', origin, "", tuple(edits))
