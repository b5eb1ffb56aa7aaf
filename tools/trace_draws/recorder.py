"""Which streams moved at which place? Keeps the streams, and one record for each place and stream."""

import json
import os
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from .streams import Mark, Stream

Place = tuple[Any, ...]  # file, line, and the cell of a notebook
Reader = Callable[[list[Any]], Callable[[], Mark]]

GENERATORS = 16  # unseeded generators that are watched at a time; the oldest is let go
LONGEST = 120  # characters of a seed's value that are kept


class Recorder:
    """The draws, seeds and lines reached of one run.

    `where` gives the innermost place of the program's own, and the library function that was called from there.
    """

    def __init__(self, out: Path, where: Callable[[], tuple[Place, str]]) -> None:
        self.out = out
        self.where = where
        self.streams: dict[str, Stream] = {}
        self.generators: deque[Stream] = deque(maxlen=GENERATORS)
        self.draws: dict[tuple[Any, ...], dict[str, Any]] = {}
        self.seeds: dict[tuple[Any, ...], dict[str, Any]] = {}
        self.reached: dict[str, set[int]] = {}
        self.captured: dict[tuple[str, Mark], bool] = {}
        self.unknown: set[Mark] = set()  # states that were taken away from what was not seeded
        self.hushed = 0
        self.finished = False
        self.error = ""
        self.process = os.getpid()

    def settle(self, place: Place, via: str) -> None:
        """Every stream that moved since the last time moved at this place; nothing is said of it while it is hushed."""
        if self.hushed:
            self._overlook()
            return
        for stream in self.streams.values():
            if stream.mark != (mark := stream.read()):
                self._moved(stream, mark, place, via)
        for stream in tuple(self.generators):
            if not stream.is_met:
                stream.settle_here()
                stream.is_met = not _is_importing()
            elif stream.mark != (mark := stream.read()):
                self._moved(stream, mark, place, via)
            if stream.is_let_go():
                self.generators.remove(stream)

    def hush(self) -> None:
        """What moves from here on does not matter."""
        self.settle_now()
        self.hushed += 1

    def end_hush(self) -> None:
        """What moves from here on matters again."""
        self._overlook()
        self.hushed -= 1

    def _overlook(self) -> None:
        for stream in (*self.streams.values(), *self.generators):
            stream.mark = stream.read()

    def settle_now(self) -> None:
        """The same, for the place where the program stands."""
        self.settle(*self.where())

    def seeded(self, name: str, value: object, act: Callable[[], Any]) -> Any:
        """Seed a global stream by `act`; None for a value leaves its state unknown."""
        self.settle_now()
        answer = act()
        stream = self.streams[name]
        stream.settle_here()
        stream.known = value is not None
        self._note_seed(name, value)
        return answer

    def captures(self, name: str, act: Callable[[], Any]) -> Any:
        """Remember whether the state that the program takes away by `act` is a known one."""
        self.settle_now()
        stream = self.streams[name]
        self.captured[name, stream.mark] = stream.known
        return act()

    def restored(self, name: str, act: Callable[[], Any]) -> Any:
        """Set a state by `act`: known unless it was captured while it was not."""
        self.settle_now()
        answer = act()
        stream = self.streams[name]
        stream.settle_here()
        stream.known = self.captured.get((name, stream.mark), True)
        return answer

    def watch(self, generator: Any, reader: Reader) -> None:
        """An explicit generator was made from entropy; `reader` is told the list that keeps it."""
        place, via = self.where()
        self.forget(generator)
        kept = [generator]
        new = Stream("generator", reader(kept), made=(*place, via), keeps=kept, is_met=not _is_importing())
        self.generators.append(new)

    def is_watched(self, generator: object) -> bool:
        """Whether an explicit generator was made from entropy and not seeded since."""
        return any(stream.keeps[0] is generator for stream in self.generators)

    def given(self, generator: Any, act: Callable[[], None], state: Callable[[], Mark], reader: Reader) -> None:
        """An explicit generator gets a state by `act`, read by `state`: it is as good as where that came from."""
        self.settle_now()
        act()
        self._judge(generator, reader, is_known=state() not in self.unknown)

    def reseeded(self, generator: Any, value: object, act: Callable[[], None], reader: Reader) -> None:
        """An explicit generator is seeded by `act`; None for a value takes entropy."""
        self.settle_now()
        act()
        self._judge(generator, reader, is_known=value is not None)

    def _judge(self, generator: Any, reader: Reader, *, is_known: bool) -> None:
        if is_known:
            self.forget(generator)
        elif self.is_watched(generator):
            next(stream for stream in self.generators if stream.keeps[0] is generator).settle_here()
        else:
            self.watch(generator, reader)

    def forget(self, generator: object) -> None:
        """The generator has been seeded since."""
        for stream in tuple(self.generators):
            if stream.keeps[0] is generator:
                self.generators.remove(stream)

    def _moved(self, stream: Stream, mark: Mark, place: Place, via: str) -> None:
        key = (*place, stream.name, stream.known, stream.made)
        record = self.draws.get(key)
        if record is None:
            self.draws[key] = _draw(stream, place, via)
            stream.mark = mark
            self.write()
            return
        record["count"] += 1
        stream.mark = mark

    def _note_seed(self, name: str, value: object) -> None:
        place, via = self.where()
        key = (*place, name)
        if key not in self.seeds:
            text = None if value is None else repr(value)[:LONGEST]
            self.seeds[key] = {**_members(place), "stream": name, "value": text, "via": via}
            self.write()

    def write(self) -> None:
        """Save what is known by now: a program may be ended at any time. A forked child has no say."""
        if os.getpid() == self.process:
            data = {
                "finished": self.finished,
                "error": self.error,
                "reached": {file: sorted(lines) for file, lines in self.reached.items()},
                "draws": list(self.draws.values()),
                "seeds": list(self.seeds.values()),
            }
            self.out.write_text(json.dumps(data), "utf-8")


def _is_importing() -> bool:
    """Whether a library is being imported; a module of the program's own has lines, which settle by themselves."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_globals.get("__name__") == "importlib._bootstrap":
            return True
        if frame.f_trace is not None and frame.f_trace_lines:
            return False
        frame = frame.f_back
    return False


def _draw(stream: Stream, place: Place, via: str) -> dict[str, Any]:
    return {
        **_members(place),
        "stream": stream.name,
        "seeded": stream.known,
        "via": via,
        "count": 1,
        "made": _members(stream.made[:-1]) | {"via": stream.made[-1]} if stream.made else None,
        "origin": repr(stream.origin),
        "before": repr(stream.mark),
    }


def _members(place: Place) -> dict[str, Any]:
    return dict(zip(("file", "line", "cell"), place, strict=False))
