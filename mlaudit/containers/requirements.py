"""Does an image get what the code in it needs? Dockerfiles that copy code, against what their project declares."""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.containers.builds import (
    WHOLE,
    Dockerfile,
    chain,
    dockerfiles,
    final,
    inside,
    is_of_context,
    plain,
)
from mlaudit.facts import ContainerCommand, Copy, InstallCommand, Location, Repo, Requirement, Transfer
from mlaudit.knowledge.layout import is_test
from mlaudit.knowledge.machines import installs_nothing, is_bare
from mlaudit.resolution.names import third_party
from mlaudit.resolution.projects import projects

LANGUAGES = ("pypi", "conda")
SYSTEM = frozenset({"apt", "apt-get", "apk", "yum", "dnf", "microdnf", "npm", "pnpm", "yarn"})
INSTALLERS = frozenset({"pip", "pip3", "uv", "poetry", "pdm", "pipenv", "python", "python3", "conda", "mamba"})
# What each tool installs from where no file is named.
MANIFESTS = {
    ("uv", "sync"): "pyproject.toml",
    ("poetry", "install"): "pyproject.toml",
    ("pdm", "install"): "pyproject.toml",
    ("pdm", "sync"): "pyproject.toml",
    ("pipenv", "install"): "Pipfile",
    ("pipenv", "sync"): "Pipfile.lock",
}


class Lack(NamedTuple):
    """What an image lacks, in words, and the place of the Dockerfile that shows it."""

    at: Location
    path: str
    fault: str
    confidence: str = ""


def lacking(repo: Repo) -> Iterator[Lack]:
    """Images that get code and not its requirements, and those that are to install from files that they do not get."""
    for file in repo.view(dockerfiles):
        if ".devcontainer" in file.path or not all(_begins_bare(file, stage) for stage in range(len(file.bases))):
            continue
        found = _uninstalled(repo, file)
        if found:
            yield found
        else:
            yield from _unbrought(repo, file)


def _begins_bare(file: Dockerfile, stage: int) -> bool:
    """Whether a stage begins with an image of which it is known that it holds no packages of ours."""
    image = file.bases[chain(file, stage)[-1]]
    return image.concrete and not image.stage and (is_bare(image.name) or image.name == "scratch")


def _uninstalled(repo: Repo, file: Dockerfile) -> Lack | None:
    """Code in an image in which no step installs anything of Python."""
    if any(map(_installs, file.installs)) or not all(map(_is_known, file.commands)):
        return None
    if any(copy.origin and not _is_stage(file, copy.origin) and not is_bare(copy.origin) for copy in file.copies):
        return None
    stages = final(file)
    copies = (copy for copy in file.copies if is_of_context(copy) and not copy.is_mount and copy.stage in stages)
    copy, modules = next(((copy, modules) for copy in copies if (modules := _imported(repo, file, copy))), (None, []))
    manifest = _declaring(repo, file)
    if copy is None or not manifest:
        return None
    named = ", ".join(f"`{module}`" for module in modules[:3])
    fault = f"gets code that imports {named}, and no step installs what `{manifest}` declares"
    return Lack(copy.at, file.path, fault, "" if file.context is not None else "low")


def _installs(command: InstallCommand) -> bool:
    return command.tool not in SYSTEM


def _is_known(command: ContainerCommand) -> bool:
    """Whether a command is one that installs nothing of Python: a script may do anything."""
    if command.starts:
        return not any(word.endswith(".sh") or word in ("make", "bash", "sh") for word in command.words)
    return installs_nothing(command.words)


def _is_stage(file: Dockerfile, name: str) -> bool:
    return name.isdigit() or any(image.alias == name.lower() for image in file.bases)


def _imported(repo: Repo, file: Dockerfile, copy: Copy) -> list[str]:
    """The third-party modules that copied code imports for certain."""
    context = file.context if file.context is not None else file.contexts[0]
    places = [inside(context, path) for path in map(plain, copy.sources) if path]
    found = (
        fact.module.partition(".")[0]
        for fact in third_party(repo)
        if not fact.condition and not is_test(fact.at.path) and not fact.at.cell and _is_among(fact.at.path, places)
    )
    return list(dict.fromkeys(found))


def _is_among(path: str, places: list[str]) -> bool:
    return any(place in (WHOLE, path) or path.startswith(f"{place}/") for place in places)


def _declaring(repo: Repo, file: Dockerfile) -> str:
    """The manifest of the Dockerfile's project that asks for packages; "" where none does."""
    project = repo.view(projects).of(file.path)
    manifests = {manifest.at.path for manifest in project.manifests} if project else set()
    for requirement in repo.all(Requirement):
        if requirement.at.path in manifests and _is_needed(requirement):
            return requirement.at.path
    return ""


def _is_needed(requirement: Requirement) -> bool:
    is_plain = requirement.role == "requirement" and not requirement.group and requirement.name != "python"
    return is_plain and requirement.ecosystem in LANGUAGES


def _unbrought(repo: Repo, file: Dockerfile) -> Iterator[Lack]:
    """Requirement files that are installed from, and that nothing puts into the image."""
    told: set[str] = set()
    for command in file.installs:
        for at, name in _sources(command):
            if name not in told and not _is_brought(repo, file, name):
                told.add(name)
                yield Lack(at, file.path, f"is to install from `{name}`, which no COPY brings in")


def _sources(command: InstallCommand) -> Iterator[tuple[Location, str]]:
    named = [file for file in command.files if "://" not in file.target and "$" not in file.target]
    yield from ((file.at, posixpath.basename(file.target)) for file in named)
    manifest = MANIFESTS.get((command.tool, command.action))
    if manifest and not (command.files or command.requirements or command.projects or command.opaque):
        yield command.at, manifest


def _is_brought(repo: Repo, file: Dockerfile, name: str) -> bool:
    """Whether a file of this name may be in the image, or bound into its build."""
    if any(_may_bring(copy, name) for copy in file.copies):
        return True
    if any(transfer.at.path == file.path and transfer.does != "move" for transfer in repo.all(Transfer)):
        return True
    return not all(map(_makes_nothing, file.commands))


def _makes_nothing(command: ContainerCommand) -> bool:
    """Whether a command makes no file: what is printed into one, or made by a program, is not known."""
    if command.starts or any(">" in word for word in command.words):
        return command.starts
    return installs_nothing(command.words) or command.words[0] in INSTALLERS


def _may_bring(copy: Copy, name: str) -> bool:
    """Whether what is copied may hold a file of this name."""
    if copy.origin or copy.is_later:
        return True
    for source in copy.sources:
        last = posixpath.basename(plain(source) or "*")
        is_file = "." in last.strip(".") and plain(source) != WHOLE
        if not is_file or last == name or "*" in last:
            return True
    return posixpath.basename(copy.destination) == name
