"""Which library functions move a stream although their result stays the same? Read from scikit-learn, and tried."""

from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

ROWS = 10_000  # from more rows on, gradient boosting over histograms holds some back to know when to stop


def is_harmless(frame: FrameType) -> bool:
    """Whether what the function of this frame draws, as it is called here, cannot be seen in what it gives."""
    code = frame.f_code
    judged = HARMLESS.get(code.co_name)
    if judged is None or code.co_qualname not in judged or not _is_from_sklearn(frame):
        return False
    return judged[code.co_qualname](frame.f_locals)


def _is_from_sklearn(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith("sklearn.")


def _is_without_probabilities(given: Mapping[str, Any]) -> bool:
    return getattr(given["self"], "probability", False) is not True


def _is_primal(given: Mapping[str, Any]) -> bool:
    """Liblinear shuffles to solve the dual, and where weights are to be zero."""
    return given["penalty"] == "l2" and not given["dual"]


def _is_without_seed(given: Mapping[str, Any]) -> bool:
    """Solvers that shuffle by a seed of their own give none to the table that they walk over."""
    return "sample_weight" in given and given["random_state"] is None


def _uses_all_rows(given: Mapping[str, Any]) -> bool:
    model = given["self"]
    stops_early = model.early_stopping is True or (model.early_stopping == "auto" and _rows(given["X"]) > ROWS)
    return not stops_early and getattr(model, "max_features", 1.0) == 1


def _rows(table: Any) -> int:
    return table.shape[0] if hasattr(table, "shape") else len(table)


HARMLESS: dict[str, dict[str, Callable[[Mapping[str, Any]], bool]]] = {
    "fit": {
        "BaseLibSVM.fit": _is_without_probabilities,
        "BaseHistGradientBoosting.fit": _uses_all_rows,
    },
    "_fit_liblinear": {"_fit_liblinear": _is_primal},
    "make_dataset": {"make_dataset": _is_without_seed},
}
