"""What can an editor offer to do about a finding? Its fix, and a comment that says it is meant to be."""

import os
from argparse import Namespace
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Any

from lsprotocol import types

from mlaudit.config import UsageError
from mlaudit.findings import Finding, Fix
from mlaudit.fixes.applying import edited
from mlaudit.fixes.diffs import shared
from mlaudit.server import notebooks
from mlaudit.server.diagnostics import Shown
from mlaudit.server.places import Desk
from mlaudit.server.positions import Text
from mlaudit.source import NEWLINE, Source
from mlaudit.suppressions.writing import commented

# What a comment says until its writer says why; every report shows it.
REASON = "why?"
Change = types.TextDocumentEdit | types.CreateFile


def actions(
    found: list[Shown], desk: Desk, options: Mapping[str, Any], client: types.ClientCapabilities
) -> Iterator[types.CodeAction]:
    """What to offer for findings: fixes first, the safe ones preferred."""
    for each in found:
        if each.fix and (edit := _workspace(_fixed(each.fix, desk), desk, client)):
            is_safe = (each.fix.safety or each.finding.rule.fixable) == "safe"
            title = each.fix.title if is_safe else f"{each.fix.title} (unsafe: results may change)"
            yield _action(f"mlaudit: {title}", each, edit, preferred=is_safe)
    for each in found:
        if edit := _workspace(_ignored(each.finding, desk, options), desk, client):
            yield _action(f"mlaudit: ignore {each.finding.rule.id} here, with a reason", each, edit, preferred=False)


def _action(title: str, each: Shown, edit: types.WorkspaceEdit, *, preferred: bool) -> types.CodeAction:
    return types.CodeAction(
        title, types.CodeActionKind.QuickFix, [each.diagnostic], is_preferred=preferred or None, edit=edit
    )


def _fixed(fix: Fix, desk: Desk) -> dict[str, str]:
    """The texts of files with a fix in them."""
    paths = {edit.path for edit in fix.edits}
    return {path: edited(desk.text(path).text, (edit for edit in fix.edits if edit.path == path)) for path in paths}


def _ignored(finding: Finding, desk: Desk, options: Mapping[str, Any]) -> dict[str, str]:
    """The text of the file with a comment, or of the configuration with a table where the file takes none."""
    from mlaudit.prepared import configuration
    from mlaudit.suppressions.tables import added

    path = finding.at.path
    if "suppression" in finding.rule.name:
        return {}
    source = Source(path, desk.content(path) or b"")
    content, left = commented(source, [finding], REASON)
    if content is not None and not left:
        return {path: Source(path, content).text}
    try:
        config = configuration(Namespace(**options), desk.root)
        file, content, _ = added([finding], config, desk.root, REASON, desk.unsaved)
    except UsageError:
        return {}
    named = os.path.relpath(os.path.realpath(file), os.path.realpath(desk.root)).replace(os.sep, "/")
    return {} if named.startswith("../") else {named: Source(named, content).text}


def _workspace(texts: Mapping[str, str], desk: Desk, client: types.ClientCapabilities) -> types.WorkspaceEdit | None:
    """The edits that lead to the texts; None where there are none, or the client cannot make a file."""
    changes: list[Change] = []
    for path, text in texts.items():
        if desk.content(path) is None:
            changes.append(types.CreateFile(desk.uri(path), options=types.CreateFileOptions(ignore_if_exists=True)))
        changes += _changes(path, text, desk)
    can = client.workspace.workspace_edit if client.workspace else None
    edits = [change for change in changes if isinstance(change, types.TextDocumentEdit)]
    if not edits:
        return None
    if can and can.document_changes:
        makes = types.ResourceOperationKind.Create in (can.resource_operations or ())
        return types.WorkspaceEdit(document_changes=changes) if makes or len(edits) == len(changes) else None
    by_uri = {change.text_document.uri: change.edits for change in edits}
    return types.WorkspaceEdit(changes=by_uri) if len(edits) == len(changes) else None  # type: ignore[arg-type]


def _changes(path: str, after: str, desk: Desk) -> Iterator[types.TextDocumentEdit]:
    """The edits of the documents that show a file: the file itself, or the cells of a notebook."""
    notebook = desk.notebooks.get(path)
    if notebook is None:
        document = desk.documents.get(path)
        if edits := _edits(desk.text(path), after):
            yield _edit(desk.uri(path), document.version if document else None, edits)
        return
    for cell, text in zip(notebook.cells, notebooks.texts(after.encode("utf-8", "replace")), strict=True):
        if edits := _edits(Text(cell.text, desk.encoding), text):
            yield _edit(cell.uri, cell.version, edits)


def _edit(uri: str, version: int | None, edits: list[types.TextEdit]) -> types.TextDocumentEdit:
    return types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, version), [*edits])


def _edits(before: Text, after: str) -> list[types.TextEdit]:
    """Edits of whole lines that make one text of another. What both begin and end with is set aside first: files that
    say one line thousands of times are slow to compare."""
    old, new = _lines(before.text), _lines(after)
    head, tail = shared(old, new)
    starts = list(accumulate(map(len, old), initial=0))
    matcher = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail])
    return [
        types.TextEdit(before.range(starts[head + first], starts[head + last]), "".join(new[head + start : head + end]))
        for word, first, last, start, end in matcher.get_opcodes()
        if word != "equal"
    ]


def _lines(text: str) -> list[str]:
    ends = [match.end() for match in NEWLINE.finditer(text)]
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]
