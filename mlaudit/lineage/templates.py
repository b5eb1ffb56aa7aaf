"""What does a dvc.yaml say once its `${…}`, foreach and matrix are resolved? As DVC's parsing/ does, and no further."""

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import product
from typing import Any, NamedTuple

from mlaudit.facts import Parameter, ParameterReference, Repo, Stage, Unreadable, Written

DEFAULT = "params.yaml"
EXPRESSION = re.compile(r"(?<!\\)\$\{(.*?)\}")
MOST = 10_000


class Unresolved(Exception):
    """A `${…}` whose value the commit does not say, or that DVC would refuse."""


class Expanded(NamedTuple):
    """One stage that runs, `name@key` for those of a foreach or matrix. `folder` is where it runs, from the root."""

    name: str
    command: Any
    inputs: tuple[str, ...]
    outputs: tuple[Written, ...]
    parameters: tuple[ParameterReference, ...]
    folder: str


def expanded(repo: Repo, stage: Stage) -> list[Expanded]:
    """The stages that a stage stands for. Raises Unresolved."""
    context = _context(repo, stage)
    return [_resolved(stage, f"{stage.name}{key}", {**context, **more}) for key, more in _rounds(stage, context)]


def known(repo: Repo, stage: Stage) -> list[Expanded]:
    """The same, or none where the commit does not say which."""
    try:
        return expanded(repo, stage)
    except Unresolved:
        return []


def values(repo: Repo) -> dict[str, dict[str, Any]]:
    """What each parameters file holds, as nested mappings."""
    files: dict[str, dict[str, Any]] = {}
    unreadable = {fact.at.path for fact in repo.all(Unreadable)}
    for parameter in repo.all(Parameter):
        if parameter.at.path in unreadable:
            continue
        table = files.setdefault(parameter.at.path, {})
        for key in parameter.keys[:-1]:
            table = table.setdefault(key, {})
        table[parameter.keys[-1]] = json.loads(parameter.value)
    return files


def parameter_files(stages: Iterable[Stage]) -> set[str]:
    """The files whose values stages name: the default one, those of `params`, and those of `vars`."""
    found = set()
    for stage in stages:
        base = posixpath.dirname(stage.at.path)
        folder = joined(base, stage.folder)
        found |= {joined(base, DEFAULT), *(joined(folder, reference.file) for reference in stage.parameters)}
        found |= {joined(base, item.partition(":")[0]) for item in _list(stage.variables) if isinstance(item, str)}
        found |= {
            joined(folder, item.partition(":")[0]) for item in _list(stage.own_variables) if isinstance(item, str)
        }
    return found


def joined(folder: str, path: str) -> str:
    """A path from the root, for one that is written from a folder."""
    return posixpath.normpath(posixpath.join(folder, path.replace("\\", "/")))


def _list(text: str) -> list[Any]:
    found = json.loads(text) if text else []
    return found if isinstance(found, list) else []


def _context(repo: Repo, stage: Stage) -> dict[str, Any]:
    """The variables that a stage may name: of params.yaml beside its file, then of `vars`, its own last."""
    base = posixpath.dirname(stage.at.path)
    known = repo.view(values)
    context: dict[str, Any] = json.loads(json.dumps(known.get(joined(base, DEFAULT), {})))
    loaded = {joined(base, DEFAULT)} & known.keys()
    for folder, text in ((base, stage.variables), (joined(base, stage.folder), stage.own_variables)):
        for item in _list(text):
            if isinstance(item, str):
                path, _, keys = item.partition(":")
                if (path := joined(folder, path)) in loaded and not keys:
                    continue
                loaded.add(path)
                item = _chosen(known.get(path), [key for key in keys.split(",") if key])
            if not isinstance(item, dict):
                raise Unresolved(stage.name)
            _merge(context, item)
    return context


