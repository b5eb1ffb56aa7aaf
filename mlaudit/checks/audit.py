"""Did the audit itself see everything?"""

from collections.abc import Iterator

from mlaudit.facts import Repo, SuppressedRule, Suppression, Unreadable
from mlaudit.findings import Hit


def unreadable_file(repo: Repo) -> Iterator[Hit]:
    for fact in repo.all(Unreadable):
        yield Hit(fact, level="note" if fact.partly else "warning")


def unused_suppression(repo: Repo) -> Iterator[Hit]:
    for rule in repo.all(SuppressedRule):
        if rule.used is False:
            yield Hit(rule)


def unknown_rule_in_suppression(repo: Repo) -> Iterator[Hit]:
    for rule in repo.all(SuppressedRule):
        if not rule.known:
            yield Hit(rule)


def unattached_suppression(repo: Repo) -> Iterator[Hit]:
    for suppression in repo.all(Suppression):
        if suppression.problem:
            yield Hit(suppression)


def expired_suppression(repo: Repo) -> Iterator[Hit]:
    for suppression in repo.all(Suppression):
        if suppression.expired and not suppression.problem:
            yield Hit(suppression)


def suppression_without_reason(repo: Repo) -> Iterator[Hit]:
    for suppression in repo.all(Suppression):
        if not suppression.reason and not suppression.problem:
            yield Hit(suppression)
