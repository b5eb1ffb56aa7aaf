"""Do fixes change what they are to change, and no other byte? Whatever the formatting, encoding and line ends."""

import os
import subprocess
import tempfile
import tomllib
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlaudit import rulebook
from mlaudit.audit import audit
from mlaudit.commands.fix import Outcome, diff, fixed, write
from mlaudit.config import Config
from mlaudit.findings import Edit
from mlaudit.fixes.applying import edited
from mlaudit.fixes.diffs import difference

RULES = rulebook.select(rulebook.load(), ("REQ001", "REQ011", "MLA001"), ())
LOCKED = {"numpy": "1.26.4", "scikit-learn": "1.5.1", "ruamel.yaml": "0.18.6", "torch": "2.4.1"}
LOCK = (
    "".join(f'[[package]]\nname = "{name}"\nversion = "{version}"\n\n' for name, version in LOCKED.items())
    + '[metadata]\nlock-version = "2.1"\npython-versions = "*"\ncontent-hash = "0"\n'
)
NAMES = {"numpy": "numpy", "Scikit_Learn": "scikit-learn", "ruamel.yaml": "ruamel.yaml", "TORCH": "torch", "lost": ""}
slow = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])

blank = st.sampled_from(["", " ", "  ", "\t"])
some = st.sampled_from([" ", "  ", "\t"])
ends = st.sampled_from(["\n", "\r\n"])
words = st.text(alphabet="abc é ü ß # == 'quoted' \"", max_size=12)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"])


@st.composite
def line(draw: st.DrawFn) -> tuple[str, str]:
    """A line of a requirement file, and the line that it is to become."""
    if draw(st.integers(0, 3)) == 0:
        same = draw(
            st.sampled_from(
                ["", "  ", "# a comment: numpy>=1", "-e .", "six==1.16.0", "--index-url https://index.example"]
            )
        )
        return same, same
    name = draw(st.sampled_from(sorted(NAMES)))
    extras = draw(st.sampled_from(["", "[all]", " [a,b]"]))
    before, after = draw(blank), draw(blank)
    operator = draw(st.sampled_from(["", ">=", "~=", "!=", ">"]))
    bound = draw(st.sampled_from(["0.1", "0.0.1"]))
    more = draw(st.sampled_from(["", ",<9", " , <  9"]))
    if operator == "~=":
        operator, more = ">=", ""
    tail = draw(st.sampled_from(["", " ; python_version >= '3.8'", ";sys_platform=='linux'"]))
    comment = draw(st.sampled_from(["", "  # why: numpy>=1 is old", "\t# é"]))
    indent = draw(st.sampled_from(["", " "]))
    written = f"{before}{operator}{after}{bound}{more}" if operator else ""
    version = LOCKED.get(NAMES[name])
    pinned = written if version is None else f"{before}=={after}{version}" if operator else f"=={version}"
    return tuple(f"{indent}{name}{extras}{part}{tail}{comment}" for part in (written, pinned))  # type: ignore[return-value]


@slow
@given(st.lists(line(), min_size=1, max_size=8), st.lists(ends, min_size=8, max_size=8), encodings, st.booleans())
def test_requirement_files(lines: list[tuple[str, str]], newlines: list[str], encoding: str, final: bool) -> None:
    def text(which: int) -> bytes:
        parts = [f"{pair[which]}{end}" for pair, end in zip(lines, newlines, strict=False)]
        return "".join([*parts, "" if final else "last_line==1"]).encode(encoding)

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "requirements.txt").write_bytes(text(0))
        (root / "poetry.lock").write_text(LOCK)
        os.chmod(root / "requirements.txt", 0o755)
        _hold(root)
        assert (root / "requirements.txt").read_bytes() == text(1)
        assert (root / "requirements.txt").stat().st_mode & 0o777 == 0o755


