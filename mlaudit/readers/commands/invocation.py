"""What does a call of one tool ask for? Its options, packages, requirement files and local projects."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mlaudit.facts import Fact, Include, InstallCommand, PackageSource, Requirement
from mlaudit.patterns import pattern
from mlaudit.readers.commands import packages
from mlaudit.readers.commands.packages import Locate
from mlaudit.readers.commands.shell import Word
from mlaudit.readers.commands.tools import SOURCES, Tool

# `{version}` of an f-string or of tox, `%s`, `{{ template }}`: something else stands there when the command runs.
INTERPOLATED = pattern(r"\{\{|\{[A-Za-z_\[][^{},\s]*\}|%[sd(]")


class Argument(NamedTuple):
    """An option, by its long name, with its value if it takes one; or a positional argument, with option "".

    `next` is the index of the word behind it.
    """

    option: str
    word: Word
    value: Word | None = None
    next: int = 0


class Invocation(NamedTuple):
    """A call of a tool: its verb, the offsets from the tool's word to the verb, and all other arguments.

    `piped` says that more arguments come from standard input, by xargs.
    """

    tool: Tool
    action: str
    start: int
    end: int
    arguments: list[Argument]
    piped: bool = False

    @property
    def options(self) -> tuple[str, ...]:
        """The long names of its options, each once, in order."""
        return tuple(dict.fromkeys(argument.option for argument in self.arguments if argument.option))

    @property
    def grammar(self) -> str:
        """How the packages of this call are written."""
        if self.action == "pip sync":
            return "files"
        return "pep508" if self.tool.name == "pixi" and "pypi" in self.options else self.tool.grammar


def parse(words: Sequence[Word], at: int, tool: Tool) -> Iterator[Argument]:
    """The arguments from `words[at]` on, split as getopt does: `-rfile`, `-qU`, `--name=value`, `--name value`."""
    while at < len(words):
        word = words[at]
        at += 1
        if word.text == "--":
            break
        if word.text.startswith("--"):
            argument = _long(words, at, tool)
        elif word.text.startswith("-") and 1 < len(word.text) <= packages.LONGEST:
            clustered = list(_short(words, at, tool))
            yield from clustered[:-1]
            argument = clustered[-1]
        else:
            argument = Argument("", word, None, at)
        at = argument.next
        yield argument
    for position in range(at, len(words)):
        yield Argument("", words[position], None, position + 1)


def invocation(tool: Tool, words: Sequence[Word], at: int) -> Invocation | None:
    """The call that starts at `words[at]`; None where its verb installs nothing."""
    arguments = list(parse(words, at + 1, tool))
    verbs = [argument for argument in arguments if not argument.option][:2]
    texts = [verb.word.text for verb in verbs]
    if {argument.option for argument in arguments} & {"help", "version"}:
        return None
    if " ".join(texts) in tool.actions:
        spoken = verbs
    elif texts and texts[0] in tool.actions:
        spoken = verbs[:1]
    elif tool.implied and (not texts or tool.grammar == "files"):
        spoken = []
    else:
        return None
    action = " ".join(verb.word.text for verb in spoken) or tool.implied
    end = spoken[-1].word.end if spoken else words[at].end
    rest = [argument for argument in arguments if not any(argument is verb for verb in spoken)]
    return Invocation(tool, action, words[at].start, end, rest)


def facts(call: Invocation, locate: Locate, place: str, directory: str) -> Iterator[Fact]:
    """The InstallCommand of a call, and the PackageSource of each option that names one."""
    subjects = [(argument, word) for argument in call.arguments if (word := _subject(argument, call.tool))]
    known = [(argument, word) for argument, word in subjects if not _unknown(word)]
    named = [_named(argument, word, call, locate, place, directory) for argument, word in known]
    yield InstallCommand(
        at=locate(call.start, call.end),
        tool=call.tool.name,
        action=call.action,
        place=place,
        requirements=tuple(found for found in named if isinstance(found, Requirement)),
        files=tuple(found for found in named if isinstance(found, Include)),
        projects=tuple(found for found in named if isinstance(found, str)),
        options=call.options,
        opaque=call.piped or len(known) < len(subjects),
    )
    for argument in call.arguments:
        if argument.option in SOURCES:
            end = argument.value.end if argument.value else argument.word.end
            value = argument.value.text if argument.value else ""
            yield PackageSource(locate(argument.word.start, max(argument.word.end, end)), argument.option, value)


def _long(words: Sequence[Word], at: int, tool: Tool) -> Argument:
    word = words[at - 1]
    name, equals, _ = word.text[2:].partition("=")
    option = tool.long.get(name, name)
    if equals:
        return Argument(option, word, word.cut(len(name) + 3), at)
    if option in tool.values and at < len(words):
        return Argument(option, word, words[at], at + 1)
    return Argument(option, word, None, at)


def _short(words: Sequence[Word], at: int, tool: Tool) -> Iterator[Argument]:
    word = words[at - 1]
    for position, letter in enumerate(word.text[1:], start=2):
        option = tool.long.get(letter, letter)
        if option not in tool.values:
            yield Argument(option, word, None, at)
        elif position < len(word.text):
            yield Argument(option, word, word.cut(position + (word.text[position] == "=")), at)
            return
        else:
            yield Argument(option, word, words[at] if at < len(words) else None, min(at + 1, len(words)))
            return


def _subject(argument: Argument, tool: Tool) -> Word | None:
    """The word of an argument that names what to install."""
    if not argument.option:
        return argument.word
    return argument.value if argument.option in tool.packages | tool.local | tool.files.keys() else None


def _unknown(word: Word) -> bool:
    return (word.variable or INTERPOLATED.search(word.text) is not None) and not packages.ROOT.match(word.text)


def _named(
    argument: Argument, word: Word, call: Invocation, locate: Locate, place: str, directory: str
) -> Requirement | Include | str | None:
    option, grammar = argument.option, call.grammar
    if len(word.text) > packages.LONGEST or not word.text.strip():
        return None
    if option in call.tool.files:
        return packages.include(word, directory, locate, call.tool.files[option])
    if not option and (grammar == "files" or (grammar == "conda" and word.text.endswith((".yml", ".yaml")))):
        return packages.include(word, directory, locate, "requirement")
    if packages.is_local(word.text, grammar):
        return packages.rooted(directory, word.text)
    found = packages.package(word, grammar, locate, place)
    return found._replace(editable=True) if found and option in call.tool.local else found
