"""Does the house stand as docs/architecture.md draws it? Who may import whom, and nothing too long."""

import ast
from pathlib import Path

import pytest

from mlaudit.files.discover import READERS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mlaudit"
MODULES = sorted(PACKAGE.rglob("*.py"))

# The rooms of the house, and the rooms that each may import. Every import of ours that is not named here fails.
MAY_IMPORT: dict[str, set[str]] = {
    "__main__": {"cli"},
    "cli": {
        "arguments",
        "audit",
        "baselines",
        "changes",
        "commands",
        "config",
        "facts",
        "files",
        "findings",
        "fixes",
        "outputs",
        "prepared",
        "reports",
        "server",
        "suppressions",
    },
    "server": {
        "audit",
        "config",
        "facts",
        "files",
        "findings",
        "prepared",
        "readers",
        "reports",
        "rulebook",
        "settings",
        "source",
        "suppressions",
        "fixes",
    },
    "prepared": {"audit", "baselines", "catalogue", "config", "files", "findings"},
    "catalogue": {"config", "findings", "packs", "rulebook"},
    "examples": {"audit", "config", "findings", "reports", "rulebook", "source"},
    "packs": {
        "catalogue",
        "config",
        "containers",
        "examples",
        "facts",
        "files",
        "findings",
        "knowledge",
        "lineage",
        "orders",
        "programs",
        "reports",
        "resolution",
        "settings",
        "values",
    },
    "starting": {"__version__", "facts", "listed", "patterns"},
    "commands": {
        "arguments",
        "audit",
        "baselines",
        "catalogue",
        "config",
        "facts",
        "files",
        "findings",
        "fixes",
        "inventory",
        "listed",
        "looked",
        "outputs",
        "packs",
        "parser",
        "patterns",
        "prepared",
        "readers",
        "reports",
        "rulebook",
        "settings",
        "source",
        "starting",
    },
    "fixes": {
        "config",
        "containers",
        "facts",
        "files",
        "findings",
        "knowledge",
        "lineage",
        "masking",
        "orders",
        "patterns",
        "programs",
        "readers",
        "resolution",
        "rulebook",
        "source",
        "values",
    },
    "changes": {
        "audit",
        "baselines",
        "config",
        "facts",
        "files",
        "findings",
        "outputs",
        "patterns",
        "prepared",
        "rulebook",
    },
    "files": {"__version__", "depth", "facts", "readers", "source"},
    "arguments": {"commands", "config", "parser"},
    "parser": {"config"},
    "outputs": {"arguments", "config", "files", "findings", "masking", "patterns", "reports", "scores"},
    "audit": {
        "baselines",
        "bill",
        "config",
        "facts",
        "files",
        "findings",
        "fixes",
        "inventory",
        "judging",
        "lineage",
        "listed",
        "looked",
        "machines",
        "readers",
        "resolution",
        "source",
    },
    "bill": {"containers", "facts", "findings", "inventory", "lineage", "listed", "masking", "programs", "resolution"},
    "judging": {
        "catalogue",
        "config",
        "facts",
        "files",
        "findings",
        "masking",
        "readers",
        "rulebook",
        "source",
        "suppressions",
    },
    "inventory": {
        "containers",
        "facts",
        "findings",
        "knowledge",
        "lineage",
        "listed",
        "machines",
        "masking",
        "programs",
        "resolution",
        "values",
    },
    "baselines": {"config", "facts", "files", "findings", "patterns", "source"},
    "marks": {"facts", "patterns"},
    "suppressions": {"config", "facts", "files", "findings", "marks", "patterns", "readers", "rulebook", "source"},
    "rulebook": {"checks", "facts", "findings", "packs"},
    "checks": {
        "containers",
        "facts",
        "findings",
        "knowledge",
        "lineage",
        "machines",
        "notebooks",
        "orders",
        "programs",
        "resolution",
        "running",
    },
    "containers": {"facts", "knowledge", "lineage", "patterns", "resolution"},
    "machines": {"containers", "facts", "knowledge", "lineage", "patterns", "programs", "resolution", "values"},
    "running": {"facts", "knowledge", "lineage", "orders", "patterns", "programs", "resolution", "values"},
    "lineage": {"facts", "findings", "knowledge", "listed", "masking", "patterns", "programs", "values"},
    "programs": {"depth", "facts", "knowledge", "values"},
    "values": {"facts"},
    "orders": {"facts", "knowledge"},
    "resolution": {"facts", "knowledge", "patterns"},
    "readers": {"depth", "facts", "marks", "masking", "patterns", "source"},
    "reports": {"facts", "findings", "listed", "marks", "masking", "patterns", "scores", "settings"},
    "findings": {"facts", "listed"},
    "listed": {"facts"},
    "notebooks": {"facts", "knowledge", "lineage", "programs", "values"},
    "looked": {"facts", "findings", "lineage", "notebooks", "packs", "programs", "running"},
    "scores": {"findings"},
    "source": {"facts", "patterns"},
    "config": {"settings"},
    "settings": set(),
    "facts": set(),
    "patterns": set(),
    "masking": {"patterns"},
    "depth": set(),
    "knowledge": set(),
}
# Third parties stay at the edge.
THIRD_PARTIES: dict[str, set[str]] = {
    "libcst": {"readers.code", "fixes"},
    "tomlkit": {"readers.documents", "fixes"},
    "yaml": {"readers", "starting"},
    "packaging": {"resolution"},
    "pathspec": {"files.discover"},
    "pygls": {"server"},
    "lsprotocol": {"server"},
    "jinja2": {"reports.html"},
    "markupsafe": {"reports.html"},
    "cyclonedx": {"reports.cyclonedx"},
    "packageurl": {"reports.cyclonedx"},
}


def _name(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_imports_go_one_way(path: Path) -> None:
    room = _name(path).split(".")[0]
    for name in _imports(path):
        if name.startswith("mlaudit.") and name != "mlaudit.__version__":
            other = name.split(".")[1]
            assert other == room or other in MAY_IMPORT.get(room, set()), f"{room} may not import {other}"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_third_parties_stay_at_the_edge(path: Path) -> None:
    for name in _imports(path):
        top = name.split(".")[0]
        if top in THIRD_PARTIES:
            assert any(_name(path).startswith(room) for room in THIRD_PARTIES[top]), f"{top} in {_name(path)}"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_nothing_is_too_long(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 300, "split the module"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{node.name} is too long"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_modules_say_what_they_answer(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), "one line at the top says the question that the module answers"


def test_readers_of_the_table_exist() -> None:
    named = {reader for _, reader in READERS if reader}
    for reader in named:
        module = PACKAGE / "readers" / (reader.replace(".", "/") + ".py")
        assert any(
            isinstance(node, ast.FunctionDef) and node.name == "read" for node in ast.parse(module.read_text()).body
        ), reader


def test_start_up_is_light() -> None:
    """What `mlaudit --version` imports: argparse, and nothing that a run needs."""
    import subprocess
    import sys

    code = "import sys, mlaudit.cli; print(sorted(m for m in sys.modules if m.startswith(('mlaudit.', 'yaml', 'packaging', 'tomllib'))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['mlaudit.cli']"


def test_the_rule_table_of_the_readme_is_current() -> None:
    import importlib.util

    path = ROOT / "tools" / "write_rule_table.py"
    spec = importlib.util.spec_from_file_location("write_rule_table", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = (ROOT / "README.md").read_text("utf-8")
    assert module.with_table(text) == text
