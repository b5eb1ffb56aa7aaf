"""Which files of the repository does a rule of a pack look at, and which of them are at fault, or missing?"""

from collections.abc import Callable
from typing import NamedTuple

from mlaudit.facts import File, Location, Manifest, Readme, Repo
from mlaudit.packs.match import Match

Matches = Callable[[str], bool]


class Found(NamedTuple):
    """What a message may say of a file."""

    at: Location
    name: str


def judged(repo: Repo, matches: Matches, exempts: Matches) -> list[File]:
    """The files of the commit that match; without git, those that are not ignored."""
    every = (each for each in repo.files.values() if each.tracked is not False and not each.ignored)
    return [each for each in every if matches(each.path) and not exempts(each.path)]


def at_fault(file: File, match: Match) -> Found | None:
    """What to say of a file that should not be there, or not be as large."""
    largest = match.get("larger-than-kb")
    if match.get("is") == "absent" or (largest is not None and file.size <= 1000 * largest):
        return None
    return Found(Location(file.path), file.path)


def missing(repo: Repo, match: Match) -> Found | None:
    """What to say where there is no such file, at the manifest or README that is nearest to the root."""
    places = [fact.at.path for kind in (Manifest, Readme) for fact in repo.all(kind)]
    nearest = sorted(places or repo.files, key=lambda path: (path.count("/"), path))
    return Found(Location(nearest[0]), " or ".join(match.patterns)) if nearest else None
