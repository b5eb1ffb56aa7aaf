"""Which data does a pipeline of Kedro take from outside, and where do they lie?"""

import posixpath
import re
from collections.abc import Iterator

from mlaudit.facts import CatalogEntry, Repo
from mlaudit.knowledge.places import is_of_a_machine, is_placeholder
from mlaudit.lineage.leads import Lead, is_open_object
from mlaudit.lineage.places import is_local, is_there
from mlaudit.lineage.references import in_own_code
from mlaudit.values import ROOT

TOOL = "kedro"


def project(entry: CatalogEntry | Lead) -> str:
    """The folder of the project of a catalog: paths of its entries start there."""
    folder = posixpath.dirname(entry.at.path)
    return folder.rpartition("conf/")[0].rstrip("/")


def rooted(entry: CatalogEntry | Lead) -> str:
    """The path of an entry, from the root of the repository."""
    return f"{ROOT}/{posixpath.join(project(entry), entry.path)}"


def taken(repo: Repo) -> Iterator[Lead]:
    """The entries that some step takes and none makes; those of which a part is a template are not known."""
    names = repo.view(_taken)
    for entry in repo.all(CatalogEntry):
        if entry.name in names and not any(sign in entry.path for sign in "{}$"):
            yield Lead(entry.at, TOOL, entry.path, "reads")


def machine_bound(repo: Repo) -> Iterator[Lead]:
    """Those that lie on one machine."""
    yield from (lead for lead in taken(repo) if is_of_a_machine(lead.path))


def dangling(repo: Repo) -> Iterator[Lead]:
    """Those that are nowhere in the commit, and that nothing puts there."""
    for lead in taken(repo):
        is_nowhere = is_local(lead.path) and not is_placeholder(lead.path) and not re.search(r"[*?]", lead.path)
        if is_nowhere and not is_there(repo, lead.at.path, rooted(lead)):
            yield lead


def unversioned(repo: Repo) -> Iterator[Lead]:
    """Those that are objects of a store, under names that stay."""
    kept = {entry.at for entry in repo.all(CatalogEntry) if entry.is_versioned}
    yield from (lead for lead in taken(repo) if is_open_object(lead.path) and lead.at not in kept)


def made(repo: Repo) -> Iterator[CatalogEntry]:
    """The entries that some step makes."""
    names = {text for each in repo.view(in_own_code) if each.role == "makes" for text in each.texts}
    yield from (entry for entry in repo.all(CatalogEntry) if entry.name in names)


def _taken(repo: Repo) -> frozenset[str]:
    listed = repo.view(in_own_code)
    took = {text.partition("@")[0] for each in listed if each.role == "takes" for text in each.texts}
    return frozenset(took - {text for each in listed if each.role == "makes" for text in each.texts})
