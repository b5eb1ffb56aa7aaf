"""Is it known which model this is?"""

from collections.abc import Iterator

from mlaudit.facts import Repo
from mlaudit.findings import Hit
from mlaudit.lineage import hubs, rewrites


def moving_model_revision(repo: Repo) -> Iterator[Hit]:
    for origin in hubs.moving(repo, "models"):
        yield Hit(origin, under=f" asks for `{origin.revision}`" if origin.revision else " names no revision")  # type: ignore[arg-type]


def moving_model_alias(repo: Repo) -> Iterator[Hit]:
    for origin in hubs.aliases(repo):
        yield Hit(origin)  # type: ignore[arg-type]


def moving_weights(repo: Repo) -> Iterator[Hit]:
    for origin in hubs.chosen_weights(repo):
        yield Hit(origin)  # type: ignore[arg-type]


def undated_hosted_model(repo: Repo) -> Iterator[Hit]:
    for origin in hubs.hosted(repo):
        yield Hit(origin)  # type: ignore[arg-type]


def overwritten_artifact(repo: Repo) -> Iterator[Hit]:
    for rewrite in rewrites.overwritten_models(repo):
        yield Hit(rewrite)  # type: ignore[arg-type]
