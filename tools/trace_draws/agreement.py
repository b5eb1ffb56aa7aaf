"""Was a stream really seeded? Compares the states that two runs of one program drew from."""

from typing import Any


def agreed(first: dict[str, Any], second: dict[str, Any] | None) -> dict[str, Any]:
    """The first run, with `seeded` corrected by the second if there was one.

    A draw is seeded if both runs drew from a state that came from the same origin, or from the same state.
    A seed is `moving` if the second run gave another value. States themselves are left out of the answer.
    """
    others = {_key(draw): draw for draw in second["draws"]} if second else {}
    values = {_key(seed): seed["value"] for seed in second["seeds"]} if second else {}
    return {
        "finished": first["finished"],
        "error": first["error"],
        "runs": 2 if second else 1,
        "reached": first["reached"],
        "draws": [_draw(draw, others.get(_key(draw))) for draw in first["draws"]],
        "seeds": [
            {**seed, "moving": seed["value"] is None or values.get(_key(seed), seed["value"]) != seed["value"]}
            for seed in first["seeds"]
        ],
    }


def _draw(draw: dict[str, Any], other: dict[str, Any] | None) -> dict[str, Any]:
    kept = {name: value for name, value in draw.items() if name not in {"origin", "before"}}
    if other is None:
        return kept
    return {**kept, "seeded": any(draw[name] == other[name] for name in ("origin", "before"))}


def _key(record: dict[str, Any]) -> tuple[Any, ...]:
    made = record.get("made") or {}
    names = ("file", "line", "cell", "stream", "seeded")
    return (*(record.get(name) for name in names), made.get("file"), made.get("line"))
