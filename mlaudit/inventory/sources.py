"""Which datasets, models and images does a repository take from elsewhere, and in which revision?"""

from collections.abc import Iterator

from mlaudit.containers.references import is_known, reference
from mlaudit.facts import ImageRef, Repo
from mlaudit.lineage.hubs import named
from mlaudit.lineage.places import URL
from mlaudit.lineage.references import in_own_code
from mlaudit.listed import Item
from mlaudit.masking import masked
from mlaudit.values import GAP


def images(repo: Repo) -> Iterator[Item]:
    """Each image that is named whole, with its tag and digest."""
    for image in repo.all(ImageRef):
        if is_known(image):
            yield Item(image.name, reference(image).removeprefix(image.name).lstrip(":@"), image.at, image.origin)


def datasets(repo: Repo) -> Iterator[Item]:
    """Datasets of hubs and packages by their names, and files that are fetched by their addresses."""
    yield from _named(repo, "datasets")
    for each in repo.view(in_own_code):
        is_fetched = each.role in ("downloads", "reads") and each.row.kind == "data"
        for text in each.texts if is_fetched else ():
            if URL.match(text) and GAP not in text:
                yield Item(masked(text), "", each.at, each.name)


def models(repo: Repo) -> Iterator[Item]:
    """Models of hubs, of registries and behind interfaces, by their names."""
    yield from _named(repo, "models")


def _named(repo: Repo, role: str) -> Iterator[Item]:
    for origin in named(repo, role):
        yield Item(masked(origin.thing), origin.revision, origin.at, origin.name)
