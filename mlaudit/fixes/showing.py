"""How is a fix shown beside its finding: as lines taken and added, and as texts at places of the file?"""

from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher

from mlaudit.findings import Change, Edit, Finding, Fix, Replacement
from mlaudit.fixes.applying import edited
from mlaudit.masking import masked
from mlaudit.source import Source

AROUND = 2
Sources = Callable[[str], Source]


def shown(fixes: Mapping[Finding, Fix], source: Sources) -> dict[Finding, Change]:
    """The changes, by finding."""
    return {finding: _change(fix, source) for finding, fix in fixes.items()}


def _change(fix: Fix, source: Sources) -> Change:
    edits = sorted(fix.edits)
    is_open = all(masked(edit.text) == edit.text for edit in edits)  # a text with credentials is shown nowhere
    replacements = (Replacement(source(edit.path).location(edit.start, edit.end), edit.text) for edit in edits)
    paths = sorted({edit.path for edit in fix.edits})
    diff = "".join(
        f"--- {path}\n{''.join(_hunks(source(path), [edit for edit in edits if edit.path == path]))}" for path in paths
    )
    return Change(fix.title, fix.origin, fix.safety, masked(diff), tuple(replacements) if is_open else ())


def _hunks(source: Source, edits: list[Edit]) -> Iterator[str]:
    """The lines around each group of edits that lie near one another."""
    text = source.text
    groups: list[tuple[int, int, list[Edit]]] = []
    for edit in edits:
        first, last = _line(source, edit.start) - AROUND, _line(source, edit.end) + AROUND
        if groups and first <= groups[-1][1] + 1:
            groups[-1] = (groups[-1][0], max(last, groups[-1][1]), [*groups[-1][2], edit])
        else:
            groups.append((max(0, first), last, [edit]))
    for first, last, near in groups:
        start, end = source.starts[first], source.starts[last + 1] if last + 1 < len(source.starts) else len(text)
        moved = (edit._replace(start=edit.start - start, end=edit.end - start) for edit in near)
        before = text[start:end]
        yield from _hunk(first, before.splitlines(), edited(before, moved).splitlines())


def _line(source: Source, offset: int) -> int:
    """The index of the line in which an offset lies."""
    return source.location(offset, offset).line - 1


def _hunk(first: int, before: list[str], after: list[str]) -> Iterator[str]:
    yield f"@@ line {first + 1} @@\n"
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            yield from (f" {line}\n" for line in before[old_start:old_end])
        else:
            yield from (f"-{line}\n" for line in before[old_start:old_end])
            yield from (f"+{line}\n" for line in after[new_start:new_end])
