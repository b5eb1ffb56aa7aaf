"""How is a requirement written that names one version, in the words of its file?"""

from mlaudit.facts import Requirement, canonical
from mlaudit.findings import Edit
from mlaudit.fixes import Asked
from mlaudit.patterns import pattern

# `name[extras] >= 1, < 2`, with the blanks that stand around the first operator.
WRITTEN = pattern(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?P<extras>[ \t]*\[[^\]\\\"'\r\n]*\])?"
    r"(?P<before>[ \t]*)(?P<open>\([ \t]*)?"
    r"(?:(?:===|==|~=|!=|<=|>=|<|>)(?P<after>[ \t]*)(?P<rest>[^()\\\"'\r\n]*))?(?P<close>\))?"
)
# conda's `channel::name >=1,<2`, `name=1.2`, `name 1.*`.
SPEC = pattern(
    r"(?:[^\s:\[\\\"']+::)?(?P<name>[A-Za-z0-9_][A-Za-z0-9_.-]*)"
    r"(?:(?P<before>[ \t]*)(?:===|==|~=|!=|<=|>=|=|<|>)[^\[\]\\\"'=\r\n]*|(?P<blank>[ \t]+)[0-9*][^\[\]\\\"'=\s]*)?"
)
# An entry of a TOML table: its key, then its version, or a table that holds it.
ENTRY = pattern(r"[\"']?(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)[\"']?[ \t]*=[ \t]*(?P<value>[\"'{][\s\S]*)")
STRING = pattern(r"(?P<quote>[\"'])(?P<text>[^\"'\\\r\n]*)(?P=quote)")
VERSION = pattern(r"(?<![A-Za-z0-9_.\"'-])version[ \t]*=[ \t]*(?=[\"'])")
HEADER = pattern(r"[A-Za-z0-9_.\"' \t-]+")
NEXT = pattern(r"^[ \t]*\[", 8)


def pinned(requirement: Requirement, asked: Asked, version: str) -> Edit | None:
    """The edit that names one version for a requirement; None where its form is not known."""
    at = requirement.at
    source = asked.source(at.path)
    start, end = asked.span(at)
    text = source.text[start:end]
    is_cut = source.text[end : end + 1] in tuple("<>=!~[")  # unquoted, a shell takes `numpy>=1` for a redirection
    if requirement.ecosystem not in ("pypi", "conda") or is_cut:
        return None
    if ENTRY.match(text):
        return _entry(requirement, at.path, text, start, version)
    if source.text[start - 1 : start] == "[" and source.text[end : end + 1] == "]" and HEADER.fullmatch(text):
        return _table(requirement, at.path, source.text, end, version)
    written = (
        _line(requirement, text, version) if requirement.ecosystem == "pypi" else _spec(requirement, text, version)
    )
    return None if written is None else Edit(at.path, start, end, written)


def _line(requirement: Requirement, text: str, version: str) -> str | None:
    match = WRITTEN.fullmatch(text)
    if match is None or canonical(match["name"]) != requirement.name or bool(match["open"]) is not bool(match["close"]):
        return None
    head = match["name"] + (match["extras"] or "")
    if match["rest"] is None:
        return None if match["open"] else f"{head}=={version}"
    return f"{head}{match['before']}{match['open'] or ''}=={match['after']}{version}{match['close'] or ''}"


def _spec(requirement: Requirement, text: str, version: str) -> str | None:
    match = SPEC.fullmatch(text)
    if match is None or canonical(match["name"]) != requirement.name:
        return None
    return f"{text[: match.end('name')]}{match['before'] or match['blank'] or ''}=={version}"


def _entry(requirement: Requirement, path: str, text: str, start: int, version: str) -> Edit | None:
    """In `name = "^1.2"` and `name = { version = "^1.2", … }`. Two versions, for two Pythons, are left alone."""
    match = ENTRY.match(text)
    if match is None or canonical(match["name"]) != requirement.name:
        return None
    at = match.start("value")
    if match["value"].startswith("{"):
        found = list(VERSION.finditer(text, at))
        if len(found) != 1:
            return None
        at = found[0].end()
    return _string(path, text, at, start, version)


def _table(requirement: Requirement, path: str, text: str, end: int, version: str) -> Edit | None:
    """In `[tool.poetry.dependencies.name]`, whose entries stand below."""
    name = text[:end].rpartition(".")[2].strip(" \t\"'")
    below = NEXT.search(text, end + 1)
    body = text[: below.start() if below else len(text)]
    found = list(VERSION.finditer(body, end + 1))
    if canonical(name) != requirement.name or len(found) != 1:
        return None
    return _string(path, body, found[0].end(), 0, version)


def _string(path: str, text: str, at: int, start: int, version: str) -> Edit | None:
    """The text of the string at `at` becomes an exact version, as Poetry, Pipenv, PDM and Pixi all read it."""
    match = STRING.match(text, at)
    return match and Edit(path, start + match.start("text"), start + match.end("text"), f"=={version}")
