"""What do the files of ML platforms and of task runners install?

valohai.yaml, cog.yaml, MLproject, devcontainer.json, Taskfile.yml and Procfile.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType

from yaml import MappingNode, Node

from mlaudit.facts import Fact, Manifest, PythonVersion, Transfer, Unreadable
from mlaudit.patterns import pattern
from mlaudit.readers.commands import install, matrix, pythons, scalars
from mlaudit.readers.commands.shell import Word
from mlaudit.readers.documents import Malformed, json, yaml
from mlaudit.readers.manifests import requirements
from mlaudit.source import Passage, Source

# JSON with comments and trailing commas, as VS Code takes it.
STRING_OR_COMMENT = pattern(r'"(?:[^"\\\n]|\\.)*+"|//[^\n]*|/\*[\s\S]*?\*/')
TRAILING_COMMA = pattern(r",(?=\s*[}\]])")
CONTAINER_COMMANDS = (
    "onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand", "postAttachCommand",
)  # fmt: skip
MOST_COMMANDS = 50  # each is looked for from the start of its object
PYTHON_FEATURE = pattern(r"/features/python(?::|$)")
PROCESS = pattern(r"^[\w-]+:[ \t]*(.+)$", re.MULTILINE)


def read(source: Source) -> Iterator[Fact]:
    """The facts of one of these files, by its name."""
    name = posixpath.basename(source.path).lower()
    try:
        if name == "procfile":
            yield from _procfile(source)
        elif name.endswith(".json"):
            yield from _devcontainer(source)
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
    for entry in yaml.sequence(root):
        step = yaml.get(entry, "step") or yaml.get(entry, "endpoint")
        yield from matrix.images(source, matrix.values(yaml.get(step, "image")), "valohai")
        yield from _shell(source, yaml.get(step, "command"))
        yield from _inputs(source, yaml.get(step, "inputs"))


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
    image = matrix.values(yaml.get(root, "docker_env", "image"))
    yield from matrix.images(source, image, "mlproject")
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


def _devcontainer(source: Source) -> Iterator[Fact]:
    """The commands that set a development container up, its image and its Python feature."""
    plain = Source(source.path, _without_comments(source.text).encode("utf-8", "surrogatepass"))
    tree = json.load(plain)
    names = set(tree) if isinstance(tree, dict) else set()
    for name in CONTAINER_COMMANDS:
        if name in names:
            yield from _container_command(plain, _member(plain, 0, name))
    if "image" in names and (found := pythons.of_image(str(tree["image"]))):
        at = json.inside(plain, _member(plain, 0, "image"), found.start, found.end)
        yield PythonVersion(at, found.comparisons, "devcontainer")
    if "features" in names and isinstance(tree["features"], dict):
        yield from _python_feature(plain, _member(plain, 0, "features"))


def _member(source: Source, start: int, name: str) -> json.Member:
    at = json.member(source, start, name)
    end = json.end(source, at)
    return json.Member(json.load(Source(source.path, source.text[at:end].encode("utf-8", "surrogatepass"))), at, end)


def _container_command(source: Source, member: json.Member) -> Iterator[Fact]:
    """A command in each of its forms: a text for a shell, a list of words, an object of several."""
    if isinstance(member.value, str):
        passage = Passage(member.value, lambda first, last: json.inside(source, member, first, last))
        yield from install.installs(passage, "shell")
    elif isinstance(member.value, dict):
        for name, value in islice(member.value.items(), MOST_COMMANDS):
            if not isinstance(value, dict):
                yield from _container_command(source, _member(source, member.start, name))
    elif isinstance(member.value, list) and all(isinstance(word, str) for word in member.value):
        elements = json.elements(source, member.start)
        words = [Word(element.value, element.start + 1, element.end - 1, "$" in element.value) for element in elements]
        yield from install.command(words, source.location, "shell")


def _python_feature(source: Source, features: json.Member) -> Iterator[Fact]:
    """`"ghcr.io/devcontainers/features/python:1": {"version": "3.11"}`."""
    for name, options in features.value.items():
        version = options.get("version") if isinstance(options, dict) else None
        if PYTHON_FEATURE.search(name) and isinstance(version, str) and (meant := pythons.comparisons(version)):
            at = json.member(source, json.member(source, features.start, name), "version")
            yield PythonVersion(source.location(at + 1, json.end(source, at) - 1), meant, "devcontainer")
            return


def _without_comments(text: str) -> str:
    """The text with comments and trailing commas blanked, so that offsets stay."""
    bare = STRING_OR_COMMENT.sub(
        lambda match: match[0] if match[0][0] == '"' else re.sub(r"[^\n]", " ", match[0]), text
    )
    return TRAILING_COMMA.sub(" ", bare)
