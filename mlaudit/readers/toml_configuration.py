"""Which seeds, paths and names does a configuration file in TOML set?"""

from collections.abc import Iterator
from typing import Any

from mlaudit.facts import Fact, Setting
from mlaudit.readers.configuration import KEY, LONG, is_asked_for
from mlaudit.readers.documents import Malformed, toml
from mlaudit.source import Source


def read(source: Source) -> Iterator[Fact]:
    """A Setting for each scalar of which programs may ask. What is no TOML may be a template: no fault of it."""
    if len(source.text) > LONG or not KEY.search(source.text):
        return
    try:
        document = toml.Document(source)
    except Malformed:
        return
    yield from _settings(document, document.data, ())


def _settings(document: toml.Document, table: dict[str, Any], keys: tuple[str, ...]) -> Iterator[Fact]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _settings(document, value, (*keys, name))
        elif isinstance(value, str | int | bool) and is_asked_for((*keys, name), value):
            yield Setting(document.where(*keys, name), (*keys, name), value)
