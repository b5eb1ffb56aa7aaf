"""What did the user ask for? [tool.mlaudit] or mlaudit.toml, and the command line on top of it."""

import os
from typing import Any, NamedTuple

LEVELS = ("note", "warning", "error")
CONFIDENCES = ("low", "medium", "high")
FAIL_ON = (*LEVELS, "never")
KINDS = ("", "application", "library")
NAMES = ("mlaudit.toml", ".mlaudit.toml", "pyproject.toml")


class UsageError(Exception):
    """A mistake of the user, in one line that names file, key and the nearest right word."""


class Config(NamedTuple):
    """The settings of a run.

    select, ignore and extend_select hold rule ids, names, prefixes of ids or families, or "ALL".
    exclude and extend_exclude hold gitignore patterns, relative to the root.
    large_file_mb is the size, in megabytes, above which data and models do not belong in git.
    kind is "application" or "library" where the project says which it is, else "" (mlaudit then judges).
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] = ()
    fail_on: str = "error"
    min_confidence: str = "medium"
    kind: str = ""
    large_file_mb: int = 5
    file: str = ""


CHOICES = {"fail_on": FAIL_ON, "min_confidence": CONFIDENCES, "kind": KINDS[1:]}
NUMBERS = frozenset({"large_file_mb"})
LISTS = frozenset({"select", "ignore", "extend_select", "exclude", "extend_exclude"})


def load(start: str, *, explicit: str | None = None, isolated: bool = False) -> Config:
    """The configuration nearest to `start`, from there upwards; the first file found counts alone.

    Raises UsageError for a file that cannot be read or holds what no setting is called.
    """
    if explicit is not None:
        if not os.path.isfile(explicit):
            raise UsageError(f"--config: `{explicit}` is no file")
        return _read(explicit) or Config(file=explicit)
    folder = "" if isolated else os.path.abspath(start)
    while folder:
        for name in NAMES:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and (config := _read(path)):
                return config
        parent = os.path.dirname(folder)
        folder = parent if parent != folder else ""
    return Config()


def _read(path: str) -> Config | None:
    """The settings of one file; None for a pyproject.toml that does not name mlaudit."""
    with open(path, "rb") as file:
        content = file.read()
    is_pyproject = os.path.basename(path) == "pyproject.toml"
    if is_pyproject and b"mlaudit" not in content:
        return None
    import tomllib

    try:
        data = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        if is_pyproject:
            return None
        raise UsageError(f"{path}: is not TOML: {error}") from None
    if is_pyproject:
        data = data.get("tool", {}).get("mlaudit")
        if data is None:
            return None
    return build(data, path)


def build(data: Any, file: str) -> Config:
    """A Config of a table, checked: unknown keys, wrong types and unknown words are refused."""
    if not isinstance(data, dict):
        raise UsageError(f"{file}: `mlaudit` must be a table")
    fields = [field for field in Config._fields if field != "file"]
    values: dict[str, Any] = {"file": file}
    for key, value in data.items():
        field = key.replace("-", "_")
        if field not in fields:
            raise UsageError(f"{file}: unknown key `{key}`{nearest(key, [name.replace('_', '-') for name in fields])}")
        values[field] = _checked(field, value, f"{file}: `{key}`")
    return Config(**values)


def _checked(field: str, value: Any, what: str) -> Any:
    if field in LISTS:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise UsageError(f"{what} must be a list of strings")
        return tuple(value)
    if field in NUMBERS:
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise UsageError(f"{what} must be a whole number above zero")
        return value
    if value not in CHOICES[field]:
        raise UsageError(f"{what} must be one of {', '.join(CHOICES[field])}{nearest(str(value), CHOICES[field])}")
    return value


def nearest(word: str, known: Any) -> str:
    """`; did you mean …?` where a known word is close, else ""."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean `{close[0]}`?" if close else ""
