"""What does a setting come to that names others in `${…}`? As OmegaConf and Hydra resolve it, and no further."""

import re
from collections.abc import Callable, Iterator

from mlaudit.programs.texts import HERE, concatenated
from mlaudit.values import UNKNOWN, Asked, Known, Moving, Value

Keys = tuple[str, ...]
Find = Callable[[Keys], Value | None]

# The innermost first: nothing in it is put together itself.
EXPRESSION = re.compile(r"(?<!\\)\$\{([^${}]*)\}")
NESTED = re.compile(r"\$\{[^{}]*\$\{")
DEEPEST = 8  # settings that name one another
# Folders that Hydra knows when a program runs.
FOLDERS = {"runtime.cwd": HERE}


def resolved(text: str, keys: Keys, find: Find) -> Value:
    """The value of the text under some keys; `find` gives the value of other keys, None where there is none."""
    if (whole := EXPRESSION.fullmatch(text)) is not None:
        return _worth(whole[1], keys, find)
    if NESTED.search(text):
        return concatenated((Known(text[: text.index("${")]), UNKNOWN))
    return concatenated(_parts(text, keys, find))


def _parts(text: str, keys: Keys, find: Find) -> Iterator[Value]:
    end = 0
    for match in EXPRESSION.finditer(text):
        if match.start() > end:
            yield Known(text[end : match.start()])
        yield _worth(match[1], keys, find)
        end = match.end()
    if end < len(text):
        yield Known(text[end:])


def _worth(expression: str, keys: Keys, find: Find) -> Value:
    resolver, colon, rest = expression.strip().partition(":")
    if not colon:
        return find(_named(resolver, keys)) or UNKNOWN
    name, comma, default = (part.strip() for part in rest.partition(","))
    match resolver:
        case "oc.env" | "env":
            return Asked(Known(default.strip("'\"")) if comma else UNKNOWN, name)
        case "oc.select":
            return find(_named(name, keys)) or (Known(default.strip("'\"")) if comma else UNKNOWN)
        case "now":
            return Moving("now")
        case "hydra":
            return Known(FOLDERS[rest]) if rest in FOLDERS else UNKNOWN
    return UNKNOWN


def _named(name: str, keys: Keys) -> Keys:
    """The keys that a name means: from the root, or from where it stands, as many levels up as it has dots."""
    plain = name.lstrip(".")
    dots = len(name) - len(plain)
    parts = tuple(part for part in re.split(r"[.\[\]]", plain) if part)
    return (*keys[: max(len(keys) - dots, 0)], *parts) if dots else parts
