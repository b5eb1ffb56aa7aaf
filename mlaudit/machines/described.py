"""Do programs train or serve models, and does nothing say on which machine?"""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import ImageRef, Import, Location, Lock, Manifest, Repo, Requirement
from mlaudit.knowledge.layout import is_test
from mlaudit.knowledge.machines import describes_machine, fixes_machine, holds_models, serves
from mlaudit.lineage.paths import platform_bound
from mlaudit.programs import Effect, Program, programs
from mlaudit.resolution.projects import BESIDE, projects

TRAINING = ("trains", "fits")
HOSTED = ("google.colab", "kaggle_secrets", "kaggle_datasets", "kaggle_web_client", "dbutils")
# What says that the code beside it is run by Kaggle.
KERNEL = "kernel-metadata.json"
# Images of CI are those of its jobs, and a CI file describes no machine of a program.
OF_JOBS = "ci"


class Need(NamedTuple):
    """A program that needs a machine: where to say so, what it does, and the others that do so too."""

    at: Location
    program: str
    does: str
    others: tuple[tuple[Location, str], ...] = ()
    confidence: str = ""


def undescribed(repo: Repo) -> Iterator[Need]:
    """The first program that trains or serves, where nothing in the repository describes a machine."""
    if any(map(describes_machine, repo.files)) or any(fixes_machine(lock.format) for lock in repo.all(Lock)):
        return
    if any(image.origin != OF_JOBS for image in repo.all(ImageRef)) or _is_exported(repo):
        return
    found = [*_training(repo), *_serving(repo)]
    if found:
        first = found[0]
        anchor = _manifest(repo, first.program)
        others = tuple((each.at, f"`{each.program}` {each.does} here") for each in found)
        yield first._replace(at=anchor.at if anchor else first.at, others=others if anchor else others[1:])


def _is_exported(repo: Repo) -> bool:
    """Whether a Conda environment is an export, which names the build of every package, those of the system too."""
    built: dict[str, dict[str, bool]] = {}
    for fact in repo.all(Requirement):
        if fact.ecosystem == "conda" and fact.role == "requirement":
            built.setdefault(fact.at.path, {})[fact.name] = bool(fact.build)
    environments = {manifest.at.path for manifest in repo.all(Manifest)}
    return any("python" in names and all(names.values()) for path, names in built.items() if path in environments)


def _training(repo: Repo) -> Iterator[Need]:
    hosted = _hosted(repo)
    for program in repo.view(programs):
        is_own = program.kind in ("script", "notebook") and not is_test(program.path)
        if is_own and program.path not in hosted and (confidence := _confidence(repo, program.path)) != "none":
            effect = next(_fits(program), None)
            if effect:
                yield Need(effect.at, program.path, "trains a model", (), confidence)


def _fits(program: Program) -> Iterator[Effect]:
    for step in program.steps:
        if isinstance(step.event, Effect) and step.event.kind in TRAINING and not is_test(step.event.at.path):
            yield step.event


def _serving(repo: Repo) -> Iterator[Need]:
    """Programs that answer requests, beside code that has models to answer with."""
    imports = [fact for fact in repo.all(Import) if fact.condition in ("", "deferred") and not is_test(fact.at.path)]
    modelled = {posixpath.dirname(fact.at.path) for fact in imports if holds_models(fact.module)}
    told: set[str] = set()
    for fact in imports:
        if serves(fact.module) and fact.at.path not in told and posixpath.dirname(fact.at.path) in modelled:
            told.add(fact.at.path)
            if (confidence := _confidence(repo, fact.at.path)) != "none":
                yield Need(fact.at, fact.at.path, "serves a model", (), confidence)


def _confidence(repo: Repo, path: str) -> str:
    """None for the code of a library; low where it may be one, or lies beside one."""
    project = repo.view(projects).of(path)
    if repo.kind == "library" or (project and project.kind == "library" and project.is_certain):
        return "none"
    is_beside = not BESIDE.isdisjoint(path.split("/"))
    of_others = any(each.kind == "library" or not each.is_certain for each in repo.view(projects))
    is_plain = project is None or project.is_certain
    return "low" if not is_plain or (is_beside and of_others) else ""


def _hosted(repo: Repo) -> set[str]:
    """Files that run on a platform, whose machine nobody chooses."""
    folders = {posixpath.dirname(path) for path in repo.files if posixpath.basename(path) == KERNEL}
    kernels = {path for path in repo.files if path.endswith((".ipynb", ".py")) and posixpath.dirname(path) in folders}
    imported = kernels | {fact.at.path for fact in repo.all(Import) if fact.module.startswith(HOSTED)}
    return imported | {lead.at.path for lead in platform_bound(repo)}


def _manifest(repo: Repo, program: str) -> Manifest | None:
    """The manifest of a program's project that is nearest to the root."""
    project = repo.view(projects).of(program)
    found = sorted(project.manifests if project else (), key=lambda fact: (fact.at.path.count("/"), fact.at.path))
    return found[0] if found else None
