"""Which values does a parameters file hold? YAML, JSON, TOML, and the constants of Python."""

import ast
from collections.abc import Iterator
from typing import Any

from yaml import MappingNode, Node

from mlaudit.facts import Fact, Location, Parameter
from mlaudit.readers.data.plain import as_json, root, unreadable, written
from mlaudit.readers.documents import Malformed, yaml
from mlaudit.readers.documents.toml import Document
from mlaudit.source import Source

DEEPEST = 20
MOST = 20_000


def read(source: Source) -> Iterator[Fact]:
    """A Parameter for each value."""
    form = {"toml": _toml, "py": _python}.get(source.path.rpartition(".")[2], _yaml)
    found = 0
    try:
        for fact in form(source):
            found += 1
            if found > MOST:
                raise Malformed(f"holds more than {MOST} values")
            yield fact
    except Malformed as error:
        yield from unreadable(source, error)


def _yaml(source: Source) -> Iterator[Fact]:
    yield from _leaves(source, root(source), ())


def _leaves(source: Source, node: Node | None, keys: tuple[str, ...]) -> Iterator[Fact]:
    if len(keys) > DEEPEST:
        raise Malformed("is nested too deeply", node.start_mark.index if node else 0)
    for name, _, value in yaml.items(node):
        if isinstance(value, MappingNode) and value.value:
            yield from _leaves(source, value, (*keys, name))
        else:
            yield Parameter(yaml.where(source, value), (*keys, name), written(value))


def _toml(source: Source) -> Iterator[Fact]:
    document = Document(source)
    yield from _entries(document, document.data, ())


def _entries(document: Document, table: dict[str, Any], keys: tuple[str, ...]) -> Iterator[Fact]:
    for name, value in table.items():
        if isinstance(value, dict) and value:
            yield from _entries(document, value, (*keys, name))
        else:
            yield Parameter(document.where(*keys, name), (*keys, name), as_json(value))


def _python(source: Source) -> Iterator[Fact]:
    """Constants of the module and of its classes, as DVC takes them."""
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Malformed("is not Python that can be read") from None
    yield from _constants(source, tree.body, ())


def _constants(source: Source, body: list[ast.stmt], keys: tuple[str, ...]) -> Iterator[Fact]:
    for statement in body:
        match statement:
            case ast.ClassDef(name=name, body=inner):
                yield from _constants(source, inner, (*keys, name))
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield from _constant(source, (*keys, name), value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield from _constant(source, (*keys, name), value)


def _constant(source: Source, keys: tuple[str, ...], node: ast.expr) -> Iterator[Fact]:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return
    end = node.end_lineno or node.lineno
    at = Location(source.path, node.lineno, node.col_offset + 1, end, (node.end_col_offset or 0) + 1)
    yield from _nested(at, keys, value)


def _nested(at: Location, keys: tuple[str, ...], value: Any) -> Iterator[Fact]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _nested(at, (*keys, str(name)), inner)
    else:
        yield Parameter(at, keys, as_json(sorted(value, key=str) if isinstance(value, set) else value))