def _chosen(table: dict[str, Any] | None, keys: list[str]) -> dict[str, Any]:
    if table is None or not all(key in table for key in keys):
        raise Unresolved("vars")
    return {key: value for key, value in table.items() if not keys or key in keys}


def _merge(into: dict[str, Any], update: Mapping[str, Any]) -> None:
    """Join two tables; DVC refuses to give a key a second value."""
    for key, value in update.items():
        if isinstance(into.get(key), dict) and isinstance(value, dict):
            _merge(into[key], value)
        elif key in into:
            raise Unresolved(key)
        else:
            into[key] = value


def _rounds(stage: Stage, context: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The ending of the name and the further variables, for each stage that this one stands for."""
    if stage.matrix:
        yield from _matrix(resolve(json.loads(stage.matrix), context))
    elif stage.foreach:
        yield from _foreach(resolve(json.loads(stage.foreach), context))
    else:
        yield "", {}


def _foreach(found: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(found, dict):
        yield from ((f"@{key}", {"key": key, "item": value}) for key, value in found.items())
    elif isinstance(found, list):
        is_nested = any(isinstance(value, list | dict) for value in found)
        named = {str(index) if is_nested else text(value): value for index, value in enumerate(found)}
        yield from ((f"@{key}", {"item": value}) for key, value in named.items())
    else:
        raise Unresolved("foreach")


def _matrix(found: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(found, dict) or not all(isinstance(value, list) for value in found.values()):
        raise Unresolved("matrix")
    size = 1
    for axis in found.values():
        size *= len(axis)
    if size > MOST:
        raise Unresolved("matrix")
    for combination in product(*(enumerate(axis) for axis in found.values())):
        chosen = dict(zip(found, combination, strict=True))
        parts = (f"{name}{i}" if isinstance(value, list | dict) else text(value) for name, (i, value) in chosen.items())
        key = "-".join(parts)
        yield f"@{key}", {"key": key, "item": {name: value for name, (_, value) in chosen.items()}}


def _resolved(stage: Stage, name: str, context: Mapping[str, Any]) -> Expanded:
    say = partial(resolve, context=context)
    command = [say(line) for line in stage.command] if isinstance(stage.command, tuple) else say(stage.command)
    if isinstance(command, dict):
        raise Unresolved("a mapping as a command")
    return Expanded(
        name,
        command,
        tuple(text(say(each.path)) for each in stage.inputs),
        tuple(each._replace(path=text(say(each.path))) for each in stage.outputs),
        tuple(each._replace(file=text(say(each.file)), key=text(say(each.key))) for each in stage.parameters),
        joined(posixpath.dirname(stage.at.path), text(say(stage.folder))),
    )


def resolve(value: Any, context: Mapping[str, Any]) -> Any:
    """A value with all that its texts name filled in. Raises Unresolved for what has no value."""
    if isinstance(value, dict):
        return {resolve(key, context): resolve(inner, context) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolve(inner, context) for inner in value]
    if not isinstance(value, str):
        return value
    whole = EXPRESSION.fullmatch(value)
    if whole and len(EXPRESSION.findall(value)) == 1:
        return _named(whole[1], context)
    return EXPRESSION.sub(lambda match: text(_scalar(_named(match[1], context))), value).replace("\\${", "${")


def _named(expression: str, context: Any) -> Any:
    """The value under `a.b[0]`."""
    for key in expression.replace("[", ".").replace("]", "").split("."):
        key = key.strip()
        if isinstance(context, list) and key.lstrip("-").isdigit() and -len(context) <= int(key) < len(context):
            context = context[int(key)]
        elif isinstance(context, Mapping) and key in context:
            context = context[key]
        else:
            raise Unresolved(expression)
    return context


def _scalar(value: Any) -> Any:
    if isinstance(value, list | dict):
        raise Unresolved("a mapping or list inside a text")
    return value


def text(value: Any) -> str:
    """A value as DVC writes it into a text."""
    return str(value).lower() if isinstance(value, bool) else str(value)
