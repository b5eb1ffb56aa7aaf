"""Which lines seed some streams in a file, in its own words: its helper, its framework's, or one call for each?"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mlaudit.facts import Code, Repo
from mlaudit.facts.syntax import Constant, Function
from mlaudit.fixes.python.available import has
from mlaudit.fixes.python.projects import is_number, is_seed
from mlaudit.fixes.python.statements import Names
from mlaudit.knowledge.seeders import Seeder, helpers, of_streams
from mlaudit.knowledge.streams import canonical
from mlaudit.patterns import pattern
from mlaudit.programs.modules import modules

# How functions are called that seed for whoever calls them.
HELPER = pattern(
    r"(?i)_*(?:set|fix|init|setup|make|seed|apply|enable)\w*(?:seed|random|determin|reproduc|everything)\w*"
)


class Lines(NamedTuple):
    """The imports that are needed, and the calls that seed; what they are, in words."""

    imports: tuple[str, ...]
    calls: tuple[str, ...]
    words: str


def written(repo: Repo, path: str, streams: Iterable[str], bound: Names, seed: str) -> Iterator[Lines]:
    """All ways to seed some streams by an expression, the best first. A way may not seed all of them."""
    wanted = set(streams)
    yield from (Lines((), (call.format(seed=seed),), words) for call, words in _own(repo, path, bound))
    if len(wanted) > 1:
        for helper in helpers():
            if wanted <= set(helper.streams) and has(repo, helper.path, helper.since, path):
                yield from _of_framework(helper, bound, seed)
    found = [_single(repo, path, stream, bound, seed) for stream in sorted(wanted, key=_rank)]
    if all(found):
        lines = [each for each in found if each]
        imports = tuple(line for each in lines for line in each.imports)
        yield Lines(imports, tuple(line for each in lines for line in each.calls), "")


def _rank(stream: str) -> int:
    order = list(of_streams())
    return order.index(stream) if stream in order else len(order)


def _own(repo: Repo, path: str, bound: Names) -> Iterator[tuple[str, str]]:
    """Helpers of the project's own that the file defines or imports, as calls."""
    codes = {code.at.path: code for code in repo.all(Code)}
    places = [(name, path, name) for name in _defined(codes.get(path))]
    for name, dotted in bound.imported.items():
        target = repo.view(modules).find(dotted, path) if HELPER.fullmatch(name) else None
        if target and target[1]:
            places.append((name, target[0], target[1]))
    for name, file, inner in places:
        function = _defined(codes.get(file)).get(inner)
        if function and HELPER.fullmatch(name) and (call := _taking_seed(function)):
            yield f"{name}({call})", f"the project's own `{name}` in `{file}`"


def _defined(code: Code | None) -> dict[str, Function]:
    return {each.name: each for each in code.body if isinstance(each, Function)} if code else {}


def _taking_seed(function: Function) -> str:
    """The arguments by which a function is given a seed, and nothing else that it needs; "" where it takes none."""
    needed = [each for each in function.parameters if each.default is None and each.kind in ("", "only")]
    taking = [each for each in function.parameters if is_seed(each.name) or each.name in ("s", "value", "number")]
    if not taking or any(each not in taking for each in needed) or len(taking) > 1:
        return ""
    default = taking[0].default
    if default is not None and not (
        isinstance(default, Constant) and (default.value is None or is_number(default.value))
    ):
        return ""
    is_first = function.parameters[0] is taking[0] and taking[0].kind == ""
    return "{seed}" if is_first else f"{taking[0].name}={{seed}}"


def _of_framework(helper: Seeder, bound: Names, seed: str) -> Iterator[Lines]:
    """The helper of a framework that the file imports: by the name that it has there, or imported as such."""
    name = helper.path.rpartition(".")[2]
    owner = helper.path.rpartition(".")[0]
    call = helper.call.format(seed=seed)
    if not any(path.partition(".")[0] == helper.module for path in bound.imported.values()):
        return
    for each, path in bound.imported.items():
        if canonical(path) == canonical(helper.path):
            yield Lines((), (call.replace(name, each, 1),), f"`{helper.path}`")
            return
        if path == owner:
            yield Lines((), (f"{each}.{call}",), f"`{helper.path}`")
            return
    if name not in bound.others and name not in bound.imported:
        yield Lines((f"from {owner} import {name}",), (call,), f"`{helper.path}`")


def _single(repo: Repo, path: str, stream: str, bound: Names, seed: str) -> Lines | None:
    """The call of the stream's own library, and the import where the file has none."""
    seeder = of_streams().get(stream)
    if seeder is None or not has(repo, seeder.module, seeder.since, path):
        return None
    name = next((each for each, target in bound.imported.items() if target == seeder.module), "")
    if name:
        return Lines((), (seeder.call.format(name=name, seed=seed),), "")
    taken = bound.others | bound.imported.keys()
    for alias in (seeder.alias, seeder.module):
        if alias not in taken:
            line = f"import {seeder.module}" + ("" if alias == seeder.module else f" as {alias}")
            return Lines((line,), (seeder.call.format(name=alias, seed=seed),), "")
    return None
