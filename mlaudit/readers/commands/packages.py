"""What does one argument of an install command name: a package at a version, a local project, a file?

Each grammar is that of the tool: pep508 (pip), at (uv and poetry: `name@version` besides), conda, npm, apt, apk, rpm.
"""

import posixpath
import re
from collections.abc import Callable

from mlaudit.facts import Comparison, Include, Location, Requirement, canonical
from mlaudit.patterns import pattern
from mlaudit.readers.commands.shell import Word
from mlaudit.readers.commands.tools import ECOSYSTEMS
from mlaudit.readers.manifests import requirement

Locate = Callable[[int, int], Location]

LONGEST = 2000  # no package is named in more characters; what is longer is data
URL = pattern(r"[A-Za-z][A-Za-z0-9+.-]*://")
LOCAL = pattern(r"\.{1,2}(?:[/\\\[]|$)|[/~]|[A-Za-z]:[\\/]")
ARCHIVES = pattern(r"\.(?:deb|rpm|apk|conda|tgz|tar\.bz2|tar\.gz|whl|zip)$", re.IGNORECASE)
EXTRAS = pattern(r"\[[^\[\]]*\]$")
AT_VERSION = pattern(r"([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?@([\^~<>=!]*v?\d[^/:]*|latest|\*)$")
NPM = pattern(r"((?:@[\w.~-]+/)?[A-Za-z0-9][\w.~-]*)(?:@(.*))?$", re.DOTALL)
NPM_WHOLE = pattern(r"v?(\d+\.\d+\.\d+(?:[-+].+)?)$")
NPM_PART = pattern(r"v?(\d+(?:\.\d+)?)(?:\.[xX*])*$")
APT = pattern(r"([A-Za-z0-9][A-Za-z0-9.+*-]*)(?::[a-z0-9-]+)?(?:=(.+)|/[\w.-]+)?$")
APK = pattern(r"([A-Za-z0-9.][\w.+:-]*?)(?:@\w+)?(?:([=~<>]+)(.+))?$")
RPM = pattern(r"([A-Za-z0-9@*][\w.+*@()/-]*?)(?:-(\d[^-]*-\d[^-]*))?$")
# Folders that every CI service names by a variable, and that are the repository's root.
ROOT = pattern(
    r"(?:\$\{?(?:GITHUB_WORKSPACE|CI_PROJECT_DIR|TRAVIS_BUILD_DIR|BUILD_SOURCESDIRECTORY)\}?"
    r"|\$\{\{ *github\.workspace *\}\}|\$\(Build\.SourcesDirectory\)|\$\(git rev-parse --show-toplevel\))(?:/(.*))?$"
)


def package(word: Word, grammar: str, locate: Locate, place: str) -> Requirement | None:
    """The package that a word names; None where it names none."""
    text = word.text
    if len(text) > LONGEST:
        return None

    def place_of(first: int, last: int) -> Location:
        return locate(*word.span(first, last))

    ecosystem = ECOSYSTEMS.get(grammar, "pypi")
    if grammar in ("pep508", "at"):
        found = _at_version(text, place_of) if grammar == "at" else None
        return found._replace(origin=place) if found else requirement.parse(text, place_of, origin=place)
    if URL.match(text) or (grammar == "npm" and not NPM.match(text)):
        return _remote(text, place_of, place, ecosystem)
    if grammar == "conda":
        from mlaudit.readers.manifests import conda_spec

        return conda_spec.parse(text, place_of, origin=place)
    reading = {"npm": _npm, "apt": _apt, "apk": _apk, "rpm": _rpm}[grammar](text)
    if reading is None:
        return None
    name, comparisons = reading
    whole = place_of(0, len(text))
    return Requirement(whole, name.lower(), comparisons, written=name, ecosystem=ecosystem, origin=place)


def is_local(text: str, grammar: str) -> bool:
    """Whether a word names a folder or an archive of this machine."""
    if "://" in text or text.startswith("git+"):
        return False
    if LOCAL.match(text) or (ARCHIVES.search(EXTRAS.sub("", text)) and " @ " not in text):
        return True
    return grammar in ("pep508", "at") and "/" in text and "@" not in text and not text.startswith("file:")


def rooted(directory: str, written: str) -> str:
    """The path from the repository's root of what is written in `directory`; extras are cut."""
    path = EXTRAS.sub("", written).replace("\\", "/")
    if root := ROOT.match(path):
        return posixpath.normpath(root[1] or ".")
    return posixpath.normpath(posixpath.join(directory, path))


def include(word: Word, directory: str, locate: Locate, role: str) -> Include:
    """The requirement file that a word names."""
    at = locate(*word.span(0, len(word.text)))
    if URL.match(word.text):
        return Include(at, word.text, role, word.text, escapes=True)
    target = rooted(directory, word.text)
    return Include(at, target, role, word.text, escapes=target.startswith(("../", "/", "~")) or ":/" in target)


def _at_version(text: str, locate: Locate) -> Requirement | None:
    match = AT_VERSION.match(text)
    if match is None:
        return None
    from mlaudit.readers.manifests import constraint

    extras = EXTRAS.search(text[: match.start(2) - 1])
    return Requirement(
        locate(0, len(text)),
        canonical(match[1]),
        constraint.comparisons(match[2]),
        written=match[1],
        extras=tuple(sorted(extra.strip().lower() for extra in extras[0][1:-1].split(","))) if extras else (),
    )


def _remote(text: str, locate: Locate, place: str, ecosystem: str) -> Requirement:
    written = requirement.name_of(text)
    return Requirement(
        locate(0, len(text)),
        written.lower(),
        written=written,
        ecosystem=ecosystem,
        url=text,
        revision=requirement.revision_of(text),
        origin=place,
    )


Reading = tuple[str, tuple[Comparison, ...]] | None


def _npm(text: str) -> Reading:
    match = NPM.match(text)
    if match is None:
        return None
    version = match[2] or ""
    if whole := NPM_WHOLE.match(version):
        return match[1], (Comparison("==", whole[1]),)
    if part := NPM_PART.match(version):
        return match[1], (Comparison("==", f"{part[1]}.*"),)
    from mlaudit.readers.manifests import constraint

    return match[1], constraint.comparisons(version)


def _apt(text: str) -> Reading:
    match = APT.match(text)
    return (match[1], (Comparison("==", match[2]),) if match[2] else ()) if match else None


def _apk(text: str) -> Reading:
    match = APK.match(text)
    if match is None:
        return None
    operator = "==" if match[2] == "=" else match[2]
    return match[1], (Comparison(operator, match[3]),) if match[3] else ()


def _rpm(text: str) -> Reading:
    match = RPM.match(text)
    return (match[1], (Comparison("==", match[2]),) if match[2] else ()) if match else None
