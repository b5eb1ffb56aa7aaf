"""Which CUDA do an image, a conda environment and the packages in them hold, bring and need, and do these agree?

NVIDIA promises that programs built for one minor version run on another of the same major one, from 11 on
(https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html).
"""

import posixpath
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from mlaudit.containers.builds import Dockerfile, chain, dockerfiles, inside, plain
from mlaudit.containers.references import reference
from mlaudit.facts import ImageRef, Include, InstallCommand, Location, Manifest, PackageSource, Repo, Requirement
from mlaudit.knowledge import cuda, packages_in
from mlaudit.knowledge.cuda import Cuda
from mlaudit.resolution.pins import written

INDEXES = ("index-url", "extra-index-url", "find-links", "index")
# Commands that make an environment of its own.
CREATING = ("create", "env create")
HOLDS, BRINGS, NEEDS = "holds", "brings", "needs"
# From this major version on, minor ones are compatible with one another.
COMPATIBLE = 11


class Statement(NamedTuple):
    """What says a version of CUDA: an image or conda package that `holds` it for others, a package that `brings` its
    own, or one that `needs` it. `group` is torch for what must be of one build."""

    at: Location
    text: str
    version: Cuda
    does: str
    group: str = ""


class Conflict(NamedTuple):
    """Two statements that do not agree; `level` and `confidence` as in Hit."""

    at: Location
    first: Statement
    second: Statement
    level: str = ""
    confidence: str = ""


def conflicts(repo: Repo) -> Iterator[Conflict]:
    """The conflicts in what is installed together: of those with one statement, the first of each other version."""
    told: set[tuple[Location, Cuda]] = set()
    for together in _environments(repo):
        for first, second in combinations(together, 2):
            found = _conflict(first, second)
            if found and not {(first.at, second.version), (second.at, first.version)} & told:
                told |= {(first.at, second.version), (second.at, first.version)}
                yield found


def described(version: Cuda) -> str:
    """A version as text: `11.8`, `12`."""
    return ".".join(map(str, version))


def _conflict(first: Statement, second: Statement) -> Conflict | None:
    if first.version[: len(second.version)] == second.version[: len(first.version)]:
        return None
    does = {first.does, second.does}
    is_major = first.version[0] != second.version[0]
    if first.group and first.group == second.group:
        return Conflict(second.at, first, second)
    if does == {HOLDS, NEEDS}:
        is_wrong = is_major or first.version[0] < COMPATIBLE
        return Conflict(second.at, first, second) if is_wrong else None
    if does == {HOLDS, BRINGS}:
        level, confidence = ("warning", "") if is_major else ("note", "low")
        return Conflict(second.at, first, second, level, confidence)
    return Conflict(second.at, first, second, "warning") if does == {HOLDS} and is_major else None


def _environments(repo: Repo) -> Iterator[list[Statement]]:
    for file in repo.view(dockerfiles):
        for stage in range(len(file.bases)):
            stages = chain(file, stage)
            installs = [command for command in file.installs if _stage_of(file, command.at) in stages]
            created = [command for command in installs if command.action in CREATING]
            yield _of_stage(repo, file, stages[-1], [command for command in installs if command not in created])
            yield from (_of_stage(repo, file, stages[-1], [command]) for command in created)
    for manifest in repo.all(Manifest):
        if manifest.format in ("conda", "requirements"):
            yield list(_of_files(repo, [manifest.at.path]))


def _of_stage(repo: Repo, file: Dockerfile, stage: int, installs: list[InstallCommand]) -> list[Statement]:
    """The image on which a stage begins, and what some commands install on it."""
    image = file.bases[stage]
    name = reference(image)
    version = cuda.of_image(name) if image.concrete and not image.stage else ()
    conda = [each for command in installs for each in _of_conda(command.requirements)]
    named = [include.target for command in installs for include in command.files if include.role == "requirement"]
    files = [_copied(repo, file, target) for target in named]
    found = [*conda, *(each for command in installs for each in _of_command(repo, command))]
    found += _of_files(repo, files)
    found = [each for each in found if not _has_already(image, each)]
    if version and not any(each.does == HOLDS for each in found):
        found.insert(0, Statement(image.at, f"the image `{name}`", version, HOLDS))
    return found


