"""Which callables of an installed library take a seed? Runs inside that library's environment and prints JSON.

It imports nothing of ours, so that any interpreter can run it: `python -I live.py < request.json > answer.json`.
The request names the module, how to walk it, and the parameters to look for.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import inspect
import io
import json
import pkgutil
import sys
import types
import warnings
from collections.abc import Iterator
from typing import Any

SKIPPED = frozenset("test tests testing conftest setup benchmarks examples version".split())
OWN, LISTED, PACKAGE, PASSING = range(4)  # how well a name suits an object: defined here, in __all__, exported, leaked


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The version of a library, its rows (see `_rows`) and the modules that could not be imported."""
    failed: list[str] = []
    modules = list(_modules(request, failed))
    rows = [row for name, module in modules for row in _rows(name, module, request)]
    version = importlib.metadata.version(request["distribution"]) if request["distribution"] else sys.version.split()[0]
    return {"version": version, "rows": rows, "failed": failed}


def _modules(request: dict[str, Any], failed: list[str]) -> Iterator[tuple[str, types.ModuleType]]:
    name = request["module"]
    root = importlib.import_module(name)
    for extra in request["imports"]:
        _imported(extra, failed)
    if request["walk"] == "attributes":
        yield from _by_attributes(name, root, request)
    else:
        yield from _by_files(name, root, request, failed)


def _by_files(
    name: str, root: types.ModuleType, request: dict[str, Any], failed: list[str]
) -> Iterator[tuple[str, types.ModuleType]]:
    yield name, root
    for found in pkgutil.iter_modules(getattr(root, "__path__", ()), f"{name}."):
        if _is_wanted(found.name, request["skip"]):
            module = _imported(found.name, failed)
            if module is not None:
                yield from _by_files(found.name, module, request, failed)


def _by_attributes(
    name: str, root: types.ModuleType, request: dict[str, Any]
) -> Iterator[tuple[str, types.ModuleType]]:
    """Each module once, by the shortest path of attributes that leads to it."""
    seen = {id(root)}
    level = [(name, root)]
    while level:
        yield from level
        children = (child for path, module in level for child in _children(path, module, request))
        level = []
        for path, child in children:
            if id(child) not in seen:
                seen.add(id(child))
                level.append((path, child))


def _children(path: str, module: types.ModuleType, request: dict[str, Any]) -> Iterator[tuple[str, types.ModuleType]]:
    for attribute in sorted(dir(module)):
        child = _attribute(module, attribute)
        is_wanted = isinstance(child, types.ModuleType) and _is_wanted(f"{path}.{attribute}", request["skip"])
        if is_wanted and child.__name__.partition(".")[0] in request["owners"]:
            yield f"{path}.{attribute}", child


def _is_wanted(name: str, skip: list[str]) -> bool:
    last = name.rpartition(".")[2]
    skipped = any(name == prefix or name.startswith(f"{prefix}.") for prefix in skip)
    return not last.startswith(("_", "test_")) and last not in SKIPPED and not skipped


def _imported(name: str, failed: list[str]) -> types.ModuleType | None:
    try:
        return importlib.import_module(name)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        failed.append(name)
        return None


def _attribute(owner: object, name: str) -> Any:
    try:
        return getattr(owner, name)
    except Exception:
        return None


def _rows(name: str, module: types.ModuleType, request: dict[str, Any]) -> Iterator[list[Any]]:
    """Rows `[object, rank, public name, parameter, position, default]` of everything public in a module."""
    listed = getattr(module, "__all__", None)
    for attribute in sorted({each for each in listed or dir(module) if isinstance(each, str)}):
        found = _attribute(module, attribute)
        if attribute.startswith("_") or isinstance(found, types.ModuleType) or not _is_ours(found, request):
            continue
        rank = _rank(found, name, module, listed is not None)
        for path, call, skips in _calls(f"{name}.{attribute}", found, request):
            for parameter, position, default in _seeds(call, skips, request["parameters"]):
                key = f"{id(found)}{path[len(name) + 1 + len(attribute) :]}"
                yield [key, rank, path, parameter, position, default]


def _is_ours(found: object, request: dict[str, Any]) -> bool:
    owner = getattr(found, "__module__", None) or type(found).__module__
    return isinstance(owner, str) and (owner.partition(".")[0] in request["owners"] or owner in request["owners"])


def _rank(found: object, name: str, module: types.ModuleType, has_list: bool) -> int:
    if getattr(found, "__module__", None) == name:
        return OWN
    if has_list:
        return LISTED
    return PACKAGE if hasattr(module, "__path__") else PASSING


def _calls(path: str, found: Any, request: dict[str, Any]) -> Iterator[tuple[str, Any, int]]:
    """A function; a class and its public methods; the public methods of an instance. With leading arguments to drop."""
    if not inspect.isclass(found) and callable(found) and hasattr(found, "__name__"):
        yield path, found, 0
        return
    if inspect.isclass(found):
        yield path, found, 0
    for name in dir(found):
        if not name.startswith("_"):
            call = _attribute(found, name)
            static = inspect.getattr_static(found, name, None)
            is_function = inspect.isroutine(call) and not inspect.isclass(call)
            if is_function and _is_ours(call, request):
                bound = not inspect.isclass(found) or isinstance(static, (staticmethod, classmethod))
                yield f"{path}.{name}", call, 0 if bound else 1


def _seeds(call: Any, skips: int, wanted: list[str]) -> Iterator[tuple[str, str, str]]:
    try:
        parameters = list(inspect.signature(call).parameters.values())[skips:]
    except (ValueError, TypeError, AttributeError, NameError, RecursionError):
        return
    for index, parameter in enumerate(parameters):
        if parameter.name in wanted:
            positional = parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
            yield parameter.name, str(index) if positional else "-", _default(parameter)


def _default(parameter: inspect.Parameter) -> str:
    if parameter.default is parameter.empty:
        return "required"
    plain = parameter.default is None or type(parameter.default) in (bool, int, float)
    return repr(parameter.default) if plain else "?"


def main() -> None:
    """Read a request from the standard input; print the answer, and nothing that a library prints."""
    request = json.load(sys.stdin)
    warnings.simplefilter("ignore")
    sys.argv = sys.argv[:1]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        found = answer(request)
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
