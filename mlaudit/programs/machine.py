"""Where does a run of a program stand? Its streams, names and loaded modules, and what has happened so far."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from mlaudit.facts import Code, Repo, Setting
from mlaudit.facts.place import Location
from mlaudit.facts.syntax import Function, Name, Span, nodes
from mlaudit.programs import alike
from mlaudit.programs.alike import Held
from mlaudit.programs.configurations import Configurations
from mlaudit.programs.events import Enter, Event, Seeding
from mlaudit.programs.footprints import Change, Read, Step, Write, answering
from mlaudit.programs.modules import modules
from mlaudit.programs.outcomes import Done, Outcome
from mlaudit.programs.versions import Versions
from mlaudit.values import Instance, Kind, Outside, Record, Thing, Value

Streams = dict[str, Seeding]
PLACE, BACKENDS, GRADIENTS, EVERYTHING = "<place>", "<backends>", "<gradients>", "<everything>"
RANKS = ("fixed", "unknown", "inherited", "optional", "possible", "none", "moving")
# A function is walked anew for each state and arguments, up to so many times in one repository.
VARIANTS = 12
# Names that notebooks use without an import, when it stood in a cell that is gone or in the user's start-up files.
USUAL = {"np": "numpy", "pd": "pandas", "plt": "matplotlib.pyplot", "sns": "seaborn", "tf": "tensorflow"}
DEPTH = 60


class Frame:
    """The names of a module, class body or running function. `outer` is the frame around its definition."""

    __slots__ = (
        "at_yield",
        "exits",
        "loops",
        "method",
        "module",
        "name",
        "names",
        "outer",
        "path",
        "returns",
        "shared",
    )

    def __init__(self, path: str, names: dict[str, Value], outer: "Frame | None" = None, name: str = "") -> None:
        self.path = path
        self.name = name
        self.names = names
        self.outer = outer
        self.module: Frame = outer.module if outer else self
        self.method: tuple[Kind, Value] | None = None
        self.returns: list[Value] = []
        self.exits: list[Streams] = []
        self.at_yield: Streams | None = None
        self.shared: set[str] = set()
        self.loops = 0

    def find(self, name: str) -> Value:
        """The value of a name here, in the frames around, or of Python itself."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.names:
                return frame.names[name]
            frame = frame.outer
        if name in USUAL and self.path.endswith(".ipynb"):
            return Outside(USUAL[name])
        return Outside(f"builtins.{name}")

    def above(self) -> Iterator["Frame"]:
        """The frame and those around it, without the module's."""
        frame = self
        while frame.outer is not None:
            yield frame
            frame = frame.outer

    def bind(self, name: str, value: Value) -> None:
        """Give a name a value: here, or where `global` or `nonlocal` says."""
        if name in self.shared:
            frame = self.outer
            while frame is not None and name not in frame.names and frame.outer is not None:
                frame = frame.outer
            (frame or self.module).names[name] = value
        else:
            self.names[name] = value


