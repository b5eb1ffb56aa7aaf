"""Is it known which model this is?"""

from collections.abc import Iterator

from mlaudit.facts import Repo
from mlaudit.findings import Hit
from mlaudit.lineage import hubs


def moving_model_revision(repo: Repo) -> Iterator[Hit]:
    for origin in hubs.moving(repo, "models"):
        yield Hit(origin, under=f" asks for `{origin.revision}`" if origin.revision else " names no revision")  # type: ignore[arg-type]
