"""Which environment variables, secrets and services does a repository need? Names only, never values."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from mlaudit.facts import Import, Remote, Repo, Variable
from mlaudit.inventory.sources import datasets
from mlaudit.knowledge.inventory import is_secret, service_of
from mlaudit.knowledge.layout import is_test
from mlaudit.knowledge.machines import is_known_variable
from mlaudit.listed import Item

WORDS = {"needs": "the code fails without it", "asks": "the code reads it"}


def variables(repo: Repo) -> Iterator[Item]:
    """The variables that code reads, those first without which it fails."""
    return (item for item in _read(repo) if not is_secret(item.name) and not is_known_variable(item.name))


def secrets(repo: Repo) -> Iterator[Item]:
    """Variables whose names say that they hold a secret."""
    return (item for item in _read(repo) if is_secret(item.name))


def _read(repo: Repo) -> list[Item]:
    found = [variable for variable in repo.all(Variable) if variable.does in WORDS and not is_test(variable.at.path)]
    ordered = sorted(found, key=lambda variable: variable.does != "needs")
    return [Item(variable.name, "", variable.at, WORDS[variable.does]) for variable in ordered]


def services(repo: Repo) -> Iterator[Item]:
    """What is contacted elsewhere: services by the packages that speak to them, and the hosts that data come from."""
    for fact in repo.all(Import):
        if not is_test(fact.at.path) and (service := service_of(fact.module)):
            yield Item(service, "", fact.at, f"by `{fact.module.partition('.')[0]}`")
    for remote in repo.all(Remote):
        scheme, _, rest = remote.url.partition("://")
        if rest:
            yield Item(f"{scheme}://{rest.partition('/')[0].rpartition('@')[2]}", "", remote.at, "remote of DVC")
    for item in datasets(repo):
        host = urlsplit(item.name).hostname if "://" in item.name else None
        if host:
            yield Item(host, "", item.at, "data")
