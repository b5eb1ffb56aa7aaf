"""What did the user ask for? [tool.mlaudit] or mlaudit.toml, and the command line on top of it."""

import os
from typing import Any, NamedTuple

from mlaudit.settings import BY_FIELD, IGNORES, LEVELS, SETTINGS

NAMES = ("mlaudit.toml", ".mlaudit.toml", "pyproject.toml")


class UsageError(Exception):
    """A mistake of the user, in one line that names file, key and the nearest right word."""


class Ignore(NamedTuple):
    """Findings that the configuration says are meant to be: of these rules, in files that match the gitignore pattern,
    and with `text`, where it is given, in the message or the line."""

    rules: tuple[str, ...]
    path: str
    reason: str = ""
    until: str = ""
    text: str = ""


class Config(NamedTuple):
    """The settings of a run.

    select, ignore and extend_select hold rule ids, names, prefixes of ids or families, or "ALL".
    exclude and extend_exclude hold gitignore patterns, relative to the root.
    large_file_mb is the size, in megabytes, above which data and models do not belong in git.
    ignores are findings that are meant to be, for files that cannot hold comments; per_file_ignores are pairs of a
    gitignore pattern and selectors of rules. levels are pairs of a rule and the level of its findings.
    rule_packs are folders of the user's own rules. plugins are the names of the plug-ins that may bring rules, None for
    all that are installed.
    baseline is the file of the findings that are known already, relative to the file that names it.
    extend_safe_fixes, extend_unsafe_fixes and unfixable hold selectors of rules, by how careful their fixes are to be.
    as_of is the date at which `until=` of a suppression is held against; without it, that of the commit.
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
    ignores: tuple[Ignore, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    levels: tuple[tuple[str, str], ...] = ()
    baseline: str = ""
    extend_safe_fixes: tuple[str, ...] = ()
    extend_unsafe_fixes: tuple[str, ...] = ()
    unfixable: tuple[str, ...] = ()
    rule_packs: tuple[str, ...] = ()
    plugins: tuple[str, ...] | None = None
    as_of: str = ""
    file: str = ""


# How many files may extend one another.
DEEPEST = 10


def load(start: str, *, explicit: str | None = None, isolated: bool = False) -> Config:
    """The configuration nearest to `start`, from there upwards; the first file found counts alone.

    Raises UsageError for a file that cannot be read or holds what no setting is called.
    """
    if explicit is not None:
        if not os.path.isfile(explicit):
            raise UsageError(f"--config: `{explicit}` is no file")
        return _read(explicit, start) or Config(file=explicit)
    if isolated:
        return Config(plugins=())
    folder = os.path.abspath(start)
    while folder:
        for name in NAMES:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and (config := _read(path, start)):
                return config
        parent = os.path.dirname(folder)
        folder = parent if parent != folder else ""
    return Config()


def _read(path: str, root: str, deep: int = 0) -> Config | None:
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
    return build(data, path, root, deep)


def build(data: Any, file: str, root: str = "", deep: int = 0) -> Config:
    """A Config of a table, checked: unknown keys, wrong types and unknown words are refused. `root` is the repository
    that is audited."""
    if not isinstance(data, dict):
        raise UsageError(f"{file}: `mlaudit` must be a table")
    values: dict[str, Any] = {}
    for key, value in data.items():
        field = key.replace("-", "_")
        if field not in BY_FIELD:
            raise UsageError(f"{file}: unknown key `{key}`{nearest(key, [setting.name for setting in SETTINGS])}")
        values[field] = _checked(field, value, f"{file}: `{key}`")
    if "rule_packs" in values:
        values["rule_packs"] = tuple(_pack(name, file, root) for name in values["rule_packs"])
    extended = values.pop("extend", None)
    below = _extended(extended, file, root, deep) if extended else Config()
    # What is said in both holds; the nearer one comes last.
    for field in ("ignores", "per_file_ignores", "levels", "rule_packs"):
        values[field] = (*getattr(below, field), *values.get(field, ()))
    return below._replace(**values, file=file)


def _pack(named: str, file: str, root: str) -> str:
    """The folder of a pack. A file of the repository names folders of the repository alone."""
    path = os.path.join(os.path.dirname(os.path.abspath(file)), named)
    base = os.path.realpath(root) + os.sep
    is_ours = os.path.realpath(file).startswith(base)
    if root and is_ours and not f"{os.path.realpath(path)}{os.sep}".startswith(base):
        raise UsageError(f"{file}: `rule-packs` names `{named}`, which is outside of the repository")
    return os.path.normpath(path)


def _extended(named: str, file: str, root: str, deep: int) -> Config:
    """The configuration that another one extends; its paths stay relative to itself."""
    path = os.path.join(os.path.dirname(file), named)
    if deep >= DEEPEST:
        raise UsageError(f"{file}: `extend` goes through more than {DEEPEST} files")
    if not os.path.isfile(path):
        raise UsageError(f"{file}: `extend` names `{named}`, which is no file")
    found = _read(path, root, deep + 1) or Config()
    return found._replace(
        baseline=found.baseline and os.path.join(os.path.abspath(os.path.dirname(path)), found.baseline)
    )


def _checked(field: str, value: Any, what: str) -> Any:
    setting = BY_FIELD[field]
    match setting.form:
        case "strings":
            if field == "ignore" and isinstance(value, list) and any(isinstance(item, dict) for item in value):
                raise UsageError(f"{what} names rules to leave out; tables stand under [[tool.mlaudit.ignores]]")
            return _strings(value, what)
        case "number":
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise UsageError(f"{what} must be a whole number above zero")
        case "text":
            if not isinstance(value, str) or not value:
                raise UsageError(f"{what} must be the path of a file")
        case "choice":
            if value not in setting.choices:
                words = ", ".join(setting.choices)
                raise UsageError(f"{what} must be one of {words}{nearest(str(value), setting.choices)}")
        case form:
            return TABLES[form](value, what)
    return value


def _ignores(value: Any, what: str) -> tuple[Ignore, ...]:
    if not isinstance(value, list):
        raise UsageError(f"{what} must be tables: [[tool.mlaudit.ignores]]")
    return tuple(_ignore(entry, f"{what} {number}") for number, entry in enumerate(value, 1))


def _ignore(entry: Any, what: str) -> Ignore:
    if not isinstance(entry, dict):
        raise UsageError(f"{what} must be a table")
    for key in entry.keys() - IGNORES.keys():
        raise UsageError(f"{what}: unknown key `{key}`{nearest(key, IGNORES)}")
    rule = entry.get("rule")
    rules = tuple(rule) if isinstance(rule, list) else (rule,)
    if not rules or not all(isinstance(name, str) and name for name in rules) or not entry.get("path"):
        raise UsageError(f"{what} must name `rule` and `path`")
    words = {key: str(entry.get(key, "")) for key in IGNORES if key != "rule"}
    if words["until"] and not is_date(words["until"]):
        raise UsageError(f"{what}: `until` must be a date, YYYY-MM-DD")
    return Ignore(rules, **words)


def _per_file(value: Any, what: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise UsageError(f"{what} must be a table of patterns and lists of rules")
    return tuple((pattern, _strings(rules, f"{what}: `{pattern}`")) for pattern, rules in value.items())


def _levels(value: Any, what: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise UsageError(f"{what} must be a table of rules and levels")
    for rule, level in value.items():
        if level not in LEVELS:
            raise UsageError(f"{what}: `{rule}` must be one of {', '.join(LEVELS)}{nearest(str(level), LEVELS)}")
    return tuple(value.items())


TABLES = {"ignores": _ignores, "per-file": _per_file, "levels": _levels}


def is_date(text: str) -> bool:
    """Whether a text is a date as YYYY-MM-DD."""
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _strings(value: Any, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError(f"{what} must be a list of strings")
    return tuple(value)


def nearest(word: str, known: Any) -> str:
    """`; did you mean …?` where a known word is close, else ""."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean `{close[0]}`?" if close else ""
