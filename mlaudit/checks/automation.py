"""Can another person, or a machine, run it?"""

from collections.abc import Iterator

from mlaudit.facts import Repo
from mlaudit.findings import Hit, Related
from mlaudit.resolution import pieces


def moving_action(repo: Repo) -> Iterator[Hit]:
    for piece in pieces.moving(repo):
        related = tuple(Related(at, "taken here too") for at in piece.others)
        yield Hit(piece, level=piece.level, related=related)  # type: ignore[arg-type]
