"""What does the server hold, and how does an audit become what the editor shows? Never a traceback."""

from __future__ import annotations

import inspect
import os
from argparse import Namespace
from collections.abc import Callable
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from mlaudit import __version__
from mlaudit.files.discover import root_of
from mlaudit.server import wishes
from mlaudit.server.diagnostics import Shown, shown
from mlaudit.server.places import Desk, Document
from mlaudit.server.positions import changed, touches
from mlaudit.server.state import Folder, desk_of, owner
from mlaudit.server.worker import Task
from mlaudit.server.working import Worker

NOTEBOOKS = types.NotebookDocumentSyncOptions(
    [types.NotebookDocumentFilterWithNotebook(types.NotebookDocumentFilterNotebookType("jupyter-notebook"))], save=True
)
KINDS = {types.NotebookCellKind.Code: "code", types.NotebookCellKind.Markup: "markdown"}


class Server(LanguageServer):
    """The server and what it knows: open documents, notebooks, repositories, and the settings of the client."""

    def __init__(self, options: Namespace) -> None:
        super().__init__("mlaudit", __version__, notebook_document_sync=NOTEBOOKS)
        self.options: dict[str, Any] = vars(options)
        self.wished: dict[str, Any] = {}
        self.delay = wishes.DELAY
        self.texts: dict[str, Document] = {}
        self.folders: dict[str, Folder] = {}
        self.worker = Worker()
        self.is_shut = False

    def log(self, text: str, kind: types.MessageType = types.MessageType.Error) -> None:
        """A line in the editor's log."""
        self.window_log_message(types.LogMessageParams(kind, f"mlaudit: {text}"))

    def report_server_error(self, error: Exception, _: object) -> None:
        """Whatever goes wrong is a line in the log."""
        self.log(f"{type(error).__name__}: {error}")

    @property
    def settings(self) -> dict[str, Any]:
        """The options of the command line, and what the client says instead."""
        return {**self.options, **self.wished}

    def desk(self, folder: Folder) -> Desk:
        """What the editor holds of a repository now."""
        encoding = str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding))
        held = {each.uri: [cell.document for cell in each.cells] for each in self.workspace.notebook_documents.values()}
        cells = (cell for each in self.workspace.notebook_documents.values() for cell in each.cells)
        kinds = {cell.document: KINDS[types.NotebookCellKind(cell.kind)] for cell in cells}
        return desk_of(folder, encoding, self.texts, held, kinds)

    def folder(self, uri: str) -> Folder | None:
        """The repository of a document: one of the workspace, or where there is none the checkout around it."""
        found = owner(uri, self.folders.values())
        path = to_fs_path(uri)
        if found or path is None or self.workspace.folders or self.workspace.root_path:
            return found
        root = root_of(path)
        return self.add(root) if os.path.exists(os.path.join(root, ".git")) else None

    def add(self, root: str) -> Folder:
        """A repository from now on audited."""
        return self.folders.setdefault(root, Folder(root, self.audit))

    async def audit(self, folder: Folder) -> None:
        """Audit a repository with what the editor holds now, and show what is found."""
        try:
            await self._audited(folder)
        except Exception as error:  # nobody waits for this task: its error would be lost
            self.report_server_error(error, folder)

    async def _audited(self, folder: Folder) -> None:
        desk = self.desk(folder)
        answer = await self.worker.ask(Task(folder.root, desk.unsaved, self.settings))
        for line in answer.crashes:
            self.log(line)
        if answer.error and answer.error != folder.error:  # said once, and not at each key
            self.log(answer.error)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"mlaudit: {answer.error}"))
        folder.error = answer.error
        if answer.error:
            return
        found = shown(answer.findings, dict(answer.fixes), desk)
        self.publish(folder, found, desk)
        text = f"{len(answer.findings)} findings in {answer.files} files, {answer.seconds:.1f} s"
        self.log(text, types.MessageType.Log)

    def publish(self, folder: Folder, found: dict[str, list[Shown]], desk: Desk) -> None:
        """Show what was found, and take back what is gone. What was edited meanwhile waits for the next audit."""
        versions = desk.versions
        for uri in sorted({*folder.shown, *found}):
            version = versions.get(uri)
            now = self.texts.get(uri)
            if now and now.version != version:
                found[uri] = folder.shown.get(uri, [])
                continue
            listed = [each.diagnostic for each in found.get(uri, ())]
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, listed, version))
        folder.shown = {uri: listed for uri, listed in found.items() if listed}
        folder.desk = desk

    def remove(self, root: str) -> None:
        """A repository is audited no longer, and nothing of it is shown."""
        if folder := self.folders.pop(root, None):
            folder.stop()
            for uri in folder.shown:
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def hear(self, data: Any, *, soon: bool = True) -> None:
        """Take the settings of the client, and audit with them."""
        self.wished, self.delay, wrong = wishes.heard(data)
        for line in wrong:
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"mlaudit: {line}"))
        for folder in self.folders.values() if soon else ():
            folder.touch(0)

    def at(self, uri: str, where: types.Range) -> tuple[Desk | None, list[Shown]]:
        """What is shown at a place, and the desk that it was found on, as long as the document is still that one."""
        folder = next((folder for folder in self.folders.values() if uri in folder.shown), None)
        now = self.texts.get(uri)
        if folder is None or (now and folder.desk.versions.get(uri) != now.version):
            return None, []
        return folder.desk, [each for each in folder.shown[uri] if touches(each.diagnostic.range, where)]

    def take(self, document: types.TextDocumentItem) -> None:
        """Hold a document that was opened."""
        kind = "raw" if document.language_id == "raw" else ""  # a cell that is no code, which the protocol calls code
        self.texts[document.uri] = Document(document.uri, document.text, document.version, kind)

    def change(self, uri: str, version: int, changes: Any) -> None:
        """Hold a document as it is after changes."""
        encoding = str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding))
        text = self.texts[uri].text
        for each in changes:
            text = changed(text, each, encoding)
        self.texts[uri] = self.texts[uri]._replace(text=text, version=version)

    def touch(self, uri: str, delay: float | None = None) -> None:
        """Audit the repository of a document soon."""
        if folder := self.folder(uri):
            folder.touch(self.delay if delay is None else delay)


def server(options: Namespace) -> Server:
    """The server, with what it answers."""
    from mlaudit.server import messages

    made = Server(options)
    for name, handler in messages.HANDLERS.items():
        made.feature(name, messages.OPTIONS.get(name))(_guarded(handler, made))
    return made


def _guarded(handler: Callable[[Server, Any], Any], made: Server) -> Callable[[Any], Any]:
    """The handler of a message. What fails in it is one line in the log, and the editor gets an empty answer."""

    def guarded(params: Any) -> Any:
        try:
            return handler(made, params)
        except Exception as error:  # pygls would send the traceback to the client
            made.report_server_error(error, handler)
            return None

    async def awaited(params: Any) -> Any:
        try:
            return await handler(made, params)
        except Exception as error:
            made.report_server_error(error, handler)
            return None

    return awaited if inspect.iscoroutinefunction(handler) else guarded
