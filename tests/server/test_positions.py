"""Are places counted as editors count, and edits applied as they mean them? Held against plain code points and bytes."""

import pytest

pytest.importorskip("pygls")

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from mlaudit.facts import Location
from mlaudit.server.actions import _edits
from mlaudit.server.notebooks import Held, code_cells, content, span, texts
from mlaudit.server.positions import Text, changed
from tests.conftest import notebook
from tests.server.editor import applied

LETTERS = "ab é😀\n\r\x0c\u2028\t"
TEXTS = st.text(LETTERS, max_size=30)
UNITS = st.sampled_from(["utf-8", "utf-16", "utf-32"])


@given(TEXTS, UNITS, st.data())
def test_a_position_leads_back_to_its_character(text: str, units: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    read = Text(text, units)
    back = read.offset(read.position(offset))
    is_inside_a_line_end = text[offset - 1 : offset + 1] == "\r\n"
    assert back == (offset - 1 if is_inside_a_line_end else offset)


@given(TEXTS, TEXTS, UNITS, st.data())
def test_a_change_replaces_its_range(text: str, new: str, units: str, data: st.DataObject) -> None:
    ends = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n"]
    start, end = sorted((data.draw(st.sampled_from(ends)), data.draw(st.sampled_from(ends))))
    change = types.TextDocumentContentChangePartial(Text(text, units).range(start, end), new)
    assert changed(text, change, units) == text[:start] + new + text[end:]


LINES = st.lists(st.sampled_from(["a\n", "b\r\n", "😀é\n", "\n", "c"]), max_size=12).map("".join)


@given(LINES, LINES)
def test_edits_make_one_text_of_another(before: str, after: str) -> None:
    assert applied(before, _edits(Text(before), after)) == after


@given(st.lists(st.text('ab"\\é😀\n\t', min_size=1, max_size=20), min_size=1, max_size=4), st.data())
def test_a_place_of_the_file_is_found_in_its_cell(sources: list[str], data: st.DataObject) -> None:
    cells = code_cells(notebook([*sources]).encode())
    number = data.draw(st.integers(1, len(sources)))
    text = sources[number - 1]
    start = data.draw(st.integers(0, len(text) - 1))
    end = start + len(text[start:].split("\n", 1)[0])
    assert span(cells[number], cells[number].locate(start, end))[0] == start
    assert span(cells[number], cells[number].locate(start, end))[1] in (end, end + 1), "the line end counts as its end"


@given(st.lists(st.tuples(st.sampled_from(["code", "markdown"]), TEXTS), max_size=5), st.lists(TEXTS, max_size=5))
def test_a_notebook_says_what_its_cells_say(held: list[tuple[str, str]], saved: list[str]) -> None:
    made = content([Held(*cell) for cell in held], notebook([*saved]).encode())
    assert texts(made) == [text for _, text in held]


def test_a_place_past_the_end_is_the_end() -> None:
    read = Text("a\nb", "utf-16")
    assert read.of(Location("x", 9, 9, 9, 9)) == types.Range(types.Position(1, 1), types.Position(1, 1))
    assert read.of(Location("x")) == types.Range(types.Position(0, 0), types.Position(0, 1))
    assert read.offset(types.Position(0, 99)) == 1
