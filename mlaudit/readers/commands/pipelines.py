"""What do GitLab CI, CircleCI, Azure Pipelines and Travis run, and on which Python?"""

import re
from collections.abc import Callable, Iterator

from yaml import MappingNode, Node, ScalarNode

from mlaudit.facts import Fact
from mlaudit.patterns import pattern
from mlaudit.readers.commands import actions, install, matrix, packages, scalars, settings
from mlaudit.readers.commands.folders import UNKNOWN_FOLDER
from mlaudit.readers.commands.matrix import Value
from mlaudit.readers.commands.settings import Settings
from mlaudit.readers.documents import images, yaml
from mlaudit.source import Source

Reader = Callable[[Source, MappingNode], Iterator[Fact]]

PLACE = "ci"
SHELL_VARIABLE = pattern(r"\$(?:\{(\w+)\}|(\w+))")
AZURE_VARIABLE = pattern(r"\$\(([\w.-]+)\)|\$\{\{\s*(?:parameters|variables)\.([\w.-]+)\s*\}\}")
GITLAB_SCRIPTS = ("before_script", "script", "after_script")
TRAVIS_SCRIPTS = (
    "before_install", "install", "before_script", "script", "before_cache", "after_success", "after_failure",
    "before_deploy", "after_deploy", "after_script",
)  # fmt: skip
AZURE_SCRIPTS = ("script", "bash", "pwsh", "powershell")


def gitlab(source: Source, root: MappingNode) -> Iterator[Fact]:
    """`.gitlab-ci.yml`: the scripts and images of the jobs, and those at the top."""
    top = _variables(yaml.get(root, "variables"))
    yield from actions.gitlab(source, yaml.get(root, "include"))
    for job in (root, *(node for _, _, node in yaml.items(root) if isinstance(node, MappingNode))):
        known = {**top, **_variables(yaml.get(job, "variables"))}
        for entry in yaml.sequence(yaml.get(job, "parallel", "matrix")):
            known.update(_variables(entry))
        image = yaml.get(job, "image")
        image = yaml.get(image, "name") if isinstance(image, MappingNode) else image
        yield from matrix.images(source, _resolved(image, SHELL_VARIABLE, known))
        yield from _image(source, image, _resolved(image, SHELL_VARIABLE, known))
        for service in yaml.sequence(yaml.get(job, "services")):
            named = yaml.get(service, "name") if isinstance(service, MappingNode) else service
            yield from _image(source, named, _resolved(named, SHELL_VARIABLE, known), "service")
        for key in GITLAB_SCRIPTS:
            yield from _scripts(source, yaml.get(job, key), "", settings.of_values(known))


def travis(source: Source, root: MappingNode) -> Iterator[Fact]:
    """`.travis.yml`: its phases, and `python:` of the file and of its extra jobs."""
    jobs = [root]
    for key in ("matrix", "jobs"):
        section = yaml.get(root, key)
        included = yaml.get(section, "include") if isinstance(section, MappingNode) else section
        jobs += [entry for entry in yaml.sequence(included) if isinstance(entry, MappingNode)]
    yield from matrix.versions(source, [value for job in jobs for value in matrix.values(yaml.get(job, "python"))])
    for job in jobs:
        for key in TRAVIS_SCRIPTS:
            yield from _scripts(source, yaml.get(job, key))


def circleci(source: Source, root: MappingNode) -> Iterator[Fact]:
    """`.circleci/config.yml`: every `run` step, and the first image of every `docker` list."""
    yield from actions.circleci(source, yaml.get(root, "orbs"))
    for mapping, environment in _environments(root):
        first, *others = [*yaml.sequence(yaml.get(mapping, "docker")), None]
        yield from _image(source, yaml.get(first, "image"))
        for other in others:
            yield from _image(source, yaml.get(other, "image"), role="service")
        yield from matrix.images(
            source, [value for value in matrix.values(yaml.get(first, "image")) if "<<" not in value.text]
        )
        run = yaml.get(mapping, "run")
        command = yaml.get(run, "command") if isinstance(run, MappingNode) else run
        if command is not None and not yaml.text(yaml.get(run, "shell")).startswith("python"):
            folder = yaml.get(run, "working_directory") or yaml.get(mapping, "working_directory")
            yield from _scripts(source, command, _folder(folder), {**environment, **_environment(run)})


