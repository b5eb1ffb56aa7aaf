"""Which images does a repository name, and which of them leave open what is pulled?"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from mlaudit.facts import Build, ImageRef, Location, Repo, images
from mlaudit.knowledge.containers import is_pulled, names_version
from mlaudit.lineage.references import in_own_code
from mlaudit.patterns import pattern

# An image that is built on its own, and pulled from nowhere.
EMPTY = "scratch"
# SkyPilot writes `docker:` before an image.
PREFIX = pattern(r"docker:(?://)?")
REGISTRIES = ("docker.io/library/", "index.docker.io/library/", "library/", "docker.io/", "index.docker.io/")


class Named(NamedTuple):
    """An image at the first place of a file that names it, and the other places.

    `written` is its reference with variables put in; `level` and `confidence` as in Hit, "" for the rule's own.
    """

    at: Location
    written: str
    others: tuple[Location, ...]
    level: str = ""
    confidence: str = ""


def pulled(repo: Repo) -> list[ImageRef]:
    """The images that a registry gives, by references of which all is known: no stages, nothing built here."""
    built = {plain(name) for build in repo.all(Build) for name in build.names}
    named = [*repo.all(ImageRef), *repo.view(in_code)]
    return [image for image in named if is_known(image) and plain(reference(image)) not in built]


def in_code(repo: Repo) -> list[ImageRef]:
    """The images that calls of services name: `base_image=` of a component, `image_uri=` of an estimator."""
    found = []
    for each in repo.view(in_own_code):
        if each.role == "images" and len(each.texts) == 1:
            written = PREFIX.sub("", each.texts[0])
            found.append(images.image(written, each.at, "code", role="run"))
    return found


def untagged(repo: Repo) -> Iterator[Named]:
    """Images without a digest whose tag is missing, or says nothing of a version."""
    for each in _grouped(repo.view(pulled), _is_untagged):
        level = {"frontend": "note", "copy": "warning", "feature": "warning"}.get(each[0].role, "")
        yield _named(each)._replace(level=level)


def without_digest(repo: Repo) -> Iterator[Named]:
    """Images whose tag names a version, and that have no digest."""
    for each in _grouped(repo.view(pulled), _is_tagged_only):
        yield _named(each)


def reference(image: ImageRef) -> str:
    """An image's whole reference, as its parts say it."""
    tag = f":{image.tag}" if image.tag else ""
    return f"{image.name}{tag}@{image.digest}" if image.digest else f"{image.name}{tag}"


def plain(name: str) -> str:
    """A reference without what Docker puts in by itself: `docker.io/library/python:latest` is `python`."""
    prefix = next((prefix for prefix in REGISTRIES if name.startswith(prefix)), "")
    return name[len(prefix) :].removesuffix(":latest")


def is_known(image: ImageRef) -> bool:
    """Whether all of a reference is known, and what it names is pulled: no stage, not the empty image."""
    return image.concrete and not image.stage and image.name != EMPTY


def _is_untagged(image: ImageRef) -> bool:
    return not image.digest and not (image.tag and names_version(image.tag))


def _is_tagged_only(image: ImageRef) -> bool:
    return image.role in ("base", "copy", "run", "service") and not image.digest and not _is_untagged(image)


def _grouped(images: Iterable[ImageRef], judged: Callable[[ImageRef], bool]) -> Iterable[list[ImageRef]]:
    """The images of which something holds, those of one file and one reference together."""
    found: dict[tuple[str, str], list[ImageRef]] = {}
    for image in images:
        if judged(image):
            found.setdefault((image.at.path, reference(image)), []).append(image)
    return found.values()


def _named(images: list[ImageRef]) -> Named:
    first, *others = images
    confidence = "" if is_pulled(plain(first.name)) else "low"
    return Named(first.at, reference(first), tuple(image.at for image in others), confidence=confidence)
