"""Where does the order in which a file system lists its entries decide anything?"""

from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Location, Repo
from mlaudit.facts.syntax import Assign, Attribute, Call, Constant, Expression, Item, Items, Loop, Name, Operation
from mlaudit.orders import flows, libraries, tracks
from mlaudit.orders.scopes import File, Files, Scope
from mlaudit.orders.walk import Occurrence, is_raising, is_within, names, targets

# Without one of these a file has nothing to ask.
WORDS = (
    "listdir",
    "scandir",
    "glob",
    "iglob",
    "rglob",
    "iterdir",
    "walk",
    "Glob",
    "list_files",
    "ListDirectory",
    "Walk",
    "fwalk",
)
LISTINGS = frozenset(
    """
os.listdir os.scandir glob.glob glob.iglob glob.glob1
tensorflow.io.gfile.listdir tensorflow.io.gfile.glob tensorflow.gfile.Glob tensorflow.gfile.ListDirectory
tensorflow.compat.v1.gfile.Glob tensorflow.compat.v1.gfile.ListDirectory tensorflow.compat.v1.io.gfile.glob
""".split()
)
WALKS = ("os.walk", "os.fwalk", "tensorflow.io.gfile.walk", "tensorflow.gfile.Walk")
PATHS = ("pathlib.Path", "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.Path.cwd", "pathlib.Path.home")
SORTED = tracks.SORTED


class Ordered(NamedTuple):
    """A call whose order, hash or time decides something: its callee, and what hangs on it. `confidence` is low where
    that may be nothing."""

    at: Location
    name: str
    reason: str
    confidence: str = ""


def listings(repo: Repo) -> list[Ordered]:
    """Every listing whose order decides something, file by file."""
    files = repo.view(Files).holding(*WORDS)
    return [found for file in files for scope in file.module.whole() for found in _of(file, scope)]


def _of(file: File, scope: Scope) -> Iterator[Ordered]:
    for found in scope.found:
        call = found.expression
        if isinstance(call, Call) and (kind := _kind(file, scope, call)) and not is_raising(found.trail):
            flow = flows.Flow(file, set())
            why = _walked(flow, scope, found) if kind == "walk" else flows.reason(flow, scope, found)
            if why:
                yield Ordered(scope.location(call.at), flows.written(call.function), why, confidence(file, scope, why))


def confidence(file: File, scope: Scope, why: str) -> str:
    """How sure a reason is: one item may be all that there is, and callers elsewhere may sort, or only ask."""
    if why not in flows.WEAK:
        return ""
    is_module = any(scope is each for each in file.module.inner)
    is_data = why != flows.FIRST and is_module and file.imported & libraries.ARRAYS
    return "" if is_data else "low"


def _kind(file: File, scope: Scope, call: Call) -> str:
    name = scope.resolved(call.function)
    if name in LISTINGS:
        return "listing"
    if name in WALKS:
        return "walk"
    if name:
        return ""
    match call.function:
        case Name(dotted) if "." in dotted:
            owner, _, method = dotted.rpartition(".")
            receiver: Expression = Name(owner)
        case Attribute(receiver, method):
            pass
        case _:
            return ""
    if method in ("rglob", "iterdir"):
        return "listing"
    is_path = method == "glob" and ("pathlib" in file.imported or _is_path(scope, receiver))
    return "listing" if is_path else ""


def _is_path(scope: Scope, expression: Expression) -> bool:
    match expression:
        case Call(_, function):
            return scope.resolved(function) in PATHS
        case Operation("/", operands):
            return _is_path(scope, operands[0])
    return False


def _walked(flow: flows.Flow, scope: Scope, found: Occurrence) -> str:
    """A walk: unordered from folder to folder, and in the two lists that each turn brings."""
    trail = found.trail
    node = trail.node
    if isinstance(node, Call) and scope.resolved(node.function) == "builtins.next" and trail.up:
        return _first_folder(flow, scope, flows.outer(found))
    if isinstance(node, Loop) and node.target is not None and _is_put_in_order(scope, node):
        return ""
    return flows.reason(flow, scope, found)


def _first_folder(flow: flows.Flow, scope: Scope, found: Occurrence) -> str:
    """`next(os.walk(folder))` is the folder itself, with its entries in lists."""
    node = found.trail.node
    if isinstance(node, Item):
        return flows.reason(flow, scope, flows.outer(found)) if node.key in (Constant(1), Constant(2)) else ""
    if isinstance(node, Assign) and isinstance(node.targets[0], Items):
        lists = [name for each in node.targets[0].elements[1:] for name in targets(each)]
        reasons = (tracks.named(flow, scope, name, found.trail, flows.LIST) for name in lists)
        return flows.strongest(reasons)
    return ""


def _is_put_in_order(scope: Scope, loop: Loop) -> bool:
    """Whether a walk's loop sorts what a turn brings."""
    brought = set(targets(loop.target)) if loop.target is not None else set()
    for found in scope.found:
        call = found.expression
        if isinstance(call, Call) and is_within(found.trail, loop) and found.trail.node is not loop:
            is_sorting = scope.resolved(call.function) in SORTED and brought & set(names(call))
            if is_sorting or (
                isinstance(call.function, Name) and call.function.dotted in {f"{name}.sort" for name in brought}
            ):
                return True
    return False
