"""Which programs train on kernels, samplers and settings whose results do not repeat although their seeds do?"""

from collections.abc import Iterator

from mlaudit.facts import Code, Import, Repo
from mlaudit.facts.place import Location
from mlaudit.knowledge.streams import epoch_setters
from mlaudit.programs import Program, programs
from mlaudit.programs.events import Effect, Step
from mlaudit.programs.faults import Fault

DETERMINISTIC = ("on", "cudnn")
UNDOING = {"autotune": True, "on": False, "cudnn": False}


def kernels(repo: Repo) -> dict[str, list[Fault]]:
    """The faults by rule, each place once."""
    found: dict[tuple[str, Location], Fault] = {}
    sets_epoch = any("set_epoch" in code.words for code in repo.all(Code)) or _is_driven(repo)
    for program in repo.view(programs):
        if program.kind not in ("script", "notebook"):
            continue
        for fault in _of_program(program, sets_epoch):
            found.setdefault((fault.rule, fault.at), fault)
    by_rule: dict[str, list[Fault]] = {}
    for fault in found.values():
        by_rule.setdefault(fault.rule, []).append(fault)
    return by_rule


def _is_driven(repo: Repo) -> bool:
    """Whether a framework that tells samplers the epoch runs the loops."""
    return any(fact.module.partition(".")[0] in epoch_setters() for fact in repo.all(Import))


def _of_program(program: Program, sets_epoch: bool) -> Iterator[Fault]:
    effects = [step for step in program.steps if isinstance(step.event, Effect)]
    is_on = any(_is(step, *DETERMINISTIC) and _effect(step).is_on for step in effects)
    if not is_on and (trains := _training(effects)):
        yield _fault("nondeterministic-kernels", program, trains)
    if not is_on and any(_is(step, "trains") for step in effects):
        yield from (_fault("nondeterministic-operator", program, step) for step in effects if _is(step, "operator"))
    yield from _switches(program, effects)
    replaces = any(_is(step, "starts process") for step in effects)
    for step in effects:
        if _is(step, "environment variable") and _effect(step).name == "PYTHONHASHSEED" and not replaces:
            yield _fault("ineffective-hash-seed", program, step)
        elif _is(step, "sampler") and not sets_epoch:
            yield _fault("rank-blind-sampler", program, step)
        elif _is(step, "shared generator"):
            yield _fault("shared-random-state", program, step)
        elif _effect(step).kind.startswith("booster: ") and _effect(step).is_sure:
            yield _fault("nondeterministic-booster", program, step)._replace(
                detail=_effect(step).kind[len("booster: ") :]
            )


def _training(effects: list[Step]) -> Step | None:
    """The first call that trains. Gradients that are computed once, where nothing optimizes, are only looked at."""
    optimizes = any(_is(step, "optimizes") for step in effects)
    return next((step for step in effects if _is(step, "trains") and (optimizes or _effect(step).is_sure)), None)


def _switches(program: Program, effects: list[Step]) -> Iterator[Fault]:
    """Autotuning that is on, and modes that are turned on and then undone."""
    turned_on: dict[str, Step] = {}
    for step in effects:
        effect = _effect(step)
        if effect.kind in UNDOING and effect.is_sure and turned_on and effect.is_on == UNDOING[effect.kind]:
            earlier = turned_on.get(effect.kind, next(iter(turned_on.values())))
            if effect.kind == "autotune" or _undoes(step, turned_on):
                related = ((earlier.event.at, "turned on here"),)
                yield _fault("contradictory-determinism", program, step)._replace(related=related)
                continue
        if effect.kind == "autotune" and effect.is_on and effect.is_sure:
            yield _fault("autotuned-kernels", program, step)
        elif effect.kind in DETERMINISTIC and effect.is_on and effect.is_sure:
            turned_on[effect.kind] = step


def _undoes(step: Step, turned_on: dict[str, Step]) -> bool:
    """Whether a step turns off what another one turned on: of cuDNN's switches each goes by itself."""
    kind = _effect(step).kind
    return kind in turned_on and (kind != "cudnn" or turned_on[kind].event.name == step.event.name)


def _is(step: Step, *kinds: str) -> bool:
    return _effect(step).kind in kinds


def _effect(step: Step) -> Effect:
    assert isinstance(step.event, Effect)
    return step.event


def _fault(rule: str, program: Program, step: Step) -> Fault:
    return Fault(rule, step.event.at, program.path, step.event.name)
