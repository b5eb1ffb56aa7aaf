"""What does one dependency string say? PEP 508 with positions, and the direct references that pip takes besides.

The grammar is held against `packaging` in tests/readers/test_requirement.py; packaging itself is not imported here,
because it costs a quarter of a short run and gives no positions.
"""

import re
from collections.abc import Callable
from typing import Any

from mlaudit.facts import Comparison, Location, Requirement, canonical
from mlaudit.patterns import pattern

Locate = Callable[[int, int], Location]

NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?"
CLAUSE = r"(?:===|==|~=|!=|<=|>=|<|>)\s*(?:\d+!)?[^\s,;()\[\]\"'<>=!~]+"
SPECIFIER = rf"{CLAUSE}(?:\s*,\s*{CLAUSE})*\s*,?"
HEAD = rf"\s*(?P<name>{NAME})(?:\s*\[(?P<extras>[^\]]*)\])?"
VERSIONED = pattern(
    HEAD + rf"(?:\s*\(\s*(?P<bracketed>{SPECIFIER})?\s*\)|\s*(?P<specifier>{SPECIFIER}))?\s*(?:;\s*(?P<marker>.*))?$",
    re.DOTALL,
)
DIRECT = pattern(HEAD + r"\s*@\s*(?P<url>\S+?)(?:\s+;\s*(?P<marker>.*)|\s*)$", re.DOTALL)
ONE_CLAUSE = pattern(r"(===|==|~=|!=|<=|>=|<|>)\s*([^\s,;()]+)")
SCHEME = pattern(r"(?:(?:git|hg|svn|bzr)\+)?[A-Za-z][A-Za-z0-9.]*://|(?:git|hg|svn|bzr)\+\S+?@|file:", re.IGNORECASE)
ARCHIVE = pattern(r"\.(?:whl|zip|tar\.gz|tgz|tar\.bz2|tar\.xz|tar)$", re.IGNORECASE)
LOCAL = pattern(r"(?:\.{1,2}(?:[/\\]|\[|$)|/|~/|[A-Za-z]:[\\/])")
EGG = pattern(r"[#&]egg=([A-Za-z0-9._-]+)")
HASH = pattern(r"--hash[=\s]\s*([A-Za-z0-9]+:[0-9a-fA-F]+)")
# What most lines of most files say: a name, one version and perhaps its hashes. Archives and paths look otherwise.
PINNED = pattern(
    rf"({NAME})==(\d+(?:\.\d+)*(?:(?:a|b|rc|\.post|\.dev)\d+)*(?:\+[A-Za-z0-9]+)?)(?:\s*;\s*((?:(?!\s--)[^#])*?))?\s*(?:\s--hash|$)"
)
FRAGMENT_HASH = pattern(r"[#&](sha(?:1|224|256|384|512)|md5)=([0-9a-fA-F]+)")


def comparisons(specifier: str) -> tuple[Comparison, ...]:
    """The clauses of a PEP 440 specifier, as written; ("?", text) where it does not split."""
    specifier = specifier.strip().strip(",")
    if not specifier or specifier == "*":
        return ()
    clauses = [ONE_CLAUSE.fullmatch(clause.strip()) for clause in specifier.split(",")]
    if not all(clauses):
        return (Comparison("?", specifier),)
    return tuple(Comparison(clause[1], clause[2]) for clause in clauses if clause)


def parse(text: str, locate: Locate, **context: Any) -> Requirement | None:
    """One requirement: PEP 508, a URL or a path. None where pip would refuse it.

    `locate` turns offsets of `text` into a Location; `context` fills the other fields (group, role, origin …).
    """
    if match := DIRECT.match(text):
        return _named(text, match, match["url"], "", locate, context)
    if SCHEME.match(text.lstrip()) or LOCAL.match(text.lstrip()) or ARCHIVE.search(_without_marker(text)):
        return _direct(text, locate, context)
    if match := VERSIONED.match(text):
        return _named(text, match, "", match["specifier"] or match["bracketed"] or "", locate, context)
    return None


def pinned(text: str, locate: Locate, **context: Any) -> Requirement | None:
    """What `parse` gives for `name==version`, with its marker and its `--hash` options; None for any other text."""
    match = PINNED.match(text)
    if match is None:
        return None
    return Requirement(
        at=locate(0, match.end(2)),
        name=canonical(match[1]),
        comparisons=(Comparison("==", match[2]),),
        marker=match[3] or "",
        written=match[1],
        hashes=tuple(HASH.findall(text, match.end(2))),
        **context,
    )


def _named(
    text: str, match: re.Match[str], url: str, specifier: str, locate: Locate, context: dict[str, Any]
) -> Requirement:
    end = match.start("marker") - 1 if match["marker"] is not None else match.end()
    end = len(text[:end].rstrip(" \t\r\n,;"))
    return Requirement(
        at=locate(match.start("name"), end),
        name=canonical(match["name"]),
        comparisons=comparisons(specifier),
        extras=tuple(sorted(extra.strip().lower() for extra in (match["extras"] or "").split(",") if extra.strip())),
        marker=(match["marker"] or "").strip(),
        written=match["name"],
        url=url,
        revision=revision_of(url),
        hashes=hashes_of(url),
    )._replace(**context)


def _direct(text: str, locate: Locate, context: dict[str, Any]) -> Requirement:
    url = _without_marker(text).strip()
    start = len(text) - len(text.lstrip())
    written = name_of(url)
    marker = text[start + len(url) :].strip().removeprefix(";").strip()
    return Requirement(
        at=locate(start, start + len(url)),
        name=canonical(written),
        written=written,
        url=url,
        revision=revision_of(url),
        hashes=hashes_of(url),
        marker=marker,
    )._replace(**context)


def _without_marker(text: str) -> str:
    return re.split(r"\s;|\s#", text, maxsplit=1)[0].rstrip()


def revision_of(url: str) -> str:
    """The ref that a VCS reference names after its path, "" where it names none or is no VCS reference."""
    scheme, _, rest = url.partition("+")
    if scheme.lower() not in ("git", "hg", "svn", "bzr"):
        return ""
    path = re.split(r"[#?]", rest, maxsplit=1)[0].partition("://")[2].partition("/")[2]
    return path.rpartition("@")[2] if "@" in path else ""


def hashes_of(url: str) -> tuple[str, ...]:
    """The hashes in a URL's fragment, as `sha256:…`."""
    if "#" not in url:
        return ()
    return tuple(f"{kind}:{digest}" for kind, digest in FRAGMENT_HASH.findall(url))


def name_of(url: str) -> str:
    """The package a direct reference names: its #egg=, its archive's name, or the last part of its path."""
    if egg := EGG.search(url):
        return egg[1]
    path = re.split(r"[#?]", url, maxsplit=1)[0].rstrip("/\\")
    last = re.split(r"[/\\]", path)[-1]
    if archive := ARCHIVE.search(last):
        stem = last[: archive.start()]
        return stem.split("-")[0] if last.endswith(".whl") else re.split(r"-\d", stem, maxsplit=1)[0]
    if "+" in url.split(":", 1)[0] or url.startswith("git@"):
        last = last.split("@")[0].removesuffix(".git")
    return re.sub(r"\[.*\]$", "", last) or url
