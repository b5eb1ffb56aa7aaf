"""What does the server know of one repository: what was shown last, and is an audit due?"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable

from pygls.uris import to_fs_path

from mlaudit.server.diagnostics import Shown
from mlaudit.server.places import Desk, Document


class Folder:
    """A repository that is audited whenever `touch` was called and nothing has happened for a while."""

    def __init__(self, root: str, audit: Callable[["Folder"], Awaitable[None]]) -> None:
        self.root = root
        self.shown: dict[str, list[Shown]] = {}
        self.error = ""
        self.desk = Desk(root, "utf-16", {}, {})
        self._audit = audit
        self._timer: asyncio.TimerHandle | None = None
        self._run: asyncio.Task[None] | None = None
        self._again = False

    def touch(self, delay: float) -> None:
        """Audit after so many seconds, counted from the last call."""
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(delay, self._start)

    def _start(self) -> None:
        if self._run and not self._run.done():
            self._again = True  # one audit at a time: what has changed meanwhile is asked when it has ended
        else:
            self._run = asyncio.get_running_loop().create_task(self._until_quiet())

    async def _until_quiet(self) -> None:
        self._again = True
        while self._again:
            self._again = False
            await self._audit(self)

    def stop(self) -> None:
        """No further audit."""
        if self._timer:
            self._timer.cancel()
        if self._run:
            self._run.cancel()

    def path(self, uri: str) -> str:
        """The path from the root of a document in the repository; "" for any other."""
        full = to_fs_path(uri) or ""
        return os.path.relpath(full, self.root).replace(os.sep, "/") if is_below(full, self.root) else ""


def is_below(path: str, root: str) -> bool:
    """Whether a path lies in a folder."""
    return path.startswith(os.path.join(root, ""))


def owner(uri: str, folders: Iterable[Folder]) -> Folder | None:
    """The innermost repository that holds a document."""
    holding = [folder for folder in folders if folder.path(uri)]
    return max(holding, key=lambda folder: len(folder.root), default=None)


def desk_of(
    folder: Folder, encoding: str, texts: dict[str, Document], cells: dict[str, list[str]], kinds: dict[str, str]
) -> Desk:
    """What the editor holds of a repository now. `cells` are the addresses of the cells of each notebook, `kinds` says
    of each whether it is code or markdown."""
    documents = {path: each for uri, each in texts.items() if uri not in kinds and (path := folder.path(uri))}
    held = {
        path: (uri, [texts[cell]._replace(kind=texts[cell].kind or kinds[cell]) for cell in found if cell in texts])
        for uri, found in cells.items()
        if (path := folder.path(uri))
    }
    return Desk(folder.root, encoding, documents, held)
