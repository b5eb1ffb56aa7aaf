"""Does a file say the same as before, whatever comments it got?"""

import ast
import configparser
import tomllib
from typing import Any

from mlaudit.readers.commands.instructions import instructions
from mlaudit.readers.commands.shell import simple_commands
from mlaudit.readers.documents import Malformed
from mlaudit.source import Source


def is_unchanged(before: Source, after: Source, kind: str) -> bool:
    """Whether both say the same to whoever reads a file of this kind. What cannot be read before is not to be touched,
    bar Python of other versions, whose comments are found without a parser."""
    says = {"python": _python, "toml": _toml, "yaml": _yaml, "ini": _ini, "dockerfile": _image, "shell": _commands}
    if kind not in says:
        return True
    try:
        known = says[kind](before)
    except (SyntaxError, ValueError, RecursionError, MemoryError, configparser.Error, Malformed):
        return kind == "python"
    try:
        return bool(known == says[kind](after))
    except (SyntaxError, ValueError, RecursionError, MemoryError, configparser.Error, Malformed):
        return False


def _python(source: Source) -> str:
    return ast.dump(ast.parse(source.text))


def _toml(source: Source) -> Any:
    return tomllib.loads(source.text.replace("\r\n", "\n"))


def _yaml(source: Source) -> list[Any]:
    from mlaudit.readers.documents.yaml import documents, leaves

    found = documents(source)
    if not found:
        raise ValueError("says nothing")
    return [(node.tag, node.value) for node in leaves(found)]


def _ini(source: Source) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    parser.read_string(source.text)
    return {name: dict(parser[name]) for name in parser}


def _image(source: Source) -> list[tuple[str, list[str]]]:
    return [(each.keyword, each.arguments.text.split()) for each in instructions(source)]


def _commands(source: Source) -> list[list[str]]:
    return [[word.text for word in command.words] for command in simple_commands(source.text)]
