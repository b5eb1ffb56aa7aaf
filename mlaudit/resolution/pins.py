"""Does a requirement name one version, and what does it name instead?"""

import re
from collections.abc import Iterable

from mlaudit.facts import Comparison, Requirement
from mlaudit.knowledge import conda_names
from mlaudit.patterns import pattern
from mlaudit.resolution.versions import is_exact

FULL_COMMIT = pattern(r"[0-9a-f]{40}$", re.IGNORECASE)
SHORT_COMMIT = pattern(r"(?=.*\d)[0-9a-f]{7,39}$", re.IGNORECASE)
TAG = pattern(r"v?\d+(\.\d+)+[\w.+-]*$|[\w-]*[-_/]v?\d+(\.\d+)+[\w.+-]*$")
VARIABLE = pattern(r"\$\{?\w|\{\{")
# The tools that install; what version of them runs changes no result of the program.
INSTALLERS = frozenset(
    {
        "pip", "setuptools", "wheel", "uv", "poetry", "poetry-core", "pipenv", "pdm", "hatch", "hatchling", "pip-tools",
        "conda", "mamba", "virtualenv", "build", "twine", "tox", "nox", "pipx", "conda-lock",
    }
)  # fmt: skip


def is_pinned(requirement: Requirement) -> bool:
    """Whether one version is named. A direct reference is judged by rules of its own, so it counts as one here."""
    if requirement.url and not requirement.url.startswith(("index:", "workspace:")):
        return True
    if requirement.url == "workspace:":
        return True
    if requirement.ecosystem == "conda" and requirement.name == "python":
        return _names_a_minor(requirement)
    return is_exact(requirement.comparisons, requirement.ecosystem)


def _names_a_minor(requirement: Requirement) -> bool:
    """`python=3.11`: the minor version is what packages are built for, so naming it is enough."""
    return any(
        (
            comparison.operator in ("=", "==", "~=")
            and comparison.version.count(".") >= 1
            and comparison.version[-2:] != ".*"
        )
        or re.fullmatch(r"\d+\.\d+\.\*", comparison.version) is not None
        for comparison in requirement.comparisons
    )


def is_nearly_exact(requirement: Requirement) -> bool:
    """conda's `numpy=1.26.4`: fuzzy by its grammar (1.26.4.* fits), one version on every channel that we have seen."""
    fuzzy = [comparison for comparison in requirement.comparisons if comparison.operator == "="]
    return bool(fuzzy) and all(
        len(re.split(r"[._]", comparison.version.removesuffix(".*"))) >= 3 for comparison in fuzzy
    )


def weight(requirement: Requirement) -> str:
    """The level of an open version, "" for the rule's own: installers and near-exact pins are notes."""
    return "note" if requirement.name in INSTALLERS or is_nearly_exact(requirement) else ""


def specifier(requirement: Requirement) -> str:
    """The comparisons as text, "" for a bare name."""
    return compared(requirement.comparisons)


def compared(comparisons: Iterable[Comparison]) -> str:
    """Comparisons as one text: `>=1,<2`."""
    return ",".join(f"{operator.replace('?', '')}{version}" for operator, version in comparisons)


def is_vcs(requirement: Requirement) -> bool:
    """Whether the requirement is a checkout of a repository."""
    return bool(re.match(r"(git|hg|svn|bzr)\+", requirement.url, re.IGNORECASE))


def names_commit(requirement: Requirement) -> bool:
    """Whether a VCS reference names a full commit."""
    return FULL_COMMIT.match(requirement.revision) is not None


def names_release(requirement: Requirement) -> bool:
    """Whether it names a release's tag or an abbreviated commit: likely to stay, but nothing holds it."""
    if requirement.revision_kind == "branch":
        return False
    is_tag = requirement.revision_kind == "tag" or TAG.match(requirement.revision)
    return bool(is_tag or SHORT_COMMIT.match(requirement.revision))


def ref_described(requirement: Requirement) -> str:
    """What a VCS reference names, in words."""
    revision = requirement.revision
    if not revision:
        return "no commit, so the default branch of the day"
    if SHORT_COMMIT.match(revision) and not TAG.match(revision):
        return f"the abbreviated commit `{revision}`"
    kind = "tag" if requirement.revision_kind == "tag" or TAG.match(revision) else "branch"
    return f"the {kind} `{revision}`, which can move"


def written(requirement: Requirement) -> str:
    """The requirement in one line, near to how it was written."""
    if requirement.url:
        return requirement.url.removeprefix("path:")
    return f"{requirement.written or requirement.name}{specifier(requirement)}"


def described(requirement: Requirement) -> str:
    """What a loose requirement says of the version, in words."""
    operators = {comparison.operator for comparison in requirement.comparisons}
    text = specifier(requirement)
    if not requirement.comparisons:
        return "names no version"
    if operators == {"!="}:
        return f"only excludes versions, `{text}`"
    if operators <= {">=", ">", "!="}:
        return f"has only a lower bound, `{text}`"
    if operators <= {"<=", "<", "!="}:
        return f"has only an upper bound, `{text}`"
    return f"admits several versions, `{text}`"


def pypi_name(requirement: Requirement) -> str:
    """The name under which PyPI knows the package; "" for a conda package that is no Python."""
    if requirement.ecosystem != "conda":
        return requirement.name
    return conda_names().get(requirement.name, requirement.name)
