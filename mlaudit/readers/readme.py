"""What does a README tell: which commands, files and links does it name, and which tables of results does it show?"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Command, Fact, Readme, ResultTable
from mlaudit.patterns import pattern
from mlaudit.readers import told, versions
from mlaudit.readers.commands import runs
from mlaudit.readers.commands.folders import UNKNOWN_FOLDER
from mlaudit.source import Passage, Source

PLACE = "readme"
FENCE = pattern(r"^([ \t>]*)(`{3,}|~{3,})[ \t]*\{?\.?([\w+#-]*)[^\n`]*\n([\s\S]*?)^[ \t>]*\2`*~*[ \t]*$", re.MULTILINE)
DIRECTIVE = pattern(
    r"^([ \t]*)\.\. (?:code-block|code|sourcecode)::[ \t]*(\w*)[^\n]*\n((?:[ \t]*\n|\1[ \t]+[^\n]*\n?)*)", re.MULTILINE
)
LITERAL = pattern(r"^(?:[^\n]*[^\n:]::[ \t]*\n|[ \t]*\n)((?:(?: {4,}|\t)[^\n]*\n?|[ \t]*\n)+)", re.MULTILINE)
INLINE = pattern(r"(?<!`)(`{1,2})(?!`)([^`\n]+?)\1(?!`)")
HEADING = pattern(
    r"^#{1,6}[ \t]*(.+?)[ \t#]*$|^(\S[^\n]*)\n(?:=+|-+|~+|\^+|\*+)[ \t]*$|<h\d[^>]*>(.*?)</h\d>", re.MULTILINE
)
LINK = pattern(
    r"\]\(\s*<?([^)\s>]+)|^\[[^\]]+\]:\s*(\S+)|`[^`]*<([^>`]+)>`__?|href=[\"']([^\"']+)|(https?://[^\s)>\]\"'`]+)",
    re.MULTILINE,
)
FILE = pattern(r"[\w./-]*[\w-]\.(?:py|ipynb|sh|ya?ml|toml|txt|cfg|json|R|md|rst)\b")
PROMPT = pattern(r"^([ \t>]*)((?:\([\w.-]+\)[ \t]*)?(?:[\w.@:~/-]*[$%#]|>|!|In \[\d*\]:)[ \t]+|!(?=\w))")
# A separator of Windows between the parts of a path; an indented line that is a command in backquotes.
BACKSLASH = pattern(r"(?<=[\w.])\\(?=\w)")
QUOTED = pattern(r"^([ \t]*)`([^`\n]+)`([^`\n]*)$", re.MULTILINE)
# A sentence that tells the reader to do something: `Run the notebooks in order`, `then execute all cells`.
ORDER = pattern(
    r"(?:^|[.:;,*>)-][ \t]*|\d\.?[ \t]+|\b(?:then|and|to|by|please|simply|just|can)[ \t]+)"
    r"(run|running|execute|executing|launch|launching|install|installing)[ \t]+"
    r"(?:the|all|each|both|any|every|it|this|these|them|`|\[|[\w./-]+\.(?:py|ipynb|sh))",
    re.IGNORECASE | re.MULTILINE,
)
# A sentence that speaks of another place, where a command is to be run.
ELSEWHERE = pattern(r"\bclon|https?://|\b(?:their|that|original|official|upstream)\b.{0,30}\brepo", re.IGNORECASE)
CLONES = pattern(r"\bclon\w*\b[^\n]*(?:https?://|\]\()", re.IGNORECASE)
ROW = pattern(r"^[ \t]*\|?(.*\|.*?)\|?[ \t]*$")
RULE = pattern(r"^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$")
NUMBER = pattern(r"\s*\**`?\d+(?:\.\d+)?\s*%?`?\**\s*(?:±.*|\+/?-.*|\(.*\))?\s*$")
SPREAD = pattern(r"±|\+/-|\\pm|\bstd\b|\bstdev\b|confidence interval|\bCI\b", re.IGNORECASE)
SHELLS = frozenset(
    {
        "",
        "bash",
        "sh",
        "shell",
        "zsh",
        "console",
        "shell-session",
        "terminal",
        "cmd",
        "batch",
        "powershell",
        "ps1",
        "commandline",
        "text",
        "none",
        "shellscript",
        "bash-session",
        "sourcecode",
    }
)
CODE = frozenset({"python", "py", "python3", "pycon", "ipython", "jupyter"})
LARGE = 400_000


class Block(NamedTuple):
    """A piece of a README that is shown as code: its language, and where it stands."""

    language: str
    start: int
    end: int


def read(source: Source) -> Iterator[Fact]:
    """Readme, Command, ResultTable; at the root the Python of a Hugging Face Space too."""
    if source.path == "README.md":
        yield from versions.space(source)
    text = source.text[:LARGE]
    blocks = list(_blocks(text))
    outside = _outside(text, blocks)
    yield Readme(
        source.location(0),
        tuple(dict.fromkeys(_plain(next(filter(None, match.groups()))) for match in HEADING.finditer(outside))),
        tuple(dict.fromkeys(next(filter(None, match.groups())) for match in LINK.finditer(text))),
        tuple(dict.fromkeys(match[0] for match in FILE.finditer(text))),
        any(block.language in CODE for block in blocks) or ">>> " in text,
        len(outside.split()),
        tuple(dict.fromkeys("install" if match[1].lower()[0] == "i" else "run" for match in ORDER.finditer(outside))),
    )
    yield from told.of_prose(source.location(0), text)
    folder = posixpath.dirname(source.path)
    for block in blocks:
        if block.language in SHELLS:
            yield from _commands(source, block, folder)
    for inline in INLINE.finditer(outside):
        yield from _inline(source, inline, folder)
    yield from _tables(source, text)


def _blocks(text: str) -> Iterator[Block]:
    """Fenced blocks, the directives of reStructuredText, and what is indented."""
    taken: list[tuple[int, int]] = []
    for fence in FENCE.finditer(text):
        taken.append(fence.span())
        yield Block(fence[3].lower(), fence.start(4), fence.end(4))
    for directive in DIRECTIVE.finditer(text):
        taken.append(directive.span())
        yield Block(directive[2].lower(), directive.start(3), directive.end(3))
    for literal in LITERAL.finditer(text):
        if not any(start <= literal.start(1) < end for start, end in taken):
            yield Block("", literal.start(1), literal.end(1))


def _outside(text: str, blocks: list[Block]) -> str:
    """The text with its blocks blanked, so that offsets stay."""
    for block in blocks:
        text = text[: block.start] + re.sub(r"[^\n]", " ", text[block.start : block.end]) + text[block.end :]
    return text


def _plain(heading: str) -> str:
    return re.sub(r"<[^>]*>|[^\w\s/.-]", "", heading).strip().lower()


def _commands(source: Source, block: Block, folder: str) -> Iterator[Command]:
    """The commands of a block. Where some lines have a prompt, the others are what was printed."""
    lines = QUOTED.sub(_unquoted, _in_slashes(source.text[block.start : block.end])).split("\n")
    prompts = [PROMPT.match(line) for line in lines]
    is_told = any(prompts)
    kept = []
    is_continued = False
    for line, prompt in zip(lines, prompts, strict=True):
        if prompt:
            kept.append(" " * prompt.end() + line[prompt.end() :])
        else:
            kept.append(line if not is_told or is_continued else " " * len(line))
        is_continued = line.rstrip().endswith("\\")
    passage = Passage("\n".join(kept), lambda first, last: source.location(block.start + first, block.start + last))
    before = source.text[: block.start].rstrip().rpartition("\n")[0].rstrip().rpartition("\n")[2]
    folder = UNKNOWN_FOLDER if CLONES.search(before) else folder
    yield from (command for command in runs.commands(passage, PLACE, folder) if _is_command(command))


def _in_slashes(text: str) -> str:
    """The paths as they are written elsewhere than on Windows."""
    return BACKSLASH.sub("/", text)


def _unquoted(line: re.Match[str]) -> str:
    """A command in backquotes, alone: what is said behind it is no part of it."""
    return f"{line[1]} {line[2]} {' ' * len(line[3])}"


def _is_command(command: Command) -> bool:
    """Whether words are a command and no sentence, tree or output."""
    program = posixpath.basename(command.words[0])
    return runs.is_program(program) or command.words[0].startswith("./")


def _inline(source: Source, match: re.Match[str], folder: str) -> Iterator[Command]:
    start = match.start(2)
    around = source.line(source.location(start, start).line)
    if ELSEWHERE.search(around):
        return
    passage = Passage(_in_slashes(match[2]), lambda first, last: source.location(start + first, start + last))
    for command in runs.commands(passage, PLACE, folder):
        if len(command.words) > 1 and _is_command(command):
            yield command._replace(block=-command.at.line)


def _tables(source: Source, text: str) -> Iterator[ResultTable]:
    """Tables in which at least half of the cells behind the first column are numbers."""
    varies = SPREAD.search(text) is not None
    lines = text.split("\n")
    for number, line in enumerate(lines[1:], 1):
        if RULE.match(line) and "|" in line and (head := ROW.match(lines[number - 1])):
            rows = []
            for row in lines[number + 1 :]:
                if not (cells := ROW.match(row)):
                    break
                rows.append(_cells(cells[0])[1:])
            cells_found = [cell for row in rows for cell in row if cell.strip()]
            numbers = sum(NUMBER.match(cell) is not None for cell in cells_found)
            if cells_found and numbers * 2 >= len(cells_found):
                start = source.starts[number - 1]
                at = source.location(start, start + len(lines[number - 1].rstrip()))
                yield ResultTable(at, tuple(_cells(head[0])), varies)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]
