"""Do the settings of [tool.uv] still say what a uv.lock recorded of them?

Only what the manifest says counts: a setting that it does not name may come from the command line or from the user's
own configuration. It is a doubt, no difference.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from mlaudit.facts import Lock, canonical
from mlaudit.patterns import pattern
from mlaudit.resolution.locked.markers import Place, same
from mlaudit.resolution.versions import clauses

# Settings by the name that a lock records them under, with the value that is not recorded.
OPTIONS = {
    "resolution": ("resolution-mode", "highest"),
    "prerelease": ("prerelease-mode", "if-necessary-or-explicit"),
    "fork-strategy": ("fork-strategy", "requires-python"),
}
MARKERS = {"environments": "supported-markers", "required-environments": "required-markers"}
PLAIN_SPAN = pattern(r"(\d+) (day|week)s?")
INSTANT = pattern(r"\d{4}-\d\d-\d\d(T[\d:]+Z)?")
# What a lock writes for a cut-off that is a span.
NO_INSTANT = "0001-01-01T00:00:00Z"
REQUIREMENT = pattern(r"\s*([A-Za-z0-9._-]+)\s*([^;@\[]*)")


def options(lock: Lock, inputs: dict[str, Any]) -> Iterator[str]:
    """How the options differ, a phrase each. `inputs` are digests.uv of uv.toml, if there is one, else of the root."""
    recorded = _recorded(lock)
    for key, (name, usual) in OPTIONS.items():
        if key in inputs and inputs[key] != recorded.get(name, usual):
            yield f"`{key}` is {inputs[key]}, the lock was made with {recorded.get(name, usual)}"
    if "exclude-newer" in inputs and not any(key.startswith("exclude-newer") for key in recorded):
        yield "`exclude-newer` is not in the lock"
    if (span := _other_span(inputs.get("exclude-newer"), recorded.get("exclude-newer-span"))) is not None:
        yield f"`exclude-newer` is {inputs['exclude-newer']}, the lock was made with {span}"


def differences(lock: Lock, inputs: dict[str, Any]) -> Iterator[str]:
    """The other settings that differ. `inputs` are digests.uv of the root: uv.toml does not hide these."""
    recorded = _recorded(lock)
    for key, name in MARKERS.items():
        stated = inputs.get(key, [])
        if _markers_differ([stated] if isinstance(stated, str) else stated, _list(recorded, name), lock):
            yield key
    if _names(inputs.get("exclude-dependencies", [])) != _names(_list(recorded, "excludes")):
        yield "exclude-dependencies"
    builds = {(found.name, found.comparisons) for found in lock.requirements if found.role == "build"}
    split = [REQUIREMENT.fullmatch(str(text)) for text in inputs.get("build-constraint-dependencies", [])]
    if all(split) and {(canonical(match[1]), clauses(match[2])) for match in split if match} != builds:
        yield "build-constraint-dependencies"
    if _metadata(inputs.get("dependency-metadata")) != _metadata(_list(recorded, "dependency-metadata")):
        yield "dependency-metadata"


def doubts(lock: Lock, inputs: dict[str, Any]) -> Iterator[str]:
    """The settings of which it cannot be known whether they differ."""
    recorded = _recorded(lock)
    for key, (name, _) in OPTIONS.items():
        if key not in inputs and name in recorded:
            yield f"the lock was made with `{key}`, which may be set outside the repository"
    stated, known = inputs.get("exclude-newer"), recorded.get("exclude-newer", NO_INSTANT)
    if stated is None and "exclude-newer" in recorded:
        yield "the lock was made with `exclude-newer`, which may be set outside the repository"
    if (
        stated is not None
        and known != NO_INSTANT
        and not (INSTANT.fullmatch(str(stated)) and str(stated) >= known[:10])
    ):
        yield "`exclude-newer` is earlier than the lock's"


def conflicts(settings: dict[str, Any], name: str) -> set[frozenset[tuple[str, ...]]]:
    """The sets of [tool.uv] conflicts. uv adds the project's `name` where an item names no package.

    A lock holds more of them: uv also adds those that follow from groups that include others.
    """
    found = settings.get("conflicts") or []
    return {
        frozenset(
            tuple(
                canonical(str(item.get(key, name if key == "package" else ""))) for key in ("package", "extra", "group")
            )
            for item in items
            if isinstance(item, dict)
        )
        for items in found
        if isinstance(items, list)
    }


def _recorded(lock: Lock) -> dict[str, str]:
    return {key: value for key, _, value in (setting.partition("=") for setting in lock.settings)}


def _list(recorded: dict[str, str], key: str) -> list[Any]:
    found = json.loads(recorded.get(key, "[]"))
    return found if isinstance(found, list) else []


def _other_span(stated: Any, recorded: str | None) -> str | None:
    """The recorded span where it is another than the stated one, which is plain days or weeks; else None."""
    match = PLAIN_SPAN.fullmatch(stated) if isinstance(stated, str) else None
    if match is None or recorded is None:
        return None
    days = int(match[1]) * (7 if match[2] == "week" else 1)
    return None if recorded in (f"P{days}D", f"P{match[1]}{match[2][0].upper()}") else recorded


def _markers_differ(stated: list[str], recorded: list[str], lock: Lock) -> bool:
    if not stated or not recorded:
        return bool(stated) != bool(recorded)
    return same(stated, recorded, Place(clauses(lock.requires_python))) is False


def _names(names: list[str]) -> set[str]:
    return {canonical(name) for name in names}


def _metadata(tables: Any) -> list[tuple[str, ...]]:
    """[[dependency-metadata]] with spacing and order left out; requirements with markers count by their names only."""
    return sorted(
        (
            canonical(str(table.get("name", ""))),
            str(table.get("version", "")),
            re.sub(r"\s", "", str(table.get("requires-python", ""))),
            *sorted(re.sub(r"\s|;.*", "", str(text)).lower() for text in table.get("requires-dist") or []),
        )
        for table in tables or []
        if isinstance(table, dict)
    )
