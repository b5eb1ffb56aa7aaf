"""What does a setup.py require? Its literals are read from the tree; nothing of it is run."""

import ast
import posixpath
import re
from collections.abc import Iterator

from mlaudit.facts import Distribution, EntryPoint, Fact, Location, Manifest, PythonVersion, Unreadable
from mlaudit.patterns import pattern
from mlaudit.readers.code.tree import locator, parse
from mlaudit.readers.manifests import requirement, requirements
from mlaudit.source import Source

SIGNALS = ("classifiers", "license", "url", "long_description", "author", "project_urls", "keywords", "download_url")
REQUIREMENT_FILE = pattern(r"(?:^|[\w./-])*req[\w./-]*\.(?:txt|in)$", re.IGNORECASE)
COMMANDS = ("console_scripts", "gui_scripts")
EXTENSIONS = ("Extension", "CUDAExtension", "CppExtension", "CMakeExtension")

Text = tuple[str, ast.expr]


def read(source: Source) -> Iterator[Fact]:
    """install_requires, extras_require, python_requires, the commands and the metadata of the call named `setup`."""
    tree = parse(source)
    if isinstance(tree, Unreadable):
        yield tree
        return
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    call = next((node for node in calls if _called(node) == "setup"), None)
    if call is None:
        return
    keywords = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    values = _Values(tree)
    at = locator(source)
    yield _distribution(keywords, values, tree, at(call.func))
    yield from _requirements(source, keywords, values, at(call.func))
    for text, node in _commands(keywords.get("entry_points"), values):
        name, sign, target = text.partition("=")
        if sign and ":" in target:
            yield EntryPoint(at(node), name.strip(), target.strip())
    if (python := values.text(keywords.get("python_requires"))) is not None:
        yield PythonVersion(at(keywords["python_requires"]), requirement.comparisons(python), "requires-python")


