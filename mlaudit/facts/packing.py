"""How do facts go through JSON, and back?"""

from typing import Any, get_args

from mlaudit.facts import KINDS, Comparison, Location, Member
from mlaudit.facts.cells import Step
from mlaudit.facts.code import Mention, Routine
from mlaudit.facts.syntax import Expression, Parameter, Statement

SYNTAX = (*get_args(Expression), *get_args(Statement), Parameter, *get_args(Step))
# A record becomes a list that begins with a negative number, which no other tuple in a fact does.
RECORDS: tuple[type, ...] = tuple(dict.fromkeys((*SYNTAX, Mention, Routine, *KINDS, Comparison, Location, Member)))
TAGS = {record: -1 - index for index, record in enumerate(RECORDS)}


def packed(value: Any) -> Any:
    """A fact, or a tuple of what facts hold, as lists, texts and numbers."""
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
        return RECORDS[-1 - value[0]](*[unpacked(each) for each in value[1:]])
    return tuple([unpacked(each) for each in value])
