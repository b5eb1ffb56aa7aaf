"""What do texts and paths come to that a program puts together, as far as their parts are known?"""

import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from mlaudit.values import GAP, UNKNOWN, Arguments, Asked, Either, FilePath, Known, Moving, Series, Text, Value, either

# A choice is followed into a text up to so many ways.
WAYS = 8
FIELD = re.compile(r"\{([\w.\[\]]*)(?:![rsa])?(?::[^{}]*)?\}")
CONVERSION = re.compile(r"%(?:\(\w+\))?[-+ #0]*[\d*]*(?:\.[\d*]+)?[a-zA-Z]")
# Functions of paths that give a path, and the methods of paths that do.
SAME = ("abspath", "realpath", "normpath", "expanduser", "expandvars", "fspath", "fsdecode", "normcase")
KEEPING = ("resolve", "absolute", "expanduser", "as_posix", "__str__", "__fspath__", "samefile", "readlink")
PATHS = (
    "pathlib.Path",
    "pathlib.PurePath",
    "pathlib.PosixPath",
    "pathlib.PurePosixPath",
    "pathlib.WindowsPath",
    "pathlib.PureWindowsPath",
    "upath.UPath",
)
HERE = "."
DEEPEST = 20  # folders


def text_of(value: Value | None) -> str | None:
    """The text of a value, its unknown parts as gaps; that of its default, where the user may give another. None where
    it is no text, or nothing of it is known."""
    match value:
        case Known(constant) if isinstance(constant, str):
            return constant
        case Text(text):
            return text
        case Moving(_, text) if text:
            return text
        case FilePath(inner) | Asked(inner, _):
            return text_of(inner)
    return None


def texts_of(value: Value | None) -> tuple[str, ...]:
    """All texts that a value may be, as far as they are known."""
    match value:
        case Either(values):
            return tuple(text for each in values for text in texts_of(each))
        case FilePath(inner) | Asked(inner, _) if isinstance(inner, Either | Asked | FilePath):
            return texts_of(inner)
    text = text_of(value)
    return () if text is None else (text,)


def is_text(value: Value) -> bool:
    """Whether a value is surely a text or a path."""
    return isinstance(value, Text | FilePath) or (isinstance(value, Known) and isinstance(value.value, str))


def made(values: Iterable[Value], compute: Callable[[Sequence[str]], str]) -> Value:
    """The text that `compute` makes of the texts of some values. What moves, or may be set, makes it so."""
    values = tuple(values)
    for index, value in enumerate(values):
        match value:
            case Moving():
                around = Text(value.text) if value.text else UNKNOWN
                whole = made((*values[:index], around, *values[index + 1 :]), compute)
                return whole if isinstance(whole, Moving) else Moving(value.cause, text_of(whole) or "")
            case Asked(default, name):
                return Asked(made((*values[:index], default, *values[index + 1 :]), compute), name)
            case Either(ways) if len(ways) <= WAYS:
                return either(made((*values[:index], way, *values[index + 1 :]), compute) for way in ways)
    return _value(compute([_part(value) for value in values]))


def _part(value: Value) -> str:
    if isinstance(value, Known) and value.value is not None:
        return str(value.value)
    text = text_of(value)
    return GAP if text is None else text


def _value(text: str) -> Value:
    if GAP not in text:
        return Known(text)
    return Text(re.sub(f"{GAP}+", GAP, text)) if text.strip(GAP) else UNKNOWN


def concatenated(values: Iterable[Value]) -> Value:
    """Texts one after another: an f-string, or `+`."""
    return made(values, "".join)


def formatted(owner: Value, arguments: Arguments) -> Value:
    """`"…{}…".format(…)`."""
    names = list(arguments.keywords)

    def fill(parts: Sequence[str]) -> str:
        pattern, *given = parts
        positional = iter(given[: len(arguments.positional)])
        named = dict(zip(names, given[len(arguments.positional) :], strict=True))
        return FIELD.sub(lambda field: _field(field[1], given, positional, named), pattern)

    return made((owner, *arguments.positional, *arguments.keywords.values()), fill)


def _field(name: str, given: Sequence[str], positional: Iterable[str], named: dict[str, str]) -> str:
    if not name:
        return next(iter(positional), GAP)
    if name.isdigit():
        return given[int(name)] if int(name) < len(given) else GAP
    return named.get(name, GAP)


