"""Which container images does a rule of a pack look at, and which of them are at fault?"""

from typing import NamedTuple

from mlaudit.containers.references import pulled, reference
from mlaudit.facts import ImageRef, Location, Repo
from mlaudit.packs.match import Match, fits

HUB = "docker.io"
# What is looked at where a rule names no role: neither what builds the file itself, nor features of dev containers.
ROLES = ("base", "copy", "run", "service")


class Found(NamedTuple):
    """What a message may say of an image."""

    at: Location
    name: str
    tag: str
    reference: str
    path: str


def judged(repo: Repo, match: Match) -> list[ImageRef]:
    """The images that a registry gives and that fit the patterns; of those that are not wholly known, none."""
    roles = match.get("role") or ROLES
    every = [image for image in repo.view(pulled) if image.role in roles]
    return [image for image in every if _fits(image, match.patterns) and not _fits(image, match.exempt)]


def at_fault(image: ImageRef, match: Match) -> Found | None:
    """What to say of an image of which all that is asked holds."""
    tags, digest = match.get("tag"), match.get("digest")
    if tags is not None and not fits(image.tag, tags):
        return None
    if digest is not None and bool(image.digest) is not digest:
        return None
    return Found(image.at, image.name, image.tag, reference(image), image.at.path)


def _fits(image: ImageRef, patterns: tuple[str, ...]) -> bool:
    return any(fits(name, patterns) for name in _names(image.name))


def _names(name: str) -> set[str]:
    """The name as it is written, and as the registry has it: `python` is `docker.io/library/python`."""
    first, _, rest = name.partition("/")
    if rest and ("." in first or ":" in first or first == "localhost"):
        return {name, name.removeprefix("index.")} if first == f"index.{HUB}" else {name}
    return {name, f"{HUB}/{name}" if rest else f"{HUB}/library/{name}"}
