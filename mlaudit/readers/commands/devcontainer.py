"""On which image does a development container stand, and what is installed in it? devcontainer.json.

The grammar is that of https://containers.dev/implementors/json_reference/.
"""

import posixpath
import re
from collections.abc import Iterator
from itertools import islice

from mlaudit.facts import Build, Fact, PythonVersion, Unreadable, images
from mlaudit.patterns import pattern
from mlaudit.readers.commands import builds, install, pythons
from mlaudit.readers.commands.shell import Word
from mlaudit.readers.documents import Malformed, json
from mlaudit.source import Passage, Source

PLACE = "devcontainer"
# JSON with comments and trailing commas, as VS Code takes it.
STRING_OR_COMMENT = pattern(r'"(?:[^"\\\n]|\\.)*+"|//[^\n]*|/\*[\s\S]*?\*/')
STRING_OR_TRAILING_COMMA = pattern(r'"(?:[^"\\\n]|\\.)*+"|,(?=\s*[}\]])')
CONTAINER_COMMANDS = (
    "onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand", "postAttachCommand",
)  # fmt: skip
MOST_COMMANDS = 50  # each is looked for from the start of its object
PYTHON_FEATURE = pattern(r"/features/python(?::|$)")


def read(source: Source) -> Iterator[Fact]:
    """The image, the build and the features of a development container, and the commands that set it up."""
    plain = Source(source.path, _without_comments(source.text).encode("utf-8", "surrogatepass"))
    try:
        tree = json.load(plain)
        if not isinstance(tree, dict):
            raise Malformed("is no object, as a devcontainer.json must be")
        yield from _container(plain, tree)
    except Malformed as error:
        yield Unreadable(source.location(error.offset, error.offset), error.reason)


def _container(plain: Source, tree: dict[str, object]) -> Iterator[Fact]:
    for name in CONTAINER_COMMANDS:
        if name in tree:
            yield from _container_command(plain, _member(plain, 0, name))
    if isinstance(tree.get("image"), str):
        yield from _image(plain, _member(plain, 0, "image"))
    yield from _build(plain, tree)
    if isinstance(tree.get("features"), dict):
        features = _member(plain, 0, "features")
        yield from _python_feature(plain, features)
        yield from _features(plain, features)


def _image(source: Source, member: json.Member) -> Iterator[Fact]:
    yield images.image(member.value, json.inside(source, member, 0, len(member.value)), PLACE, role="run")
    if found := pythons.of_image(member.value):
        yield PythonVersion(json.inside(source, member, found.start, found.end), found.comparisons, PLACE)


def _build(source: Source, tree: dict[str, object]) -> Iterator[Build]:
    """The Dockerfile that the container is built from, in the old form and in the new one."""
    build = tree.get("build")
    section: dict[str, object] = build if isinstance(build, dict) else {}
    for name, holder in (("dockerfile", section), ("dockerFile", tree)):
        if isinstance(file := holder.get(name), str):
            start = json.member(source, 0, "build") if holder is section else 0
            at = json.member(source, start, name)
            folder = posixpath.dirname(source.path)
            context = str(section.get("context") or tree.get("context") or ".")
            path, inside = builds.dockerfile(context, file, folder)
            place = source.location(at + 1, json.end(source, at) - 1)
            yield Build(place, path, inside, target=str(section.get("target") or ""))


def _features(source: Source, features: json.Member) -> Iterator[Fact]:
    """What is put into the container: `"ghcr.io/devcontainers/features/node:1": {}`."""
    at = features.start
    for name in islice(features.value, MOST_COMMANDS):
        start = source.text.find(f'"{name}"', at, features.end)
        if "/" in name and not name.startswith((".", "http")) and start >= 0:
            yield images.image(name, source.location(start + 1, start + 1 + len(name)), PLACE, role="feature")


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
            yield PythonVersion(source.location(at + 1, json.end(source, at) - 1), meant, PLACE)
            return


def _without_comments(text: str) -> str:
    """The text with comments and trailing commas blanked, so that offsets stay."""
    bare = STRING_OR_COMMENT.sub(
        lambda match: match[0] if match[0][0] == '"' else re.sub(r"[^\n]", " ", match[0]), text
    )
    return STRING_OR_TRAILING_COMMA.sub(lambda match: match[0] if match[0] != "," else " ", bare)
