"""Is it known which model this is?"""

from collections.abc import Iterator

from mlaudit.facts import Repo
from mlaudit.findings import Hit
from mlaudit.lineage import checkpoints, hubs, pointers, rewrites
from mlaudit.lineage.places import is_above
from mlaudit.resolution import choices


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


def unpinned_serializer(repo: Repo) -> Iterator[Hit]:
    loose = choices.loose(repo)
    for pickled in checkpoints.pickled(repo):
        near = {each.name for each in loose if is_above(each.at.path, pickled.at.path)}
        if found := [library for library in pickled.libraries if library in near]:
            yield Hit(pickled, library="` or `".join(found))  # type: ignore[arg-type]


def bare_checkpoint(repo: Repo) -> Iterator[Hit]:
    for checkpoint in checkpoints.bare(repo):
        yield Hit(checkpoint)  # type: ignore[arg-type]


def committed_model(repo: Repo) -> Iterator[Hit]:
    for file in pointers.large_models(repo):
        yield Hit(file)  # type: ignore[arg-type]
