"""Which streams of which programs do not start from the same state in two runs?"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mlaudit.facts import Repo
from mlaudit.facts.place import Location
from mlaudit.knowledge.streams import starts_weights
from mlaudit.programs import Program, programs
from mlaudit.programs.events import Draw, Effect, Seed, Seeding, Step

# What is worth a note in a test that draws for itself.
OF_TESTS = ("unseeded-stream",)
SETS = ("fixed", "unknown", "optional", "possible")
# Seeds that come whether somebody asks for them or not.
LASTING = ("fixed", "unknown", "possible")


class Fault(NamedTuple):
    """What is wrong with a stream of a program: `rule` names the kind, `path` the functions on the way there."""

    rule: str
    at: Location
    program: str
    name: str
    stream: str = ""
    path: str = ""
    detail: str = ""
    level: str = ""
    confidence: str = ""
    related: tuple[tuple[Location, str], ...] = ()


def faults(repo: Repo) -> dict[str, list[Fault]]:
    """The faults of all programs by rule. A place at fault in several programs is one fault that names them all."""
    found: dict[tuple[str, Location], Fault] = {}
    reached = {
        step.event.at for program in repo.view(programs) if program.kind != "unreached" for step in program.steps
    }
    for program in repo.view(programs):
        for fault in faults_of(program):
            if program.kind == "unreached" and fault.at in reached:
                continue
            key = (fault.rule, fault.at)
            found[key] = _together(found[key], fault) if key in found else fault
    by_rule: dict[str, list[Fault]] = {}
    for fault in found.values():
        by_rule.setdefault(fault.rule, []).append(fault)
    return by_rule


def _together(first: Fault, second: Fault) -> Fault:
    """One place, several programs: the surest is told, the others are named."""
    ranks = ("low", "medium", "", "high")
    if ranks.index(second.confidence) > ranks.index(first.confidence):
        first, second = second, first
    if second.confidence == "low" or second.program == first.program:
        return first
    other = (Location(second.program), "runs it too")
    return first if other in first.related else first._replace(related=(*first.related, other))


def faults_of(program: Program) -> Iterator[Fault]:
    """The faults of one program."""
    for fault in (*_streams(program), *_seeds(program), *_others(program)):
        if program.kind == "unreached":
            yield fault._replace(level="note", confidence="low")
        elif program.kind == "test":
            own = fault.at.path == program.path and fault.rule in OF_TESTS
            yield fault._replace(level="note", confidence=fault.confidence if own else "low")
        else:
            yield fault


def _streams(program: Program) -> Iterator[Fault]:
    """The global streams that are drawn from before, or without, being seeded."""
    bare: dict[str, list[tuple[int, Step]]] = {}
    for index, step in enumerate(program.steps):
        draw = step.event
        if isinstance(draw, Draw) and draw.seeding is None and _is_of_program(draw):
            bare.setdefault(draw.stream, []).append((index, step))
    if _only_restores(program):
        bare = {
            stream: [each for each in found if not starts_weights(each[1].event.name)] for stream, found in bare.items()
        }
    for stream, found in bare.items():
        yield from _bare(program, stream, found)
    yield from _possible(program, bare)


def _only_restores(program: Program) -> bool:
    """Whether a program loads weights and trains none: what its models drew as they were made is overwritten."""
    kinds = {step.event.kind for step in program.steps if isinstance(step.event, Effect)}
    return "restores weights" in kinds and "trains" not in kinds


def _is_of_program(draw: Draw) -> bool:
    """Whether a draw takes from a global stream, in the program's own process."""
    return draw.role in ("global", "own") and draw.stream != "entropy" and not draw.place


