"""Can a result be traced to the run that made it?"""

from collections.abc import Iterator

from mlaudit.facts import Repo
from mlaudit.findings import Hit, Related
from mlaudit.running import tracking


def untracked_training(repo: Repo) -> Iterator[Hit]:
    for spot in tracking.untracked(repo):
        yield Hit(spot)  # type: ignore[arg-type]


def unrecorded_seed(repo: Repo) -> Iterator[Hit]:
    for spot in tracking.unrecorded_seeds(repo):
        yield Hit(spot)  # type: ignore[arg-type]


def committed_run_output(repo: Repo) -> Iterator[Hit]:
    for output in tracking.committed_outputs(repo):
        related = tuple(Related(at, "written here too") for at in output.others)
        yield Hit(output, related=related)  # type: ignore[arg-type]


def single_run_result(repo: Repo) -> Iterator[Hit]:
    for table in tracking.single_runs(repo):
        yield Hit(table, name=" | ".join(table.columns))
