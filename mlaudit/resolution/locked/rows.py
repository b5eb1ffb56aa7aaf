"""Do the requirements that uv recorded of a project say what the project says now?

Each side becomes rows; rows are compared as sets of (group, name, extras, clauses, place), markers by what they admit.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from mlaudit.facts import Comparison, Location, Lock, Member, Requirement, canonical
from mlaudit.patterns import pattern
from mlaudit.resolution.locked.markers import Place, same
from mlaudit.resolution.locked.satisfaction import Reason, specifier
from mlaudit.resolution.versions import admits, clauses, is_exact, release, span

CREDENTIALS = pattern(r"//[^/@]+@")
OWN = ("virtual", "editable")
REFERENCE = ("rev", "tag", "branch", "subdirectory")

Key = tuple[str, str, tuple[str, ...], frozenset[tuple[str, object]], tuple[str, ...]]


class Row(NamedTuple):
    """A requirement as uv would record it. `places` has one entry per source of [tool.uv.sources]; "" is any index.

    `several` says that the source is a list, which uv splits into rows by marker.
    """

    at: Location
    name: str
    written: str
    group: str
    extras: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    marker: str
    places: tuple[str, ...]
    several: bool = False


def wanted(found: Requirement, inputs: dict[str, Any]) -> Row:
    """The row of a requirement. `inputs` are digests.uv of its project over those of the workspace's root."""
    kind, _, name = found.group.partition(":")
    group = f"{kind}:{canonical(name)}" if name else ""
    stated = inputs.get(f"source:{found.name}") or []
    entries = [entry for entry in (stated if isinstance(stated, list) else [stated]) if _applies(entry, group)]
    places = tuple(_place(entry, inputs) for entry in entries) or (_direct("" if stated else found.url),)
    direct = any(place and not place.startswith("index:") for place in places)
    return Row(
        found.at,
        found.name,
        found.written or found.name,
        group,
        tuple(sorted(map(canonical, found.extras))),
        () if direct else found.comparisons,
        found.marker,
        places,
        several=len(entries) > 1 or any("marker" in entry for entry in entries),
    )


def differences(member: Member, rows: Sequence[Row], lock: Lock) -> Iterator[Reason]:
    """What the lock recorded of a member and the rows do not share."""
    own = frozenset(f"path:{other.path}" for other in lock.members if other.kind in OWN)
    vague = frozenset(row.name for row in rows if {"index:*", "path:*"} & set(row.places))
    listed = {(row.group, row.name) for row in rows if row.several}
    recorded = [_recorded(found, (found.group, found.name) in listed) for found in member.requires]
    theirs, mine = (_keyed(_placed(side, own, vague)) for side in (recorded, rows))
    python = clauses(lock.requires_python)
    for key, found in mine.items():
        extra = key[0].removeprefix("extra:") if key[0].startswith("extra:") else ""
        row = found[0]
        if key not in theirs:
            yield Reason(row.at, _said(row, recorded))
        elif not row.several and _markers_differ(found, theirs[key], Place(python, extra)):
            yield Reason(row.at, f"the marker of `{row.written}` differs from the lock's")
    named = {(row.group, row.name) for row in rows}
    for key, found in theirs.items():
        if key not in mine and (key[0], key[1]) not in named:
            yield Reason(found[0].at, f"the lock was made with `{key[1]}`{_in(key[0])}, which is no longer asked for")


def _applies(entry: dict[str, Any], group: str) -> bool:
    """Does a source count for requirements of this group?"""
    return all(key not in entry or f"{key}:{canonical(str(entry[key]))}" == group for key in ("extra", "group"))


def _placed(rows: Iterable[Row], own: frozenset[str], vague: frozenset[str]) -> Iterator[Row]:
    """The rows with members of the workspace as `path:*`, and so too what a manifest names in a way not known here."""
    for row in rows:
        places = ("path:*" if place.removesuffix(" editable") in own else place for place in row.places)
        if row.name in vague:
            places = (re.sub(r"^(path|index):.*", r"\1:*", place) for place in places)
        yield row._replace(places=tuple(places))


def _markers_differ(left: Iterable[Row], right: Iterable[Row], place: Place) -> bool:
    return same((row.marker for row in left), (row.marker for row in right), place) is False


def _recorded(found: Requirement, listed: bool) -> Row:
    extras = tuple(sorted(map(canonical, found.extras)))
    place = _direct(found.url) + (" editable" if found.editable else "")
    return Row(found.at, found.name, found.name, found.group, extras, found.comparisons, found.marker, (place,), listed)