def _bare(program: Program, stream: str, found: list[tuple[int, Step]]) -> Iterator[Fault]:
    """The draws of one stream that nothing seeded before."""
    if not found:
        return
    sure = [(index, step) for index, step in found if _draw(step).is_sure] or found
    first = sure[0][0]
    step = sure[0][1]
    later = next(
        (each for each in program.steps[first:] if _sets(each, stream, LASTING) and not each.excludes(step)), None
    )
    if later is not None:
        place = (later.event.at, f"`{later.event.name}` seeds it only here")
        yield _fault("late-seed", program, step, related=(place, *_also(sure[1:])))
        return
    direct = [(index, step) for index, step in sure if _draw(step).role == "global"]
    if direct:
        others = [each for each in sure if each[1].event.at != direct[0][1].event.at]
        yield _fault(
            "unseeded-stream", program, direct[0][1], detail=_seeded_instead(program, stream), related=_also(others)
        )
        return
    for _, step in sure:
        yield _fault("unseeded-call", program, step)


def _possible(program: Program, bare: dict[str, list[tuple[int, Step]]]) -> Iterator[Fault]:
    """Streams that only some paths seed, told once."""
    told: set[str] = set(bare)
    for step in program.steps:
        draw = step.event
        if isinstance(draw, Draw) and draw.seeding and draw.seeding.status == "possible" and draw.stream not in told:
            told.add(draw.stream)
            related = ((draw.seeding.at, "seeds it on some paths"),)
            yield _fault("unseeded-stream", program, step, related=related)._replace(confidence="low")


def _draw(step: Step) -> Draw:
    assert isinstance(step.event, Draw)
    return step.event


def _sets(step: Step, stream: str, statuses: tuple[str, ...] = SETS) -> bool:
    return isinstance(step.event, Seed) and stream in step.event.streams and step.event.status in statuses


def _fault(
    rule: str, program: Program, step: Step, detail: str = "", related: tuple[tuple[Location, str], ...] = ()
) -> Fault:
    event = step.event
    draw = event if isinstance(event, Draw) else None
    stream = draw.stream if draw else ""
    if draw and draw.later:
        related = ((draw.later, "draws here"), *related)
    return Fault(
        rule, event.at, program.path, event.name, stream, _path(program, step), detail,
        confidence="" if draw is None or draw.is_sure else "low", related=related,
    )  # fmt: skip


def _path(program: Program, step: Step) -> str:
    """The way from the program to the event, its last functions first to be cut."""
    inner = list(step.path)
    if len(inner) > 4:
        inner = [*inner[:2], "…", *inner[-2:]]
    steps = [f"`{program.path}`", *(each if each == "…" else f"`{each}()`" for each in inner), f"`{step.event.name}`"]
    return " → ".join(steps)


def _also(found: Iterable[tuple[int, Step]]) -> tuple[tuple[Location, str], ...]:
    places = {_draw(step).later or step.event.at: f"`{step.event.name}` draws from it too" for _, step in found}
    return tuple(places.items())[:20]


def _seeded_instead(program: Program, stream: str) -> str:
    """What the program seeds, where it seeds another stream and never this one."""
    if any(isinstance(step.event, Seed) and stream in step.event.streams for step in program.steps):
        return ""
    for step in program.steps:
        seed = step.event
        if isinstance(seed, Seed) and seed.streams and stream not in seed.streams and seed.status in SETS:
            return f", only {' and '.join(seed.streams)} is, at {seed.at.path}:{seed.at.line}"
    return ""


def _seeds(program: Program) -> Iterator[Fault]:
    """Seeds that are none: moving ones, and those that only an option brings."""
    covered = [step.event for step in program.steps if isinstance(step.event, Seed) and step.event.status in SETS]
    used = {step.event.seeding.at for step in program.steps if isinstance(step.event, Draw) and step.event.seeding}
    moved = [step.event for step in program.steps if isinstance(step.event, Seed) and step.event.at in used]
    for step in program.steps:
        seed = step.event
        if isinstance(seed, Seed) and seed.status == "moving":
            others = (*covered, *(each for each in moved if each.status == "moving"))
            is_covered = any(set(seed.streams) <= set(each.streams) for each in others) and bool(seed.streams)
            if not is_covered or seed.at in used:
                yield _fault("moving-seed", program, step, detail=seed.cause, related=_under(program, seed))
        elif isinstance(seed, Seed) and seed.repeats and _draws_again(program, seed):
            yield _fault("reseeded-loop", program, step)
    yield from _optional(program)


