"""What do install commands leave open, and do they go around a lock?"""

import posixpath
from collections.abc import Iterator

from mlaudit.facts import Copy, InstallCommand, Location, Lock, Manifest, PackageSource, Repo, Requirement
from mlaudit.resolution.choices import loose as loose_requirements
from mlaudit.resolution.coverage import coverage
from mlaudit.resolution.pins import is_pinned
from mlaudit.resolution.projects import projects

LANGUAGES = ("pypi", "conda", "npm")
NATIVE = {"uv": ("uv",), "poetry": ("poetry",), "pdm": ("pdm",), "pipenv": ("pipfile",), "pixi": ("pixi",)}
# The options under which a tool's own install keeps to its lock.
FROZEN = {
    "uv": {"locked", "frozen"},
    "pdm": {"frozen-lockfile", "no-lock", "frozen", "check"},
    "pipenv": {"deploy", "ignore-pipfile"},
    "pixi": {"locked", "frozen"},
}


def loose(repo: Repo) -> Iterator[tuple[InstallCommand, list[Requirement]]]:
    """Commands that name packages without an exact version: one entry for each line that does."""
    for command in repo.all(InstallCommand):
        constraints = [include.target for include in command.files if include.role == "constraint"]
        if "require-hashes" in command.options or any(target not in repo.files for target in constraints):
            continue
        pinned = {requirement.name for requirement in command.requirements if is_pinned(requirement)}
        pinned |= {name for target in constraints for name in repo.view(coverage).constraints.get(target, {})}
        by_line: dict[int, list[Requirement]] = {}
        for requirement in command.requirements:
            is_named = requirement.ecosystem in LANGUAGES and not requirement.url
            if is_named and requirement.name not in pinned:
                by_line.setdefault(requirement.at.line, []).append(requirement)
        for requirements in by_line.values():
            yield command, requirements


def span(requirements: list[Requirement]) -> Location:
    """From the first requirement to the last."""
    first, last = requirements[0].at, requirements[-1].at
    return first._replace(end_line=last.end_line, end_column=last.end_column)


def moving_source(repo: Repo, source: PackageSource) -> str:
    """What makes a source of packages move; "" where it does not."""
    path = source.at.path
    lock = repo.view(coverage).lock_of(path)
    if lock and any(package.hashed for package in lock.packages):
        return ""
    if source.option in ("pre", "prerelease") and source.value != "disallow":
        return "admits pre-releases, so the newest one of the day is taken"
    if "nightly" in source.value.lower():
        return "is an index of nightly builds"
    if source.option == "extra-index-url":
        open_names = [fact for fact in loose_requirements(repo) if fact.at.path == path and fact.ecosystem == "pypi"]
        for command in repo.all(InstallCommand):
            if command.at.path == path and command.at.line <= source.at.line <= command.at.line + 20:
                open_names += [fact for fact in command.requirements if not is_pinned(fact)]
        if open_names:
            return "is a second index, and names without a version come from whichever has the newer one"
    return ""


def without_channels(repo: Repo) -> Iterator[Manifest]:
    """Conda environments that ask for packages and name no channel."""
    named = {source.at.path for source in repo.all(PackageSource) if source.option == "channel"}
    asking = {fact.at.path for fact in repo.all(Requirement) if fact.ecosystem == "conda" and "::" not in fact.written}
    for manifest in repo.all(Manifest):
        if manifest.format == "conda" and manifest.at.path in asking - named:
            yield manifest


def around_locks(repo: Repo) -> Iterator[tuple[list[InstallCommand], Lock, str]]:
    """Commands of a container or CI file that install a locked application without its lock, and what they do instead.

    One entry for each file, lock and fault, with all the commands that have it.
    """
    found: dict[tuple[str, Lock, str], list[InstallCommand]] = {}
    for command in repo.all(InstallCommand):
        project = repo.view(projects).of(command.at.path)
        if command.place in ("dockerfile", "ci") and project is not None and project.kind == "application":
            locks = (lock for lock in project.locks if lock.format not in ("twin", "explicit"))
            faults = ((lock, fault) for lock in locks if (fault := _around(repo, command, lock)))
            if found_first := next(faults, None):
                found.setdefault((command.at.path, *found_first), []).append(command)
    for (_, lock, fault), commands in found.items():
        yield commands, lock, fault


def _around(repo: Repo, command: InstallCommand, lock: Lock) -> str:
    if lock.format in NATIVE.get(command.tool, ()) and not command.action.startswith("pip"):
        return _native(repo, command, lock)
    if command.tool in ("pip", "uv") and command.action in ("install", "pip install"):
        manifests = {path for path, locks in repo.view(coverage).locks.items() if lock in locks}
        folder = posixpath.dirname(lock.at.path)
        named = {posixpath.normpath(posixpath.join(folder, project.split("[")[0])) for project in command.projects}
        if (
            lock.format in ("uv", "poetry", "pdm", "pylock")
            and (folder or ".") in named
            and "no-deps" not in command.options
        ):
            return "installs the project with whatever versions are newest"
        if any(include.target in manifests and include.role == "requirement" for include in command.files):
            return "installs from the manifest"
    if (
        command.tool in ("conda", "mamba", "micromamba")
        and lock.format == "conda-lock"
        and _names_manifest(repo, command, lock)
    ):
        return "solves the environment anew"
    return ""


def _names_manifest(repo: Repo, command: InstallCommand, lock: Lock) -> bool:
    manifests = {path for path, locks in repo.view(coverage).locks.items() if lock in locks}
    return any(include.target in manifests for include in command.files)


def _native(repo: Repo, command: InstallCommand, lock: Lock) -> str:
    """The lock's own tool, used so that it may write the lock anew."""
    if command.tool == "poetry":
        missing = (
            command.action in ("install", "sync")
            and command.place == "dockerfile"
            and not _is_copied(repo, command, lock)
        )
        return "installs without the lock, which no COPY brings in" if missing else ""
    is_install = (
        command.action
        in {"uv": ("sync",), "pipenv": ("install",), "pdm": ("install",), "pixi": ("install",)}[command.tool]
    )
    if not is_install or command.requirements or FROZEN[command.tool] & {*command.options}:
        return ""
    return "may write the lock anew where it is out of date"


def _is_copied(repo: Repo, command: InstallCommand, lock: Lock) -> bool:
    name = posixpath.basename(lock.at.path)
    before = [copy for copy in repo.all(Copy) if copy.at.path == command.at.path and copy.at.line < command.at.line]
    return not before or any(_takes(source, name, lock.at.path) for copy in before for source in copy.sources)


def _takes(source: str, name: str, path: str) -> bool:
    from fnmatch import fnmatch

    cleaned = source.removeprefix("./").rstrip("/")
    return (
        cleaned in ("", ".", "*")
        or fnmatch(name, posixpath.basename(cleaned))
        or path.startswith(f"{cleaned}/")
        or "$" in source
    )
