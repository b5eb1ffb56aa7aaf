"""Does a version with letters (a pre-release, a local version …) satisfy comparisons, as PEP 440 orders versions?

`packaging` decides. Of it only what orders versions is loaded where that is enough: its specifiers cost four times as
much, a twentieth of a short run.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlaudit.facts import Comparison

if TYPE_CHECKING:
    from packaging.version import Version


def satisfies(version: str, comparisons: Sequence[Comparison]) -> bool | None:
    """Whether the version satisfies every comparison; None where PEP 440 does not know one of them."""
    from packaging.version import InvalidVersion, Version

    try:
        found = Version(version)
        if all(_is_plain(comparison) for comparison in comparisons):
            return all(_holds(operator, found, Version(bound)) for operator, bound in comparisons)
    except InvalidVersion:
        return None
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(",".join(map("".join, comparisons))).contains(found, prereleases=True)
    except InvalidSpecifier:
        return None


def _is_plain(comparison: Comparison) -> bool:
    """Whether the order of versions decides: no wildcard or local bound, no letters that have rules of their own."""
    operator, bound = comparison
    if operator in ("==", "!="):
        return "*" not in bound
    return (operator in ("<", ">") and bound.replace(".", "").isdigit()) or (
        operator in ("<=", ">=") and "+" not in bound
    )


def _holds(operator: str, found: "Version", bound: "Version") -> bool:
    """A local version counts where the bound has one; `<1` leaves out pre-releases of 1, `>1` its post-releases."""
    public = found if bound.local else type(found)(found.public)
    match operator:
        case "==":
            return public == bound
        case "!=":
            return public != bound
        case ">=":
            return public >= bound
        case "<=":
            return public <= bound
        case "<":
            return found < bound and not (found.is_prerelease and _released(found) == bound)
    return found > bound and not ((found.local or found.is_postrelease) and _released(found) == bound)


def _released(version: "Version") -> "Version":
    return type(version)(version.base_version)