def _keyed(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    """Rows by what they ask for. All rows of a name with a list of sources are one, with all their places."""
    found: dict[Key, list[Row]] = {}
    several: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.several:
            several.setdefault((row.group, row.name), []).append(row)
        else:
            key = (row.group, row.name, row.extras, _clauses(row.comparisons), row.places)
            found.setdefault(key, []).append(row)
    for (group, name), parts in several.items():
        places = tuple(sorted({place for row in parts for place in row.places if place}))
        indexed = all(place.startswith("index:") for place in places)
        asked = frozenset[tuple[str, object]]().union(*(_clauses(row.comparisons) for row in parts if indexed))
        found[group, name, parts[0].extras, asked, places] = parts
    return found


def _clauses(comparisons: Iterable[Comparison]) -> frozenset[tuple[str, object]]:
    """Clauses whose spelling does not count, as uv compares them: `~=3.4` is `>=3.4,<4`, `1.0` is `1`.

    What the others exclude already is left out. `==3.*` is not `>=3,<4`: it begins before the pre-releases of 3; and
    `==3,>=2` is not `==3`.
    """
    comparisons = tuple(comparisons)
    if is_exact(comparisons):
        return frozenset((operator, span([Comparison("==", v)]) or v.lower()) for operator, v in comparisons)
    ends = span([comparison for comparison in comparisons if comparison.operator != "!="])
    if ends is None:
        return frozenset((operator, version.lower()) for operator, version in comparisons)
    early = any(c.operator == "==" and c.version.endswith(".*") for c in comparisons)
    excluded = {c.version for c in comparisons if c.operator == "!=" and admits([*_without(comparisons)], c.version)}
    return frozenset({("span", ends), ("early", early), *(("!=", release(version) or version) for version in excluded)})


def _without(comparisons: Iterable[Comparison]) -> Iterator[Comparison]:
    return (comparison for comparison in comparisons if comparison.operator != "!=")


def _place(entry: dict[str, Any], inputs: dict[str, Any]) -> str:
    """Where a [tool.uv.sources] entry points, as `_direct` writes what a lock recorded."""
    if "git" in entry:
        reference = {key: str(value) for key, value in entry.items() if key in REFERENCE}
        return _git(str(entry["git"]), reference)
    if entry.get("workspace"):
        return "path:*"
    if "path" in entry:
        return f"path:{entry['path']}" + (" editable" if entry.get("editable") else "")
    if "index" in entry:
        address = str(inputs.get(f"index:{entry['index']}", "*"))
        return _direct(f"index:{address}")
    return str(entry.get("url", ""))


def _direct(url: str) -> str:
    if url.startswith("file:"):
        return "path:*"
    if not url.startswith("git+"):
        return CREDENTIALS.sub("//", url.partition("#")[0])
    address, _, fragment = url.removeprefix("git+").partition("#")
    address, _, query = address.partition("?")
    reference = dict(parse_qsl(query)) | {k: v for k, v in parse_qsl(fragment) if k == "subdirectory"}
    head, at, rev = address.rpartition("@")
    if at and "/" not in rev and "://" in head:
        address, reference = head, reference | {"rev": rev}
    return _git(address, reference)


def _git(address: str, reference: dict[str, str]) -> str:
    named = ",".join(f"{key}={value}" for key, value in sorted(reference.items()) if key != "lfs")
    return f"git+{address.rstrip('/')} {named}".strip()


def _said(row: Row, recorded: list[Row]) -> str:
    """What a row that the lock does not have says, beside the nearest one it has."""
    near = next((other for other in recorded if (other.group, other.name) == (row.group, row.name)), None)
    if near is None:
        return f"`{row.written}`{_in(row.group)} is not in the lock"
    if _clauses(near.comparisons) != _clauses(row.comparisons) and (row.comparisons or not row.several):
        now, before = (specifier(side.comparisons) or "*" for side in (row, near))
        return f"`{row.written}` asks for `{now}`, the lock was made with `{before}`"
    if near.extras != row.extras:
        return f"the extras of `{row.written}` differ from the lock's"
    return f"the source of `{row.written}` differs from the lock's"


def _in(group: str) -> str:
    kind, _, name = group.partition(":")
    return f" of the {kind} `{name}`" if name else ""
