"""Does a command install packages, and which? From the words of a command to InstallCommand and PackageSource."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from mlaudit.facts import Fact, InstallCommand, Upgrade
from mlaudit.patterns import pattern
from mlaudit.readers.commands import builds, invocation, packages, runs, settings, upgrades
from mlaudit.readers.commands.folders import Folders
from mlaudit.readers.commands.invocation import Argument, Invocation
from mlaudit.readers.commands.packages import Locate
from mlaudit.readers.commands.settings import Settings
from mlaudit.readers.commands.shell import Word, simple_commands
from mlaudit.readers.commands.tools import KEYWORDS, RUNNERS, SHELLS, TOOLS, WRAPPERS, Tool
from mlaudit.readers.commands.transfers import transfers
from mlaudit.source import Passage

# Texts without both are left alone: most files hold no install command.
PROGRAM = pattern(
    r"(?:\b|_)(?:pip|PIP|uvx?\b|conda|CONDA|mamba|micromamba|pixi|poetry|POETRY|pdm|npm|pnpm|yarn|apt\b|apk\b"
    r"|yum|dnf|microdnf)"
)
VERB = pattern(r"\b(?:install|add|sync|create|update|upgrade|ci|i|run|yarn)\b")
PYTHON = pattern(r"(?:python|pypy|py)[\d.]*w?$")
PIP = pattern(r"pip-?[\d.]*$")
ASSIGNMENT = pattern(r"[A-Za-z_]\w*\+?=")
DURATION = pattern(r"\d+(?:\.\d+)?[smhd]?$")
SCRIPT_OPTION = pattern(r"-[A-Za-z]*c[A-Za-z]*$")
# `$(BIN)pip`: what is put in before the name is a folder.
PREFIX = pattern(r"\$(?:\{[^{}]*\}|\([^()]*\))(?=.)")
MOST_WRAPPERS = 100  # words before the tool


def installs(
    passage: Passage, place: str, directory: str = "", environment: Settings = settings.NONE
) -> Iterator[Fact]:
    """The install commands of a shell text, and those that bring files into place. `directory` is where it runs, from
    the repository's root."""
    yield from transfers(passage, place, directory)
    yield from builds.builds(passage, directory)
    yield from runs.commands(passage, place, directory)
    if not VERB.search(passage.text) or not PROGRAM.search(passage.text):
        return
    folders = Folders(directory, posixpath.dirname(passage.locate(0, 0).path))
    for simple in simple_commands(passage.text):
        folder = folders.enter(simple)
        assigned, exported = settings.assigned(simple.words)
        here = {**environment, **assigned}
        environment = here if exported else environment
        yield from settled(command(simple.words, passage.locate, place, folder), here, folder)


def command(words: Sequence[Word], locate: Locate, place: str, directory: str = "") -> Iterator[Fact]:
    """InstallCommand, and a PackageSource for each of its options that says where packages come from.

    `locate` turns offsets, as the words count them, into a Location. Nothing where the command installs nothing.
    """
    at = 0
    piped = False
    while at < min(len(words), MOST_WRAPPERS):
        name = program(words[at])
        if name in SHELLS:
            yield from _nested(words, at + 1, locate, place, directory)
            return
        if runner := _runner(name, words, at):
            call, at = runner
            if name == "uv" and {"with", "with-requirements", "with-editable"} & set(call.options):
                yield from invocation.facts(call, locate, place, directory)
        elif name in TOOLS:
            yield from _called(name, words, at, locate, place, directory, piped)
            return
        elif PYTHON.match(name):
            at = _module(words, at + 1)
        elif name in WRAPPERS:
            piped = piped or name == "xargs"
            at = _wrapped(words, at + 1, WRAPPERS[name])
        elif words[at].text in KEYWORDS or words[at].variable or ASSIGNMENT.match(words[at].text):
            at += 1
        else:
            return


def _called(
    name: str, words: Sequence[Word], at: int, locate: Locate, place: str, directory: str, piped: bool
) -> Iterator[Fact]:
    """What a tool is asked to install or to upgrade."""
    if found := invocation.invocation(TOOLS[name], words, at):
        yield from invocation.facts(found._replace(piped=piped), locate, place, directory)
    elif found := upgrades.upgrade(TOOLS[name], words, at):
        yield Upgrade(locate(found.start, found.end), name, found.action, place)


def settled(facts: Iterable[Fact], environment: Settings, directory: str = "") -> Iterator[Fact]:
    """The facts of a command, with what environment variables add to it."""
    for fact in facts:
        yield settings.settled(fact, environment, directory) if isinstance(fact, InstallCommand) else fact


def program(word: Word) -> str:
    """The program that a word calls, without folder, version and `.exe`; of `$(PIP)` and `{sys.executable}` too."""
    if len(word.text) > packages.LONGEST or ASSIGNMENT.match(word.text):
        return ""
    name = PREFIX.sub("", re.split(r"[/\\]", word.text)[-1].lower().removesuffix(".exe"), count=1)
    if PIP.match(name):
        return "pip"
    if name[:1] not in ("$", "{", "%"):
        return name
    parts = re.findall(r"[a-z]+", name)
    called = next(
        (part for part in parts if part in TOOLS or part in ("python", "py", "executable", "interpreter")), ""
    )
    return called if called in TOOLS or not called else "python"


def _nested(words: Sequence[Word], at: int, locate: Locate, place: str, directory: str) -> Iterator[Fact]:
    """The install commands of the text that `bash -c` or `su user -c` runs."""
    last = next((index for index in range(at, len(words)) if SCRIPT_OPTION.match(words[index].text)), len(words))
    if last + 1 < len(words):
        script = words[last + 1]
        inner = Passage(script.text, lambda first, last: locate(*script.span(first, last)))
        yield from installs(inner, place, directory)


def _runner(name: str, words: Sequence[Word], at: int) -> tuple[Invocation, int] | None:
    """`uv run …`, `conda run -n x …`: the call, and the index of the program that it starts."""
    if name not in RUNNERS:
        return None
    tool = RUNNERS[name]
    before = _options(words, at + 1, tool)
    verb = before[-1].next if before else at + 1
    if verb >= len(words) or words[verb].text != "run":
        return None
    options = _options(words, verb + 1, tool)
    call = Invocation(tool, "run", words[at].start, words[verb].end, [*before, *options])
    return call, options[-1].next if options else verb + 1


def _options(words: Sequence[Word], at: int, tool: Tool) -> list[Argument]:
    return list(takewhile(lambda argument: argument.option, invocation.parse(words, at, tool)))


def _module(words: Sequence[Word], at: int) -> int:
    """The index behind `python … -m`; the end where Python runs something else."""
    while at < len(words) and words[at].text.startswith("-"):
        at += 1
        if words[at - 1].text == "-m":
            return at
    return len(words)


def _wrapped(words: Sequence[Word], at: int, values: frozenset[str]) -> int:
    """The index of the command that a wrapper such as sudo starts."""
    options = _options(words, at, Tool("", "", frozenset(), values=values))
    at = options[-1].next if options else at
    return at + (at < len(words) and DURATION.match(words[at].text) is not None)
