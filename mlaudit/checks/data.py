"""Does everybody who has this commit read the same data?"""

from collections.abc import Iterable, Iterator

from mlaudit.facts import Repo
from mlaudit.findings import Hit, Related
from mlaudit.lineage import hubs, paths, queries, rewrites


def machine_bound_path(repo: Repo) -> Iterator[Hit]:
    yield from _hits(paths.machine_bound(repo))


def dangling_data_path(repo: Repo) -> Iterator[Hit]:
    yield from _hits(paths.dangling(repo))


def moving_data_url(repo: Repo) -> Iterator[Hit]:
    yield from _hits(paths.moving_urls(repo))


def unverified_download(repo: Repo) -> Iterator[Hit]:
    yield from _hits(paths.unverified_downloads(repo))


def unversioned_dataset(repo: Repo) -> Iterator[Hit]:
    for origin in hubs.moving(repo, "datasets"):
        yield Hit(origin, under=f" asks for `{origin.revision}`" if origin.revision else " names no version")  # type: ignore[arg-type]


def unversioned_object(repo: Repo) -> Iterator[Hit]:
    yield from _hits(paths.unversioned_objects(repo))


def unordered_query(repo: Repo) -> Iterator[Hit]:
    for query in queries.unordered(repo):
        yield Hit(query)  # type: ignore[arg-type]


def overwritten_input(repo: Repo) -> Iterator[Hit]:
    for rewrite in rewrites.overwritten_inputs(repo):
        assert rewrite.first is not None
        yield Hit(rewrite, related=(Related(rewrite.first, "read here"),))  # type: ignore[arg-type]


def platform_bound_path(repo: Repo) -> Iterator[Hit]:
    yield from _hits(paths.platform_bound(repo))


def _hits(leads: Iterable[paths.Lead]) -> Iterator[Hit]:
    for lead in leads:
        yield Hit(lead, level=lead.level, confidence=lead.confidence)  # type: ignore[arg-type]
