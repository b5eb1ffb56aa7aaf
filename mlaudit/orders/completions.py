"""Where are results kept in the order in which workers finish?"""

from collections.abc import Iterator

from mlaudit.facts import Repo
from mlaudit.facts.syntax import Attribute, Call, Name
from mlaudit.orders import flows
from mlaudit.orders.listings import Ordered
from mlaudit.orders.scopes import File, Files, Scope

# Without one of these a file has nothing to ask.
WORDS = ("imap_unordered", "as_completed")
COMPLETED = (
    "concurrent.futures.as_completed",
    "concurrent.futures._base.as_completed",
    "asyncio.as_completed",
    "dask.distributed.as_completed",
    "distributed.as_completed",
    "tqdm.asyncio.tqdm.as_completed",
    "tqdm.asyncio.tqdm_asyncio.as_completed",
)


def completions(repo: Repo) -> list[Ordered]:
    """Every call that gives results as they come, where they are kept as they come."""
    files = repo.view(Files).holding(*WORDS)
    return [found for file in files for scope in file.module.whole() for found in _of(file, scope)]


def _of(file: File, scope: Scope) -> Iterator[Ordered]:
    for found in scope.found:
        call = found.expression
        if not isinstance(call, Call) or not _is_completion(scope, call):
            continue
        if why := flows.reason(flows.Flow(file, set(), strict=True), scope, found):
            yield Ordered(scope.location(call.at), flows.written(call.function), why)


def _is_completion(scope: Scope, call: Call) -> bool:
    if scope.resolved(call.function) in COMPLETED:
        return True
    match call.function:
        case Name(dotted):
            return dotted.endswith(".imap_unordered")
        case Attribute(_, name):
            return name == "imap_unordered"
    return False
