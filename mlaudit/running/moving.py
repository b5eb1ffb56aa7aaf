"""Which values of pipelines and configurations are others in each run, and decide more than a name?"""

from collections.abc import Iterator

from mlaudit.facts import Command, Location, Repo, Setting, Stage
from mlaudit.facts.syntax import Assign, Call, Constant, Expression, Name, Table, nodes
from mlaudit.knowledge import automation as known
from mlaudit.orders.scopes import Files, Scope
from mlaudit.orders.walk import Occurrence
from mlaudit.running.spots import Spot

WORDS = ("now", "today", "utcnow", "days_ago", "uuid4", "uuid1", "time", "utcnow")
# Sections of configurations that say where a run is put.
PLACES = frozenset({"hydra", "run", "sweep", "logger", "logging", "callbacks", "wandb", "mlflow", "paths"})


def values(repo: Repo) -> list[Spot]:
    """Each such value, at the command, the setting or the call."""
    return [*_of_settings(repo), *_of_stages(repo), *_of_commands(repo), *_of_code(repo)]


def _of_settings(repo: Repo) -> Iterator[Spot]:
    for setting in repo.all(Setting):
        found = known.moving_text(str(setting.value))
        if found and PLACES.isdisjoint(setting.keys[:-1]) and not any(map(known.only_names, setting.keys)):
            yield Spot(setting.at, found[0], ".".join(setting.keys))


def _of_stages(repo: Repo) -> Iterator[Spot]:
    for stage in repo.all(Stage):
        commands = (stage.command,) if isinstance(stage.command, str) else stage.command
        for command in commands:
            if name := _decides(tuple(command.split())) or "":
                yield Spot(stage.at, *name)


def _of_commands(repo: Repo) -> Iterator[Spot]:
    for command in repo.all(Command):
        if command.place == "makefile" or known.is_pipeline(command.at.path):
            for index, word in enumerate(command.words[1:], 1):
                if found := _given(command.words, index, word):
                    path, span = command.at.path, command.spans[index]
                    yield Spot(Location(path, *span), *found)


def _decides(words: tuple[str, ...]) -> tuple[str, str] | None:
    """The first word of a command that moves, and what it is given to. A substitution may hold blanks."""
    text = " ".join(words)
    found = known.moving_text(text)
    if found is None or words[0] == "echo":
        return None
    before = text[: found.start()].split(" ")
    return _given_to(before[-2] if not before[-1] and len(before) > 1 else "", before[-1], found[0])


def _given(words: tuple[str, ...], index: int, word: str) -> tuple[str, str] | None:
    found = known.moving_text(word)
    if found is None:
        return None
    return _given_to(words[index - 1], word[: found.start()], found[0])


def _given_to(before: str, start: str, text: str) -> tuple[str, str] | None:
    """What moves and the option that it is given to: alone, or behind `--option=`."""
    option, sign, rest = start.partition("=")
    if rest or (start and not sign):
        return None
    name = option if sign else before
    return None if not name or known.only_names(name) else (text, name.lstrip("-"))


def _of_code(repo: Repo) -> Iterator[Spot]:
    for file in repo.view(Files).holding(*WORDS):
        for scope in file.module.whole():
            for found in scope.found:
                if type(found.expression) in (Call, Table):
                    yield from _in_definition(scope, found)


def _in_definition(scope: Scope, found: Occurrence) -> Iterator[Spot]:
    match found.expression:
        case Call(_, function, arguments, keywords) if known.defines_pipeline(scope.resolved(function)):
            for key, value in (*(("", each) for each in arguments), *keywords):
                if not (key and known.only_names(key)) and not isinstance(value, Table):
                    yield from _moving(scope, value, key or "default")
        case Table(pairs) if isinstance(found.trail.node, Assign) and _is_defaults(found.trail.node):
            for name, value in pairs:
                if isinstance(name, Constant) and not known.only_names(str(name.value)):
                    yield from _moving(scope, value, str(name.value))


def _is_defaults(node: Assign) -> bool:
    return any(isinstance(target, Name) and target.dotted == known.defaults() for target in node.targets)


def _moving(scope: Scope, value: Expression, key: str) -> Iterator[Spot]:
    for each in nodes(value):
        if (
            isinstance(each, Call)
            and isinstance(each.function, Name)
            and known.is_moving(scope.resolved(each.function))
        ):
            yield Spot(scope.location(each.at), f"{each.function.dotted}()", key)
            return
