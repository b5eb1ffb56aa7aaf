"""Which install commands do the calls of a piece of Python run?"""

import ast
from collections.abc import Callable, Iterable, Iterator

from mlaudit.facts import Fact, InstallCommand, Location
from mlaudit.readers.commands import install, shell
from mlaudit.source import Passage

# What a line must hold to name a command that installs, or the packages of one.
WORDS = ("install", "sync", "create")
RUNNERS = frozenset(
    {"system", "run", "call", "check_call", "check_output", "Popen", "getoutput", "popen", "run_line_magic"}
)

Locate = Callable[[ast.AST], Location]


def commands(nodes: Iterable[ast.AST], locate: Locate) -> Iterator[Fact]:
    """Commands in literal arguments: subprocess.run(["pip", "install", "x"]), os.system("pip install x")."""
    for node in nodes:
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "packages_to_install" and isinstance(keyword.value, ast.List):
                    yield from _named(node, keyword.value.elts, locate)
            if node.args:
                yield from _command(node, node.args[0], locate)


def _command(call: ast.Call, first: ast.expr, locate: Locate) -> Iterator[Fact]:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if isinstance(first, ast.List | ast.Tuple):
        yield from _listed(first.elts, locate)
    elif name in ("pip_install", "uv_pip_install") and isinstance(function, ast.Attribute):
        yield from _named(call, call.args, locate)
    elif name == "install" and isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "session":
        yield from _session(call, locate)
    elif name in RUNNERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
        at, text = locate(first), first.value
        yield from install.installs(Passage(text, lambda start, end: _part(at, text, start, end)), "python")


def _listed(elements: list[ast.expr], locate: Locate) -> Iterator[Fact]:
    words: list[shell.Word] = []
    places: list[Location] = []
    at = 0
    for element in elements:
        text, is_known = _word(element)
        words.append(shell.Word(text, at, at + len(text), not is_known))
        places.append(locate(element))
        at += len(text) + 1
    if any(word.text in ("install", "sync") for word in words):
        yield from install.command(words, lambda first, last: _listed_place(words, places, first, last), "python")


def _listed_place(words: list[shell.Word], places: list[Location], first: int, last: int) -> Location:
    """The place of a part of the command line that the elements of a list make."""
    inside = [index for index, word in enumerate(words) if word.start <= first < word.end or first < word.end <= last]
    start, end = inside[0], inside[-1]
    if start == end:
        word = words[start]
        return _part(places[start], word.text, first - word.start, last - word.start)
    return places[start]._replace(end_line=places[end].end_line, end_column=places[end].end_column)


def _word(node: ast.expr) -> tuple[str, bool]:
    """The word that an element of the list gives, and whether it is known."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value, True
    if isinstance(node, ast.Attribute) and node.attr == "executable":
        return "python", True
    return "$variable", False


def _session(call: ast.Call, locate: Locate) -> Iterator[Fact]:
    """nox: session.install("pytest", "-r", "requirements.txt")."""
    for fact in _named(call, call.args, locate):
        yield fact._replace(place="nox") if isinstance(fact, InstallCommand) else fact


def _named(call: ast.Call, packages: list[ast.expr], locate: Locate) -> Iterator[Fact]:
    """A call that stands for `pip install`: a nox session's, a Modal image's, a KFP component's packages."""
    prefix = [ast.Constant("pip"), ast.Constant("install")]
    for constant in prefix:
        ast.copy_location(constant, call.func)
    flat = [item for node in packages for item in (node.elts if isinstance(node, ast.List | ast.Tuple) else [node])]
    return _listed([*prefix, *flat], locate)


def _part(at: Location, text: str, first: int, last: int) -> Location:
    """The place of a part of a string literal, given that of the whole; the whole where its quotes are not plain.

    A quote may take several characters: three, or an escaped one in a notebook's JSON.
    """
    quotes = at.end_column - at.column - len(text)
    if at.line != at.end_line or quotes not in (2, 4, 6):
        return at
    start = at.column + quotes // 2
    return at._replace(column=start + first, end_column=start + last)
