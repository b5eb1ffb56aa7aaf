"""Does the code run on the machine that it is handed to?"""

from collections.abc import Iterable, Iterator

from mlaudit.facts import Repo
from mlaudit.findings import Hit, Related
from mlaudit.running import devices, encodings, search_paths, versions
from mlaudit.running.spots import Spot


def hard_coded_device(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(devices.hard_coded), "asked for here too")


def machine_bound_import(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(search_paths.outside))


def implicit_encoding(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(encodings.implicit), "opened here too")


def version_bound_api(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(versions.removed), "used here too")


def _hits(spots: Iterable[Spot], others: str = "") -> Iterator[Hit]:
    for spot in spots:
        related = tuple(Related(at, others) for at in spot.others)
        yield Hit(spot, level=spot.level, confidence=spot.confidence, related=related)  # type: ignore[arg-type]
