"""Which version of a library does the repository use, where a lock or a pin says so?"""

import re

from mlaudit.facts import Lock, Repo, Requirement
from mlaudit.knowledge import packages_of

# Packages whose versions a module's go by, too.
OTHERS = {"lightning": ("pytorch-lightning",), "keras": ("tensorflow", "tensorflow-gpu", "tensorflow-cpu")}
Release = tuple[int, ...]


class Versions:
    """The versions that locks and exact pins name. Where none is named, the newest is meant."""

    def __init__(self, repo: Repo) -> None:
        self._by_package: dict[str, Release] = {}
        for requirement in repo.all(Requirement):
            for comparison in requirement.comparisons:
                if comparison.operator in ("==", "===", "=") and "*" not in comparison.version:
                    self._by_package.setdefault(requirement.name, _release(comparison.version))
        for lock in repo.all(Lock):
            for locked in lock.packages:
                self._by_package[locked.name] = _release(locked.version)

    def fits(self, name: str, since: str, until: str) -> bool:
        """Whether the version at hand of the library of a full name lies in [since, until)."""
        if not since and not until:
            return True
        found = self._of(name.partition(".")[0])
        if found is None:
            return not until
        return (not since or found >= _release(since)) and (not until or found < _release(until))

    def _of(self, module: str) -> Release | None:
        packages = {*packages_of(module), module.replace("_", "-"), *OTHERS.get(module, ())}
        return next((self._by_package[each] for each in sorted(packages) if each in self._by_package), None)


def _release(version: str) -> Release:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
