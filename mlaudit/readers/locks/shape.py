"""What of a lock or manifest has the shape that its format gives it? The rest counts as absent."""

from typing import Any


def table(value: Any) -> dict[str, Any]:
    """The value where it is a table, else an empty one."""
    return value if isinstance(value, dict) else {}


def tables(value: Any) -> list[dict[str, Any]]:
    """The tables of an array; none of anything else."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def strings(value: Any) -> list[str]:
    """The strings of an array; none of anything else."""
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def string(value: Any) -> str:
    """The value where it is a string, else ""."""
    return value if isinstance(value, str) else ""
