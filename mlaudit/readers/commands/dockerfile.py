"""What does a Dockerfile install and copy, and which Python do its images hold?"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mlaudit.facts import Copy, Fact, PythonVersion
from mlaudit.patterns import pattern
from mlaudit.readers.commands import images, install, pythons
from mlaudit.readers.commands.instructions import Heredoc, Instruction, instructions
from mlaudit.source import Source

PLACE = "dockerfile"
IMAGE = pattern(r"(\S+)(?:\s+[Aa][Ss]\s+(\S+))?")
ARGUMENT = pattern(r"([A-Za-z_]\w*)(?:=(\"[^\"]*\"|'[^']*'|\S*))?")
ASSIGNMENT = pattern(r"([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|\S*)")
SPACED = pattern(r"(?s)([A-Za-z_]\w*)\s+(.*)")
VARIABLE = pattern(r"\$(?:(\w+)|\{(\w+)(?::?-([^{}$]*))?\})")
OPENS_SHELL = pattern(r"(?:(?:\S*/)?(?:ba|z|da|a)?sh(?:\s+-\w+)*)?$")
NO_SHELL = pattern(r"#!(?!\S*(?:/|env )(?:ba|z|da|a)?sh\b)")


class Reference(NamedTuple):
    """The image of a FROM with its build arguments put in.

    `places` holds, for each character of `text`, the offsets in the arguments of FROM of what it comes from.
    """

    text: str
    places: list[tuple[int, int]]


def read(source: Source) -> Iterator[Fact]:
    """ImageRef, PythonVersion, InstallCommand, PackageSource and Copy."""
    arguments: dict[str, str] = {}
    stages: list[str] = []
    settings: dict[str, str] = {}
    for instruction in instructions(source):
        match instruction.keyword:
            case "ARG" if not stages:
                arguments.update(defaults(instruction.arguments.text, arguments))
            case "FROM":
                yield from _image(instruction, arguments, stages)
                stages.append(stage_of(instruction))
            case "COPY" | "ADD":
                yield from _copy(instruction, max(len(stages) - 1, 0))
            case "ENV":
                settings.update(_variables(instruction.arguments.text))
            case "RUN" | "CMD" | "ENTRYPOINT":
                yield from _mounts(instruction, max(len(stages) - 1, 0))
                yield from _installs(instruction, settings)


def defaults(text: str, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The build arguments that an ARG gives a value, with those that are known put in."""
    for match in ARGUMENT.finditer(text):
        if match[2] is not None:
            yield match[1], expand(match[2].strip("\"'"), known).text


def expand(text: str, known: Mapping[str, str]) -> Reference:
    """The text with `$NAME`, `${NAME}` and `${NAME:-default}` replaced where a value is known."""
    written: list[str] = []
    places: list[tuple[int, int]] = []
    at = 0
    for match in VARIABLE.finditer(text):
        value = known.get(match[1] or match[2], match[3])
        value = match[0] if value is None else value
        written += text[at : match.start()], value
        places += ((offset, offset + 1) for offset in range(at, match.start()))
        places += [match.span()] * len(value)
        at = match.end()
    places += ((offset, offset + 1) for offset in range(at, len(text)))
    return Reference("".join([*written, text[at:]]), places)


def stage_of(instruction: Instruction) -> str:
    """The name that a FROM gives its stage, in lower case; "" where it gives none."""
    match = IMAGE.match(instruction.arguments.text)
    return (match[2] or "").lower() if match else ""


def _image(instruction: Instruction, arguments: Mapping[str, str], stages: list[str]) -> Iterator[Fact]:
    match = IMAGE.match(instruction.arguments.text)
    if match is None or len(match[1]) > 1000:
        return
    reference = expand(match[1], arguments)
    is_stage = reference.text.lower() in stages
    yield images.image(reference.text, instruction.arguments.locate(*match.span(1)), PLACE, stage=is_stage)
    found = pythons.of_image(reference.text)
    if found and not is_stage:
        first, last = reference.places[found.start][0], reference.places[found.end - 1][1]
        yield PythonVersion(instruction.arguments.locate(first, last), found.comparisons, PLACE)


def _copy(instruction: Instruction, stage: int) -> Iterator[Fact]:
    text = instruction.arguments.text
    words = [word.text for word in instruction.words or ()] if instruction.words is not None else text.split()
    paths = [word for word in words if not word.startswith("<<")]
    if paths:
        origin = next((flag.text[7:] for flag in instruction.flags if flag.text.startswith("--from=")), "")
        at = instruction.arguments.locate(0, len(text))
        yield Copy(at, tuple(paths[:-1]), paths[-1], stage, origin)


def _mounts(instruction: Instruction, stage: int) -> Iterator[Copy]:
    """Files that a RUN binds into the build: there for its command as if they had been copied."""
    for flag in instruction.flags:
        mount = dict(part.partition("=")[::2] for part in flag.text.removeprefix("--mount=").split(","))
        if flag.text.startswith("--mount=") and mount.get("type") == "bind":
            source = mount.get("source") or mount.get("src") or "."
            at = instruction.arguments.locate(0, 0)
            yield Copy(at._replace(line=at.line - 1), (source,), mount.get("target", ""), stage, mount.get("from", ""))


def _variables(text: str) -> Iterator[tuple[str, str]]:
    """The variables of an ENV, in both of its forms: `NAME=value …` and `NAME value`."""
    spaced = SPACED.match(text)
    found = [spaced.groups()] if spaced else ASSIGNMENT.findall(text)
    return ((name, value.strip("\"'")) for name, value in found)


def _installs(instruction: Instruction, settings: Mapping[str, str]) -> Iterator[Fact]:
    locate = instruction.arguments.locate
    if instruction.words is not None:
        yield from install.settled(install.command(instruction.words, locate, PLACE), settings)
        return
    yield from install.installs(instruction.arguments, PLACE, "", settings)
    for heredoc in instruction.heredocs:
        if _is_shell(instruction, heredoc):
            yield from install.installs(heredoc.body, PLACE, "", settings)


def _is_shell(instruction: Instruction, heredoc: Heredoc) -> bool:
    """Whether a here-document is what the shell runs, and not the input of another program."""
    before = instruction.arguments.text.partition("<<")[0].strip()
    return OPENS_SHELL.match(before) is not None and not NO_SHELL.match(heredoc.body.text)
