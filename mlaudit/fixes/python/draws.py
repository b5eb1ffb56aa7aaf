"""How does a call look that draws from the project's own seed?"""

import ast

from mlaudit.facts import Location, Repo
from mlaudit.fixes.python import arguments
from mlaudit.fixes.python.available import has
from mlaudit.fixes.python.pieces import Change, Piece
from mlaudit.fixes.python.seeds import Own, Place, own_seed
from mlaudit.fixes.python.statements import names
from mlaudit.knowledge.seeders import since
from mlaudit.programs import Draw, programs

NUMBERS = ("random_state", "seed", "random_seed")


def draws(repo: Repo) -> dict[Location, Draw]:
    """The draws of all programs that leave a seed of their own open, by place."""
    return {
        step.event.at: step.event
        for program in repo.view(programs)
        for step in program.steps
        if isinstance(step.event, Draw) and step.event.role in ("own", "generator", "environment")
    }


def seeded(repo: Repo, place: Place, call: ast.Call, draw: Draw) -> tuple[Own, tuple[Change, ...]] | None:
    """The call of a draw with the project's own seed, under the parameter that the tables name."""
    late = since(draw.name, draw.parameter)
    if late and not has(repo, draw.name, late.since, place.piece.path, must_know=late.must_know):
        return None
    own = own_seed(repo, place)
    if draw.role == "generator":
        return own, _generator(place.piece, call, draw.parameter, own.expression)
    if draw.parameter == "generator" and draw.name.startswith("torch."):
        bound = names(place.pieces).imported
        torch = next((name for name, path in bound.items() if path == "torch"), "")
        value = f"{torch}.Generator().manual_seed({own.expression})"
        return (own, arguments.keyword(place.piece, call, "generator", value)) if torch else None
    if draw.parameter in NUMBERS or (draw.parameter == "rng" and draw.name.startswith("scipy.")):
        return own, arguments.keyword(place.piece, call, draw.parameter, own.expression)
    return None


def _generator(piece: Piece, call: ast.Call, parameter: str, value: str) -> tuple[Change, ...]:
    """A generator's seed is its first argument, or named where others are."""
    if len(call.args) <= 1 and not call.keywords:
        return arguments.positional(piece, call, value)
    if any(each.arg == parameter for each in call.keywords) and not call.args:
        return arguments.keyword(piece, call, parameter, value)
    return ()
