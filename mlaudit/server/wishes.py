"""What does the editor's user want otherwise than the files say? Settings that a client sends, checked."""

from collections.abc import Mapping
from typing import Any

from mlaudit.config import nearest
from mlaudit.settings import CONFIDENCES

# The keys of a client, and what each sets among the options of the command line.
TEXTS = {"select": "select", "ignore": "ignore", "extendSelect": "extend_select", "extendExclude": "extend_exclude"}
DELAY = 0.3


def heard(data: Any) -> tuple[dict[str, Any], float, list[str]]:
    """The options that settings change, the seconds to wait after a change, and what is wrong with them, a line each.

    `data` is what a client sends: `{"select": [...], "ignore": [...], "extendSelect": [...], "extendExclude": [...],
    "minConfidence": "low", "config": "path", "delay": 300}`, or that under `mlaudit`.
    """
    if isinstance(data, Mapping) and isinstance(data.get("mlaudit"), Mapping):
        data = data["mlaudit"]
    changes: dict[str, Any] = {}
    delay, wrong = DELAY, []
    for key, value in data.items() if isinstance(data, Mapping) else ():
        if value is None:
            continue
        if key in TEXTS and isinstance(value, list) and all(isinstance(each, str) for each in value):
            changes[TEXTS[key]] = value
        elif key == "minConfidence" and value in CONFIDENCES:
            changes["min_confidence"] = value
        elif key == "config" and isinstance(value, str):
            changes["config"] = value or None
        elif key == "delay" and type(value) is int and 0 <= value <= 60_000:
            delay = value / 1000
        else:
            wrong.append(_complaint(key))
    return changes, delay, wrong


def _complaint(key: str) -> str:
    known = [*TEXTS, "minConfidence", "config", "delay"]
    if key in known:
        return f"the setting `mlaudit.{key}` has no value that mlaudit knows"
    return f"no setting is called `mlaudit.{key}`{nearest(key, known)}"
