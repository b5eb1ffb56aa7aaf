"""What do Python's own functions do with values, and those that hand functions on?"""

from collections.abc import Callable

from mlaudit.facts.place import Location
from mlaudit.facts.syntax import spanned
from mlaudit.knowledge.streams import is_gradless
from mlaudit.programs import calls, expressions, handing, options, parts
from mlaudit.programs.machine import Frame, Machine
from mlaudit.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Bound,
    Closure,
    FilePath,
    Instance,
    Kind,
    Known,
    Moving,
    Outside,
    Record,
    Series,
    Text,
    Thing,
    Value,
    combined,
)

# Functions whose value is worth what their argument is worth.
PASSING: dict[str, Callable[..., object]] = {
    "int": int,
    "float": float,
    "str": str,
    "abs": abs,
    "round": round,
    "bool": bool,
}
ITERATING = frozenset(
    {"list", "tuple", "iter", "next", "enumerate", "zip", "reversed", "set", "sum", "sorted", "max", "min"}
)
QUIET = frozenset(
    {"isinstance", "issubclass", "print", "len", "type", "hasattr", "id", "repr", "callable", "range", "super"}
)
PARTIAL = ("functools.partial",)
# Functions of other modules whose value moves if an argument does.
CARRYING = ("builtins.", "hashlib.", "zlib.", "binascii.", "struct.", "math.", "numpy.int", "numpy.uint", "numpy.abs")
# Wrappers after which a function is still the function.
TRANSPARENT = (
    "jax.jit", "jax.pmap", "jax.vmap",
    "jax.grad", "jax.value_and_grad", "jax.checkpoint", "torch.compile",
    "torch.jit.script", "torch.no_grad", "torch.vmap", "tensorflow.function", "ray.remote",
    "dask.delayed", "flax.nnx.jit",
    "staticmethod", "classmethod", "functools.lru_cache", "functools.cache",
)  # fmt: skip
ENDS = frozenset({"builtins.exit", "builtins.quit", "sys.exit", "os._exit", "os.abort"})


def call(machine: Machine, name: str, arguments: Arguments, at: Location, frame: Frame) -> Value | None:
    """The value of a call of one of Python's own functions; None for any other."""
    if name in ENDS:
        return Outside("builtins.exit")
    first = arguments.positional[0] if arguments.positional else None
    if is_gradless(name) and first is None:
        return Thing(name, arguments, at)
    if name in PARTIAL or name in TRANSPARENT:
        return first if isinstance(first, Closure | Kind | Instance | Bound) else UNKNOWN
    if name == "functools.wraps":
        return UNKNOWN
    if name == "joblib.delayed" and first is not None:
        return handing.made(machine, name, arguments, at)
    if not name.startswith("builtins."):
        return carried(name, arguments)
    short = name[len("builtins.") :]
    if short in PASSING:
        return _passed(short, arguments, first)
    if short in ITERATING:
        return _iterated(machine, short, arguments, frame, at)
    if short in QUIET:
        return UNKNOWN
    if short in ("map", "filter") and first is not None:
        return _mapped(machine, arguments, frame, at)
    return _other(machine, short, arguments, first)


def _passed(short: str, arguments: Arguments, first: Value | None) -> Value:
    if first is None:
        return UNKNOWN
    if short == "str" and isinstance(first, FilePath | Text):
        return first.text if isinstance(first, FilePath) else first
    return combined((first,), PASSING[short]) if len(arguments.positional) == 1 else combined(arguments.positional)


def _iterated(machine: Machine, short: str, arguments: Arguments, frame: Frame, at: Location) -> Value:
    """What goes over its arguments; a list of a list is that list."""
    found = [parts.element(machine, frame, each) for each in arguments.positional]
    handing.hand(machine, arguments.keywords.values(), frame, (), at)
    first = arguments.positional[0] if arguments.positional else UNKNOWN
    match short:
        case "list" | "tuple" | "sorted" | "reversed" if isinstance(first, Series):
            return first
        case "set" if isinstance(first, Series):
            return Series("set", first.values)
        case "enumerate" if found:
            return Series("list", (Series("tuple", (UNKNOWN, found[0])),))
        case "zip" if found:
            return Series("list", (Series("tuple", tuple(found)),))
        case "next" if found:
            return found[0]
        case "iter":
            return first
        case "list" | "tuple" if found and found[0] != UNKNOWN:
            return Series("list", (found[0],))
    return UNKNOWN


