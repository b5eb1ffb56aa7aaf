"""Which document of the editor shows a place of the repository, and which range of it?"""

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from lsprotocol import types

from mlaudit.facts import Location
from mlaudit.readers.code.cells import CodeCell
from mlaudit.server import notebooks
from mlaudit.server.positions import TOP, Text
from mlaudit.source import Source


class Document(NamedTuple):
    """A document that the editor holds: a file, or a cell (of the kind code, markdown or raw)."""

    uri: str
    text: str
    version: int
    kind: str = ""


class Notebook(NamedTuple):
    """A notebook that the editor shows by its cells, and the file that they make."""

    uri: str
    cells: tuple[Document, ...]
    content: bytes


class Desk:
    """What the editor holds of a repository at one moment; documents and notebooks by path from the root.

    `encoding` is that of the units of the client's positions.
    """

    def __init__(
        self,
        root: str,
        encoding: str,
        documents: Mapping[str, Document],
        held: Mapping[str, tuple[str, list[Document]]],
    ) -> None:
        self.root = root
        self.documents = documents
        self.encoding = encoding
        self.notebooks = {path: self._notebook(path, *found) for path, found in held.items()}
        self._texts: dict[str, Text] = {}
        self._cells: dict[str, Mapping[int, CodeCell]] = {}

    def _notebook(self, path: str, uri: str, cells: list[Document]) -> Notebook:
        held = [notebooks.Held(cell.kind, cell.text) for cell in cells]
        return Notebook(uri, tuple(cells), notebooks.content(held, self._saved(path) or b""))

    def _saved(self, path: str) -> bytes | None:
        try:
            with open(os.path.join(self.root, path), "rb") as file:
                return file.read()
        except OSError:
            return None

    @cached_property
    def unsaved(self) -> Mapping[str, bytes]:
        """The contents of files that differ from those on the disk."""
        found = {path: notebook.content for path, notebook in self.notebooks.items()}
        found |= {path: document.text.encode("utf-8", "replace") for path, document in self.documents.items()}
        return {path: held for path, held in found.items() if not self._is_saved(path, held)}

    def _is_saved(self, path: str, held: bytes) -> bool:
        saved = self._saved(path)
        return saved is not None and (saved == held or Source(path, saved).text == Source(path, held).text)

    @property
    def versions(self) -> Mapping[str, int]:
        """The versions of all documents by their addresses."""
        cells = [cell for notebook in self.notebooks.values() for cell in notebook.cells]
        return {document.uri: document.version for document in (*self.documents.values(), *cells)}

    def content(self, path: str) -> bytes | None:
        """What a file holds: in the editor, else on the disk; None where it is not there."""
        held = self.unsaved.get(path)
        return self._saved(path) if held is None else held

    def uri(self, path: str) -> str:
        """The address of a file, as the editor writes it where it is open."""
        held = self.documents.get(path) or self.notebooks.get(path)
        return held.uri if held else Path(self.root, path).as_uri()

    def text(self, path: str) -> Text:
        """The text of a file, with its positions."""
        if path not in self._texts:
            self._texts[path] = Text(Source(path, self.content(path) or b"").text, self.encoding)
        return self._texts[path]

    def of(self, at: Location) -> tuple[str, types.Range]:
        """The document and the range that show a place. What is said of a notebook as a whole stands at its head."""
        notebook = self.notebooks.get(at.path)
        if notebook is None:
            return self.uri(at.path), self.text(at.path).of(at)
        if at.path not in self._cells:
            self._cells[at.path] = notebooks.code_cells(notebook.content)
        cell = self._cells[at.path].get(at.cell)
        if cell is None or not 0 < at.cell <= len(notebook.cells):
            head = notebook.cells[0].uri if notebook.cells else notebook.uri
            return head, types.Range(TOP, TOP)
        document = notebook.cells[at.cell - 1]
        return document.uri, Text(document.text, self.encoding).range(*notebooks.span(cell, at))
