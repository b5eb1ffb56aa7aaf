"""Where does the program stand? Follows its own lines, and the library functions that they call."""

import sys
from pathlib import Path
from types import FrameType
from typing import Any

from .harmless import is_harmless
from .recorder import Place, Recorder

NOWHERE: Place = ("", 0)
CELL = "#cell-"  # between the path of a notebook and the number of a cell, in the name of its code


class Visit:
    """A frame of the program's own: its present line, and the library function that is at work for it."""

    __slots__ = ("file", "frame", "line", "reached", "via")

    def __init__(self, frame: FrameType, file: str, reached: set[int]) -> None:
        self.frame = frame
        self.file = file
        self.line = frame.f_lineno
        self.reached = reached
        self.via = ""

    def stands_at(self, line: int) -> None:
        """The next line begins."""
        self.line, self.via = line, ""
        self.reached.add(line)


class Tracer:
    """Tells a recorder after every line, call and return of the files below `root` where the program stood."""

    def __init__(self, root: Path, out: Path) -> None:
        self.root = root
        self.visits: list[Visit] = []
        self.names: dict[str, str] = {}
        self.recorder = Recorder(out, self.where)

    def start(self) -> None:
        """Follow this thread from here on."""
        sys.settrace(self._enter)

    def stop(self) -> None:
        """Follow no more."""
        sys.settrace(None)

    def where(self) -> tuple[Place, str]:
        """The innermost place of the program's own, and the library function called from there."""
        if not self.visits:
            return NOWHERE, ""
        visit = self.visits[-1]
        file, found, cell = visit.file.partition(CELL)
        return ((file, visit.line, int(cell)) if found else (file, visit.line)), visit.via

    def _settle(self) -> None:
        self.recorder.settle(*self.where())

    def _enter(self, frame: FrameType, event: str, arg: Any) -> Any:  # noqa: ARG002 - the interpreter gives all three
        file = self._own(frame.f_code.co_filename)
        if file:
            self._settle()
            self.visits.append(Visit(frame, file, self.recorder.reached.setdefault(file, set())))
            return self._follow
        is_quiet = is_harmless(frame)
        if is_quiet:
            self.recorder.hush()
        if self.visits and frame.f_back is self.visits[-1].frame and not self.visits[-1].via:
            self._settle()
            self.visits[-1].via = name_of(frame)
        elif not is_quiet:
            return None
        frame.f_trace_lines = False
        return self._leave_quietly if is_quiet else self._leave

    def _follow(self, frame: FrameType, event: str, arg: Any) -> Any:  # noqa: ARG002
        while self.visits and self.visits[-1].frame is not frame:
            self.visits.pop()
        self._settle()
        if event == "return":
            self.visits.pop()
        elif event == "line":
            self.visits[-1].stands_at(frame.f_lineno)
        return self._follow

    def _leave(self, frame: FrameType, event: str, arg: Any) -> Any:  # noqa: ARG002
        if event == "return" and self.visits and frame.f_back is self.visits[-1].frame:
            self._settle()
            self.visits[-1].via = ""
        return self._leave

    def _leave_quietly(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event == "return":
            self.recorder.end_hush()
            return self._leave(frame, event, arg)
        return self._leave_quietly

    def _own(self, filename: str) -> str:
        """The path below the root, and "" for a library's file."""
        if filename not in self.names:
            path = Path(filename)
            own = path.is_absolute() and path.is_relative_to(self.root) and "site-packages" not in path.parts
            self.names[filename] = path.relative_to(self.root).as_posix() if own else ""
        return self.names[filename]


def name_of(frame: FrameType) -> str:
    """Module and name of the function of a frame; behind a decorator, those of the function that it stands for."""
    code, local = frame.f_code, frame.f_locals
    module, name = frame.f_globals.get("__name__", "?"), code.co_qualname
    if "<locals>" in name:
        free: list[Any] = [local.get(variable) for variable in code.co_freevars]
        wrapped = [each for each in free if hasattr(each, "__qualname__") and hasattr(each, "__module__")]
        if wrapped:
            module, name = wrapped[0].__module__, wrapped[0].__qualname__
    first = local.get(code.co_varnames[0]) if code.co_argcount else None
    if first is not None and "." in name and not isinstance(first, type) and _has(type(first), name):
        kind = type(first)
        return f"{kind.__module__}.{kind.__qualname__}.{name.rpartition('.')[2]}"
    return f"{module}.{name}"


def _has(kind: type, name: str) -> bool:
    owner, _, method = name.rpartition(".")
    return hasattr(kind, method) and any(one.__qualname__ == owner for one in kind.__mro__)
