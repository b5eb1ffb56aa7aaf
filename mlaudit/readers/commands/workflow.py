"""What do CI files run, and on which Python? GitHub Actions here; the other services in pipelines."""

import re
from collections.abc import Iterator

from yaml import MappingNode, Node, ScalarNode

from mlaudit.facts import Fact, Unreadable
from mlaudit.patterns import pattern
from mlaudit.readers.commands import (
    actions,
    builds,
    install,
    matrix,
    packages,
    pipelines,
    scalars,
    settings,
)
from mlaudit.readers.commands.folders import UNKNOWN_FOLDER
from mlaudit.readers.commands.matrix import Value, Values
from mlaudit.readers.documents import Malformed, images, yaml
from mlaudit.source import Source

PLACE = "ci"
REFERENCE = pattern(r"\$\{\{\s*(?:matrix|env)(?:\.([\w.-]+)|\[['\"]([\w.-]+)['\"]\])\s*\}\}")
UNKNOWN = pattern(r"\$\{\{|\$")
# Actions whose input `python-version` says which Python runs; a local one is named by its folder.
SETS_PYTHON = pattern(r"\./|.*(?:python|conda|mamba|/setup-uv|poetry|pixi|pdm)", re.IGNORECASE)


def read(source: Source) -> Iterator[Fact]:
    """InstallCommand, PackageSource and PythonVersion, by the file's path."""
    try:
        roots = yaml.documents(source)
    except Malformed as error:
        yield Unreadable(source.location(error.offset, error.offset), error.reason)
        return
    reader = _service(source.path)
    for root in roots:
        if not isinstance(root, MappingNode) and not source.path.rpartition("/")[2].startswith("action."):
            yield Unreadable(yaml.where(source, root), "is no mapping, as a file of CI must be")
    found = (fact for root in roots if isinstance(root, MappingNode) for fact in reader(source, root))
    yield from dict.fromkeys(found)  # jobs share matrices, variables and anchors: each fact once


def _service(path: str) -> pipelines.Reader:
    name = path.rsplit("/", 1)[-1]
    if name.startswith(".gitlab-ci"):
        return pipelines.gitlab
    if name.startswith(".travis"):
        return pipelines.travis
    if ".circleci/" in path:
        return pipelines.circleci
    return _github if ".github/" in path or name.startswith("action.") else pipelines.azure


def _github(source: Source, root: MappingNode) -> Iterator[Fact]:
    folder = _working_directory(yaml.get(root, "defaults", "run"), "")
    environment = _environment(root, {})
    for _, _, job in yaml.items(yaml.get(root, "jobs")):
        known = {**_environment(job, environment), **matrix.github(yaml.get(job, "strategy"))}
        yield from _containers(source, job, known)
        yield from actions.github(source, yaml.get(job, "uses"))
        yield from _steps(source, job, known, _working_directory(yaml.get(job, "defaults", "run"), folder))
    runs = yaml.get(root, "runs")
    yield from _steps(source, runs, environment, "")
    yield from _image(source, yaml.get(runs, "image"), {}, only="docker://")


def _containers(source: Source, job: Node, known: Values) -> Iterator[Fact]:
    """The image in which a job runs, and those of what runs beside it."""
    container = yaml.get(job, "container")
    image = yaml.get(container, "image") if isinstance(container, MappingNode) else container
    yield from matrix.images(source, _resolved(image, known))
    yield from _image(source, image, known)
    for _, _, service in yaml.items(yaml.get(job, "services")):
        yield from _image(source, yaml.get(service, "image"), known, role="service")


def _image(source: Source, node: Node | None, known: Values, role: str = "run", only: str = "") -> Iterator[Fact]:
    if isinstance(node, ScalarNode) and node.value.startswith(only):
        yield from images.of_node(source, node, PLACE, role, _resolved(node, known))


def _steps(source: Source, job: Node | None, known: Values, folder: str) -> Iterator[Fact]:
    for step in yaml.sequence(yaml.get(job, "steps")):
        known_here = _environment(step, known)
        run = yaml.get(step, "run")
        if run is not None and not yaml.text(yaml.get(step, "shell")).startswith("python"):
            environment = settings.of_values(known_here)
            yield from install.installs(
                scalars.passage(source, run), PLACE, _working_directory(step, folder), environment
            )
        action = yaml.text(yaml.get(step, "uses"))
        yield from actions.github(source, yaml.get(step, "uses"))
        yield from _image(source, yaml.get(step, "uses"), known_here, only="docker://")
        if action.startswith("docker://"):
            yield from matrix.images(source, _resolved(yaml.get(step, "uses"), known_here))
        elif "docker/build-push-action" in action:
            yield from builds.of_action(source, yaml.get(step, "with"))
        elif SETS_PYTHON.match(action):
            asked = yaml.get(step, "with", "python-version")
            yield from matrix.versions(source, _resolved(asked, known_here))


def _resolved(node: Node | None, known: Values) -> list[Value]:
    return [found for value in matrix.values(node) for found in matrix.resolve(value, REFERENCE, known)]


def _environment(node: Node | None, outer: Values) -> dict[str, list[Value]]:
    inner = {name: matrix.values(value) for name, _, value in yaml.items(yaml.get(node, "env"))}
    return {**outer, **inner}


def _working_directory(node: Node | None, folder: str) -> str:
    """The folder that a mapping names, from the root; the outer one where it names none."""
    written = yaml.text(yaml.get(node, "working-directory"))
    if not written:
        return folder
    if UNKNOWN.search(written) and not packages.ROOT.match(written):
        return UNKNOWN_FOLDER
    return packages.rooted("", written)
