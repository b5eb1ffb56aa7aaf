"""How does the small syntax of code go through JSON, and back?"""

from typing import Any, get_args

from mlaudit.facts.code import Mention, Routine
from mlaudit.facts.syntax import Expression, Parameter, Statement

# A node becomes a list that begins with a negative number, which no other tuple of the syntax does.
NODES: tuple[type, ...] = tuple(
    dict.fromkeys((*get_args(Expression), *get_args(Statement), Parameter, Mention, Routine))
)
TAGS = {node: -1 - index for index, node in enumerate(NODES)}


def packed(value: Any) -> Any:
    """A node, or a tuple of nodes, as lists, texts and numbers."""
    if not isinstance(value, tuple):
        return value
    tag = TAGS.get(type(value))
    parts = [packed(each) for each in value]
    return parts if tag is None else [tag, *parts]


def unpacked(value: Any) -> Any:
    """What `packed` was given. Raises TypeError or IndexError for anything else."""
    if not isinstance(value, list):
        return value
    if value and type(value[0]) is int and value[0] < 0:
        return NODES[-1 - value[0]](*[unpacked(each) for each in value[1:]])
    return tuple([unpacked(each) for each in value])
