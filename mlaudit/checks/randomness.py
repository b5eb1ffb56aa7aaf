"""Do two runs of one commit draw the same numbers?"""

from collections.abc import Iterator

from mlaudit.facts import Repo
from mlaudit.findings import Hit, Related
from mlaudit.orders.clocks import clocks
from mlaudit.orders.completions import completions
from mlaudit.orders.hashes import hashes
from mlaudit.orders.keys import keys
from mlaudit.orders.listings import Ordered, listings
from mlaudit.orders.sets import sets
from mlaudit.programs.faults import Fault, faults
from mlaudit.programs.forgotten import helpers
from mlaudit.programs.kernels import kernels

STREAMS = {
    "python": "Python's `random`",
    "entropy": "the system's entropy",
}


def unseeded_stream(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(faults), "unseeded-stream")


def unseeded_generator(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(faults), "unseeded-generator")


def unseeded_call(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(faults), "unseeded-call")


def late_seed(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(faults), "late-seed")


def moving_seed(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(faults), "moving-seed")


def optional_seed(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(faults), "optional-seed")


def uncalled_seed_helper(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(helpers), "uncalled-seed-helper")


def reseeded_loop(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(faults), "reseeded-loop")


def unseeded_environment(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(faults), "unseeded-environment")


def unseeded_worker(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(faults), "unseeded-worker")


def rank_blind_sampler(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(kernels), "rank-blind-sampler")


def shared_random_state(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(kernels), "shared-random-state")


def nondeterministic_kernels(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(kernels), "nondeterministic-kernels")


def autotuned_kernels(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(kernels), "autotuned-kernels")


def contradictory_determinism(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(kernels), "contradictory-determinism")


def ineffective_hash_seed(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(kernels), "ineffective-hash-seed")


def nondeterministic_booster(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(kernels), "nondeterministic-booster")


def nondeterministic_operator(repo: Repo) -> Iterator[Hit]:
    yield from _hits(repo.view(kernels), "nondeterministic-operator")


def reused_random_key(repo: Repo) -> Iterator[Hit]:
    for reuse in repo.view(keys):
        yield Hit(reuse, related=(Related(reuse.first, "used here first"),))  # type: ignore[arg-type]


def hash_dependent_value(repo: Repo) -> Iterator[Hit]:
    yield from _ordered(repo.view(hashes))


def unsorted_listing(repo: Repo) -> Iterator[Hit]:
    yield from _ordered(repo.view(listings))


def set_ordered_data(repo: Repo) -> Iterator[Hit]:
    yield from _ordered(repo.view(sets))


def completion_ordered_results(repo: Repo) -> Iterator[Hit]:
    yield from _ordered(repo.view(completions))


def wall_clock_input(repo: Repo) -> Iterator[Hit]:
    yield from _ordered(repo.view(clocks))


def _ordered(found: list[Ordered]) -> Iterator[Hit]:
    for each in found:
        yield Hit(each, confidence=each.confidence)  # type: ignore[arg-type]


def _hits(found: dict[str, list[Fault]], rule: str) -> Iterator[Hit]:
    for fault in found.get(rule, ()):
        related = tuple(Related(at, text) for at, text in fault.related)
        stream = STREAMS.get(fault.stream, fault.stream)
        yield Hit(fault, level=fault.level, confidence=fault.confidence, related=related, stream=stream)  # type: ignore[arg-type]
