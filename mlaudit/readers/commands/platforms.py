"""What do the files of ML platforms and of task runners install?

valohai.yaml, cog.yaml, MLproject, Taskfile.yml and Procfile.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from mlaudit.facts import Build, Fact, Manifest, PythonVersion, Transfer, Unreadable
from mlaudit.patterns import pattern
from mlaudit.readers.commands import install, matrix, pythons, scalars
from mlaudit.readers.documents import Malformed, images, yaml
from mlaudit.readers.manifests import requirements
from mlaudit.source import Source

PROCESS = pattern(r"^[\w-]+:[ \t]*(.+)$", re.MULTILINE)


def read(source: Source) -> Iterator[Fact]:
    """The facts of one of these files, by its name."""
    name = posixpath.basename(source.path).lower()
    try:
        if name == "procfile":
            yield from _procfile(source)
        elif reader := YAML.get(name.removesuffix(".yaml").removesuffix(".yml")):
            for root in yaml.documents(source):
                yield from reader(source, root)
    except Malformed as error:
        yield Unreadable(source.location(error.offset, error.offset), error.reason)


def _procfile(source: Source) -> Iterator[Fact]:
    for process in PROCESS.finditer(source.text):
        passage = source.passage(process.start(1), process.end(1))
        yield from install.installs(passage, "shell", posixpath.dirname(source.path))


def _valohai(source: Source, root: Node) -> Iterator[Fact]:
    """The command, the image and the inputs of each step."""
    if not isinstance(root, SequenceNode):
        yield Unreadable(source.location(0), "is no list of steps")
    for entry in yaml.sequence(root):
        step = yaml.get(entry, "step") or yaml.get(entry, "endpoint")
        yield from _image(source, yaml.get(step, "image"), "valohai")
        yield from _shell(source, yaml.get(step, "command"))
        yield from _inputs(source, yaml.get(step, "inputs"))


def _image(source: Source, node: Node | None, origin: str) -> Iterator[Fact]:
    yield from matrix.images(source, matrix.values(node), origin)
    if isinstance(node, ScalarNode):
        yield from images.of_node(source, node, origin)


def _inputs(source: Source, node: Node | None) -> Iterator[Fact]:
    """What valohai.yaml fetches for a step before it runs, where the user names nothing else."""
    for entry in yaml.sequence(node):
        name = yaml.text(yaml.get(entry, "name"))
        for scalar in yaml.scalars(yaml.get(entry, "default")):
            at = yaml.where(source, scalar)
            yield Transfer(at, "valohai", "fetch", (scalar.value,), f"/valohai/inputs/{name}", "", "valohai")


def _cog(source: Source, root: Node) -> Iterator[Fact]:
    """The build section: Python, packages, a requirement file and commands of the image's build."""
    build = yaml.get(root, "build")
    if image := yaml.get(root, "image"):
        yield Build(yaml.where(source, image), "?", posixpath.dirname(source.path), (yaml.text(image),))
    if not isinstance(build, MappingNode):
        return
    packages = yaml.get(build, "python_packages")
    if packages is not None:
        yield Manifest(source.location(0), "cog")
    for line in yaml.scalars(packages):
        yield from requirements.statement(yaml.passage(source, line), source.path)
    if file := yaml.get(build, "python_requirements"):
        yield requirements.include(yaml.where(source, file), yaml.text(file), source.path)
    version = yaml.get(build, "python_version")
    if version is not None and (meant := pythons.comparisons(yaml.text(version))):
        yield PythonVersion(yaml.where(source, version), meant, "cog")
    for command in yaml.sequence(yaml.get(build, "run")):
        script = yaml.get(command, "command") if isinstance(command, MappingNode) else command
        yield from _shell(source, script, "dockerfile")


def _mlproject(source: Source, root: Node) -> Iterator[Fact]:
    """The environment files that an MLflow project names, and the commands of its entry points."""
    for key in ("conda_env", "python_env"):
        if file := yaml.get(root, key):
            yield requirements.include(yaml.where(source, file), yaml.text(file), source.path)
    yield from _image(source, yaml.get(root, "docker_env", "image"), "mlproject")
    for _, _, entry in yaml.items(yaml.get(root, "entry_points")):
        yield from _shell(source, yaml.get(entry, "command"))


def _taskfile(source: Source, root: Node) -> Iterator[Fact]:
    """The commands of the tasks."""
    for _, _, task in yaml.items(yaml.get(root, "tasks")):
        for command in yaml.sequence(task if not isinstance(task, MappingNode) else yaml.get(task, "cmds")):
            yield from _shell(
                source, yaml.get(command, "cmd") if isinstance(command, MappingNode) else command, "makefile"
            )


YAML: Mapping[str, Callable[[Source, Node], Iterator[Fact]]] = MappingProxyType(
    {"valohai": _valohai, "cog": _cog, "mlproject": _mlproject, "taskfile": _taskfile}
)


def _shell(source: Source, node: Node | None, place: str = "shell") -> Iterator[Fact]:
    for script in yaml.scalars(node):
        yield from install.installs(scalars.passage(source, script), place, posixpath.dirname(source.path))
