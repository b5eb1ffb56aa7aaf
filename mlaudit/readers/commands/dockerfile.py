"""What does a Dockerfile build on, install, fetch and copy, and which Python do its images hold?"""

from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import NamedTuple

from mlaudit.facts import (
    ContainerCommand,
    Copy,
    Fact,
    ImageRef,
    PackageSource,
    PythonVersion,
    Transfer,
    Unreadable,
    Upgrade,
    images,
)
from mlaudit.patterns import pattern
from mlaudit.readers.commands import install, pythons, transfers
from mlaudit.readers.commands.instructions import KEYWORDS, Heredoc, Instruction, directives, instructions
from mlaudit.readers.commands.shell import Word, simple_commands
from mlaudit.source import Source

PLACE = "dockerfile"
# How many instructions after a download may say what it must be.
LATER = 20
# What a container runs when it starts: no part of the image.
STARTED = "container"
MOST_WORDS = 8
WORD = pattern(r"\S+")
IMAGE = pattern(r"(\S+)(?:\s+[Aa][Ss]\s+(\S+))?")
ARGUMENT = pattern(r"([A-Za-z_]\w*)(?:=(\"[^\"]*\"|'[^']*'|\S*))?")
ASSIGNMENT = pattern(r"([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|\S*)")
SPACED = pattern(r"(?s)([A-Za-z_]\w*)\s+(.*)")
VARIABLE = pattern(r"\$(?:(\w+)|\{(\w+)(?::?-([^{}$]*))?\})")
OPENS_SHELL = pattern(r"(?:(?:\S*/)?(?:ba|z|da|a)?sh(?:\s+-\w+)*)?$")
NO_SHELL = pattern(r"#!(?!\S*(?:/|env )(?:ba|z|da|a)?sh\b)")
SNAPSHOT = pattern(r"https?://snapshot\.(?:debian|ubuntu)\.(?:org|com)\S*|APT::Snapshot\S*|--snapshot\b")
WEB = pattern(r"(?:https?|ftp|git)://|git@")
COMMIT = pattern(r"#[0-9a-f]{40}(?::|$)")


class Reference(NamedTuple):
    """The image of a FROM with its build arguments put in.

    `places` holds, for each character of `text`, the offsets in the arguments of FROM of what it comes from.
    """

    text: str
    places: list[tuple[int, int]]


def read(source: Source) -> Iterator[Fact]:
    """ImageRef, PythonVersion, InstallCommand, PackageSource, Transfer, Upgrade, Copy, ContainerCommand; Unreadable for
    what is no Dockerfile, and for the first line that is no instruction."""
    yield from _frontend(source)
    found = list(instructions(source))
    known = [instruction for instruction in found if instruction.keyword in KEYWORDS]
    for instruction in [each for each in found if each.keyword not in KEYWORDS][:1]:
        reason = f"`{instruction.keyword[:40]}` is no instruction of a Dockerfile"
        yield Unreadable(instruction.at, reason, partly=True)
    if not known:
        yield Unreadable(source.location(0, 0), "holds no instruction of a Dockerfile")
    yield from _of_stages(source, known)


def _of_stages(source: Source, found: list[Instruction]) -> Iterator[Fact]:
    arguments: dict[str, str] = {}
    stages: dict[str, int] = {}
    settings: dict[str, str] = {}
    for number, instruction in enumerate(found):
        stage = max(len(stages) - 1, 0)
        match instruction.keyword:
            case "ARG" if not stages:
                arguments.update(defaults(instruction.arguments.text, arguments))
            case "FROM":
                yield from _image(instruction, arguments, stages)
                stages.setdefault(stage_of(instruction) or str(len(stages)), len(stages))
            case "COPY" | "ADD":
                yield from _copy(instruction, stage)
                yield from _copied_image(source, instruction, stages)
                yield from _added(instruction)
            case "ENV":
                settings.update(_variables(instruction.arguments.text))
            case "RUN":
                yield from _mounts(instruction, stage)
                yield from _mounted_images(source, instruction, stages)
                yield from _after(_installs(instruction, settings), found[number + 1 : number + 1 + LATER])
                yield from _commands(instruction, stage)
                yield from _snapshots(instruction)
            case "CMD" | "ENTRYPOINT":
                yield from _commands(instruction, stage)
                yield from map(_started, _installs(instruction, settings))


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


def _frontend(source: Source) -> Iterator[Fact]:
    """The image that reads the file, by its directive: `# syntax=docker/dockerfile:1`."""
    for name, value, start in directives(source):
        if name == "syntax":
            at = source.location(start, start + len(value))
            yield images.image(value, at, PLACE, role="frontend")


def _image(instruction: Instruction, arguments: Mapping[str, str], stages: Mapping[str, int]) -> Iterator[Fact]:
    match = IMAGE.match(instruction.arguments.text)
    if match is None or len(match[1]) > images.LONGEST:
        return
    quoted = len(match[1]) > 1 and match[1][0] in "'\"" and match[1][-1] == match[1][0]
    start, end = match.start(1) + quoted, match.end(1) - quoted
    reference = expand(instruction.arguments.text[start:end], arguments)
    is_stage = reference.text.lower() in stages
    platform = expand(_flag(instruction, "platform"), arguments).text
    found = images.image(reference.text, instruction.arguments.locate(start, end), PLACE, stage=is_stage)
    yield found._replace(platform="" if "$" in platform else platform, alias=(match[2] or "").lower())
    python = pythons.of_image(reference.text)
    if python and not is_stage:
        first, last = reference.places[python.start][0], reference.places[python.end - 1][1]
        at = instruction.arguments.locate(first + start, last + start)
        yield PythonVersion(at, python.comparisons, PLACE)


