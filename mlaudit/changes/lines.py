"""Which lines of which files did a change touch? Read off git's own difference, without filters or other programs."""

import codecs
from collections.abc import Iterable, Iterator, Mapping

from mlaudit.config import UsageError
from mlaudit.facts import Location
from mlaudit.files.git import StrPath, git, without_filters
from mlaudit.patterns import pattern

# What stands above each hunk of a difference without context: how many lines it takes, where it puts how many.
HUNK = pattern(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
PLAIN = (
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=all",
    "--src-prefix=a/",
    "--dst-prefix=b/",
)
LINK = "160000"  # the mode of a submodule
# The files that differ, each with the first and last line of its stretches: none where it is gone, or only its name or
# mode is another; None where it has no lines, or is new to git.
Touched = Mapping[str, tuple[tuple[int, int], ...] | None]


def touched(root: StrPath, base: str, *, staged: bool, index: str = "") -> Touched:
    """The lines that are others than in the commit or tree `base`: in the index, or in the working tree.

    A file whose lines moved whole to another name has none. Raises UsageError where git cannot compare.
    """
    off = without_filters(root)
    words = ("diff", *(("--cached",) if staged else ()), "--raw", "-p", "-U0", "-M", "--no-abbrev", *PLAIN, base, "--")
    output = None if off is None else git(root, *off, *words, index=index)
    if output is None:
        raise UsageError(f"git cannot compare with `{base}`")
    lines = output.decode("utf-8", "surrogateescape").split("\n")
    found = dict(_named(lines))
    for path, hunks in _hunks(iter(lines)):
        found[path] = tuple(hunks)
    return found


def is_touched(at: Location, where: Touched) -> bool:
    """Whether a place shares a line with what was touched."""
    if at.path not in where:
        return False
    stretches = where[at.path]
    return stretches is None or any(first <= at.end_line and at.line <= last for first, last in stretches)


def _named(lines: Iterable[str]) -> Iterator[tuple[str, tuple[tuple[int, int], ...] | None]]:
    """The files of the raw lines, `:modes objects status<TAB>path[<TAB>path]`, as if none had a text."""
    for line in lines:
        if line.startswith(":"):
            head, *paths = line.split("\t")
            _, mode, old, new, status = head.split(" ")
            is_other = status[0] != "D" and mode != LINK and (old != new or not new.strip("0"))
            yield _unquoted(paths[-1]), None if is_other else ()


def _hunks(lines: Iterator[str]) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Each file of the patch with the stretches that are new in it; the text of hunks is counted, never read."""
    path, found = "", list[tuple[int, int]]()
    for line in lines:
        if line.startswith("diff --git "):
            if path:
                yield path, found
            path, found = "", []
        elif line.startswith("+++ "):
            name = _unquoted(line[4:].removesuffix("\t"))
            path = name[2:] if name.startswith("b/") else ""
        elif match := HUNK.match(line):
            first, number = int(match[2]), int(match[3] or 1)
            _pass(lines, int(match[1] or 1) + number)
            found += [(first, first + number - 1)] if number else []
    if path:
        yield path, found


def _pass(lines: Iterator[str], number: int) -> None:
    """Go past so many lines of a hunk; `\\ No newline at end of file` is none of them."""
    while number:
        number -= not next(lines, "").startswith("\\")


def _unquoted(name: str) -> str:
    """A path as git writes it: in quotation marks, with C's escapes, where it holds more than plain letters."""
    if not name.startswith('"'):
        return name
    decoded = codecs.escape_decode(name[1:-1].encode("utf-8", "surrogateescape"))[0]
    return decoded.decode("utf-8", "surrogateescape") if isinstance(decoded, bytes) else name
