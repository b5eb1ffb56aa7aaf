"""Which notebooks ask for a kernel that one machine has?"""

from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Kernel, Repo
from mlaudit.facts.place import Location
from mlaudit.knowledge.notebooks import is_known_kernel


class Local(NamedTuple):
    """A kernel that somebody registered under a name of their own, and the further notebooks that ask for it."""

    at: Location
    name: str
    others: tuple[Location, ...]


def local(repo: Repo) -> Iterator[Local]:
    """Each such kernel once, at the first notebook that asks for it."""
    places: dict[str, list[Location]] = {}
    for kernel in repo.all(Kernel):
        if kernel.name and kernel.name_at and not is_known_kernel(kernel.name):
            places.setdefault(kernel.name, []).append(kernel.name_at)
    for name, found in places.items():
        yield Local(found[0], name, tuple(found[1:]))