def _flag(instruction: Instruction, name: str) -> str:
    return next((flag.text[len(name) + 3 :] for flag in instruction.flags if flag.text.startswith(f"--{name}=")), "")


def _copied_image(source: Source, instruction: Instruction, stages: Mapping[str, int]) -> Iterator[Fact]:
    """The image from which a COPY takes files."""
    for flag in instruction.flags:
        if flag.text.startswith("--from="):
            yield from _foreign(source, flag, flag.text[7:], stages)


def _mounted_images(source: Source, instruction: Instruction, stages: Mapping[str, int]) -> Iterator[Fact]:
    """The images whose files a RUN mounts."""
    for flag in instruction.flags:
        if flag.text.startswith("--mount="):
            mount = dict(part.partition("=")[::2] for part in flag.text[8:].split(","))
            yield from _foreign(source, flag, mount.get("from", ""), stages)


def _foreign(source: Source, flag: Word, reference: str, stages: Mapping[str, int]) -> Iterator[ImageRef]:
    if reference and not reference.isdigit() and reference.lower() not in stages:
        start = source.text.find(reference, flag.start, flag.end)
        at = source.location(start, start + len(reference)) if start >= 0 else source.location(flag.start, flag.end)
        yield images.image(reference, at, PLACE, role="copy")


def _added(instruction: Instruction) -> Iterator[Fact]:
    """What an ADD fetches from the web."""
    *sources, target = _paths(instruction) or [""]
    for url in filter(WEB.match, sources if instruction.keyword == "ADD" else ()):
        start = instruction.arguments.text.find(url)
        at = instruction.arguments.locate(start, start + len(url))
        added = Transfer(at, "ADD", "fetch", (url,), target, "", PLACE, COMMIT.search(url) is not None, "$" in url)
        yield added._replace(is_verified=bool(_flag(instruction, "checksum")))


def _after(facts: Iterator[Fact], later: list[Instruction]) -> Iterator[Fact]:
    """The facts of a RUN, with what later ones say of what it fetches: a commit, a checksum."""
    for fact in facts:
        if isinstance(fact, Transfer) and fact.does == "fetch":
            same = takewhile(lambda each: each.keyword != "FROM", later)
            texts = (each.arguments.text for each in same if each.keyword == "RUN")
            yield transfers.told_later(fact, texts)
        else:
            yield fact


def _snapshots(instruction: Instruction) -> Iterator[Fact]:
    """Archives of system packages as they were on one day."""
    for match in SNAPSHOT.finditer(instruction.arguments.text):
        yield PackageSource(instruction.arguments.locate(*match.span()), "snapshot", match[0])


def _started(fact: Fact) -> Fact:
    return fact._replace(place=STARTED) if isinstance(fact, Transfer | Upgrade) else fact


def _copy(instruction: Instruction, stage: int) -> Iterator[Fact]:
    if words := _words(instruction):
        locate = instruction.arguments.locate
        at, paths = locate(0, len(instruction.arguments.text)), tuple(word.text for word in words)
        places = tuple(locate(word.start, word.end) for word in words[:-1])
        yield Copy(at, paths[:-1], paths[-1], stage, _flag(instruction, "from"), places, instruction.trigger)


def _paths(instruction: Instruction) -> list[str]:
    """The sources of a COPY or ADD, and its destination."""
    return [word.text for word in _words(instruction)]


def _words(instruction: Instruction) -> list[Word]:
    """The same as words. The names of here-documents are none of them."""
    written = (Word(match[0], *match.span()) for match in WORD.finditer(instruction.arguments.text))
    words = instruction.words if instruction.words is not None else written
    return [word for word in words if not word.text.startswith("<<")]


def _mounts(instruction: Instruction, stage: int) -> Iterator[Copy]:
    """Files that a RUN binds into the build: there for its command as if they had been copied."""
    for flag in instruction.flags:
        mount = dict(part.partition("=")[::2] for part in flag.text.removeprefix("--mount=").split(","))
        if flag.text.startswith("--mount=") and mount.get("type") == "bind":
            source = mount.get("source") or mount.get("src") or "."
            at, origin = instruction.arguments.locate(0, 0), mount.get("from", "")
            bound = Copy(at._replace(line=at.line - 1), (source,), mount.get("target", ""), stage, origin)
            yield bound._replace(places=(bound.at,), is_later=instruction.trigger, is_mount=True)


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


def _commands(instruction: Instruction, stage: int) -> Iterator[Fact]:
    """The commands of an instruction, of its here-documents too."""
    locate, starts = instruction.arguments.locate, instruction.keyword != "RUN"
    if instruction.words is not None:
        words = tuple(word.text for word in instruction.words[:MOST_WORDS])
        yield ContainerCommand(locate(0, len(instruction.arguments.text)), words, stage, starts)
        return
    for passage in (instruction.arguments, *(heredoc.body for heredoc in instruction.heredocs)):
        for simple in simple_commands(passage.text):
            if simple.words:
                at = passage.locate(simple.words[0].start, simple.words[-1].end)
                yield ContainerCommand(at, tuple(word.text for word in simple.words[:MOST_WORDS]), stage, starts)


def _is_shell(instruction: Instruction, heredoc: Heredoc) -> bool:
    """Whether a here-document is what the shell runs, and not the input of another program."""
    before = instruction.arguments.text.partition("<<")[0].strip()
    return OPENS_SHELL.match(before) is not None and not NO_SHELL.match(heredoc.body.text)