def interpolated(owner: Value) -> Value:
    """`"…%s…" % …`, where what is given is not known."""
    return made((owner,), lambda parts: CONVERSION.sub(GAP, parts[0]))


def joined(values: Iterable[Value]) -> Value:
    """Parts of a path, joined as the system joins them."""
    return made(values, lambda parts: posixpath.join(*parts) if parts else "")


def operated(sign: str, found: Sequence[Value]) -> Value | None:
    """What an operator makes of texts and paths; None of anything else."""
    match sign:
        case "+" if any(map(is_text, found)):
            return concatenated(found)
        case "%" if len(found) == 2 and is_text(found[0]) and not isinstance(found[1], Known):
            return interpolated(found[0])
        case "/":
            result: Value | None = found[0]
            for each in found[1:]:
                result = divided(result, each) if result is not None else None
            return result
    return None


def divided(left: Value, right: Value) -> Value | None:
    """`folder / name`; None where neither is a path."""
    is_path = isinstance(left, FilePath) or isinstance(right, FilePath)
    is_unknown = left == UNKNOWN and is_text(right)
    return FilePath(joined((_inner(left), _inner(right)))) if is_path or is_unknown else None


def _inner(value: Value) -> Value:
    return value.text if isinstance(value, FilePath) else value


def call(name: str, arguments: Arguments) -> Value | None:
    """The value of a function of paths; None for any other."""
    if name in PATHS:
        return FilePath(joined(map(_inner, arguments.positional)) if arguments.positional else Known(HERE))
    if name in ("os.getcwd", "pathlib.Path.cwd"):
        return Known(HERE) if name == "os.getcwd" else FilePath(Known(HERE))
    if name == "pathlib.Path.home":
        return FilePath(Known("~"))
    if not name.startswith(("os.path.", "os.fs")) or not arguments.positional:
        return None
    first, short = _inner(arguments.positional[0]), name.rpartition(".")[2]
    match short:
        case "join":
            return joined(map(_inner, arguments.positional))
        case "dirname" | "basename":
            return made((first,), _folder if short == "dirname" else lambda parts: posixpath.basename(parts[0]))
        case "splitext" | "split":
            return None
    return first if short in SAME else None


def attribute(owner: FilePath, name: str) -> Value | None:
    """An attribute of a path that is a path or text itself; None for a method."""
    match name:
        case "parent":
            return FilePath(made((owner.text,), lambda parts: _folder(parts) or HERE))
        case "name":
            return made((owner.text,), lambda parts: posixpath.basename(parts[0]))
        case "stem" | "suffix":
            part = 0 if name == "stem" else 1
            return made((owner.text,), lambda parts: posixpath.splitext(posixpath.basename(parts[0]))[part])
        case "parents":
            return _parents(owner)
    return None


def _parents(owner: FilePath) -> Value:
    """The folders above a path, nearest first."""
    found: list[Value] = []
    while (parent := attribute(owner, "parent")) != owner and isinstance(parent, FilePath) and len(found) < DEEPEST:
        found.append(parent)
        owner = parent
    return Series("tuple", tuple(found))


def method(owner: FilePath, name: str, arguments: Arguments) -> Value:
    """What a method of a path gives."""
    match name:
        case "joinpath" | "__truediv__":
            return FilePath(joined((owner.text, *map(_inner, arguments.positional))))
        case "with_suffix" | "with_name" | "with_stem":
            return FilePath(made((owner.text, *arguments.positional), partial(_renamed, name)))
        case "iterdir" | "glob" | "rglob":
            return FilePath(made((owner.text,), lambda parts: posixpath.join(parts[0], GAP)))
        case _ if name in KEEPING:
            return owner
    return UNKNOWN


def _folder(parts: Sequence[str]) -> str:
    """The folder of a path; that of a part that is not known is not known either."""
    folder, name = posixpath.split(parts[0])
    return GAP if not folder and GAP in name else folder


def _renamed(method: str, parts: Sequence[str]) -> str:
    path, new = parts[0], parts[1] if len(parts) > 1 else GAP
    folder, name = _folder((path,)), posixpath.basename(path)
    stem, suffix = posixpath.splitext(name)
    changed = {"with_suffix": stem + new, "with_name": new, "with_stem": new + suffix}[method]
    return posixpath.join(folder, changed)