def _under(program: Program, seed: Seed) -> tuple[tuple[Location, str], ...]:
    """The first draws that a seed governs."""
    draws = [step.event for step in program.steps if isinstance(step.event, Draw)]
    governed = [draw for draw in draws if draw.seeding and draw.seeding.at == seed.at]
    return tuple({draw.later or draw.at: f"`{draw.name}` draws" for draw in governed}.items())[:20]


def _draws_again(program: Program, seed: Seed) -> bool:
    """Whether what a loop seeds anew is drawn from directly. A loop that makes an object of a library in each turn, a
    model, compares like with like."""
    if not seed.streams:
        return True
    draws = [step.event for step in program.steps if isinstance(step.event, Draw)]
    own = [draw for draw in draws if draw.seeding and draw.seeding.at == seed.at and draw.role == "global"]
    return bool(own) and not any(draw.name.rpartition(".")[2][:1].isupper() for draw in own)


def _optional(program: Program) -> Iterator[Fault]:
    told: set[Location] = set()
    for step in program.steps:
        draw = step.event
        if not isinstance(draw, Draw):
            continue
        if draw.role == "optional":
            yield _fault("optional-seed", program, step)
        elif draw.seeding and draw.seeding.status == "optional" and draw.seeding.at not in told:
            told.add(draw.seeding.at)
            related = ((draw.at, f"`{draw.name}` draws"),)
            fault = _fault("optional-seed", program, step, related=related)
            if _starts_layers_only(program, draw.seeding):
                fault = fault._replace(confidence="low")
            yield fault._replace(at=draw.seeding.at, name=draw.seeding.name)


def _starts_layers_only(program: Program, seeding: Seeding) -> bool:
    """Whether a seed governs the first weights of layers only, before another seed of its stream: the option that
    leaves it out may load weights instead."""
    draws = [step.event for step in program.steps if isinstance(step.event, Draw) and step.event.seeding == seeding]
    if not all(draw.name.startswith("torch.nn.") for draw in draws):
        return False
    last = max(index for index, step in enumerate(program.steps) if step.event in draws)
    return any(_sets(step, draws[0].stream) for step in program.steps[last:])


def _others(program: Program) -> Iterator[Fault]:
    """Draws that no global seed governs, and draws in processes of their own."""
    told: set[tuple[str, str]] = set()
    for step in program.steps:
        draw = step.event
        if not isinstance(draw, Draw):
            continue
        if draw.role == "generator":
            yield _fault("unseeded-generator", program, step)
        elif draw.role == "environment":
            yield _fault("unseeded-environment", program, step)
        elif draw.role == "own" and draw.stream == "entropy":
            yield _fault("unseeded-call", program, step)
        elif (
            draw.place
            and draw.role != "optional"
            and draw.stream != "entropy"
            and (draw.seeding is None or draw.seeding.status == "inherited")
        ) and not ((draw.stream, draw.at.path) in told or _is_restored(program, step)):
            told.add((draw.stream, draw.at.path))
            yield _fault("unseeded-worker", program, step)


def _is_restored(program: Program, drawn: Step) -> bool:
    """Whether other weights are loaded into a model that was made in a process of its own, and nothing trains there."""
    if not starts_weights(drawn.event.name):
        return False
    apart = [step for step in program.steps if step.path[:1] == drawn.path[:1] and isinstance(step.event, Effect)]
    kinds = {step.event.kind for step in apart if isinstance(step.event, Effect)}
    return "restores weights in a worker" in kinds and "trains" not in kinds
