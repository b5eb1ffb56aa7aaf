"""Did the audit itself see everything?"""

from collections.abc import Iterator

from mlaudit.facts import Repo, Unreadable
from mlaudit.findings import Hit


def unreadable_file(repo: Repo) -> Iterator[Hit]:
    for fact in repo.all(Unreadable):
        yield Hit(fact, level="note" if fact.partly else "warning")
