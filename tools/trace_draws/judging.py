"""Is a finding right? Holds the findings on one program against what the program drew."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from .statements import Sources
from .tracing import CELL

Spot = tuple[str, int, int]  # file or cell, first and last line of a statement

# Library functions, by name, that move a stream while their result stays the same.
WITHOUT_EFFECT = """
    importlib.* scipy.sparse.linalg._onenormest.* sklearn.covariance._graph_lasso.*
    sklearn.linear_model._coordinate_descent.* sklearn.svm._classes.SVC.* sklearn.svm._classes.NuSVC.*
    sklearn.svm._classes.SVR.* sklearn.svm._classes.NuSVR.* sklearn.svm._classes.OneClassSVM.*
""".split()
# The same for what they draw from numpy's stream: MAPIE takes a seed for folds that it does not use.
NUMPY_WITHOUT_EFFECT = """
    __main__.*.conformalize mapie.classification.SplitConformalClassifier.conformalize
    mapie.conditional_conformal_prediction.*.conformalize mapie.exchangeability_testing.*
    mapie.regression.regression.SplitConformalRegressor.conformalize
""".split()


@dataclass
class Verdict:
    """What was found out about the findings on one program. `draws` are the unseeded ones that matter."""

    program: str
    draws: list[dict[str, Any]] = field(default_factory=list)
    right: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[dict[str, Any]] = field(default_factory=list)
    without_effect: list[dict[str, Any]] = field(default_factory=list)
    not_reached: list[dict[str, Any]] = field(default_factory=list)
    missed: list[dict[str, Any]] = field(default_factory=list)


def judge(truth: dict[str, Any], findings: Iterable[dict[str, Any]], sources: Sources) -> Verdict:
    """Class each finding that stands in a file of the program, and name the draws that no finding points at."""
    unseeded = [draw for draw in truth["draws"] if not draw["seeded"]]
    verdict = Verdict(truth["program"], [draw for draw in unseeded if matters(draw)])
    moving = [seed for seed in truth["seeds"] if seed["moving"]]
    guilty = {spot for draw in (*verdict.draws, *moving) for spot in _spots_of(draw, sources)}
    harmless = {spot for draw in unseeded for spot in _spots_of(draw, sources)} - guilty
    reached = {(file, *sources.span(file, line)) for file, lines in truth["reached"].items() for line in lines}
    own = {file.partition(CELL)[0] for file in truth["reached"]}
    pointed: set[Spot] = set()
    for finding in findings:
        if finding["path"] in own:
            spots = set(_spots(finding, sources))
            pointed |= spots
            _class_of(spots, guilty, harmless, reached, verdict).append(finding)
    verdict.missed = [draw for draw in verdict.draws if not pointed & set(_spots_of(draw, sources))]
    return verdict


def matters(draw: dict[str, Any]) -> bool:
    """Whether a draw may change a result, by the library function that made it."""
    patterns = (*WITHOUT_EFFECT, *(NUMPY_WITHOUT_EFFECT if draw["stream"] == "numpy" else ()))
    return not any(fnmatchcase(draw["via"], pattern) for pattern in patterns)


def _class_of(
    spots: set[Spot], guilty: set[Spot], harmless: set[Spot], reached: set[Spot], verdict: Verdict
) -> list[dict[str, Any]]:
    if spots & guilty:
        return verdict.right
    if spots & harmless:
        return verdict.without_effect
    return verdict.wrong if spots & reached else verdict.not_reached


def _spots(finding: dict[str, Any], sources: Sources) -> Iterator[Spot]:
    for at in (finding, *finding["related"]):
        file, line = sources.place(at["path"], at["line"], at.get("cell", 0))
        yield file, *sources.span(file, line)


def _spots_of(record: dict[str, Any], sources: Sources) -> Iterator[Spot]:
    """The statements of a draw: where it was made, and where its generator was."""
    for at in filter(None, (record, record.get("made"))):
        if at.get("file"):
            file = f"{at['file']}{CELL}{at['cell']}" if at.get("cell") else at["file"]
            yield file, *sources.span(file, at["line"])
