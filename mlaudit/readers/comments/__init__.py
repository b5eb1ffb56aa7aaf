"""Which findings does a file say are meant to be? Its suppressions, in the comments that its format has."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from mlaudit.facts import Location, RuleName, Suppression
from mlaudit.marks import kind_of
from mlaudit.patterns import pattern
from mlaudit.readers.comments.grammar import Directive, directive
from mlaudit.source import Source

CANDIDATE = pattern(r"(?:#|//|/\*|<!--|;)[ \t]*(?=mlaudit:)")
MARKS = {"jsonc": ("//", "/*"), "markdown": ("<!--", "#"), "ini": ("#", ";")}
BEFORE = pattern(r"[ \t#]*")
# The instructions of a Dockerfile whose text goes to a shell, which knows comments behind commands.
SHELL = ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "ONBUILD")
FARTHEST = 1_000_000


class Layout(Protocol):
    """What a comment of a format speaks for, by line."""

    def statement(self, line: int) -> tuple[int, int]:
        """The lines of the statement that a line belongs to, or begins."""

    def after(self, line: int) -> tuple[int, int] | None:
        """The lines that a comment on a line of its own speaks for; None where nothing follows."""

    def beside(self, line: int) -> tuple[int, int]:
        """The lines that a comment behind code speaks for."""


class Written(NamedTuple):
    """A directive in a text: its offsets, whether it stands on a line of its own, and what mlaudit reads of it."""

    start: int
    end: int
    own: bool
    said: Directive


def read(source: Source) -> Iterator[Suppression]:
    """Every suppression of a file, in order."""
    kind = kind_of(source.path)
    if kind == "notebook":
        from mlaudit.readers.comments import notebook

        yield from notebook.read(source)
    elif kind:
        yield from _suppressions(source, kind)


def written(text: str, kind: str) -> Iterator[Written]:
    """The directives of a text whose comments are of a kind, those in strings too."""
    marks = MARKS.get(kind, ("#",))
    for match in CANDIDATE.finditer(text):
        start = match.start()
        line = text[max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1 : start]
        is_comment = match[0].rstrip() in marks and (not line or line[-1] in " \t#,;)]}")
        if is_comment and (said := directive(text[match.end() :])):
            end = match.end() + len(text[match.end() :].splitlines()[0].rstrip())
            yield Written(start, end, bool(BEFORE.fullmatch(line)), said)


def _suppressions(source: Source, kind: str) -> Iterator[Suppression]:
    layout: Layout | None = None
    for each in written(source.text, kind):
        at = source.location(each.start, each.end)
        layout = layout or layout_of(source, kind)
        problem, in_string = _misplaced(source, kind, layout, each, at.line)
        lines = layout.statement(at.line) if in_string else _lines(source, layout, each, at.line)
        if lines is None and each.said.kind == "file-ignore":
            lines = at.line, at.line
        if lines is None:
            lines, problem = (at.line, at.line), problem or "stands above nothing that it could speak for"
        first = 1 if each.own and _is_head(source.text[: each.start]) else min(lines[0], at.line)
        over: Location | None = Location(source.path, first, 1, max(lines[1], at.line), FARTHEST)
        over = over if each.said.kind == "ignore" else None
        yield suppression(source.text, source.location, each, over, problem, in_string)


def _is_head(text: str) -> bool:
    """Whether only comments stand above: what is missing is said of a file's first line, whatever that is."""
    return all(not line.strip() or line.lstrip().startswith(("#", "//", ";", "<!--")) for line in text.splitlines())


def suppression(
    text: str,
    locate: Callable[[int, int], Location],
    each: Written,
    over: Location | None,
    problem: str = "",
    in_string: bool = False,
) -> Suppression:
    """The fact of a directive of a text, whose offsets `locate` finds in the file."""
    begin = text.find("mlaudit:", each.start)
    names = (RuleName(locate(begin + offset, begin + offset + len(name)), name) for offset, name in each.said.names)
    return Suppression(
        at=locate(each.start, each.end),
        written=text[each.start : each.end],
        rules=tuple(names),
        over=over,
        reason=each.said.reason,
        until=each.said.until,
        problem=each.said.problem or problem,
        in_string=in_string,
    )


def layout_of(source: Source, kind: str) -> Layout:
    """How the lines of a file belong together."""
    from mlaudit.readers.comments import code, lines

    tokens = {"python": code.PYTHON, "toml": code.TOML, "jsonc": code.JSON}
    if kind in tokens:
        return code.Layout(source.text, source.starts, tokens[kind])
    if kind == "dockerfile":
        return lines.Instructions(source)
    return (lines.Indented if kind in ("yaml", "makefile", "ini") else lines.Plain)(source)


def _misplaced(source: Source, kind: str, layout: Layout, each: Written, line: int) -> tuple[str, bool]:
    """Why a directive is none where it stands, and whether that is because it is in a string."""
    strings: list[tuple[int, int]] = getattr(layout, "strings", [])
    if any(start < each.start < end for start, end in strings):
        return "stands in a string, not in a comment", True
    keyword = getattr(layout, "keywords", {}).get(line, "RUN")
    if not each.own and keyword not in SHELL:
        return f"stands behind {keyword}, where a Dockerfile takes no comment", False
    if kind == "markdown" and source.text[each.start] == "#" and each.start > front(source.text):
        return "stands in text, not in a comment", True
    return "", False


def front(text: str) -> int:
    """Where the front matter of a Markdown file ends, -1 where it has none."""
    return text.find("\n---", 3) if text.startswith("---") else -1


def _lines(source: Source, layout: Layout, each: Written, line: int) -> tuple[int, int] | None:
    if not each.own:
        return layout.beside(line)
    nested = source.text[source.starts[line - 1] : each.start].strip()
    if nested:  # inside a block of comments, such as the header of a script
        return line, line + 1
    return layout.after(line)
