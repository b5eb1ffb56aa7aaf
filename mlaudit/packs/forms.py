"""Is a value of a pack's file what the table of keys says, and what does it come to?"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mlaudit.config import UsageError, nearest
from mlaudit.files.discover import matcher
from mlaudit.packs.language import ARGUMENT, SHORT, Key
from mlaudit.packs.match import Argument

CLAUSE = r"(?:===|==|~=|!=|<=|>=|<|>)\s*[\w.*+!-]+"
VERSIONS = re.compile(rf"{CLAUSE}(?:\s*,\s*{CLAUSE})*")


def table(data: Any, keys: Iterable[Key], what: str) -> dict[str, Any]:
    """The values of a table by key. Raises UsageError for keys that are unknown or missing, and for wrong values.

    `what` is the file, and the table in it, as an error names it.
    """
    if not isinstance(data, dict):
        raise UsageError(f"{what} must be a table")
    known = {key.name: key for key in keys}
    for name in data:
        if name not in known:
            raise UsageError(f"{what}: unknown key `{name}`{nearest(name, known)}")
    for key in known.values():
        if key.is_required and key.name not in data:
            raise UsageError(f"{what}: `{key.name}` is missing")
    return {name: value_of(known[name], value, f"{what}: `{name}`") for name, value in data.items()}


def value_of(key: Key, value: Any, what: str) -> Any:
    """What a value comes to: lists are tuples, one is as good as a list of one."""
    if key.form in FORMS:
        return FORMS[key.form](value, what)
    if key.form in BY_KEY:
        return BY_KEY[key.form](key, value, what)
    if value not in key.choices:
        raise UsageError(f"{what} must be one of {', '.join(key.choices)}{nearest(str(value), key.choices)}")
    return value


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{what} must be a text")
    return value


def _truth(value: Any, what: str) -> bool:
    if not isinstance(value, bool):
        raise UsageError(f"{what} must be true or false")
    return value


def _number(value: Any, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise UsageError(f"{what} must be a whole number from 0")
    return value


def _texts(value: Any, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise UsageError(f"{what} must be a list of texts")
    return tuple(value)


def _one_or_several(value: Any, what: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(each, str) for each in values):
        raise UsageError(f"{what} must be a text, or a list of texts")
    return tuple(values)


def _files(value: Any, what: str) -> tuple[str, ...]:
    values = _one_or_several(value, what)
    for each in values:
        try:
            matcher((each,))
        except (ValueError, re.error) as error:
            raise UsageError(f"{what}: `{each}` is no gitignore pattern: {error}") from None
    return values


def _patterns(key: Key, value: Any, what: str) -> tuple[str, ...]:
    values = _one_or_several(value, what)
    for each in values if key.name in ("call", "import", "names") else ():
        first, _, rest = each.partition(".")
        if first in SHORT:
            whole = f"{SHORT[first]}.{rest}" if rest else SHORT[first]
            raise UsageError(f"{what}: `{each}` is no full name; did you mean `{whole}`?")
    return values


def _words(key: Key, value: Any, what: str) -> tuple[str, ...]:
    values = _one_or_several(value, what)
    for each in values:
        if each not in key.choices:
            raise UsageError(f"{what} must be among {', '.join(key.choices)}{nearest(each, key.choices)}")
    return values


def _versions(value: Any, what: str) -> str:
    if not isinstance(value, str) or not VERSIONS.fullmatch(value.strip()):
        raise UsageError(f"{what} must be comparisons of versions, such as `>=2,<3`")
    return value.strip()


def _scalars(value: Any, what: str) -> tuple[Any, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(each, str | int | float | bool) for each in values):
        raise UsageError(f"{what} must be a text, number, true or false, or a list of such")
    return tuple(values)


def _arguments(key: Key, value: Any, what: str) -> tuple[Argument, ...]:
    if not isinstance(value, dict) or not value:
        raise UsageError(f"{what} must be a table of arguments, such as `{key.example}`")
    return tuple(_argument(name, entry, f"{what}: `{name}`") for name, entry in value.items())


def _argument(name: str, entry: Any, what: str) -> Argument:
    asked = table(entry, ARGUMENT, what)
    state = asked.pop("is", "")
    if not state and asked.keys() <= {"position"}:
        state = "present"
    if state in ("absent", "none") and asked.keys() - {"position"}:
        raise UsageError(f"{what}: an argument that is {state} has no value to ask for")
    return Argument(name, state, **asked)


def _example(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(each, str | list | dict) for each in value.values()):
        raise UsageError(f"{what} must be a table of files: texts, or for a notebook lists of cells")
    return value


def _sizes(value: Any, what: str) -> Mapping[str, int]:
    if not isinstance(value, dict) or not all(isinstance(each, int) for each in value.values()):
        raise UsageError(f"{what} must be a table of files and numbers of bytes")
    return value


FORMS: dict[str, Callable[[Any, str], Any]] = {
    "text": _text,
    "truth": _truth,
    "number": _number,
    "texts": _texts,
    "files": _files,
    "versions": _versions,
    "scalars": _scalars,
    "example": _example,
    "sizes": _sizes,
}
BY_KEY: dict[str, Callable[[Key, Any, str], Any]] = {"patterns": _patterns, "words": _words, "arguments": _arguments}