@st.composite
def entry(draw: st.DrawFn) -> tuple[str, str]:
    """An entry of a table of dependencies, and what it is to become."""
    name, number = draw(st.sampled_from([("numpy", "1.26.4"), ("scikit_learn", "1.5.1"), ("torch", "2.4.1")]))
    key = draw(st.sampled_from([name, f'"{name}"', f"'{name}'"]))
    quote = draw(st.sampled_from(['"', "'"]))
    equal = f"{draw(blank)}={draw(blank)}"
    asked = draw(st.sampled_from(["*", "^1.0" if name != "torch" else "^2", ">=0.1,<9", ">= 0.1"]))
    shape = draw(st.sampled_from(["{}", "{{ version{1}{0} }}", "{{extras = ['a'],version{1}{0}, optional = true}}"]))
    comment = draw(st.sampled_from(["", "  # version = '1'", "\t# é"]))
    parts = (shape.format(f"{quote}{value}{quote}", equal) for value in (asked, f"=={number}"))
    return tuple(f"{key}{equal}{part}{comment}" for part in parts)  # type: ignore[return-value]


@slow
@given(
    st.lists(entry(), min_size=1, max_size=3, unique_by=lambda pair: pair[0].strip("\"'")[:3]),
    ends,
    st.sampled_from(["pyproject.toml", "Pipfile"]),
)
def test_tables(entries: list[tuple[str, str]], newline: str, name: str) -> None:
    head = {
        "pyproject.toml": ["[tool.poetry]", 'name = "churn"', 'version = "0.1.0"', "", "[tool.poetry.dependencies]"],
        "Pipfile": ["[packages]"],
    }[name]

    def text(which: int) -> bytes:
        lines = [*head, *(pair[which] for pair in entries), "", "[scripts]", "x = 'é'", ""]
        return newline.join(lines).encode()

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / name).write_bytes(text(0))
        (root / "requirements.txt").write_text("numpy==1.26.4\nscikit-learn==1.5.1\ntorch==2.4.1\n")
        _hold(root)
        assert (root / name).read_bytes() == text(1)
        tomllib.loads((root / name).read_bytes().decode().replace("\r\n", "\n"))


def _hold(root: Path) -> Outcome:
    """Fix a folder: `git apply` of the diff gives the same bytes, and a second run changes nothing."""
    again = partial(audit, str(root), Config(), RULES, fixing=True, drawn=False)
    outcome = fixed(again(), lambda edits: again(edits=edits), unsafe=True)
    assert outcome.settled
    assert not outcome.refused
    assert not outcome.report.crashes
    patch = diff(outcome)
    held = {path: (root / path).read_bytes() for path in outcome.contents}
    if patch:
        subprocess.run(["git", "apply", "-"], input=patch, cwd=root, check=True, capture_output=True)
        assert {path: (root / path).read_bytes() for path in held} == outcome.contents
        for path, content in held.items():
            (root / path).write_bytes(content)
    write(outcome)
    assert not fixed(again(), lambda edits: again(edits=edits), unsafe=True).contents
    return outcome


contents = st.lists(
    st.tuples(
        st.sampled_from([b"a", b"b", b"", b"\xff\xe9", b"\ta ", b"-- x", b"\\"]), st.sampled_from([b"\n", b"\r\n"])
    ),
    max_size=14,
).map(lambda lines: b"".join(text + end for text, end in lines))
paths = st.sampled_from(["a.txt", "folder/a b.txt", "é.txt", 'quo"te.txt', "tab\there.txt", "back\\slash.txt"])


@slow
@given(contents, contents, st.booleans(), paths)
def test_git_applies_every_difference(before: bytes, after: bytes, cut: bool, path: str) -> None:
    after = after[:-1] if cut else after
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / path
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(before)
        patch = difference(path, before, after)
        assert bool(patch) == (before != after)
        if patch:
            subprocess.run(["git", "apply", "-"], input=patch, cwd=folder, check=True, capture_output=True)
        assert file.read_bytes() == after if after or not patch else not file.exists() or file.read_bytes() == b""


@given(
    st.text(max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5), st.text(max_size=3)), max_size=5)
)
def test_edits_are_as_if_made_one_by_one_from_the_end(text: str, wanted: list[tuple[int, int, str]]) -> None:
    edits, last = [], -1
    for start, length, new in sorted(wanted):
        if start > last and start + length <= len(text):
            edits.append(Edit("a", start, start + length, new))
            last = start + length
    expected = text
    for edit in reversed(edits):
        expected = expected[: edit.start] + edit.text + expected[edit.end :]
    assert edited(text, edits) == expected