def _other(machine: Machine, short: str, arguments: Arguments, first: Value | None) -> Value | None:
    match short:
        case "hash":
            return Moving("hash") if first is not None and _is_text(first) else UNKNOWN
        case "getattr" if first is not None and len(arguments.positional) > 1:
            return _attribute(machine, arguments)
        case "dict":
            rest = first if isinstance(first, Record) else None
            entries = {**(rest.entries if rest else {}), **arguments.keywords}
            return Record(entries, is_open=arguments.is_open or (first is not None and rest is None))
        case "vars" if first is not None:
            if isinstance(first, Instance):
                machine.read_all(first)
            return options.variables(first)
    return carried(f"builtins.{short}", arguments)


def carried(name: str, arguments: Arguments) -> Value | None:
    """What moves goes through conversions and checksums."""
    if not name.startswith(CARRYING):
        return None
    return next((each for each in arguments.all() if isinstance(each, Moving)), None)


def _is_text(value: Value) -> bool:
    """Whether a value is, or holds, a text: its hash is another in each process. That of numbers is not."""
    if isinstance(value, Series):
        return any(map(_is_text, value.values))
    return isinstance(value, Moving) or (isinstance(value, Known) and isinstance(value.value, str | bytes))


def _attribute(machine: Machine, arguments: Arguments) -> Value:
    owner, name, *rest = arguments.positional
    found = expressions.attribute(machine, owner, str(name.value)) if isinstance(name, Known) else UNKNOWN
    return rest[0] if rest and found == UNKNOWN and isinstance(owner, Instance) else found


def _mapped(machine: Machine, arguments: Arguments, frame: Frame, at: Location) -> Value:
    function, *over = arguments.positional
    elements = tuple(parts.element(machine, frame, each) for each in over)
    value = calls.apply_plain(machine, function, elements, frame, spanned(at)) if function != NONE else UNKNOWN
    return Series("list", (value,)) if value != UNKNOWN else UNKNOWN


def method(machine: Machine, owner: Thing, name: str, arguments: Arguments, at: Location, frame: Frame) -> Value | None:
    """Calls through joblib: what is delayed runs in processes of its own, unless threads or one job are asked for."""
    if owner.name == "deap.base.Toolbox" and name == "register" and len(arguments.positional) > 1:
        word, registered = arguments.positional[:2]
        if isinstance(word, Known):
            owner.state.setdefault("registered", {})[str(word.value)] = registered
        return UNKNOWN
    if owner.name == "joblib.delayed" and name == "__call__":
        function = owner.arguments.positional[:1]
        thing = Thing("joblib.delayed()", Arguments(function), at)
        thing.state["holds"] = True
        machine.waiting.append(thing)
        return thing
    if owner.name == "joblib.Parallel" and name == "__call__":
        tasks = [each for argument in arguments.positional for each in _tasks(argument)]
        machine.handed.update(id(task) for task in tasks)
        functions = [each for task in tasks for each in task.arguments.positional]
        if _is_apart(owner.arguments):
            handing.in_process(machine, functions, frame, at)
        else:
            handing.hand(machine, functions, frame, (), at)
        return UNKNOWN
    return None


def _tasks(value: Value) -> list[Thing]:
    values = value.values if isinstance(value, Series) else (value,)
    return [each for each in values if isinstance(each, Thing) and each.name == "joblib.delayed()"]


def _is_apart(arguments: Arguments) -> bool:
    jobs = arguments.get("n_jobs", 0)
    shares = arguments.get("prefer") == Known("threads") or arguments.get("backend") == Known("threading")
    return not shares and jobs not in (None, NONE, Known(1))
