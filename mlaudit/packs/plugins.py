"""Which rules do plug-ins bring? Their words are read, their code is run by their checks.

A plug-in is a package that names itself under the entry points `mlaudit.rules`. Its rules lie in its folder `rules`, as
ours do; what judges one is its [match], or the function of its name in the module that the entry point names.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mlaudit.config import UsageError, nearest
from mlaudit.findings import Hit, Rule
from mlaudit.packs.installed import Plugin, is_trusted
from mlaudit.packs.reading import files, rule


class Broken(Exception):
    """A plug-in that cannot be asked: which one, and why."""


def rules(installed: Iterable[Plugin], wanted: tuple[str, ...] | None, root: str) -> list[Rule]:
    """The rules of the plug-ins that are installed, or of those that are wanted. Nothing of theirs is run.

    Raises UsageError for one that is wanted and is not there, or whose rules are not well formed.
    """
    found = {plugin.name: plugin for plugin in installed}
    for name in wanted or ():
        if name not in found:
            raise UsageError(f"plugins: `{name}` is not installed{nearest(name, found)}")
    chosen = sorted(found) if wanted is None else wanted
    return [each for name in chosen for each in _rules(found[name], root)]


def _rules(plugin: Plugin, root: str) -> list[Rule]:
    """The rules beside a plug-in's package; a plug-in whose package is not there has one, which fails."""
    folder = _package(plugin, root)
    if isinstance(folder, Broken):
        return [_failing(plugin, folder)]
    beside = os.path.join(folder, "rules")
    if not os.path.isdir(beside):
        return [_failing(plugin, Broken("has no folder `rules` in its package"))]
    read = (rule(path, family, needs_match=False) for family, path in files(beside))
    return [each._replace(plugin=f"{plugin.name}={plugin.module}") for each in read]


def _package(plugin: Plugin, root: str) -> str | Broken:
    """The folder of the package that a plug-in's module lies in, found without running it."""
    import importlib.util

    top = plugin.module.partition(".")[0]
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError, AttributeError) as error:
        return Broken(f"cannot be found: {error}")
    places: Iterable[str] = (spec and spec.submodule_search_locations) or ()
    for place in places:
        if not is_trusted(place, root):
            return Broken("lies in the repository that is audited, of which no code is run")
        return place
    return Broken(f"names `{plugin.module}`, which is no module of a package")


def _failing(plugin: Plugin, why: Broken) -> Rule:
    """What stands for a plug-in that cannot be asked: its family has no verdict, and the run says why."""
    text = f"Plug-in {plugin.name}"
    return Rule(
        id=plugin.name,
        name=plugin.name,
        family=plugin.name,
        level="error",
        confidence="high",
        title=text,
        passed=text,
        message=f"{why}",
        rationale="",
        fix="",
        path=plugin.metadata,
        plugin=plugin.name,
        is_own=True,
    )


def check_of(rule: Rule) -> Callable[[Any], Iterator[Any]]:
    """The function of a plug-in that judges a rule. Raises Broken, which names the plug-in."""
    name, _, module = rule.plugin.partition("=")
    if not module:
        raise Broken(f"plug-in `{name}` {rule.message}")
    import importlib

    try:
        loaded = importlib.import_module(module)
    except BaseException as error:  # a plug-in that leaves with SystemExit must not take the run with it
        raise Broken(f"plug-in `{name}`: {type(error).__name__}: {error}") from None
    found = getattr(loaded, rule.name.replace("-", "_"), None)
    if not callable(found):
        raise Broken(f"plug-in `{name}`: `{module}` has no function `{rule.name.replace('-', '_')}`")
    return _guarded(found, name, rule.message)


def _guarded(check: Callable[[Any], Iterator[Any]], name: str, message: str) -> Callable[[Any], Iterator[Any]]:
    """A function of a plug-in, whose failures name it."""

    def guarded(repo: Any) -> Iterator[Any]:
        try:
            for hit in check(repo):
                if not isinstance(hit, Hit):
                    raise Broken(f"plug-in `{name}`: gives {type(hit).__name__}, and no Hit")
                hit.message(message)  # words that the message asks for and the hit does not have
                yield hit
        except (KeyboardInterrupt, GeneratorExit, Broken):
            raise
        except BaseException as error:
            raise Broken(f"plug-in `{name}`: {type(error).__name__}: {error}") from None

    return guarded
