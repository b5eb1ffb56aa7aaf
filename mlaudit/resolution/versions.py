"""Which versions do these comparisons admit?

Versions that are numbers and dots are compared here; only others (pre-releases, local versions …) load `packaging`,
which costs a quarter of a short run. Sources: PEP 440; Poetry's documentation of `^` and `~`
(https://python-poetry.org/docs/dependency-specification/), held against poetry-core in tests/resolution; conda's
match specs (https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html), against rattler.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from mlaudit.facts import Comparison
from mlaudit.patterns import pattern
from mlaudit.resolution.ordering import satisfies

Numbers = tuple[int, ...]
Span = tuple[Numbers | None, bool, Numbers | None, bool]

NUMBERS = pattern(r"\d+(?:\.\d+)*")
CLAUSE = pattern(r"(===|==|~=|!=|<=|>=|=|\^|~|<|>)?\s*v?([0-9][^\s,|<>=!~^]*|\*)")
SEPARATOR = pattern(r"\s*,\s*|\s+(?=[<>=!~^])")
EXACT = ("==", "===")
MINORS = ((2, 7), *((3, minor) for minor in range(21)))


def is_exact(comparisons: Sequence[Comparison], ecosystem: str = "pypi") -> bool:
    """Do the comparisons admit one version only (a local version or build aside)?

    conda's `=1.2` does not; npm's `=1.2.3` does. `>=1.2,<=1.2` does. A union does where all of it is one version.
    """
    if len(comparisons) == 1 and comparisons[0].operator == "?":
        alternatives = _alternatives(comparisons[0].version)
        return len(set(alternatives)) == 1 and is_exact(alternatives[0], ecosystem)
    exact = EXACT if ecosystem in ("conda", "pypi") else (*EXACT, "=")
    if any(operator in exact and "*" not in version for operator, version in comparisons):
        return True
    lowest = {_key(version) for operator, version in comparisons if operator == ">="}
    return any(operator == "<=" and _key(version) in lowest for operator, version in comparisons)


def admits(comparisons: Sequence[Comparison], version: str) -> bool | None:
    """Does every comparison admit the version? None where that cannot be known.

    A pre-release is judged by its place in the order alone: a lock that holds one was allowed to.
    """
    answers = {_admits(comparison, version) for comparison in comparisons}
    return False if False in answers else None if None in answers else True


def compatible(left: Sequence[Comparison], right: Sequence[Comparison]) -> bool | None:
    """Is there a version, released or not, that satisfies both? None where that cannot be known."""
    if not left or not right or tuple(left) == tuple(right):
        return True
    both = (*left, *right)
    exact = [version for operator, version in both if operator in EXACT and "*" not in version]
    answers = {admits(both, candidate) for candidate in exact or _candidates(both)}
    return True if True in answers else None if None in answers or not answers else False


def expand(comparison: Comparison) -> tuple[Comparison, ...] | None:
    """The comparison as `>=`, `<` and the like, which all systems read alike; None where that cannot be known."""
    operator, version = comparison
    numbers = release(version.removesuffix(".*"))
    if operator in ("<", "<=", ">", ">=", "!=", "==") and "*" not in version:
        return (comparison,)
    if numbers is None:
        return _expand_words(operator, version)
    if version.endswith(".*") and operator not in ("==", "=", "!=", "~", "^"):
        return None
    match operator:
        case "!=":
            return (comparison,)
        case "==" | "=":
            return _between(version.removesuffix(".*"), _next(numbers, len(numbers)))
        case "~=" if len(numbers) > 1:
            return _between(version, _next(numbers, len(numbers) - 1))
        case "~":
            return _between(version.removesuffix(".*"), _next(numbers, min(2, len(numbers))))
        case "^":
            return _between(version.removesuffix(".*"), _next(numbers, _caret(numbers)))
    return None


@cache
def pythons(comparisons: tuple[Comparison, ...]) -> frozenset[tuple[int, int]]:
    """The minor versions of Python (2.7, 3.0 to 3.20) of which some patch is admitted; all where it is not known.

    `==3.11` counts as 3.11.*, which is what people mean by it.
    """
    meant = [
        Comparison("==", f"{version}.*") if operator in EXACT and version.count(".") < 2 and "*" not in version else c
        for c in comparisons
        for operator, version in (c,)
    ]
    patches = {0, 99}
    for comparison in meant:
        numbers = release(comparison.version) or ()
        patches |= {max(0, patch + step) for patch in numbers[2:3] for step in (-1, 0, 1)}
    return frozenset(
        minor
        for minor in MINORS
        if any(admits(meant, f"{minor[0]}.{minor[1]}.{patch}") is not False for patch in patches)
    )


def span(comparisons: Sequence[Comparison]) -> Span | None:
    """The least and greatest version admitted and whether each is itself; None where that cannot be known.

    Versions that are excluded (`!=`) change it at its ends only.
    """
    plain = [expand(comparison) for comparison in comparisons]
    if None in plain or any(operator == "!=" and "*" in version for operator, version in comparisons):
        return None
    bounds = [(operator, release(version)) for each in plain for operator, version in each or ()]
    known = [(operator, _trimmed(numbers)) for operator, numbers in bounds if numbers is not None]
    if len(known) < len(bounds):
        return None
    excluded = {numbers for operator, numbers in known if operator == "!="}
    lows = [(numbers, operator == ">") for operator, numbers in known if operator in (">", ">=", "==")]
    highs = [(numbers, operator != "<") for operator, numbers in known if operator in ("<", "<=", "==")]
    low, above = max(lows) if lows else (None, True)
    high, itself = min(highs) if highs else (None, False)
    return low, not above and low not in excluded, high, itself and high not in excluded


def clauses(text: str) -> tuple[Comparison, ...]:
    """The comparisons of a text such as `>=3.10, <4`; ("?", text) where it does not split."""
    split = [CLAUSE.fullmatch(clause.strip()) for clause in SEPARATOR.split(text.strip().strip(",")) if clause.strip()]
    if not all(split):
        return (Comparison("?", text),)
    return tuple(Comparison(match[1] or "==", match[2]) for match in split if match and match[2] != "*")


def release(version: str) -> Numbers | None:
    """The numbers of a version that is nothing but numbers and dots, else None."""
    return tuple(map(int, version.split("."))) if NUMBERS.fullmatch(version) else None


def _admits(comparison: Comparison, version: str) -> bool | None:
    operator, asked = comparison
    if operator == "?":
        return _admits_union(asked, version)
    if operator == "===" or (operator in ("==", "=") and asked == version):
        return asked.lower() == version.lower()
    plain = expand(comparison)
    found = release(version)
    if plain is None:
        return None
    if found is None or any(release(bound.removesuffix(".*")) is None for _, bound in plain):
        return _admits_words(comparison, plain, version)
    return all(_holds(operator, found, bound) for operator, bound in plain)


def _holds(operator: str, found: Numbers, bound: str) -> bool:
    asked = release(bound.removesuffix(".*")) or ()
    if bound.endswith(".*"):
        return (found + (0,) * len(asked))[: len(asked)] != asked
    size = max(len(found), len(asked))
    left, right = (numbers + (0,) * (size - len(numbers)) for numbers in (found, asked))
    match operator:
        case "==":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
    return left >= right


def _admits_words(comparison: Comparison, plain: tuple[Comparison, ...], version: str) -> bool | None:
    """For versions with letters; None for versions that PEP 440 does not know."""
    asked = (comparison,) if comparison.operator in ("==", "!=", "~=") else plain
    if comparison.operator == "=":
        asked = (Comparison("==", f"{comparison.version.removesuffix('.*')}.*"),)
    return satisfies(version, asked)


def _admits_union(text: str, version: str) -> bool | None:
    alternatives = _alternatives(text)
    answers = {admits(alternative, version) for alternative in alternatives}
    return True if True in answers else None if None in answers or not answers else False


def _alternatives(text: str) -> list[tuple[Comparison, ...]]:
    """The alternatives of `a || b` or `a|b`; none where one of them does not split."""
    found = [clauses(alternative) for alternative in re.split(r"\|\|?", text)] if "|" in text else []
    return [] if any(clause.operator == "?" for alternative in found for clause in alternative) else found


def _expand_words(operator: str, version: str) -> tuple[Comparison, ...] | None:
    """The same for a version with letters: its release decides the upper end."""
    from packaging.version import InvalidVersion, Version

    if operator in ("==", "!=") and version.endswith(".*"):
        return (Comparison(operator, version),)
    if operator not in ("~=", "~", "^", "=") or "*" in version:
        return None
    try:
        numbers = Version(version).release
    except InvalidVersion:
        return None
    if operator == "=":
        return (Comparison("==", version),)
    widths = {"~=": max(1, len(numbers) - 1), "~": min(2, len(numbers)), "^": _caret(numbers)}
    return _between(version, _next(numbers, widths[operator]))


def _between(low: str, high: Numbers) -> tuple[Comparison, ...]:
    return Comparison(">=", low), Comparison("<", ".".join(map(str, high)))


def _next(numbers: Numbers, width: int) -> Numbers:
    """The first version behind all that begin with the first `width` numbers."""
    return (*numbers[: width - 1], numbers[width - 1] + 1)


def _caret(numbers: Numbers) -> int:
    """How many numbers `^` keeps, the last of them raised: up to the first that is not zero, of three at most."""
    kept = numbers[:3]
    return next((place for place, number in enumerate(kept, start=1) if number), len(kept))


def _trimmed(numbers: Numbers) -> Numbers:
    while len(numbers) > 1 and not numbers[-1]:
        numbers = numbers[:-1]
    return numbers


def _key(version: str) -> Numbers | str:
    numbers = release(version)
    return version.lower() if numbers is None else _trimmed(numbers)


def _candidates(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """A version at each bound and one in each gap between two: what holds for those holds for the gap."""
    asked = {bound for c in comparisons for _, bound in _plain(c)}
    bounds = {bound.removesuffix(".*"): release(bound.removesuffix(".*")) or _release_of(bound) for bound in asked}
    behind = {_next(bounds[bound[:-2]], len(bounds[bound[:-2]])) for bound in asked if bound.endswith(".*")}
    numbers = sorted({*map(_trimmed, bounds.values()), *behind})
    yield from bounds
    yield from (".".join(map(str, number)) for number in behind)
    yield "0"
    for low, high in pairwise([*numbers, (numbers[-1][0] + 2 if numbers else 1,)]):
        size = max(len(low), len(high))
        yield ".".join(map(str, (*low, *(0,) * (size - len(low)), 1)))
    if numbers:
        yield str(numbers[-1][0] + 1)


def _plain(comparison: Comparison) -> tuple[Comparison, ...]:
    if comparison.operator != "?":
        return expand(comparison) or ()
    alternatives = _alternatives(comparison.version)
    return tuple(bound for alternative in alternatives for each in alternative for bound in _plain(each))


def _release_of(version: str) -> Numbers:
    return tuple(map(int, re.findall(r"\d+", version.partition("!")[2] or version)[:3])) or (0,)
