"""Is the machine a part of the commit?"""

from collections.abc import Iterable, Iterator

from mlaudit.containers import references
from mlaudit.containers.references import Named
from mlaudit.facts import Repo
from mlaudit.findings import Hit, Related


def untagged_image(repo: Repo) -> Iterator[Hit]:
    yield from _named(references.untagged(repo))


def image_without_digest(repo: Repo) -> Iterator[Hit]:
    yield from _named(references.without_digest(repo))


def _named(images: Iterable[Named]) -> Iterator[Hit]:
    for image in images:
        related = tuple(Related(at, "named here too") for at in image.others)
        yield Hit(image, level=image.level, confidence=image.confidence, related=related)  # type: ignore[arg-type]
