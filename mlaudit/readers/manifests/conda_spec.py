"""What does one conda match spec say?

`name=1.2` is fuzzy (1.2.*), `name==1.2` and `name 1.2` are exact, `name=1.2=build` is exact and bound to a build;
measured with rattler, the solver of pixi (see the table in tests/readers/test_conda_spec.py).
"""

import re
from collections.abc import Callable
from typing import Any

from mlaudit.facts import Comparison, Location, Requirement, canonical
from mlaudit.patterns import pattern

SPEC = pattern(
    r"\s*(?:(?P<channel>[^\s:\[]+(?:::)|[^\s:\[]+:[^\s:\[]*:|[^\s:\[=<>!~]+:(?=[A-Za-z_])))?"
    r"(?P<name>[A-Za-z0-9_][A-Za-z0-9_.-]*)"
    r"(?P<rest>[^\[#]*)"
    r"(?:\[(?P<brackets>[^\]]*)\])?"
)
THREE_PARTS = pattern(r"\s*=?=\s*([^=\s<>!~,|]+)\s*=\s*([^\s=]+)\s*$")
SPACED = pattern(r"\s+([0-9][^\s=<>!~,|*]*)(?:\s+([^\s=<>!~,|]+))?\s*$")
CLAUSE = pattern(r"(===|==|~=|!=|<=|>=|=|<|>)\s*([^\s,|=<>!~]+)")
BRACKETED = pattern(r"(version|build|channel)\s*=\s*[\"']?([^\"',\]]+(?:,[^\"'\]=]+)*)[\"']?")


def parse(text: str, locate: Callable[[int, int], Location], **context: Any) -> Requirement | None:
    """One match spec as a Requirement of ecosystem conda; None where conda would refuse it."""
    match = SPEC.match(text)
    if match is None:
        return None
    comparisons, build = _version(match["rest"] or "", match["brackets"] or "")
    end = len(text[: match.end()].rstrip())
    return Requirement(
        at=locate(match.start("channel") if match["channel"] else match.start("name"), end),
        name=canonical(match["name"]),
        comparisons=comparisons,
        written=(match["channel"] or "") + match["name"],
        ecosystem="conda",
        build=build,
    )._replace(**context)


def _version(rest: str, brackets: str) -> tuple[tuple[Comparison, ...], str]:
    known = dict(BRACKETED.findall(brackets))
    if known.get("version"):
        return _version(known["version"] if known["version"][0] in "<>=!~" else f" {known['version']}", "")[
            0
        ], known.get("build", "")
    if match := THREE_PARTS.match(rest) or SPACED.match(rest):
        return (Comparison("==", match[1]),) if "*" not in match[1] else (Comparison("=", match[1]),), match[2] or ""
    rest = rest.strip()
    if not rest or rest == "*":
        return (), known.get("build", "")
    if "|" in rest:
        return (Comparison("?", rest),), ""
    clauses = [CLAUSE.fullmatch(clause.strip().rstrip("=").strip()) for clause in rest.split(",")]
    if not all(clauses):
        return (Comparison("=" if re.fullmatch(r"[0-9][^\s]*\*", rest) else "?", rest),), ""
    return tuple(_comparison(clause[1], clause[2]) for clause in clauses if clause), ""


def _comparison(operator: str, version: str) -> Comparison:
    return Comparison("=" if operator == "==" and "*" in version else operator, version)
