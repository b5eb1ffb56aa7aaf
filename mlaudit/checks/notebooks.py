"""Does Restart & Run All give what a notebook holds?"""

from collections.abc import Iterable, Iterator

from mlaudit.facts import Repo
from mlaudit.facts.place import Location
from mlaudit.findings import Hit, Related
from mlaudit.notebooks import executed, kernels, order, reliance

# Further places that a finding names; more help nobody.
MOST = 8


def out_of_order_execution(repo: Repo) -> Iterator[Hit]:
    for pair in executed.disorders(repo):
        related = (Related(pair.above, f"run as [{pair.earlier}]"), *_more(pair.others, "out of order too"))
        more = _counted(len(pair.others), "; {} more cell is out of order", "; {} more cells are out of order")
        yield Hit(pair, related=related, more=more)  # type: ignore[arg-type]


def undefined_in_order(repo: Repo) -> Iterator[Hit]:
    for name in order.missing(repo):
        called = (Related(name.call, "called here"),) if name.call else ()
        related = (*called, *_more(name.others, "used here too"))
        yield Hit(name, confidence=name.confidence, related=related)  # type: ignore[arg-type]


def saved_error(repo: Repo) -> Iterator[Hit]:
    for cell in executed.errors(repo):
        related = (Related(cell.error_at, "the error"),) if cell.error_at else ()
        yield Hit(cell, related=related, number=cell.at.cell)


def local_kernel(repo: Repo) -> Iterator[Hit]:
    for kernel in kernels.local(repo):
        more = _counted(len(kernel.others), ", here and for {} more notebook", ", here and for {} more notebooks")
        yield Hit(kernel, related=_more(kernel.others, "asks for it too"), more=more)  # type: ignore[arg-type]


def stateful_magic(repo: Repo) -> Iterator[Hit]:
    for each in reliance.reliances(repo):
        related = (Related(each.place, "relies on it"),)
        yield Hit(each, level=each.level, related=related, cell=each.place.cell)  # type: ignore[arg-type]


def partly_executed(repo: Repo) -> Iterator[Hit]:
    for cell in executed.unrun(repo):
        yield Hit(cell, related=_more(cell.others, "never run"))  # type: ignore[arg-type]


def _counted(number: int, one: str, many: str) -> str:
    return (one if number == 1 else many).format(number) if number else ""


def _more(places: Iterable[Location], text: str) -> tuple[Related, ...]:
    return tuple(Related(at, text) for at in (*places,)[:MOST])