def _called(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _distribution(keywords: dict[str, ast.expr], values: "_Values", tree: ast.Module, at: Location) -> Distribution:
    extensions = [call for call in ast.walk(tree) if isinstance(call, ast.Call) and _called(call) in EXTENSIONS]
    modules = [
        text
        for call in extensions
        for node in [*call.args[:1], *(k.value for k in call.keywords if k.arg == "name")]
        if (text := values.text(node))
    ]
    signals = tuple(key for key in SIGNALS if key in keywords and values.text(keywords[key]) != "")
    if any(isinstance(node, ast.Call) and _called(node) == "setup" and _is_spread(node) for node in ast.walk(tree)):
        signals = (*signals, "computed")
    name, version = values.text(keywords.get("name")), values.text(keywords.get("version"))
    return Distribution(at, name or "", version or "", signals, tuple(modules))


def _is_spread(call: ast.Call) -> bool:
    """setup(**arguments): what is in them is not known."""
    return any(keyword.arg is None for keyword in call.keywords)


def _requirements(source: Source, keywords: dict[str, ast.expr], values: "_Values", at: Location) -> Iterator[Fact]:
    found: list[tuple[str, list[Text] | None]] = []
    if "install_requires" in keywords:
        found.append(("", values.texts(keywords["install_requires"])))
    for extra, node in values.entries(keywords.get("extras_require")):
        found.append((f"extra:{extra}", values.texts(node)))
    files = _files(values.tree) if any(texts is None for _, texts in found) else []
    computed = any(texts is None for _, texts in found) and not files
    yield Manifest(at, "setup.py", computed=computed)
    for file, node in files:
        yield requirements.include(locator(source)(node), file, source.path)
    for group, texts in found:
        for text, node in texts or []:
            yield from _requirement(source, text, node, group)


def _requirement(source: Source, text: str, node: ast.expr, group: str) -> Iterator[Fact]:
    at = locator(source)(node)
    inner = at._replace(column=at.column + 1, end_column=at.end_column - 1)
    if found := requirement.parse(text, lambda first, last: _part(inner, first, last), group=group, origin=source.path):
        yield requirements.rooted(found, source.path)
    elif text.strip():
        yield Unreadable(at, f"`{text.strip()}` is no requirement that pip reads", partly=True)


def _part(at: Location, first: int, last: int) -> Location:
    if at.line != at.end_line or last - first > at.end_column - at.column:
        return at
    return at._replace(column=at.column + first, end_column=at.column + last)


def _commands(node: ast.expr | None, values: "_Values") -> list[Text]:
    """The lines `name = module:function` of entry_points: of a dict, or of a text with sections."""
    if (text := values.text(node)) is not None and node is not None:
        sections = re.split(r"^\s*\[(.+)\]\s*$", text, flags=re.MULTILINE)[1:]
        named = zip(sections[::2], sections[1::2], strict=True)
        return [(line, node) for name, body in named if name.strip() in COMMANDS for line in body.splitlines()]
    return [text for name, lines in values.entries(node) if name in COMMANDS for text in values.texts(lines) or []]


def _files(tree: ast.Module) -> list[tuple[str, ast.expr]]:
    """Names of requirement files that the code mentions, when it computes what it requires."""
    found: dict[str, ast.expr] = {}
    tested = {
        id(node) for call in ast.walk(tree) if isinstance(call, ast.Call) and _is_test(call) for node in call.args
    }
    for node in ast.walk(tree):
        if id(node) in tested or not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if REQUIREMENT_FILE.match(node.value):
            found.setdefault(_beside(node.value), node)
    return list(found.items())


def _beside(text: str) -> str:
    """A path as it is read beside setup.py: a part that is joined to the folder of the file begins with a slash."""
    return posixpath.normpath(text.lstrip("/"))


def _is_test(call: ast.Call) -> bool:
    """Whether a call asks for a file and does not read it: os.path.exists, print."""
    return _called(call) in ("exists", "isfile", "is_file", "print")


class _Values:
    """What names of the module are worth, as far as literals tell."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.names: dict[str, ast.expr] = {}
        self.items: dict[str, list[tuple[str, ast.expr]]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                self._assign(node.targets[0], node.value)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                self._assign(node.target, node.value)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = value
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            key = self.text(target.slice)
            if key is not None:
                self.items.setdefault(target.value.id, []).append((key, value))

    def text(self, node: ast.expr | None) -> str | None:
        """A string, through one name; None where it is no literal."""
        if isinstance(node, ast.Name):
            node = self.names.get(node.id)
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None

    def texts(self, node: ast.expr | None, depth: int = 0) -> list[Text] | None:
        """The strings of a list, tuple, sum, name or multi-line string; None where some of it is computed."""
        if depth > 20 or node is None:
            return None
        if isinstance(node, ast.Name):
            return self.texts(self.names.get(node.id), depth + 1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.texts(node.left, depth + 1), self.texts(node.right, depth + 1)
            return None if left is None or right is None else left + right
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [(line, node) for line in node.value.splitlines() if line.strip()]
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            parts = [self._element(element, depth + 1) for element in node.elts]
            return None if None in parts else [text for part in parts for text in part or []]
        return None

    def entries(self, node: ast.expr | None) -> list[tuple[str, ast.expr]]:
        """The entries of a dict literal, through one name, and what is assigned to its items afterwards."""
        later = self.items.get(node.id, []) if isinstance(node, ast.Name) else []
        if isinstance(node, ast.Name):
            node = self.names.get(node.id)
        if not isinstance(node, ast.Dict):
            return later
        own = [(self.text(key), value) for key, value in zip(node.keys, node.values, strict=True)]
        return [(key, value) for key, value in own if key is not None] + later

    def _element(self, node: ast.expr, depth: int) -> list[Text] | None:
        if isinstance(node, ast.Starred):
            return self.texts(node.value, depth)
        if isinstance(node, ast.Subscript) and (key := self.text(node.slice)) is not None:
            return self._looked_up(key)
        text = self.text(node)
        return None if text is None else [(text, node)]

    def _looked_up(self, name: str) -> list[Text] | None:
        """`deps["torch"]`: the entry for torch in whichever literal list of requirements the module holds."""
        for value in self.names.values():
            if isinstance(value, ast.List):
                for element in value.elts:
                    text = self.text(element)
                    if text and re.match(rf"{re.escape(name)}(?![\w.-])", text, re.IGNORECASE):
                        return [(text, element)]
        return None
