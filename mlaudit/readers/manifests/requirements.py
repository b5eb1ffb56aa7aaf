"""What does a requirements or constraints file say? pip's own line grammar, with positions.

Lines are joined and comments cut in the order in which pip does both; tests/readers/test_requirements.py compares the
result with pip's parser on files of every kind.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Fact, Include, Location, Lock, Manifest, PackageSource, Requirement, Unreadable
from mlaudit.patterns import pattern
from mlaudit.readers.manifests import requirement
from mlaudit.source import GUESSED, Passage, Source

COMMENT = pattern(r"(?:^|\s+)#.*$", re.DOTALL)
WORD = pattern(r"(?:\"[^\"]*\"|'[^']*'|[^\s\"'])+")
OPTION = pattern(r"(?:^|\s)(--?[A-Za-z][A-Za-z-]*)")
CONDA_LIST = pattern(r"^# .*\$ conda create|^# platform: ", re.MULTILINE)
NESTED = {"-r": "requirement", "--requirement": "requirement", "-c": "constraint", "--constraint": "constraint"}
SOURCES = ("--pre", "--extra-index-url", "--index-url", "-i", "--find-links", "-f", "--no-index", "--trusted-host")
LONG = {"-i": "index-url", "-f": "find-links"}
NAME_WORDS = pattern(r"requirements?|reqs?|deps|dependencies|constraints?|[-_.]?txt$|[-_.]?in$|\d{4,}", re.IGNORECASE)


class Line(NamedTuple):
    """A logical line: its text, continuations blanked out, and the offset at which it starts."""

    text: str
    start: int


def read(source: Source, role: str = "") -> Iterator[Fact]:
    """Requirement, Include, PackageSource, Manifest; Lock too where a tool compiled the file.

    `role` is constraint where another file names this one by `-c`; without it the file's name decides.
    """
    if "@EXPLICIT" in source.text:
        from mlaudit.readers.locks import explicit

        yield from explicit.read(source)
        return
    role = role or ("constraint" if "constraint" in posixpath.basename(source.path) else "requirement")
    yield Manifest(source.location(0), "constraints" if role == "constraint" else "requirements")
    if source.encoding == GUESSED:
        yield Unreadable(source.location(0), "is not UTF-8: read as Latin-1, pip may refuse it", partly=True)
    found = list(statements(source, role=role))
    yield from found
    if lock := _compiled(source, found):
        yield lock


def _compiled(source: Source, found: list[Fact]) -> Lock | None:
    if not source.text.lstrip().startswith("#"):
        return None
    from mlaudit.readers.locks.compiled import compiled

    return compiled(source, [fact for fact in found if isinstance(fact, Requirement)])


def statements(source: Source, role: str = "requirement") -> Iterator[Fact]:
    """The facts of every logical line."""
    conda = CONDA_LIST.search(source.text) is not None
    group = group_of(source.path)
    for line in logical_lines(source.text):
        passage = Passage(line.text, source.passage(line.start, line.start).locate)
        if conda and (found := _conda(passage, group=group, role=role)):
            yield found
        else:
            yield from statement(passage, source.path, group=group, role=role)


def _conda(passage: Passage, **context: str) -> Requirement | None:
    """A line of `conda list --export`."""
    from mlaudit.readers.manifests import conda_spec

    return conda_spec.parse(passage.text, passage.locate, **context)


def statement(passage: Passage, path: str, group: str = "", role: str = "requirement") -> Iterator[Fact]:
    """The facts of one logical line, without its comment. `path` is the file whose folder paths start from."""
    if found := requirement.pinned(passage.text, passage.locate, origin=path, group=group, role=role):
        yield found
        return
    head, options = _split(passage.text)
    words = [(match[0], match.start()) for match in WORD.finditer(passage.text, options)]
    first = words[0][0] if words else ""
    if head.strip():
        for fact in _required(passage, head, path, group=group, role=role):
            hashes = tuple(requirement.HASH.findall(passage.text)) if isinstance(fact, Requirement) else ()
            yield fact._replace(hashes=fact.hashes + hashes) if isinstance(fact, Requirement) else fact
    elif first.startswith(("-e", "--editable")):
        value, start = _value(words, "-e" if not first.startswith("--") else "--editable")
        inner = Passage(value, lambda a, b: passage.locate(start + a, start + b))
        yield from _required(inner, value, path, group=group, role=role, editable=True)
    elif include := _include(passage, words, path):
        yield include
    elif source := _package_source(passage, words):
        yield source


def logical_lines(text: str) -> Iterator[Line]:
    """Lines as pip joins them: a trailing backslash continues, unless the line is a comment."""
    pieces: list[str] = []
    start = at = 0
    for physical in text.splitlines(keepends=True):
        body = physical.rstrip("\r\n")
        if not pieces:
            start = at
            if "#" not in body and not body.endswith("\\"):  # most lines: nothing to cut, nothing to join
                if kept := body.rstrip():
                    yield Line(kept, start)
                at += len(physical)
                continue
        comment = body.lstrip().startswith("#")
        if body.endswith("\\") and not comment:
            kept = body.strip("\\")
            pieces.append(kept.rjust(len(body.rstrip("\\"))).ljust(len(physical)))
        else:
            joined = "".join([*pieces, f" {body}" if comment and pieces else body])
            pieces = []
            if kept := COMMENT.sub("", joined).rstrip():
                yield Line(kept, start)
        at += len(physical)
    if kept := COMMENT.sub("", "".join(pieces)).rstrip():
        yield Line(kept, start)


def group_of(path: str) -> str:
    """What a file's name says of when it is installed: requirements-dev.txt and requirements/dev.txt say dev."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    return re.sub(r"^[-_.]+|[-_.]+$", "", NAME_WORDS.sub("", stem)).lower()


