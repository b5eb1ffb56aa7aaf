"""A client of the language server as tests need one: pygls' own, over the standard streams of a real process."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

ROOT = Path(__file__).parent.parent.parent
SECONDS = 20.0


class Editor(LanguageClient):
    """An editor: it remembers what it is shown, and applies edits to the texts that it holds."""

    def __init__(self, settings: Any = None) -> None:
        super().__init__("editor", "1")
        self.shown: dict[str, types.PublishDiagnosticsParams] = {}
        self.logged: list[str] = []
        self.told: list[str] = []
        self.registered: list[str] = []
        self.settings = settings
        self.texts: dict[str, str] = {}
        self._news = asyncio.Event()
        for name, hear in (
            (types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda params: self.shown.update({params.uri: params})),
            (types.WINDOW_LOG_MESSAGE, lambda params: self.logged.append(params.message)),
            (types.WINDOW_SHOW_MESSAGE, lambda params: self.told.append(params.message)),
        ):
            self.feature(name)(self._heard(hear))
        self.feature(types.CLIENT_REGISTER_CAPABILITY)(self._heard(self._register))
        self.feature(types.WORKSPACE_CONFIGURATION)(lambda params: [self.settings for _ in params.items])

    def _heard(self, hear: Callable[[Any], None]) -> Callable[[Any], None]:
        def heard(params: Any) -> None:
            hear(params)
            self._news.set()

        return heard

    def _register(self, params: types.RegistrationParams) -> None:
        self.registered += [each.method for each in params.registrations]

    async def start(self, folder: Path, *, units: str = "utf-16", **more: Any) -> types.InitializeResult:
        """Start the server in the folder and shake hands."""
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        await self.start_io(sys.executable, "-P", "-m", "mlaudit", "server", "--stdio", cwd=folder, env=env)
        workspace = types.WorkspaceClientCapabilities(
            apply_edit=True,
            configuration=True,
            workspace_edit=types.WorkspaceEditClientCapabilities(
                document_changes=True, resource_operations=[types.ResourceOperationKind.Create]
            ),
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
            did_change_configuration=types.DidChangeConfigurationClientCapabilities(dynamic_registration=True),
        )
        notebook = types.NotebookDocumentClientCapabilities(types.NotebookDocumentSyncClientCapabilities())
        general = types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(units)])
        found = await self.initialize_async(
            types.InitializeParams(
                types.ClientCapabilities(workspace=workspace, notebook_document=notebook, general=general),
                process_id=os.getpid(),
                workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name)],
                **more,
            )
        )
        self.initialized(types.InitializedParams())
        return found

    def open(self, path: Path, text: str | None = None) -> str:
        """Open a file, with another text than the disk has where one is given."""
        uri = path.as_uri()
        self.texts[uri] = path.read_text("utf-8") if text is None else text
        item = types.TextDocumentItem(uri, path.suffix[1:] or "text", 1, self.texts[uri])
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def replace(self, uri: str, version: int, text: str) -> None:
        """Replace the whole text of an open document."""
        self.texts[uri] = text
        change = types.TextDocumentContentChangeWholeDocument(text)
        named = types.VersionedTextDocumentIdentifier(version, uri)
        self.text_document_did_change(types.DidChangeTextDocumentParams(named, [change]))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds of what is shown."""

        async def wait() -> None:
            while not holds():
                self._news.clear()
                await self._news.wait()

        await asyncio.wait_for(wait(), SECONDS)

    def codes(self, uri: str) -> list[str]:
        """The rules of what is shown in a document."""
        return [str(each.code) for each in self.shown[uri].diagnostics] if uri in self.shown else []

    async def actions(self, uri: str, where: types.Range) -> list[types.CodeAction]:
        """What the server offers at a range."""
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), where, types.CodeActionContext([]))
        found = await self.text_document_code_action_async(params)
        return [each for each in found or [] if isinstance(each, types.CodeAction)]

    async def stop_server(self) -> int | None:
        """Shut the server down as the protocol says, and give its exit code."""
        await self.shutdown_async(None)
        self.exit(None)
        process = self._server
        assert process is not None
        await asyncio.wait_for(process.wait(), 10)
        code = process.returncode
        await self.stop()
        return code


def applied(text: str, edits: list[Any], units: str = "utf-16-le") -> str:
    """A text after edits, by a way of counting that shares nothing with the server's."""
    lines = text.splitlines(keepends=True) or [""]

    def offset(position: types.Position) -> int:
        if position.line >= len(lines):
            return len(text)
        before = lines[position.line].encode(units)[: position.character * 2].decode(units)
        return sum(map(len, lines[: position.line])) + len(before)

    for edit in sorted(edits, key=lambda edit: (edit.range.start.line, edit.range.start.character), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test of coroutines."""
    asyncio.run(asyncio.wait_for(test(), 2 * SECONDS))