def azure(source: Source, root: MappingNode) -> Iterator[Fact]:
    """`azure-pipelines.yml` and its templates: scripts, containers and UsePythonVersion."""
    known: dict[str, list[Value]] = {}
    for mapping in matrix.mappings(root):
        _add(known, _azure_variables(mapping))
    yield from actions.azure(source, yaml.get(root, "resources", "repositories"))
    aliases = {
        yaml.text(yaml.get(each, "container")) for each in yaml.sequence(yaml.get(root, "resources", "containers"))
    }
    for mapping in matrix.mappings(root):
        environment = settings.of_values({**known, **_variables(yaml.get(mapping, "env"))})
        for key in AZURE_SCRIPTS:
            folder = _folder(yaml.get(mapping, "workingDirectory"))
            yield from _scripts(source, yaml.get(mapping, key), folder, environment)
        task = yaml.text(yaml.get(mapping, "task"))
        if task.startswith("UsePythonVersion@"):
            asked = yaml.get(mapping, "inputs", "versionSpec")
            yield from matrix.versions(source, _resolved(asked, AZURE_VARIABLE, known))
        elif task.startswith(("Bash@", "CmdLine@", "PowerShell@")):
            folder = _folder(yaml.get(mapping, "inputs", "workingDirectory"))
            yield from _scripts(source, yaml.get(mapping, "inputs", "script"), folder, environment)
        container = yaml.get(mapping, "container")
        image = yaml.get(container, "image") if isinstance(container, MappingNode) else container
        yield from matrix.images(source, _resolved(image, AZURE_VARIABLE, known))
        image = yaml.get(mapping, "image") if yaml.text(image) in aliases else image
        yield from _image(source, image, _resolved(image, AZURE_VARIABLE, known))


def _image(source: Source, node: Node | None, known: list[Value] | None = None, role: str = "run") -> Iterator[Fact]:
    if isinstance(node, ScalarNode) and node.value:
        yield from images.of_node(source, node, PLACE, role, known)


def _environments(root: MappingNode) -> Iterator[tuple[MappingNode, Settings]]:
    """Every mapping of a CircleCI file, with the variables of the job, command or executor in which it stands."""
    for _, _, section in yaml.items(root):
        for _, _, entry in yaml.items(section):
            first = next(iter(yaml.sequence(yaml.get(entry, "docker"))), None)
            environment = {**_environment(first), **_environment(entry)}
            yield from ((mapping, environment) for mapping in matrix.mappings(entry))


def _environment(node: Node | None) -> dict[str, str]:
    return settings.of_values(_variables(yaml.get(node, "environment")))


def _azure_variables(mapping: MappingNode) -> Iterator[tuple[str, list[Value]]]:
    """`variables:` in both of its forms, parameters with a default, and each leg of a matrix."""
    for section in (yaml.get(mapping, "variables"), yaml.get(mapping, "parameters")):
        yield from _variables(section).items()
        for entry in yaml.sequence(section):
            values = yaml.get(entry, "value") or yaml.get(entry, "default")
            yield yaml.text(yaml.get(entry, "name")), matrix.values(values)
    for _, _, leg in yaml.items(yaml.get(mapping, "matrix")):
        yield from _variables(leg).items()


def _add(known: dict[str, list[Value]], found: Iterator[tuple[str, list[Value]]]) -> None:
    for name, values in found:
        known.setdefault(name, []).extend(values)


def _variables(node: Node | None) -> dict[str, list[Value]]:
    """The values of each variable; GitLab may write one as a mapping with `value`."""
    return {name: matrix.values(yaml.get(value, "value") or value) for name, _, value in yaml.items(node)}


def _resolved(node: Node | None, reference: re.Pattern[str], known: matrix.Values) -> list[Value]:
    return [found for value in matrix.values(node) for found in matrix.resolve(value, reference, known)]


def _scripts(
    source: Source, node: Node | None, folder: str = "", environment: Settings = settings.NONE
) -> Iterator[Fact]:
    """The install commands of a script, or of a list of them, which share one shell."""
    for script in yaml.scalars(node):
        yield from install.installs(scalars.passage(source, script), PLACE, folder, environment)


def _folder(node: Node | None) -> str:
    written = yaml.text(node)
    if not written or packages.ROOT.match(written):
        return packages.rooted("", written) if written else ""
    unknown = written.startswith(("~", "/")) or "$" in written or "<<" in written
    return UNKNOWN_FOLDER if unknown else packages.rooted("", written)
