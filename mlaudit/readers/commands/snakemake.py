"""What do the rules of a Snakefile take, make and run?"""

import re
from collections.abc import Iterator

from mlaudit.facts import Fact, Recipe, Transfer
from mlaudit.patterns import pattern
from mlaudit.readers.commands.transfers import transfers
from mlaudit.source import Passage, Source

# A Snakefile is Python with blocks of its own; what stands in them are texts, by line or after the block's name.
RULE = pattern(
    r"^(?:rule|checkpoint)[ \t]+(?P<name>\w+)[ \t]*:(?P<body>[^\n]*(?:\n(?:[ \t]+[^\n]*|[ \t]*(?:#[^\n]*)?))*)",
    re.MULTILINE,
)
BLOCK = pattern(
    r"^(?P<indent>[ \t]+)(?P<word>input|output|shell|script|notebook|log|params)[ \t]*:"
    r"(?P<body>[^\n]*(?:\n(?:(?P=indent)[ \t]+[^\n]*|[ \t]*(?=\n|\Z)))*)",
    re.MULTILINE,
)
STRING = pattern(r"(\"\"\"|'''|\"|')((?:(?!\1)[^\\]|\\.)+)\1", re.DOTALL)
COMMENT = pattern(r"#[^\n]*")
# What may stand between the texts of a block: names for them, and what marks or keeps a file.
PLAIN = pattern(r"(?:\s|,|\w+\s*=(?!=)|\b(?:temp|protected|temporary|ancient|report)\(|\))*")


def read(source: Source) -> Iterator[Fact]:
    """Of each rule a Recipe, a Transfer for each output, and those of its commands."""
    for rule in RULE.finditer(source.text):
        blocks = {block["word"]: block for block in BLOCK.finditer(source.text, rule.start("body"), rule.end("body"))}
        made = list(_texts(source, blocks.get("output")))
        yield from (
            Transfer(passage.locate(0, len(passage.text)), "snakemake", "move", (), passage.text, "", "snakemake")
            for passage in made
        )
        command = _command(source, blocks.get("shell"))
        if command.text:
            yield from transfers(command, "snakemake")
        programs = [text.text for word in ("script", "notebook") for text in _texts(source, blocks.get(word))]
        yield Recipe(
            source.location(rule.start("name"), rule.end("name")),
            rule["name"],
            command.text,
            tuple(programs),
            tuple(passage.text for passage in _texts(source, blocks.get("input"))),
            tuple(passage.text for passage in made),
            not _is_plain(blocks.get("input")),
        )


def _texts(source: Source, block: re.Match[str] | None) -> Iterator[Passage]:
    if block is not None:
        start = block.start("body")
        for text in STRING.finditer(block["body"]):
            yield source.passage(start + text.start(2), start + text.end(2))


def _command(source: Source, block: re.Match[str] | None) -> Passage:
    """The command of a `shell:` block: its texts, and spaces for what stands between them."""
    texts = list(STRING.finditer(block["body"])) if block is not None else []
    if block is None or not texts:
        return Passage("", source.location)
    begin, end = texts[0].start(2), texts[-1].end(2)
    kept = [" "] * (end - begin)
    for text in texts:
        kept[text.start(2) - begin : text.end(2) - begin] = text[2]
    start = block.start("body") + begin
    return Passage("".join(kept), lambda first, last: source.location(start + first, start + last))


def _is_plain(block: re.Match[str] | None) -> bool:
    """Whether a block is made of texts alone: no functions, no settings, no outputs of other rules."""
    if block is None:
        return True
    return PLAIN.fullmatch(COMMENT.sub("", STRING.sub("", block["body"]))) is not None
