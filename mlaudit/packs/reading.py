"""What does a file of a pack say? A rule, or the one line that tells what is wrong with it."""

import os
import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from mlaudit.config import UsageError, nearest
from mlaudit.findings import Rule
from mlaudit.packs.forms import table
from mlaudit.packs.language import ANY, EXAMPLE, HEAD, SUBJECTS, Subject
from mlaudit.packs.match import Match

LARGEST = 1_000_000
TABLES = ("match", "examples", "limits")
ID = re.compile(r"[A-Z]{2,6}\d{3}")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def pack(folder: str) -> list[Rule]:
    """The rules of a folder: <family>/<name>.toml below it, or files in it, whose family is called as the folder is.

    Raises UsageError for the first mistake, and where there is no rule.
    """
    if not os.path.isdir(folder):
        raise UsageError(f"rule-packs: `{folder}` is no folder")
    rules = [rule(path, family) for family, path in files(folder)]
    if not rules:
        raise UsageError(f"rule-packs: `{folder}` holds no rule: <family>/<name>.toml")
    return rules


def files(folder: str) -> Iterator[tuple[str, str]]:
    """The families and paths of the files of a folder. A link that leads out of it is refused."""
    own = os.path.basename(os.path.realpath(folder))
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if name.endswith(".toml"):
            yield own, _inside(path, folder)
        elif os.path.isdir(path) and not name.startswith("."):
            inner = sorted(each for each in os.listdir(path) if each.endswith(".toml"))
            yield from ((name, _inside(os.path.join(path, each), folder)) for each in inner)


def _inside(path: str, folder: str) -> str:
    if not os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep) or not os.path.isfile(path):
        raise UsageError(f"{path}: is no file of the pack")
    return path


def rule(path: str, family: str, *, needs_match: bool = True) -> Rule:
    """The rule that a file holds. That of a plug-in need not have a [match]: a function judges."""
    data = parsed(path)
    head = table({key: value for key, value in data.items() if key not in TABLES}, HEAD, path)
    _check_names(head, path, family)
    match = match_of(data["match"], f"{path}: [match]") if "match" in data else None
    if match is None and needs_match:
        raise UsageError(f"{path}: `match` is missing: what does the rule look for?")
    for kind in ("examples", "limits"):
        for number, example in enumerate(_list(data.get(kind, []), f"{path}: `{kind}`"), 1):
            _check_example(example, f"{path}: [[{kind}]] {number}")
    if match is not None:
        _check_message(head["message"], SUBJECTS[match.subject], path)
    head["references"] = head.get("references", ())
    return Rule(family=family, path=path, match=match, is_own=True, **head)


def parsed(path: str) -> dict[str, Any]:
    """A TOML file as it is."""
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    if len(content) > LARGEST:
        raise UsageError(f"{path}: is larger than {LARGEST // 1000} kB")
    try:
        return tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: is not TOML: {error}") from None


def _check_names(head: Mapping[str, Any], path: str, family: str) -> None:
    if not ID.fullmatch(head["id"]):
        raise UsageError(f"{path}: `id` must be two to six capitals and three digits, such as `ACM001`")
    if not NAME.fullmatch(head["name"]) or f"{head['name']}.toml" != os.path.basename(path):
        raise UsageError(f"{path}: `name` must be lower case with dashes, and the file be called `{head['name']}.toml`")
    if not NAME.fullmatch(family):
        raise UsageError(f"{path}: `{family}` is no name of a family: lower case with dashes")


def match_of(data: Any, what: str) -> Match:
    """The [match] of a rule: one subject, and what may be asked of it."""
    if not isinstance(data, dict):
        raise UsageError(f"{what} must be a table")
    named = [word for word in SUBJECTS if word in data]
    if len(named) != 1:
        near = next((found for word in data if (found := nearest(word, SUBJECTS))), "") if not named else ""
        raise UsageError(f"{what} must hold one of {', '.join(SUBJECTS)}{near}")
    subject = SUBJECTS[named[0]]
    exempt = ANY[0]._replace(form=subject.pattern.form)
    asked = table(data, (subject.pattern, exempt, *ANY[1:], *subject.keys), what)
    patterns, let_through, within, outside = (
        asked.pop(key, ()) for key in (subject.word, "except", "within", "outside")
    )
    return Match(subject.word, patterns, let_through, within, outside, tuple(sorted(asked.items())))


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise UsageError(f"{what} must be tables: [[…]]")
    return value


def _check_example(data: Any, what: str) -> None:
    example = table(data, EXAMPLE, what)
    if not {"bad", "good"} & example.keys():
        raise UsageError(f"{what} must hold `bad` or `good`")
    if "bad" in example and "flags" not in example:
        raise UsageError(f"{what}: `flags` is missing: the text under each finding, in order")


def _check_message(message: str, subject: Subject, path: str) -> None:
    """Only words that the subject gives can be put in, as they are."""
    try:
        parts = list(string.Formatter().parse(message))
    except ValueError as error:
        raise UsageError(f"{path}: `message`: {error}; write {{{{ and }}}} for braces") from None
    for _, name, form, conversion in parts:
        if name is not None and (name not in subject.words or form or conversion):
            words = ", ".join(f"{{{word}}}" for word in subject.words)
            raise UsageError(f"{path}: `message` may put in {words}, not `{{{name}}}`{nearest(name, subject.words)}")
