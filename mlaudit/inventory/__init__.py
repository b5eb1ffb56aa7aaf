"""What does a receiving engineer ask first? What there is to run, on what, with which data, models and settings."""

from mlaudit.facts import Repo
from mlaudit.inventory import packages, settings, sources, starts
from mlaudit.listed import Item

# The kinds, in the order in which they are shown.
KINDS = {
    "program": starts.programs,
    "python": packages.pythons,
    "cuda": packages.cuda,
    "framework": packages.frameworks,
    "image": sources.images,
    "dataset": sources.datasets,
    "model": sources.models,
    "variable": settings.variables,
    "secret": settings.secrets,
    "service": settings.services,
}


def inventory(repo: Repo) -> tuple[Item, ...]:
    """The items of all kinds; of equal ones the first. No item holds the value of a secret."""
    found: dict[tuple[str, str, str], Item] = {}
    for kind, items in KINDS.items():
        for item in items(repo):
            found.setdefault((kind, item.name, item.detail), item._replace(kind=kind))
    return tuple(found.values())
