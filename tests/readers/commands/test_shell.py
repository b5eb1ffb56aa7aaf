"""Does the lexer split commands as a shell does, and does every word know its place?"""

import pytest

from mlaudit.readers.commands import script
from mlaudit.readers.commands.shell import Word, commands, simple_commands
from mlaudit.source import Source

from .reading import commands as install_commands


def split(text: str) -> list[list[str]]:
    return [[word.text for word in words] for words in commands(Source("x.sh", text.encode()).passage())]


SPLITS = {
    "words": ("pip  install\tx", [["pip", "install", "x"]]),
    "lines": ("a\nb\r\nc", [["a"], ["b"], ["c"]]),
    "operators": ("a && b || c; d | e & f", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]),
    "operators without blanks": ("a&&b;c|d", [["a"], ["b"], ["c"], ["d"]]),
    "subshell": ("(a; b) c", [["a"], ["b"], ["c"]]),
    "case": ("case $x in a) b;; esac", [["case", "$x", "in", "a"], ["b"], ["esac"]]),
    "single quotes": ("a 'b c' 'd\"e'", [["a", "b c", 'd"e']]),
    "double quotes": ('a "b c" "d\'e" "f\\"g"', [["a", "b c", "d'e", 'f"g']]),
    "ANSI quotes": ("a $'b c'", [["a", "b c"]]),
    "parts join": ("a 'b'\"c\"d", [["a", "bcd"]]),
    "empty word": ("a '' b", [["a", "", "b"]]),
    "quotes over lines": ("a 'b\nc' d", [["a", "b\nc", "d"]]),
    "escapes": (r"a b\ c \"d", [["a", "b c", '"d']]),
    "other escapes in double quotes stay": (r'a "\n\$"', [["a", r"\n$"]]),
    "continuation": ("a \\\n  b \\\r\n c", [["a", "b", "c"]]),
    "continuation in a word": ("in\\\nstall", [["install"]]),
    "comment": ("a # b && c\nd", [["a"], ["d"]]),
    "no comment inside a word": ("a b#c", [["a", "b#c"]]),
    "redirects": ("a >out 2>&1 b <in 2>> log &> all", [["a", "b"]]),
    "a greater-than that is not quoted is a redirect": ("pip install torch>=2 y", [["pip", "install", "torch", "y"]]),
    "here-document": ("cat <<EOF > f\nit's\nEOF\na", [["cat"], ["a"]]),
    "here-document with tabs": ("cat <<-'EOF'\n\tit's\n\tEOF\na", [["cat"], ["a"]]),
    "two here-documents": ("cat <<A <<B\n1\nA\n2\nB\nc", [["cat"], ["c"]]),
    "here-document that never ends": ("cat <<EOF\na b\n", [["cat"], ["a", "b"]]),
    "here-string": ("cat <<< 'a b' c", [["cat", "c"]]),
    "a broken quote costs its line": ("a b\necho don't\npip install x\n", [["a", "b"], ["pip", "install", "x"]]),
    "two broken quotes": ("a 'b\nc \"d\ne\n", [["e"]]),
    "unclosed substitution": ("a $(b\nc\n", [["c"]]),
    "NUL": ("a\0b c", [["a\0b", "c"]]),
    "backslash at the end": ("a b\\", [["a", "b\\"]]),
}


@pytest.mark.parametrize(("text", "expected"), SPLITS.values(), ids=SPLITS)
def test_splits(text: str, expected: list[list[str]]) -> None:
    assert split(text) == expected


VARIABLES = {
    "$a": True,
    "${a}": True,
    "${a:-{b}}": True,
    "$(a 'b)' \"c)\" (d))": True,
    "`a b`": True,
    '"x $a"': True,
    "${{ matrix.a }}": True,
    "{{ a }}": True,
    "<(a b)": True,
    "$1": True,
    "$$": True,
    "'$a'": False,
    "\\$a": False,
    "{a,b}": False,
    "a$": False,
    '"$"': False,
}


@pytest.mark.parametrize(("text", "variable"), VARIABLES.items())
def test_variables(text: str, variable: bool) -> None:
    [[word]] = commands(Source("x.sh", text.encode()).passage())
    assert word.variable is variable
    assert (word.start, word.end) == (0, len(text))


@pytest.mark.parametrize("text", [text for text, _ in SPLITS.values()], ids=SPLITS)
def test_a_word_stands_where_it_says(text: str) -> None:
    for command in simple_commands(text):
        for word in command.words:
            for position in range(len(word.text)):
                start, end = word.span(position, position + 1)
                assert text[start:end] == word.text[position]


def test_a_part_of_a_word_stands_where_it_says() -> None:
    text = "--x=\"a\"'b'c\\d"
    [[word]] = commands(Source("x.sh", text.encode()).passage())
    assert word.cut(4) == Word("abcd", 5, 13, False, word.cut(4).runs)
    assert text[slice(*word.cut(4).span(1, 3))] == "b'c"
    assert word.cut(4).cut(2).text == "cd"
    assert text[slice(*word.cut(4).cut(2).span(1, 2))] == "d"


def test_depth_of_subshells() -> None:
    found = simple_commands("a; (b; (c)) (d) ) e")
    assert [(command.words[0].text, command.depth, command.floor) for command in found] == [
        ("a", 0, 0),
        ("b", 1, 0),
        ("c", 2, 1),
        ("d", 1, 0),
        ("e", 0, 0),
    ]


def test_reads_scripts() -> None:
    [command] = install_commands(script.read(Source("a/run.sh", b"#!/bin/sh\r\npip install x\r\n")))
    assert (command.place, command.at.line, command.at.column, command.at.end_column) == ("shell", 2, 1, 12)
