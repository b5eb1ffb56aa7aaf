"""What was read: every fact with its place, for people who wonder why."""

import json
from typing import Any

from mlaudit.facts import Comparison, Location, Repo
from mlaudit.masking import masked
from mlaudit.reports.text import plain

# The statements and texts of code are for views that ask them: they say more than people want to read, or may show.
INNER = ("held", "routines", "texts")


def render(repo: Repo, kinds: list[Any], scope: tuple[str, ...], *, as_json: bool) -> str:
    """One line, or one JSON object, for each fact of the kinds, in order of path and place."""
    found = [fact for kind in kinds for fact in repo.all(kind) if _is_in(fact.at.path, scope)]
    found.sort(key=lambda fact: (fact.at.path, fact.at.line, fact.at.column))
    if as_json:
        return "".join(masked(json.dumps({"fact": type(fact).__name__, **_members(fact)})) + "\n" for fact in found)
    return "".join(_line(fact) + "\n" for fact in found)


def _line(fact: Any) -> str:
    at = fact.at
    place = f"{at.path}:{at.line}:{at.column}" + (f" (cell {at.cell})" if at.cell else "")
    shown = {
        name: value
        for name, value in fact._asdict().items()
        if name not in ("at", *INNER) and value not in ("", (), 0, False, None)
    }
    return plain(
        masked(f"{place}  {type(fact).__name__} " + " ".join(f"{name}={_text(value)}" for name, value in shown.items()))
    )


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        if isinstance(value, Comparison):
            return f"{value.operator}{value.version}"
        if hasattr(value, "at"):
            return str(getattr(value, "written", None) or value[1])
        if len(value) > 12:
            return f"({len(value)} items)"
        return f"[{', '.join(_text(item) for item in value)}]"
    return str(value)


def _members(value: Any) -> Any:
    if isinstance(value, Location):
        return value._asdict()
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _members(item) for name, item in value._asdict().items() if name not in INNER}
    if isinstance(value, tuple):
        return [_members(item) for item in value]
    return value


def _is_in(path: str, scope: tuple[str, ...]) -> bool:
    return not scope or any(path == place or path.startswith(f"{place}/") for place in scope)
