"""Where does the time of the run decide which data there are, or what is in them?"""

import re
from collections.abc import Iterator

from mlaudit.facts import Repo
from mlaudit.facts.syntax import (
    Assign,
    Attribute,
    Call,
    Choice,
    Constant,
    Expression,
    Function,
    Item,
    Leave,
    Name,
    Operation,
)
from mlaudit.orders import flows, tracks
from mlaudit.orders.listings import Ordered
from mlaudit.orders.scopes import File, Files, Scope
from mlaudit.orders.walk import Occurrence, Trail, outwards, parts

# Without one of these a file has nothing to ask.
WORDS = ("now", "today", "utcnow", "time")
CLOCKS = frozenset(
    """
datetime.datetime.now datetime.datetime.today datetime.datetime.utcnow datetime.date.today
pandas.Timestamp.now pandas.Timestamp.today pandas.Timestamp.utcnow pandas.datetime.now pandas.datetime.today
time.time
""".split()
)
NAMED = ("pandas.to_datetime", "pandas.Timestamp", "numpy.datetime64")
# What is still a time when it is given a time, and which methods and attributes of a time are.
SAME = frozenset(
    """
pandas.to_datetime pandas.Timestamp pandas.DatetimeIndex numpy.datetime64 builtins.str builtins.int builtins.float
datetime.datetime.fromtimestamp datetime.datetime.combine datetime.date.fromtimestamp datetime.date datetime.datetime
datetime.datetime.strptime
""".split()
)
METHODS = frozenset(
    """
date replace strftime isoformat timestamp normalize tz_localize tz_convert astimezone floor to_pydatetime timetuple
to_datetime64 toordinal
""".split()
)
FIELDS = frozenset("year month day hour minute second weekday quarter dayofyear days".split())
# A text of the time under such a name is that of a folder, a log, a run.
NAMES = re.compile(r"name|path|dir|folder|file|log|run|version|suffix|prefix|tag|stamp|^id$|_id$|exp")
# Functions that a command line runs, once: their defaults are read when they run.
COMMAND = re.compile(r"\b(?:command|callback|main|task|flow|app)\b")
COLUMN = "a column is computed from it"
COMPARED = ("<", "<=", ">", ">=", "==", "!=")
MAPPED = ("apply", "map", "transform", "applymap", "assign")
# Calls that ask for the data of a period, and the words by which they take its ends.
PERIODS = frozenset(
    """
pandas.date_range pandas.bdate_range yfinance.download pandas_datareader.data.DataReader pandas_datareader.DataReader
pandas_datareader.data.get_data_yahoo pandas_datareader.get_data_yahoo
""".split()
)


def clocks(repo: Repo) -> list[Ordered]:
    """Every reading of the clock that decides a boundary, a column or a default."""
    files = repo.view(Files).holding(*WORDS)
    return [found for file in files for scope in file.module.whole() for found in _of(file, scope)]


def _of(file: File, scope: Scope) -> Iterator[Ordered]:
    for call, why in (*_defaults(scope), *_readings(file, scope)):
        yield Ordered(scope.location(call.at), flows.written(call.function), why)


def _defaults(scope: Scope) -> Iterator[tuple[Call, str]]:
    """Clocks in the defaults of this function: read once, when the module is loaded."""
    if isinstance(scope.node, Function):
        if any(COMMAND.search(flows.written(each)) for each in scope.node.decorators):
            return
        for parameter in scope.node.parameters:
            for call in _calls(parameter.default) if parameter.default is not None else ():
                if _is_clock(scope, call) and (call is parameter.default or not NAMES.search(parameter.name)):
                    yield call, f"it is the default of `{parameter.name}`"


def _calls(expression: Expression) -> Iterator[Call]:
    if isinstance(expression, Call):
        yield expression
    for _, part in parts(expression):
        yield from _calls(part)


def _readings(file: File, scope: Scope) -> Iterator[tuple[Call, str]]:
    for found in scope.found:
        call = found.expression
        if not isinstance(call, Call) or found.trail.slot == "default" or not _is_clock(scope, call):
            continue
        if why := _reason(flows.Flow(file, set()), scope, found):
            yield call, why


def _is_clock(scope: Scope, call: Call) -> bool:
    name = scope.resolved(call.function)
    return name in CLOCKS or (name in NAMED and call.arguments[:1] in ((Constant("now"),), (Constant("today"),)))


