"""Does everybody who has this commit read the same data?"""

from collections.abc import Iterable, Iterator

from mlaudit.facts import Repo
from mlaudit.findings import UNCHECKED, Hit, Related
from mlaudit.lineage import hubs, paths, pipelines, pointers, queries, recipes, rewrites, stages
from mlaudit.lineage.leads import Lead


def committed_large_data(repo: Repo) -> Iterator[Hit]:
    for file in pointers.large(repo):
        yield Hit(file)  # type: ignore[arg-type]


def stale_pipeline_lock(repo: Repo) -> Iterator[Hit]:
    for verdict in pipelines.by_file(repo):
        level = {"unknown": UNCHECKED, "line ends": "warning"}.get(verdict.state, "")
        related = tuple(Related(each.at, f"recorded here; {each.text}") for each in verdict.differences if each.at)
        yield Hit(verdict, level=level, related=related)  # type: ignore[arg-type]


def broken_pointer(repo: Repo) -> Iterator[Hit]:
    for pointer in pointers.broken(repo):
        yield Hit(pointer)  # type: ignore[arg-type]


def unreachable_remote(repo: Repo) -> Iterator[Hit]:
    for remote in pointers.unreachable(repo):
        yield Hit(remote)  # type: ignore[arg-type]


def machine_bound_path(repo: Repo) -> Iterator[Hit]:
    yield from _hits(paths.machine_bound(repo))


def dangling_data_path(repo: Repo) -> Iterator[Hit]:
    yield from _hits(paths.dangling(repo))


def moving_data_url(repo: Repo) -> Iterator[Hit]:
    yield from _hits(paths.moving_urls(repo))


def unverified_download(repo: Repo) -> Iterator[Hit]:
    moving = {lead.at for lead in paths.moving_urls(repo)}
    yield from _hits(lead for lead in paths.unverified_downloads(repo) if lead.at not in moving)


def unversioned_dataset(repo: Repo) -> Iterator[Hit]:
    for origin in hubs.moving(repo, "datasets"):
        yield Hit(origin, under=f" asks for `{origin.revision}`" if origin.revision else " names no version")  # type: ignore[arg-type]


def unversioned_object(repo: Repo) -> Iterator[Hit]:
    yield from _hits(paths.unversioned_objects(repo))


def undeclared_stage_input(repo: Repo) -> Iterator[Hit]:
    for stage in (*stages.undeclared(repo), *recipes.undeclared(repo)):
        yield Hit(stage, related=(Related(stage.read, "read here"),))  # type: ignore[arg-type]


def unordered_query(repo: Repo) -> Iterator[Hit]:
    for query in queries.unordered(repo):
        yield Hit(query, confidence=query.confidence)  # type: ignore[arg-type]


def overwritten_input(repo: Repo) -> Iterator[Hit]:
    for rewrite in rewrites.overwritten_inputs(repo):
        assert rewrite.first is not None
        yield Hit(rewrite, related=(Related(rewrite.first, "read here"),))  # type: ignore[arg-type]


def platform_bound_path(repo: Repo) -> Iterator[Hit]:
    yield from _hits(paths.platform_bound(repo))


def _hits(leads: Iterable[Lead]) -> Iterator[Hit]:
    for lead in leads:
        yield Hit(lead, level=lead.level, confidence=lead.confidence)  # type: ignore[arg-type]
