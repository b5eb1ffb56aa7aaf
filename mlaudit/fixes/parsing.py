"""Can a file still be read after an edit?"""

import ast
import configparser
import json
import posixpath
import tomllib
from collections.abc import Callable
from typing import Any

from mlaudit.readers.code.cells import cells
from mlaudit.readers.documents import Malformed
from mlaudit.source import Source, encoded

ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError, configparser.Error, Malformed)


def fault(before: Source, after: Source) -> str:
    """What is wrong with a file after an edit, "" where nothing is: its encoding, or its syntax."""
    if encoded(before, before.text) != before.content:
        return "holds bytes that its encoding does not have"
    if before.content and after.content and after.encoding != before.encoding:
        return "would be taken for another encoding"
    parse = _parser(after.path)
    if parse is None:
        return ""
    try:
        parse(after)
    except ERRORS as error:
        return f"would not be read any more: {type(error).__name__}: {error}".partition("\n")[0]
    return ""


def _parser(path: str) -> Callable[[Source], Any] | None:
    name = posixpath.basename(path)
    ending = "toml" if name == "Pipfile" else name.rpartition(".")[2]
    return PARSERS.get(ending)


def _python(source: Source) -> None:
    ast.parse(source.text)


def _toml(source: Source) -> None:
    tomllib.loads(source.text.replace("\r\n", "\n"))


def _json(source: Source) -> None:
    json.loads(source.text)


def _ini(source: Source) -> None:
    configparser.RawConfigParser(strict=False, allow_no_value=True).read_string(source.text)


def _yaml(source: Source) -> None:
    from mlaudit.readers.documents.yaml import documents

    documents(source)


def _notebook(source: Source) -> None:
    list(cells(source, json.loads(source.text)))


PARSERS: dict[str, Callable[[Source], Any]] = {
    "py": _python,
    "pyi": _python,
    "ipynb": _notebook,
    "toml": _toml,
    "json": _json,
    "cfg": _ini,
    "ini": _ini,
    "yaml": _yaml,
    "yml": _yaml,
}
