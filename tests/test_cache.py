"""Do kept facts equal those that are read, and does nothing stale, strange or unwritable get in the way?"""

import json
from pathlib import Path

from mlaudit import rulebook
from mlaudit.audit import audit, code_role, facts_of
from mlaudit.config import Config
from mlaudit.facts import KINDS, Code, Import, Location, Repo
from mlaudit.facts.packing import packed
from mlaudit.files.cache import Cache
from mlaudit.files.discover import discover
from tests.conftest import write

FILES = {
    "requirements.txt": "numpy==1.26.4\n",
    "a.py": "import torch\ntry:\n    import b\nexcept ImportError:\n    pass\n",
    "old.py": "import c\nprint 'x'\n",
    "main.py": "import torch\nif __name__ == '__main__':\n    loss.backward()\n",
    "run.py": "import os\nos.system('pip install scipy')\n",
    "broken.py": "def f(:\n",
}


def _all(root: Path, cache: Cache | None) -> list[object]:
    repo, _ = facts_of(discover(root), cache=cache)
    return _listed(repo)


def _listed(repo: Repo) -> list[object]:
    """All facts by kind; of code its statements, whether they were read or kept."""
    facts = [
        fact._replace(held=fact.body) if isinstance(fact, Code) else fact for kind in KINDS for fact in repo.all(kind)
    ]
    return [(type(fact).__name__, fact) for fact in facts]


def test_kept_facts_equal_read_facts(tmp_path: Path) -> None:
    root = write(tmp_path / "repo", FILES)
    fresh = _all(root, None)
    for _ in range(2):
        assert _all(root, Cache(str(root), str(tmp_path / "cache"))) == fresh
    kept = json.loads(next((tmp_path / "cache").glob("*.json")).read_text())
    assert len(kept) == len(FILES) - 2, "what could not be read is read anew each time, and so is what is no code"


def test_a_run_that_asks_for_less_keeps_what_others_kept(tmp_path: Path) -> None:
    root = write(tmp_path / "repo", FILES)
    rules = rulebook.load()
    dependencies = [rule for rule in rules if rule.family == "dependencies"]
    sizes = []
    for asked in (rules, dependencies, rules, dependencies):
        audit(root, Config(), asked, (), Cache(str(root), str(tmp_path / "cache"), code_role(asked)))
        sizes.append(sorted(path.stat().st_size for path in (tmp_path / "cache").glob("*.json")))
    assert len(sizes[1]) == 2
    assert sizes[1] == sizes[2] == sizes[3]
    assert sizes[0][0] in sizes[1], "the whole run's entries stand as they were"


def test_facts_of_one_role_are_never_those_of_another(tmp_path: Path) -> None:
    root = write(tmp_path / "repo", FILES)
    shared = str(tmp_path / "cache")
    facts_of(discover(root), cache=Cache(str(root), shared), code="imports")
    assert _all(root, Cache(str(root), shared)) == _all(root, None)


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    root = write(tmp_path / "repo", FILES)
    _all(root, Cache(str(root), str(tmp_path / "cache")))
    write(root, {"a.py": "import jax\n"})
    assert _all(root, Cache(str(root), str(tmp_path / "cache"))) == _all(root, None)


def test_the_same_bytes_at_another_path_are_another_entry(tmp_path: Path) -> None:
    root = write(tmp_path / "repo", FILES)
    _all(root, Cache(str(root), str(tmp_path / "cache")))
    (root / "a.py").rename(root / "z.py")
    assert _all(root, Cache(str(root), str(tmp_path / "cache"))) == _all(root, None)


def test_strange_contents_count_as_absent(tmp_path: Path) -> None:
    root = write(tmp_path / "repo", FILES)
    fresh = _all(root, None)
    for content in ("", "[]", "{", '{"x": 3}', "null"):
        _all(root, Cache(str(root), str(tmp_path / "cache")))
        (file,) = (tmp_path / "cache").glob("*.json")
        file.write_text(content)
        assert _all(root, Cache(str(root), str(tmp_path / "cache"))) == fresh
    kept = json.loads(file.read_text())
    for rows in (
        [["Import"]],
        [[-1]],
        [[-1000]],
        [packed(Import(Location("a.py", "x"), "m"))],  # type: ignore[arg-type]
        [packed(Import("a.py", "m"))],  # type: ignore[arg-type]
        [3],
        [packed(Code(Location("a.py"), "module", ("[]", 1)))],  # type: ignore[arg-type]
    ):
        file.write_text(json.dumps(dict.fromkeys(kept, rows)))
        assert _all(root, Cache(str(root), str(tmp_path / "cache"))) == fresh


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    root = write(tmp_path / "repo", FILES)
    (tmp_path / "file").write_text("")
    report = audit(root, Config(), rulebook.load(), (), Cache(str(root), str(tmp_path / "file" / "below")))
    assert report.crashes == ()
