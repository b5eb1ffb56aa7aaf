"""Which callables of a library take a seed, read from its source with `ast`, without importing anything?"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .rows import Row

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = list[ast.stmt]  # a class, or the overloads of a function
OWN, LISTED, PACKAGE, PASSING = range(4)
SKIPPED = frozenset("test tests testing conftest setup benchmarks examples".split())
DEPTH = 8  # of re-exports and of base classes


@dataclass
class Module:
    """The names of one source file: what it defines, imports, and lists as public."""

    name: str
    is_package: bool
    definitions: dict[str, Definition] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)


Modules = Mapping[str, Module]
Found = tuple[Module, str, Definition]


def read(files: Mapping[str, str]) -> dict[str, Module]:
    """Modules by dotted name, from texts by path (`a/b/__init__.py`); files that do not parse are left out."""
    modules: dict[str, Module] = {}
    for path, text in sorted(files.items()):
        stem, _, _ = path.rpartition(".")
        parts = stem.split("/")
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            continue
        module = modules.setdefault(name, Module(name, is_package))
        _fill(module, tree.body)
    return modules


def _fill(module: Module, body: list[ast.stmt]) -> None:
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                module.definitions.setdefault(name, []).append(node)
            case ast.ImportFrom(module=source, level=level, names=names):
                _import(module, _absolute(module, source or "", level), names)
            case (
                ast.Assign(targets=[ast.Name("__all__")], value=value)
                | ast.AugAssign(target=ast.Name("__all__"), value=value)
            ):
                module.listed |= {each.value for each in ast.walk(value) if _is_text(each)}  # type: ignore[attr-defined]
            case ast.If() | ast.Try():
                for block in (node.body, node.orelse, *(each.body for each in getattr(node, "handlers", ()))):
                    _fill(module, block)
            case _:
                pass


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _absolute(module: Module, source: str, level: int) -> str:
    if not level:
        return source
    parts = module.name.split(".")
    kept = parts[: len(parts) - level + (1 if module.is_package else 0)]
    return ".".join([*kept, source] if source else kept)


def _import(module: Module, source: str, names: list[ast.alias]) -> None:
    for alias in names:
        if alias.name == "*":
            module.stars.append(source)
        else:
            module.imports[alias.asname or alias.name] = (source, alias.name)


def rows(modules: Modules, wanted: frozenset[str], skip: list[str]) -> Iterator[Row]:
    """A row for each seed parameter of each public function, class and method."""
    for module in modules.values():
        if _is_public(module.name, skip):
            for name in sorted(_names(modules, module)):
                found = _resolve(modules, module, name)
                if found and not name.startswith("_"):
                    yield from _rows_of(modules, module, name, found, wanted)


def _is_public(name: str, skip: list[str]) -> bool:
    parts = name.split(".")
    skipped = any(name == prefix or name.startswith(f"{prefix}.") for prefix in skip)
    return not skipped and not any(part.startswith(("_", "test_")) or part in SKIPPED for part in parts)


def _names(modules: Modules, module: Module, depth: int = 0) -> set[str]:
    names = module.listed or {*module.definitions, *module.imports}
    if module.listed or depth > DEPTH:
        return set(names)
    starred = (_names(modules, modules[star], depth + 1) for star in module.stars if star in modules)
    return names.union(*starred)


def _resolve(modules: Modules, module: Module, name: str, depth: int = 0) -> Found | None:
    if name in module.definitions:
        return module, name, module.definitions[name]
    if depth > DEPTH:
        return None
    sources = [module.imports[name]] if name in module.imports else [(star, name) for star in module.stars]
    resolved = (
        _resolve(modules, modules[source], original, depth + 1) for source, original in sources if source in modules
    )
    return next((found for found in resolved if found), None)


def _rows_of(modules: Modules, module: Module, name: str, found: Found, wanted: frozenset[str]) -> Iterator[Row]:
    owner, original, definition = found
    rank = OWN if owner is module else LISTED if module.listed else PACKAGE if module.is_package else PASSING
    key, path = f"{owner.name}:{original}", f"{module.name}.{name}"
    for suffix, parameters in _calls(modules, owner, definition):
        for parameter, position, default in parameters:
            if parameter in wanted:
                yield Row(f"{key}{suffix}", rank, f"{path}{suffix}", parameter, position, default)


Parameters = list[tuple[str, str, str]]


def _calls(modules: Modules, owner: Module, definition: Definition) -> Iterator[tuple[str, Parameters]]:
    if not isinstance(definition[-1], ast.ClassDef):
        for node in definition:
            if isinstance(node, Function):
                yield "", _parameters(node, 0)
        return
    members: dict[str, Definition] = {}
    for base in reversed(list(_lineage(modules, owner, definition[-1]))):
        members.update(_members(base))
    yield "", _constructor(modules, owner, definition[-1], members)
    for name, overloads in members.items():
        if not name.startswith("_"):
            for node in overloads:
                if isinstance(node, Function) and not _is_marked(node, "property", "setter", "cached_property"):
                    yield f".{name}", _parameters(node, 0 if _is_marked(node, "staticmethod") else 1)


def _members(node: ast.ClassDef) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for each in node.body:
        if isinstance(each, Function):
            found.setdefault(each.name, []).append(each)
    return found


def _lineage(modules: Modules, owner: Module, node: ast.ClassDef, depth: int = 0) -> Iterator[ast.ClassDef]:
    """A class and its bases, nearest first, as far as they stand in this source."""
    yield node
    for base in node.bases if depth < DEPTH else ():
        found = _resolve(modules, owner, base.id) if isinstance(base, ast.Name) else None
        if found and isinstance(found[2][-1], ast.ClassDef) and found[2][-1] is not node:
            yield from _lineage(modules, found[0], found[2][-1], depth + 1)


def _constructor(modules: Modules, owner: Module, node: ast.ClassDef, members: dict[str, Definition]) -> Parameters:
    if _is_marked(node, "dataclass", "define"):
        classes = reversed(list(_lineage(modules, owner, node)))
        fields = {
            each[0]: each for base in classes if _is_marked(base, "dataclass", "define") for each in _fields(base)
        }
        return [(name, str(index), default) for index, (name, default) in enumerate(fields.values())]
    written = members.get("__init__") or members.get("__new__") or []
    return [each for function in written if isinstance(function, Function) for each in _parameters(function, 1)]


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for each in node.body:
        match each:
            case ast.AnnAssign(target=ast.Name(name), annotation=kind, value=value) if "ClassVar" not in ast.unparse(
                kind
            ):
                yield name, _field_default(value)


def _field_default(value: ast.expr | None) -> str:
    if isinstance(value, ast.Call):
        return next((_default(word.value) for word in value.keywords if word.arg == "default"), "?")
    return "required" if value is None else _default(value)


def _is_marked(node: ast.ClassDef | Function, *names: str) -> bool:
    marks = (mark.func if isinstance(mark, ast.Call) else mark for mark in node.decorator_list)
    return any(ast.unparse(mark).rpartition(".")[2] in names for mark in marks)


def _parameters(node: Function, skips: int) -> Parameters:
    arguments = node.args
    ordered = [*arguments.posonlyargs, *arguments.args]
    values: list[ast.expr | None] = [None] * (len(ordered) - len(arguments.defaults)) + list(arguments.defaults)
    positional = [
        (each.arg, str(at), _default(value)) for at, (each, value) in enumerate(zip(ordered, values, strict=True))
    ]
    named = [
        (each.arg, "-", _default(value))
        for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    return [(name, str(int(at) - skips), default) for name, at, default in positional[skips:]] + named


def _default(value: ast.expr | None) -> str:
    if value is None:
        return "required"
    try:
        plain = ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return "?"
    return repr(plain) if plain is None or type(plain) in (bool, int, float) else "?"
