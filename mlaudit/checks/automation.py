"""Does anything but its author's hands run the project, and is it said how?"""

from collections.abc import Iterator

from mlaudit.facts import Repo
from mlaudit.findings import Hit, Related
from mlaudit.resolution import pieces
from mlaudit.running import chains, instructions, moving, services


def moving_action(repo: Repo) -> Iterator[Hit]:
    for piece in pieces.moving(repo):
        related = tuple(Related(at, "taken here too") for at in piece.others)
        yield Hit(piece, level=piece.level, related=related)  # type: ignore[arg-type]


def missing_ci(repo: Repo) -> Iterator[Hit]:
    for spot in services.without_ci(repo):
        yield Hit(spot, anchor=spot.at.path)  # type: ignore[arg-type]


def missing_tests(repo: Repo) -> Iterator[Hit]:
    for spot in services.without_tests(repo):
        yield Hit(spot, anchor=spot.at.path)  # type: ignore[arg-type]


def undeclared_order(repo: Repo) -> Iterator[Hit]:
    for chain in chains.undeclared(repo):
        related = (Related(chain.put, "written here"), *(Related(at, "read here too") for at in chain.others))
        yield Hit(chain, level=chain.level, related=related)  # type: ignore[arg-type]


def missing_run_instructions(repo: Repo) -> Iterator[Hit]:
    for found in instructions.missing(repo):
        yield Hit(found, level=found.level, confidence=found.confidence)  # type: ignore[arg-type]


def untested_training(repo: Repo) -> Iterator[Hit]:
    for spot in services.untested_training(repo):
        yield Hit(spot)  # type: ignore[arg-type]


def moving_pipeline_value(repo: Repo) -> Iterator[Hit]:
    for spot in repo.view(moving.values):
        yield Hit(spot)  # type: ignore[arg-type]