def _reason(flow: flows.Flow, scope: Scope, found: Occurrence) -> str:
    """What a time decides that stands somewhere."""
    node, slot = found.trail.node, found.trail.slot
    match node:
        case Operation(operator, operands) if operator in COMPARED:
            others = [each for place, each in enumerate(operands) if place != slot]
            return _boundary(scope, found, others)
        case Operation("-" | "+" | "/" | "//" | "*", operands):
            others = [each for place, each in enumerate(operands) if place != slot]
            if any(_is_column(scope, each) for each in others) and _becomes_column(found.trail):
                return COLUMN
            return _reason(flow, scope, flows.outer(found))
        case Attribute(_, name):
            return _part(flow, scope, flows.outer(found), name)
        case Leave("return"):
            return _mapped(found.trail)
        case Choice() if slot != "test":
            return _reason(flow, scope, flows.outer(found))
        case Call(_, function):
            name = scope.resolved(function)
            if name in PERIODS:
                return f"it ends the period of `{flows.written(function)}`"
            return _reason(flow, scope, flows.outer(found)) if name in SAME and slot == 0 else ""
        case Assign(_, targets) if slot == "value":
            return next((why for each in targets if (why := _named(flow, scope, each, found))), "")
    return ""


def _part(flow: flows.Flow, scope: Scope, attribute: Occurrence, name: str) -> str:
    """A field of a time, or a method that gives a time or a text of it."""
    if name in METHODS and attribute.trail.slot == "function":
        return _reason(flow, scope, flows.outer(attribute))
    return _reason(flow, scope, attribute) if name in FIELDS else ""


def _mapped(trail: Trail) -> str:
    """A lambda computes with the time: for each item of a column?"""
    call = trail.up.up if trail.up and isinstance(trail.up.node, Function) else None
    if call is None or not isinstance(call.node, Call):
        return ""
    method = flows.written(call.node.function).rpartition(".")[2]
    return COLUMN if method in MAPPED and _becomes_column(call) else ""


def _named(flow: flows.Flow, scope: Scope, target: Expression, found: Occurrence) -> str:
    if not isinstance(target, Name) or "." in target.dotted or not flow.is_new(scope.node, target.dotted):
        return ""
    reasons = (_used(flow, where, use, target.dotted) for where, use in tracks.uses(scope, target.dotted, found.trail))
    return next((why for why in reasons if why), "")


def _used(flow: flows.Flow, scope: Scope, use: Occurrence, name: str) -> str:
    assert isinstance(use.expression, Name)
    rest = use.expression.dotted[len(name) + 1 :]
    if not rest or rest in FIELDS:
        return _reason(flow, scope, use)
    return _reason(flow, scope, flows.outer(use)) if rest in METHODS and use.trail.slot == "function" else ""


def _boundary(scope: Scope, found: Occurrence, others: list[Expression]) -> str:
    """A comparison with a column that chooses rows."""
    masked = [step.node.value for step in outwards(found.trail) if isinstance(step.node, Item) and step.slot == "key"]
    frames = {each.dotted.removesuffix(".loc") for each in masked if isinstance(each, Name)}
    if any(_is_column(scope, each) or _base(each) in frames for each in others):
        return "rows are chosen by it"
    return ""


def _base(expression: Expression) -> str:
    """The name of what a column is taken from: `df` of `df["day"]`, `df.day` and `df["day"].dt.date`."""
    match expression:
        case Item(value, Constant(str())) | Attribute(value):
            return _base(value)
        case Call(_, Attribute(value)):
            return _base(value)
        case Call(_, _, (Item() as value,)):
            return _base(value)
        case Name(dotted):
            return dotted.partition(".")[0]
    return ""


def _is_column(scope: Scope, expression: Expression) -> bool:
    """Whether an expression is a column of a frame: `df["day"]`, `df["day"].dt.year`, `df.day.dt.year`."""
    match expression:
        case Item(value, Constant(str())):
            return tracks.is_frame(scope, value)
        case Attribute(value, name):
            return name == "dt" or _is_column(scope, value)
        case Call(_, Name() as function, (first, *_)):
            return scope.resolved(function) == "pandas.to_datetime" and _is_column(scope, first)
        case Call(_, Attribute(value)):
            return _is_column(scope, value)
        case Name(dotted):
            return ".dt." in dotted or (
                dotted.count(".") == 1 and tracks.is_frame(scope, Name(dotted.partition(".")[0]))
            )
    return False


def _becomes_column(trail: Trail) -> bool:
    """Whether what is computed becomes a column."""
    nodes = (step.node for step in outwards(trail))
    return any(isinstance(node, Assign) and any(isinstance(each, Item) for each in node.targets) for node in nodes)
