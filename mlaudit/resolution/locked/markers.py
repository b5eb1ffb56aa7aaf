"""Do two environment markers say the same?

Lock tools rewrite markers (`python_version < '3.12'` becomes `python_full_version < '3.12'`), so texts that differ are
evaluated over a grid of environments. Only the variables that they name are varied.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from mlaudit.facts import Comparison
from mlaudit.patterns import pattern
from mlaudit.resolution.versions import admits

VARIABLE = pattern(
    r"\b(python_version|python_full_version|implementation_version|os_name|sys_platform|platform_system"
    r"|platform_machine|platform_python_implementation|implementation_name|platform_release|platform_version)\b"
)
LITERAL = pattern(r"'([^']*)'|\"([^\"]*)\"")
PYTHON = pattern(r"3\.(\d+)\.(\d+)")
PYTHON_VARIABLES = frozenset({"python_version", "python_full_version", "implementation_version"})
PLATFORM_VARIABLES = frozenset({"os_name", "sys_platform", "platform_system"})
PLATFORMS = (("posix", "linux", "Linux"), ("posix", "darwin", "Darwin"), ("nt", "win32", "Windows"))
IMPLEMENTATIONS = (("cpython", "CPython"), ("pypy", "PyPy"))
MACHINES = ("x86_64", "aarch64", "arm64", "AMD64")


class Place(NamedTuple):
    """Where a marker is asked: the Pythons that count, and the extra that is wanted."""

    python: tuple[Comparison, ...] = ()
    extra: str = ""


def same(left: Iterable[str], right: Iterable[str], place: Place) -> bool | None:
    """Is one of `left` true exactly where one of `right` is? An empty marker is always true. None if not known."""
    mine, theirs = {_plain(text) for text in left}, {_plain(text) for text in right}
    if mine == theirs:
        return True
    from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName

    try:
        sides = [[Marker(text) if text else None for text in texts] for texts in (mine, theirs)]
        for environment in _environments(mine | theirs, place):
            first, second = (any(marker is None or marker.evaluate(environment) for marker in side) for side in sides)
            if first != second:
                return False
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName):
        return None
    return True


def variables(marker: str) -> frozenset[str]:
    """The environment variables that a marker names."""
    return frozenset(VARIABLE.findall(marker))


def _plain(text: str) -> str:
    return " ".join(text.replace('"', "'").split())


def _environments(texts: set[str], place: Place) -> Iterator[dict[str, str]]:
    named = frozenset().union(*map(variables, texts))
    literals = [first or second for text in texts for first, second in LITERAL.findall(text)]
    platforms = _platforms(literals) if named & PLATFORM_VARIABLES else PLATFORMS[:1]
    machines = sorted({*MACHINES, *literals}) if "platform_machine" in named else MACHINES[:1]
    implementations = IMPLEMENTATIONS if any("implementation" in name for name in named) else IMPLEMENTATIONS[:1]
    pythons = _pythons(literals, place.python) if named & PYTHON_VARIABLES else ["3.12.0"]
    for python, platform, machine, implementation in product(pythons, platforms, machines, implementations):
        yield {
            "python_version": ".".join(python.split(".")[:2]),
            "python_full_version": python,
            "implementation_version": python,
            "os_name": platform[0],
            "sys_platform": platform[1],
            "platform_system": platform[2],
            "platform_machine": machine,
            "implementation_name": implementation[0],
            "platform_python_implementation": implementation[1],
            "platform_release": "",
            "platform_version": "",
            "extra": place.extra,
        }


def _platforms(literals: Sequence[str]) -> list[tuple[str, str, str]]:
    known = {word for platform in PLATFORMS for word in platform}
    others = [(word, word, word) for word in dict.fromkeys(literals) if word not in known and not word[:1].isdigit()]
    return [*PLATFORMS, *others]


def _pythons(literals: Sequence[str], allowed: tuple[Comparison, ...]) -> list[str]:
    """The first and a late patch of each minor, and the patches around those that the markers name."""
    found = {f"3.{minor}.{patch}" for minor in range(6, 18) for patch in (0, 99)}
    for literal in literals:
        for minor, patch in PYTHON.findall(literal):
            found |= {f"3.{minor}.{max(0, int(patch) + step)}" for step in (-1, 0, 1)}
    return sorted(python for python in found if admits(allowed, python) is not False) or ["3.12.0"]