def _split(text: str) -> tuple[str, int]:
    """The text before the first option, and the offset at which the options start."""
    option = OPTION.search(text)
    return (text, len(text)) if option is None else (text[: option.start()], option.start(1))


def _required(passage: Passage, text: str, path: str, **context: object) -> Iterator[Fact]:
    found = requirement.parse(text.strip("\"'") if text[:1] in "\"'" else text, passage.locate, origin=path, **context)
    if found is None:
        stripped = text.strip()
        start = text.find(stripped)
        reason = "is a template placeholder" if "{{" in text else "is no requirement that pip reads"
        yield Unreadable(passage.locate(start, start + len(stripped)), f"`{stripped}` {reason}", partly=True)
    else:
        yield rooted(found, path)


def rooted(found: Requirement, path: str) -> Requirement:
    """The requirement with a local path written as `path:` from the repository's root; `path` names its file."""
    url = found.url
    if url.startswith("file:") and not url.startswith("file:/"):
        url = url.removeprefix("file:")
    if (
        not url
        or requirement.SCHEME.match(url)
        or url.startswith(("/", "~", "path:"))
        or re.match(r"[A-Za-z]:[\\/]", url)
    ):
        return found
    local = re.sub(r"\[.*\]$", "", url.partition("#")[0]).replace("\\", "/")
    return found._replace(url=f"path:{posixpath.normpath(posixpath.join(posixpath.dirname(path), local))}")


def _value(words: list[tuple[str, int]], option: str) -> tuple[str, int]:
    """The value of the first word's option, in `-rfile`, `--x=file` and `-r file` form, and its offset."""
    word, start = words[0]
    glued = word[len(option) :]
    if glued:
        cut = len(option) + glued.startswith("=")
        return word[cut:].strip("\"'"), start + cut
    return (words[1][0].strip("\"'"), words[1][1]) if len(words) > 1 else ("", start)


def _include(passage: Passage, words: list[tuple[str, int]], path: str) -> Include | None:
    for option, role in NESTED.items():
        if words and words[0][0].startswith(option):
            written, start = _value(words, option)
            return include(passage.locate(start, start + len(written)), written, path, role)
    return None


def include(at: Location, written: str, path: str, role: str = "requirement") -> Include:
    """The Include of a file that `path` names as `written`."""
    if "://" in written:
        return Include(at, written, role, written, escapes=True)
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), written.replace("\\", "/")))
    return Include(at, target, role, written, escapes=target.startswith(("../", "/")))


def _package_source(passage: Passage, words: list[tuple[str, int]]) -> PackageSource | None:
    for option in SOURCES:
        word, start = words[0] if words else ("", 0)
        if word == option or word.startswith(f"{option}="):
            value, _ = _value(words, option)
            end = words[1][1] + len(words[1][0]) if value and word == option and len(words) > 1 else start + len(word)
            return PackageSource(passage.locate(start, end), LONG.get(option, option.lstrip("-")), value)
    return None
