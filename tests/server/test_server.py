"""Does an editor get what it asks for, from the handshake to the exit, over the streams of a real process?"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")

from lsprotocol import types

from tests.conftest import Files, commit, write
from tests.server.editor import ROOT, Editor, applied, run

MakeRepo = Callable[[Files], Path]
SEEDED = "import numpy as np\n\nnp.random.seed(0)\nprint(np.random.rand(3))\n"
UNSEEDED = "import numpy as np\n\nprint(np.random.rand(3))\n"
FILES = {"requirements.txt": "numpy==2.1.0\n", ".python-version": "3.12.4\n", "train.py": SEEDED}


def test_an_editor_opens_edits_and_leaves(repo: MakeRepo) -> None:
    root = repo(FILES)
    commit(root)

    async def session() -> None:
        editor = Editor()
        found = await editor.start(root)
        assert found.server_info
        assert found.server_info.name == "mlaudit"
        uri = editor.open(root / "train.py")
        await editor.until(lambda: any("findings in" in line for line in editor.logged) or bool(editor.shown))
        assert "RNG001" not in editor.codes(uri)
        editor.replace(uri, 2, UNSEEDED)
        await editor.until(lambda: "RNG001" in editor.codes(uri))
        (shown,) = (each for each in editor.shown[uri].diagnostics if each.code == "RNG001")
        assert shown.severity == types.DiagnosticSeverity.Error
        assert shown.source == "mlaudit"
        assert shown.code_description
        assert shown.code_description.href.endswith("/unseeded-stream.toml")
        assert editor.shown[uri].version == 2
        line = UNSEEDED.splitlines()[shown.range.start.line]
        assert line[shown.range.start.character : shown.range.end.character].startswith("np.random.rand")
        assert (root / "train.py").read_text() == SEEDED, "nothing is written"
        editor.replace(uri, 3, SEEDED)
        await editor.until(lambda: "RNG001" not in editor.codes(uri))
        assert await editor.stop_server() == 0
        assert not [line for line in editor.logged if "Error" in line], editor.logged

    run(session)


def test_the_page_of_a_rule_is_shown_at_a_finding(repo: MakeRepo) -> None:
    root = repo({**FILES, "train.py": UNSEEDED})

    async def session() -> None:
        editor = Editor()
        await editor.start(root)
        uri = editor.open(root / "train.py")
        await editor.until(lambda: "RNG001" in editor.codes(uri))
        at = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(2, 10))
        page = await editor.text_document_hover_async(at)
        assert page
        assert isinstance(page.contents, types.MarkupContent)
        assert page.contents.value.startswith("# RNG001 unseeded-stream\n")
        assert "## Why\n" in page.contents.value
        assert "```python\n" in page.contents.value
        nothing = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(0, 0))
        assert await editor.text_document_hover_async(nothing) is None
        assert await editor.stop_server() == 0

    run(session)


@pytest.mark.parametrize("units", ["utf-8", "utf-16", "utf-32"])
def test_places_count_as_the_editor_counts(repo: MakeRepo, units: str) -> None:
    before = 'print("😀é", '
    root = repo({**FILES, "train.py": f"import numpy as np\n\n{before}np.random.rand(3))\n"})

    async def session() -> None:
        editor = Editor()
        await editor.start(root, units=units)
        uri = (root / "train.py").as_uri()
        await editor.until(lambda: "RNG001" in editor.codes(uri))
        (shown,) = (each for each in editor.shown[uri].diagnostics if each.code == "RNG001")
        width = {"utf-8": len(before.encode()), "utf-16": len(before) + 1, "utf-32": len(before)}[units]
        assert shown.range.start == types.Position(2, width)
        assert await editor.stop_server() == 0

    run(session)


def test_a_finding_is_silenced_by_a_comment(repo: MakeRepo) -> None:
    root = repo({**FILES, "train.py": UNSEEDED.replace("print", 'print("😀"); print')})

    async def session() -> None:
        editor = Editor()
        await editor.start(root)
        uri = editor.open(root / "train.py")
        await editor.until(lambda: "RNG001" in editor.codes(uri))
        (shown,) = (each for each in editor.shown[uri].diagnostics if each.code == "RNG001")
        (action,) = (each for each in await editor.actions(uri, shown.range) if "ignore RNG001" in each.title)
        assert list(action.diagnostics or ()) == [shown]
        assert action.edit
        assert action.edit.document_changes
        (change,) = action.edit.document_changes
        assert isinstance(change, types.TextDocumentEdit)
        assert (change.text_document.uri, change.text_document.version) == (uri, 1)
        text = applied(editor.texts[uri], list(change.edits))
        assert text.splitlines()[2] == "# mlaudit: ignore[RNG001] why?"
        editor.replace(uri, 2, text)
        await editor.until(lambda: "RNG001" not in editor.codes(uri))
        assert await editor.stop_server() == 0

    run(session)


def test_a_fix_is_offered_and_removes_the_finding(repo: MakeRepo) -> None:
    metadata = 'lock-version = "2.1"\npython-versions = ">=3.9"\ncontent-hash = "00"\n'
    lock = f'[[package]]\nname = "numpy"\nversion = "2.1.0"\n\n[metadata]\n{metadata}'
    root = repo({"requirements.txt": "# 😀\r\nsix==1.16.0\r\nnumpy  # 😀\r\n", "poetry.lock": lock})

    async def session() -> None:
        editor = Editor()
        await editor.start(root)
        with (root / "requirements.txt").open(encoding="utf-8", newline="") as file:
            uri = editor.open(root / "requirements.txt", file.read())
        await editor.until(lambda: "REQ001" in editor.codes(uri))
        (shown,) = (each for each in editor.shown[uri].diagnostics if each.code == "REQ001")
        first, *_ = await editor.actions(uri, shown.range)
        assert first.is_preferred
        assert "unsafe" not in first.title
        assert first.edit
        assert first.edit.document_changes
        (change,) = first.edit.document_changes
        assert isinstance(change, types.TextDocumentEdit)
        text = applied(editor.texts[uri], list(change.edits))
        assert text == "# 😀\r\nsix==1.16.0\r\nnumpy==2.1.0  # 😀\r\n"
        editor.replace(uri, 2, text)
        await editor.until(lambda: "REQ001" not in editor.codes(uri))
        assert await editor.stop_server() == 0

    run(session)


def test_where_no_comment_can_stand_the_configuration_takes_it(repo: MakeRepo) -> None:
    root = repo({"train.py": "import numpy\n", "Pipfile": '[packages]\nnumpy = "==2.1.0"\n', "Pipfile.lock": "{"})

    async def session() -> None:
        editor = Editor()
        await editor.start(root)
        uri = (root / "Pipfile.lock").as_uri()
        await editor.until(lambda: bool(editor.codes(uri)))
        (shown, *_) = editor.shown[uri].diagnostics
        found = await editor.actions(uri, shown.range)
        assert len(found) == 1, editor.logged
        (action,) = found
        assert action.edit
        assert action.edit.document_changes
        made, change = action.edit.document_changes
        assert isinstance(made, types.CreateFile)
        assert isinstance(change, types.TextDocumentEdit)
        assert change.text_document.uri == (root / "mlaudit.toml").as_uri()
        assert change.edits[0].new_text.startswith("[[ignores]]\n")  # type: ignore[union-attr]
        assert await editor.stop_server() == 0

    run(session)


def _cell(uri: str, text: str) -> tuple[types.NotebookCell, types.TextDocumentItem]:
    return types.NotebookCell(types.NotebookCellKind.Code, uri), types.TextDocumentItem(uri, "python", 1, text)


def test_findings_of_a_notebook_stand_in_its_cells(repo: MakeRepo) -> None:
    texts = ["import numpy as np\n\nnp.random.seed(0)", "x = '😀'; np.random.rand(3)"]
    root = repo({**FILES, "a.ipynb": texts})
    uri = (root / "a.ipynb").as_uri()
    cells = [f"vscode-notebook-cell:{uri[5:]}#W{number}" for number in range(3)]

    async def session() -> None:
        editor = Editor()
        await editor.start(root)
        made = [_cell(cell, text) for cell, text in zip(cells, texts, strict=False)]
        notebook = types.NotebookDocument(uri, "jupyter-notebook", 1, [cell for cell, _ in made])
        editor.notebook_document_did_open(
            types.DidOpenNotebookDocumentParams(notebook, [document for _, document in made])
        )
        named = types.VersionedNotebookDocumentIdentifier(2, uri)
        changed = types.NotebookDocumentCellContentChanges(
            types.VersionedTextDocumentIdentifier(2, cells[0]),
            [types.TextDocumentContentChangePartial(types.Range(types.Position(2, 0), types.Position(2, 17)), "pass")],
        )
        editor.notebook_document_did_change(
            types.DidChangeNotebookDocumentParams(
                named,
                types.NotebookDocumentChangeEvent(cells=types.NotebookDocumentCellChanges(text_content=[changed])),
            )
        )
        await editor.until(lambda: "RNG001" in editor.codes(cells[1]))
        (shown,) = (each for each in editor.shown[cells[1]].diagnostics if each.code == "RNG001")
        assert shown.range.start == types.Position(0, 10), "in units of UTF-16, after the emoji"
        actions = await editor.actions(cells[1], shown.range)
        (action,) = (each for each in actions if "ignore RNG001" in each.title)
        assert action.edit
        assert action.edit.document_changes
        (change,) = action.edit.document_changes
        assert isinstance(change, types.TextDocumentEdit)
        assert change.text_document.uri == cells[1]
        assert applied(texts[1], list(change.edits)) == f"# mlaudit: ignore[RNG001] why?\n{texts[1]}"
        new, document = _cell(cells[2], "np.random.seed(1)")
        array = types.NotebookCellArrayChange(1, 0, [new])
        structure = types.NotebookDocumentCellChangeStructure(array, did_open=[document])
        event = types.NotebookDocumentChangeEvent(cells=types.NotebookDocumentCellChanges(structure=structure))
        named = types.VersionedNotebookDocumentIdentifier(3, uri)
        editor.notebook_document_did_change(types.DidChangeNotebookDocumentParams(named, event))
        await editor.until(lambda: "RNG001" not in editor.codes(cells[1]))
        assert await editor.stop_server() == 0
        assert not [line for line in editor.logged if "Error" in line], editor.logged

    run(session)


def test_settings_and_files_are_watched(repo: MakeRepo) -> None:
    root = repo({**FILES, "train.py": UNSEEDED})
    uri = (root / "train.py").as_uri()

    async def session() -> None:
        editor = Editor({"ignore": ["RNG001"], "delay": 10})
        await editor.start(root)
        await editor.until(lambda: bool(editor.logged))
        assert types.WORKSPACE_DID_CHANGE_WATCHED_FILES in editor.registered
        assert "RNG001" not in editor.codes(uri)
        editor.settings = {"selekt": []}
        editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
        await editor.until(lambda: "RNG001" in editor.codes(uri))
        assert editor.told == ["mlaudit: no setting is called `mlaudit.selekt`; did you mean `select`?"]
        write(root, {"train.py": SEEDED})
        event = types.FileEvent(uri, types.FileChangeType.Changed)
        editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        await editor.until(lambda: "RNG001" not in editor.codes(uri))
        assert await editor.stop_server() == 0

    run(session)


def test_a_mistake_in_the_configuration_is_one_line(repo: MakeRepo) -> None:
    root = repo({**FILES, "mlaudit.toml": 'selekt = ["RNG001"]\n'})

    async def session() -> None:
        editor = Editor()
        await editor.start(root)
        await editor.until(lambda: bool(editor.told))
        assert "unknown key `selekt`" in editor.told[0]
        assert "\n" not in editor.told[0]
        assert "Traceback" not in "".join(editor.logged)
        assert await editor.stop_server() == 0

    run(session)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for the processes of a process")
def test_an_audit_that_dies_is_started_again(repo: MakeRepo) -> None:
    root = repo(FILES)

    async def session() -> None:
        editor = Editor()
        await editor.start(root)
        uri = editor.open(root / "train.py")
        await editor.until(lambda: bool(editor.logged))
        process = editor._server
        assert process
        children = Path(f"/proc/{process.pid}/task").glob("*/children")
        for child in {int(child) for path in children for child in path.read_text().split()}:
            os.kill(child, signal.SIGKILL)
        editor.replace(uri, 2, UNSEEDED)
        await editor.until(lambda: "RNG001" in editor.codes(uri))
        assert not editor.told
        assert await editor.stop_server() == 0

    run(session)


def test_findings_of_suppressions_are_marked_as_unnecessary_and_others_point_on(repo: MakeRepo) -> None:
    unused = "x = 1  # mlaudit: ignore[RNG001] nothing\n"
    root = repo({**FILES, "old.py": unused, "train.py": UNSEEDED + "np.random.rand(2)\n"})
    uri = (root / "train.py").as_uri()

    async def session() -> None:
        editor = Editor()
        await editor.start(root)
        await editor.until(lambda: "RNG001" in editor.codes(uri))
        (marked,) = editor.shown[(root / "old.py").as_uri()].diagnostics
        assert list(marked.tags or ()) == [types.DiagnosticTag.Unnecessary]
        (shown,) = (each for each in editor.shown[uri].diagnostics if each.code == "RNG001")
        assert shown.related_information
        assert [each.location.range.start.line for each in shown.related_information] == [3]
        assert await editor.stop_server() == 0

    run(session)


def test_without_pygls_it_says_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['pygls'] = None; from mlaudit.cli import main; main(['server'])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 2
    assert done.stderr == "mlaudit: server: pygls is not installed; run `pip install 'mlaudit[server]'`\n"


def test_the_texts_of_a_saved_notebook_are_kept_as_they_are() -> None:
    from mlaudit.server.notebooks import Held, content

    cell: dict[str, Any] = {"cell_type": "code", "source": ["a\n", "b"], "outputs": [{"x": 1}], "execution_count": 3}
    before = json.dumps({"cells": [cell], "metadata": {"kernelspec": {}}, "nbformat": 4, "nbformat_minor": 2}).encode()
    assert content([Held("code", "a\nb")], before) == before
    after = json.loads(content([Held("code", "a\nc"), Held("markdown", "# b")], before))
    assert after["cells"][0] == {**cell, "source": ["a\n", "c"]} or after["cells"][0]["outputs"] == []
    assert [each["cell_type"] for each in after["cells"]] == ["code", "markdown"]
    assert after["nbformat_minor"] == 2