def _has_already(image: ImageRef, statement: Statement) -> bool:
    """Whether an image brings torch, at the version that is asked for or at one that is not known: pip leaves it."""
    if statement.does != BRINGS or statement.group or "torch" not in packages_in(image.name):
        return False
    release = image.tag.partition("-")[0]
    return release.count(".") != 2 or statement.text == f"`torch=={release}`"


def _copied(repo: Repo, file: Dockerfile, target: str) -> str:
    """The file of the repository that lies at a path of the image: by its name, among what is copied."""
    name = posixpath.basename(target)
    sources = {path for copy in file.copies for path in map(plain, copy.sources) if posixpath.basename(path) == name}
    places = (inside(context, source) for source in sources for context in file.contexts)
    return next((place for place in places if place in repo.files), target)


def _stage_of(file: Dockerfile, at: Location) -> int:
    return sum(image.at.line <= at.line for image in file.bases) - 1


def _of_command(repo: Repo, command: InstallCommand) -> Iterator[Statement]:
    """What an install command names, with the index that it takes packages from."""
    options = [source for source in repo.all(PackageSource) if source.option in INDEXES and _belongs(source, command)]
    yield from _of_requirements(command.requirements, options)


def _belongs(source: PackageSource, command: InstallCommand) -> bool:
    """Whether an option stands in a command: behind its verb, and on its lines."""
    last = max((fact.at.end_line for fact in command.requirements), default=command.at.end_line)
    is_here = source.at.path == command.at.path and command.at.line <= source.at.line <= last + 2
    return is_here and (source.at.line, source.at.column) >= (command.at.line, command.at.column)


def _of_files(repo: Repo, paths: Iterable[str]) -> Iterator[Statement]:
    """What files of requirements ask for, those that they include too."""
    seen: set[str] = set()
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        if path in seen or path not in repo.files:
            continue
        seen.add(path)
        waiting += [each.target for each in repo.all(Include) if each.at.path == path and each.role == "requirement"]
        found = [fact for fact in repo.all(Requirement) if fact.at.path == path and not fact.marker and not fact.group]
        options = [each for each in repo.all(PackageSource) if each.at.path == path and each.option in INDEXES]
        yield from _of_conda(found)
        yield from _of_requirements(found, options)


def _of_conda(found: Iterable[Requirement]) -> Iterator[Statement]:
    for requirement in found:
        if requirement.ecosystem == "conda" and cuda.is_one_of(requirement.name, "conda"):
            exact = [each.version for each in requirement.comparisons if each.operator in ("=", "==")]
            version = cuda.version(exact[0].removesuffix(".*").removesuffix("*")) if len(exact) == 1 else ()
            if version:
                yield Statement(requirement.at, f"`{written(requirement)}`", version, HOLDS)


def _of_requirements(found: Iterable[Requirement], options: list[PackageSource]) -> Iterator[Statement]:
    index = next((version for each in options if (version := cuda.of_build(each.value))), ())
    for requirement in found:
        if requirement.ecosystem != "pypi" or requirement.role != "requirement" or requirement.marker:
            continue
        exact = [each.version for each in requirement.comparisons if each.operator in ("==", "===")]
        yield from _of_package(requirement, exact[0] if len(exact) == 1 else "", index, bool(options))


def _of_package(requirement: Requirement, release: str, index: Cuda, has_index: bool) -> Iterator[Statement]:
    name, at, text = requirement.name, requirement.at, f"`{written(requirement)}`"
    named = cuda.of_build(release.partition("+")[2]) or cuda.of_build(posixpath.basename(requirement.url))
    if cuda.is_one_of(name, "torch"):
        version = named or index
        if not version and name == "torch" and not has_index and not requirement.url and "+" not in release:
            version = cuda.of_wheel(name, release)
        group = "torch" if named or index else ""
        yield from (Statement(at, text, each, BRINGS, group) for each in (version,) if each)
    elif cuda.is_one_of(name, "extensions"):
        yield from (Statement(at, text, each, BRINGS, "torch") for each in (named,) if each)
    elif version := cuda.of_name(name):
        yield Statement(at, text, version, NEEDS)
    elif name in ("tensorflow", "tensorflow-gpu") and "and-cuda" not in requirement.extras:
        yield from (Statement(at, text, each, NEEDS) for each in (cuda.of_wheel(name, release),) if each)