class Machine:
    """One repository's code, and the state of the program that is being walked."""

    def __init__(self, repo: Repo) -> None:
        self.configurations = Configurations(repo.all(Setting), repo.files)
        self.versions = Versions(repo)
        self.codes = {code.at.path: code for code in repo.all(Code)}
        self.modules = repo.view(modules)
        self.frames: dict[str, Frame] = {}
        self.outcomes: dict[Any, list[Outcome]] = {}
        self.looked_up: dict[int, tuple[str, ...]] = {}
        self.births = 0
        self.forks = 0
        self.visited: set[tuple[str, Span]] = set()
        self.start()

    def start(self) -> None:
        """Begin another program: nothing is loaded, nothing seeded."""
        self.variants: dict[tuple[int, Any], list[Outcome]] = {}
        self.streams: Streams = {}
        self.events: list[Event] = []
        self.trail: list[Step] = []
        self.touched: set[str] = set()
        self.loaded: set[str] = set()
        self.waiting: list[Thing] = []
        self.handed: set[int] = set()
        self.settled: set[int] = set()
        self.run_objects: set[tuple[int, tuple[str, ...]]] = set()
        self.active: list[Any] = []
        self.options: dict[str, Value] = {}
        self.backends: dict[str, str] = {}
        self.place = ""
        self.gradless = 0
        self.recorders = 0
        self.items = 0
        self.fits_unknown = False

    def free(self, function: Function) -> tuple[str, ...]:
        """The names that a function may look up outside of it."""
        found = self.looked_up.get(id(function))
        if found is None:
            own = {parameter.name for parameter in function.parameters}
            names = {each.dotted.partition(".")[0] for each in nodes(function.body) if isinstance(each, Name)}
            found = self.looked_up[id(function)] = tuple(sorted(names - own))
        return found

    def state(self) -> Any:
        """What tells two states of the streams apart: where a stream was seeded well is all one."""
        return (
            *sorted((stream, each.status, _where(each)) for stream, each in self.streams.items()),
            *self.backends.items(),
            self.place,
        )

    def standing(self, part: str) -> Any:
        """How a part of the state stands."""
        if part == PLACE:
            return self.place
        if part == BACKENDS:
            return tuple(self.backends.items())
        if part == GRADIENTS:
            return bool(self.gradless), bool(self.recorders)
        if part == EVERYTHING:
            return self.state()
        seeding = self.streams.get(part)
        return seeding and (seeding.status, _where(seeding))

    def remembered(self, key: Any, given: Iterable[Held] = ()) -> tuple[Outcome | None, tuple[Held, ...]]:
        """What happened before under a key, in a state and with objects that stand alike where that matters; and the
        objects that stand in the places of those."""
        for outcome in reversed(self.outcomes.get(key, ())):
            if all(self.standing(part) == stood for part, stood in outcome.depends):
                objects = answering(outcome.footprint, given)
                if objects is not None:
                    return outcome, objects
        return None, ()

    def remember(self, key: Any, outcome: Outcome) -> None:
        """Keep what happened under a key."""
        self.outcomes.setdefault(key, []).append(outcome)

    def write(self, owner: Instance, name: str, value: Value) -> None:
        """Give an object of ours an attribute."""
        alike.set_attribute(owner, name, value)
        self.trail.append(Write(owner, name, value))

    def change(self, record: Record) -> None:
        """A dictionary is changed where it is."""
        self.trail.append(Change(record))

    def read_all(self, owner: Instance) -> None:
        """Whatever an object of ours holds is asked for."""
        self.trail += (Read(owner, name, mark, owner.held[name]) for name, mark in owner.marks.items())

    @contextmanager
    def recording(self) -> Iterator[list[Event]]:
        """Gather what happens inside in a list of its own."""
        outer, self.events = self.events, []
        try:
            yield self.events
        finally:
            self.events = outer

    @contextmanager
    def supposing(self) -> Iterator[None]:
        """What happens inside does not: only the streams are kept, for whoever asks how they would stand."""
        waiting, sets = len(self.waiting), (set(self.handed), set(self.settled), set(self.run_objects))
        with self.recording():
            yield
        del self.waiting[waiting:]
        self.handed, self.settled, self.run_objects = sets

    @contextmanager
    def without_gradients(self, count: int = 1) -> Iterator[None]:
        """Nothing is recorded for a backward pass inside, unless `count` is 0."""
        self.gradless += count
        yield
        self.gradless -= count

    @contextmanager
    def with_recorders(self, count: int) -> Iterator[None]:
        """Gradients are recorded inside by a framework that does so only when asked, if `count` is not 0."""
        self.recorders += count
        yield
        self.recorders -= count

    def watched(self, work: Callable[[], Done]) -> Outcome:
        """Let something happen, and keep what it did. The streams are put back: replaying it changes them."""
        before, loaded, waiting = dict(self.streams), set(self.loaded), len(self.waiting)
        touched, self.touched = self.touched, set()
        fits_unknown, self.fits_unknown = self.fits_unknown, False
        backends = dict(self.backends)
        with self.recording() as events:
            done = work()
        self.streams = before
        chosen, self.backends = self.backends, backends
        if chosen != backends:
            self.touched.add(BACKENDS)
        if done.at_yield is not None:
            self.touched.add(EVERYTHING)
        outcome = Outcome(
            events, changes(before, done.streams), done.value, frozenset(self.loaded - loaded),
            tuple(self.waiting[waiting:]), done.at_yield, chosen if chosen != backends else {},
            depends=tuple((part, self.standing(part)) for part in sorted(self.touched)),
            fits_unknown=self.fits_unknown,
        )  # fmt: skip
        self.touched = touched
        self.fits_unknown = fits_unknown
        return outcome

    def replay(self, outcome: Outcome, at: Location, name: str) -> Value:
        """Let an outcome that is known happen again."""
        if outcome.events:
            self.events.append(Enter(at, name, outcome.events))
        for stream, seeding in outcome.changes.items():
            if seeding is None:
                self.streams.pop(stream, None)
            else:
                self.streams[stream] = seeding
        self.touched.update(part for part, _ in outcome.depends)
        self.fits_unknown |= outcome.fits_unknown
        self.loaded |= outcome.loaded
        self.backends |= outcome.backends
        if outcome.waiting and self.waiting[-len(outcome.waiting) :] != list(outcome.waiting):
            self.waiting += outcome.waiting
        return outcome.value


def _where(seeding: Seeding) -> Location | None:
    return None if seeding.status in ("fixed", "unknown") else seeding.at


def changes(before: Streams, after: Streams) -> dict[str, Seeding | None]:
    """The streams that differ after something happened."""
    gone: dict[str, Seeding | None] = {stream: None for stream in before if stream not in after}
    return {**gone, **{stream: each for stream, each in after.items() if before.get(stream) != each}}


def joined(states: list[Streams]) -> Streams:
    """The streams after several paths of which one was taken: a stream is as good as on its worst path."""
    found: Streams = {}
    for stream in {stream for state in states for stream in state}:
        seedings = [state[stream] for state in states if stream in state]
        worst = max(seedings, key=lambda each: RANKS.index(each.status))
        if len(seedings) < len(states) and worst.status in ("fixed", "unknown"):
            worst = worst._replace(status="possible")
        found[stream] = worst
    return found
