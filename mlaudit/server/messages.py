"""What does the server do at each message of the language server protocol?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.uris import to_fs_path

from mlaudit.files.discover import EXCLUDED, reader_for, root_of
from mlaudit.server.actions import actions

if TYPE_CHECKING:
    from mlaudit.server.serving import Server

SECTION = "mlaudit"
WATCHED = "mlaudit/files"
CHANGED = "mlaudit/settings"


def initialize(server: Server, params: types.InitializeParams) -> None:
    """The repositories of the workspace, and what the client's settings say."""
    named = [folder.uri for folder in params.workspace_folders or ()] or [params.root_uri or ""]
    for uri in named:
        if path := to_fs_path(uri):
            server.add(root_of(path))
    if params.initialization_options:
        server.hear(params.initialization_options, soon=False)


async def initialized(server: Server, _: types.InitializedParams) -> None:
    """Ask to be told of changed files and settings, where the client can, and audit for the first time."""
    workspace = server.client_capabilities.workspace or types.WorkspaceClientCapabilities()
    wanted = []
    if workspace.did_change_watched_files and workspace.did_change_watched_files.dynamic_registration:
        watchers = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher("**/*")])
        wanted.append(types.Registration(WATCHED, types.WORKSPACE_DID_CHANGE_WATCHED_FILES, watchers))
    if workspace.did_change_configuration and workspace.did_change_configuration.dynamic_registration:
        section = types.DidChangeConfigurationRegistrationOptions(SECTION)
        wanted.append(types.Registration(CHANGED, types.WORKSPACE_DID_CHANGE_CONFIGURATION, section))
    if wanted:
        await server.client_register_capability_async(types.RegistrationParams(wanted))
    if workspace.configuration:
        await configured(server)
    for folder in server.folders.values():
        folder.touch(0)


async def configured(server: Server) -> None:
    """Ask the client for its settings."""
    asked = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
    found = await server.workspace_configuration_async(asked)
    if found and found[0]:
        server.hear(found[0])


async def settings_changed(server: Server, params: types.DidChangeConfigurationParams) -> None:
    """Settings come with the message, or are asked for."""
    workspace = server.client_capabilities.workspace
    if workspace and workspace.configuration:
        await configured(server)
    else:
        server.hear(params.settings or {})


def files_changed(server: Server, params: types.DidChangeWatchedFilesParams) -> None:
    """A file that mlaudit reads was changed on the disk, or any file came or went."""
    for event in params.changes:
        path = to_fs_path(event.uri) or ""
        is_ours = EXCLUDED.isdisjoint(path.replace("\\", "/").split("/"))
        if is_ours and (event.type != types.FileChangeType.Changed or reader_for(path)):
            server.touch(event.uri)


def folders_changed(server: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """A folder of the workspace came or went."""
    for added in params.event.added:
        if path := to_fs_path(added.uri):
            server.add(root_of(path)).touch(0)
    for removed in params.event.removed:
        if path := to_fs_path(removed.uri):
            server.remove(root_of(path))


def opened(server: Server, params: types.DidOpenTextDocumentParams) -> None:
    """A document is the editor's from now on."""
    server.take(params.text_document)
    server.touch(params.text_document.uri)


def edited(server: Server, params: types.DidChangeTextDocumentParams) -> None:
    """A document was edited."""
    server.change(params.text_document.uri, params.text_document.version, params.content_changes)
    server.touch(params.text_document.uri)


def saved(server: Server, params: types.DidSaveTextDocumentParams) -> None:
    """A document was written."""
    server.touch(params.text_document.uri, 0)


def closed(server: Server, params: types.DidCloseTextDocumentParams) -> None:
    """A document is that of the disk again."""
    server.texts.pop(params.text_document.uri, None)
    server.touch(params.text_document.uri)


def notebook_opened(server: Server, params: types.DidOpenNotebookDocumentParams) -> None:
    """The cells of a notebook are the editor's from now on."""
    for cell in params.cell_text_documents:
        server.take(cell)
    server.touch(params.notebook_document.uri)


def notebook_edited(server: Server, params: types.DidChangeNotebookDocumentParams) -> None:
    """Cells of a notebook were edited, came or went."""
    cells = params.change.cells or types.NotebookDocumentCellChanges()
    for opened in (cells.structure.did_open or ()) if cells.structure else ():
        server.take(opened)
    for gone in (cells.structure.did_close or ()) if cells.structure else ():
        server.texts.pop(gone.uri, None)
    for content in cells.text_content or ():
        server.change(content.document.uri, content.document.version, content.changes)
    server.touch(params.notebook_document.uri)


def notebook_saved(server: Server, params: types.DidSaveNotebookDocumentParams) -> None:
    """A notebook was written."""
    server.touch(params.notebook_document.uri, 0)


def notebook_closed(server: Server, params: types.DidCloseNotebookDocumentParams) -> None:
    """A notebook is that of the disk again."""
    for cell in params.cell_text_documents:
        server.texts.pop(cell.uri, None)
    server.touch(params.notebook_document.uri)


def hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    """The pages of the rules whose findings are shown here."""
    from mlaudit.reports.page import as_markdown
    from mlaudit.rulebook import examples

    _, found = server.at(params.text_document.uri, types.Range(params.position, params.position))
    rules = {each.finding.rule.id: each.finding.rule for each in found}
    if not rules:
        return None
    pages = "\n\n---\n\n".join(as_markdown(rule, examples(rule)) for rule in rules.values())
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, pages), found[0].diagnostic.range)


async def code_action(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    """What can be done about the findings here; in a thread, since a large notebook takes a second."""
    only = params.context.only
    if only and not any(types.CodeActionKind.QuickFix.value.startswith(str(getattr(k, "value", k))) for k in only):
        return []
    desk, found = server.at(params.text_document.uri, params.range)
    if desk is None:
        return []
    offered = actions(found, desk, server.settings, server.client_capabilities)
    return await asyncio.to_thread(lambda: list(offered))


def shutdown(server: Server, _: Any) -> None:
    """No audit any more."""
    for folder in server.folders.values():
        folder.stop()
    server.worker.stop()
    server.is_shut = True


HANDLERS: dict[str, Callable[[Any, Any], Any]] = {
    types.INITIALIZE: initialize,
    types.INITIALIZED: initialized,
    types.WORKSPACE_DID_CHANGE_CONFIGURATION: settings_changed,
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: files_changed,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: folders_changed,
    types.TEXT_DOCUMENT_DID_OPEN: opened,
    types.TEXT_DOCUMENT_DID_CHANGE: edited,
    types.TEXT_DOCUMENT_DID_SAVE: saved,
    types.TEXT_DOCUMENT_DID_CLOSE: closed,
    types.NOTEBOOK_DOCUMENT_DID_OPEN: notebook_opened,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE: notebook_edited,
    types.NOTEBOOK_DOCUMENT_DID_SAVE: notebook_saved,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE: notebook_closed,
    types.TEXT_DOCUMENT_HOVER: hover,
    types.TEXT_DOCUMENT_CODE_ACTION: code_action,
    types.SHUTDOWN: shutdown,
}
OPTIONS: dict[str, Any] = {
    types.TEXT_DOCUMENT_CODE_ACTION: types.CodeActionOptions([types.CodeActionKind.QuickFix]),
}
