"""Which images do commands build, from which Dockerfile, and under which names?"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mlaudit.facts import Build
from mlaudit.patterns import pattern
from mlaudit.readers.commands.shell import Word, simple_commands
from mlaudit.source import Passage, Source

if TYPE_CHECKING:
    from yaml import Node

# Texts without one of these build no image.
MENTION = pattern(r"\b(?:docker|podman|nerdctl|buildah)\b[^\n]{0,80}\b(?:build|bud)\b")
ENGINES = frozenset({"docker", "podman", "nerdctl", "buildah"})
# The options that matter, by their short names, and those of the others that take a value.
NAMES = {"-t": "--tag", "-f": "--file"}
VALUED = frozenset(
    "--tag --file --platform --target --build-arg --build-context --label --cache-from --cache-to --network --progress"
    " --secret --ssh --iidfile --output -o --add-host --cpuset-cpus --shm-size --ulimit --memory -m --isolation"
    " --builder --metadata-file --attest --allow -c --cpu-shares --volume -v".split()
)
UNKNOWN = "?"


def builds(passage: Passage, directory: str = "") -> Iterator[Build]:
    """The images that a shell text builds. `directory` is where it runs, from the repository's root."""
    if not MENTION.search(passage.text):
        return
    for simple in simple_commands(passage.text):
        for at, word in enumerate(simple.words[:8]):
            if word.text.rpartition("/")[2] in ENGINES:
                verbs = [each.text for each in simple.words[at + 1 : at + 4]]
                if "compose" not in verbs[:1] and ("build" in verbs or "bud" in verbs):
                    yield _build(simple.words, at, passage, directory)
                break


def dockerfile(context: str, written: str, directory: str) -> tuple[str, str]:
    """Dockerfile and context as paths from the root, "?" where one is not known; `written` counts from `directory`."""
    if any(mark in context for mark in ("$", "{", "://")) or context == "-":
        return UNKNOWN, UNKNOWN
    folder = posixpath.normpath(posixpath.join(directory, context or "."))
    if not written:
        return posixpath.normpath(posixpath.join(folder, "Dockerfile")), folder
    known = not any(mark in written for mark in ("$", "{")) and written != "-"
    return (posixpath.normpath(posixpath.join(directory, written)) if known else UNKNOWN), folder


def _build(words: Sequence[Word], at: int, passage: Passage, directory: str) -> Build:
    options: dict[str, list[str]] = {}
    plain: list[str] = []
    pending = ""
    for word in words[at + 1 :]:
        name, equals, value = word.text.partition("=")
        name = NAMES.get(name, name)
        if pending:
            options.setdefault(pending, []).append(word.text)
            pending = ""
        elif equals and name.startswith("-"):
            options.setdefault(name, []).append(value)
        elif name in VALUED:
            pending = name
        elif not name.startswith("-"):
            plain.append(name)
    context = plain[-1] if plain and plain[-1] not in ("build", "bud") else "-"
    file, context = dockerfile(context, (options.get("--file") or [""])[-1], directory)
    return Build(
        passage.locate(words[at].start, words[-1].end),
        file,
        context,
        tuple(options.get("--tag", ())),
        tuple(platform for given in options.get("--platform", ()) for platform in given.split(",")),
        (options.get("--target") or [""])[-1],
    )


def of_action(source: Source, inputs: "Node | None") -> Iterator[Build]:
    """What a step with docker/build-push-action builds."""
    from mlaudit.readers.documents import yaml

    if inputs is None:
        return
    given = {name: yaml.text(node) for name, _, node in yaml.items(inputs)}
    context = given.get("context", ".")
    file, folder = dockerfile("" if "github.workspace" in context else context, given.get("file", ""), "")
    split = {name: [each.strip() for each in re.split(r"[,\n]", given.get(name, ""))] for name in ("tags", "platforms")}
    yield Build(
        source.location(inputs.start_mark.index, inputs.start_mark.index),
        file,
        folder,
        tuple(filter(None, split["tags"])),
        tuple(each for each in split["platforms"] if each and "$" not in each),
        given.get("target", ""),
    )
