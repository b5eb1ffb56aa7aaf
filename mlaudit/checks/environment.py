"""Is the machine a part of the commit?"""

from collections.abc import Iterable, Iterator

from mlaudit.containers import references
from mlaudit.containers.references import Named
from mlaudit.facts import Repo
from mlaudit.findings import Hit, Related
from mlaudit.machines import variables


def untagged_image(repo: Repo) -> Iterator[Hit]:
    yield from _named(references.untagged(repo))


def image_without_digest(repo: Repo) -> Iterator[Hit]:
    yield from _named(references.without_digest(repo))


def undocumented_variable(repo: Repo) -> Iterator[Hit]:
    for first, others in variables.undocumented(repo):
        related = tuple(Related(other.at, "read here too") for other in others)
        yield Hit(first, confidence="" if first.does == "needs" else "low", related=related)


def _named(images: Iterable[Named]) -> Iterator[Hit]:
    for image in images:
        related = tuple(Related(at, "named here too") for at in image.others)
        yield Hit(image, level=image.level, confidence=image.confidence, related=related)  # type: ignore[arg-type]
