"""What does the real DVC say after each kind of change? Writes tests/fixtures/pipelines, one file for each case.

    python tools/write_pipeline_fixtures.py PATH/TO/dvc

A small project is run with `dvc repro`; then each case changes one thing in a copy of it, and keeps what git would hold
and what `dvc status` says.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent.parent / "tests" / "fixtures" / "pipelines"
COPY = "import sys\nopen(sys.argv[2], 'w').write(open(sys.argv[1]).read() + ' '.join(sys.argv[3:]))\n"
FILES = {
    "data/raw.csv": "a,b\n1,2\n",
    "src/prepare.py": COPY,
    "src/train.py": "open('model.bin', 'w').write('model')\nopen('metrics.json', 'w').write('{}')\n",
    "lib/one.py": "ONE = 1\n",
    "lib/two.py": "TWO = 2\n",
    "sub/run.py": "open('out.txt', 'w').write('out')\n",
    "sub/settings.toml": "[a]\nb = 1\nc = 'x'\n",
    "conf/settings.json": '{"suffix": "end", "depth": {"low": 1}}\n',
    "conf/params.py": "RATE = 0.1\n\n\nclass Model:\n    depth = 3\n    sizes = (1, 2)\n",
    "params.yaml": "prepare: {seed: 7}\ntrain:\n  lr: 1e-3\n  layers: [64, 32]\n  shuffle: yes\nfolds: [a, b]\n",
    "dvc.yaml": """vars:
- conf/settings.json
stages:
  prepare:
    cmd: python src/prepare.py data/raw.csv data/clean.csv ${prepare.seed}
    deps: [data/raw.csv, src/prepare.py]
    params: [prepare.seed]
    outs: [data/clean.csv]
  train:
    cmd: >-
      python src/train.py
      --suffix ${suffix}
    deps: [data/clean.csv, src/train.py, lib]
    params: [train.lr, train.layers, train.shuffle]
    outs: [model.bin]
    metrics:
    - metrics.json:
        cache: false
  fold:
    foreach: ${folds}
    do:
      cmd: python src/prepare.py data/clean.csv fold-${item}.csv
      deps: [data/clean.csv]
      outs: ["fold-${item}.csv"]
  grid:
    matrix:
      size: [1, 2]
      kind: [x]
    cmd:
    - python src/prepare.py data/clean.csv grid-${key}.txt
    - echo ${item.size} ${item.kind}
    outs: ["grid-${key}.txt"]
  inner:
    wdir: sub
    cmd: python run.py
    deps: [run.py]
    params:
    - settings.toml: [a.b]
    outs: [out.txt]
  coded:
    cmd: python src/prepare.py conf/params.py coded.txt
    params:
    - conf/params.py: [RATE, Model.depth, Model.sizes]
    outs: [coded.txt]
  whole:
    cmd: python src/prepare.py conf/settings.json whole.txt
    params:
    - conf/settings.json:
    outs: [whole.txt]
  pinned:
    cmd: python src/prepare.py lib/one.py pinned.txt
    frozen: true
    deps: [lib/one.py]
    outs: [pinned.txt]
  now:
    cmd: python src/prepare.py lib/two.py now.txt
    always_changed: true
    deps: [lib/two.py]
    outs: [now.txt]
""",
}

LATE = "  late:\n    cmd: echo late\n    deps: [lib/one.py]\n    outs: [late.txt]\n"

Change = Callable[[Path], object]


def replaced(path: str, old: str, new: str) -> Change:
    """A change of a text in a file."""

    def change(root: Path) -> None:
        text = (root / path).read_text("utf-8")
        assert old in text, (path, old)
        (root / path).write_text(text.replace(old, new, 1), "utf-8")

    return change


def written(path: str, content: str) -> Change:
    """A change that writes a file."""
    return lambda root: (root / path).write_bytes(content.encode())


def without_algorithm(root: Path) -> None:
    """A lock as DVC 2 wrote it, which named no algorithm."""
    lock = root / "dvc.lock"
    lock.write_text(lock.read_text("utf-8").replace("      hash: md5\n", ""), "utf-8")


def other_line_ends(root: Path) -> None:
    """A program as it is on Windows."""
    (root / "src/prepare.py").write_bytes(COPY.replace("\n", "\r\n").encode())


def old_lock_and_line_ends(root: Path) -> None:
    """Both."""
    without_algorithm(root)
    other_line_ends(root)


CASES: dict[str, Change] = {
    "fresh": lambda root: None,
    "file-changed": replaced("src/train.py", "model'", "better'"),
    "file-changed-at-equal-size": replaced("src/train.py", "'model'", "'MODEL'"),
    "file-with-other-line-ends": other_line_ends,
    "parameter-changed": replaced("params.yaml", "1e-3", "1e-2"),
    "parameter-written-otherwise": replaced("params.yaml", "1e-3", "0.001"),
    "parameter-as-yaml-1.1": replaced("params.yaml", "yes", "true"),
    "parameter-item-changed": replaced("params.yaml", "[64, 32]", "[64, 16]"),
    "parameter-deleted": replaced("params.yaml", "  lr: 1e-3\n", ""),
    "parameter-that-no-stage-names": replaced("params.yaml", "folds:", "other: 1\nfolds:"),
    "parameter-in-the-command": replaced("params.yaml", "seed: 7", "seed: 8"),
    "parameter-added-to-stage": replaced("dvc.yaml", "settings.toml: [a.b]", "settings.toml: [a.b, a.c]"),
    "parameter-of-toml-changed": replaced("sub/settings.toml", "b = 1", "b = 2"),
    "parameter-of-toml-not-named": replaced("sub/settings.toml", "'x'", "'y'"),
    "parameter-of-python-changed": replaced("conf/params.py", "depth = 3", "depth = 4"),
    "parameter-of-python-tuple-changed": replaced("conf/params.py", "(1, 2)", "(1, 3)"),
    "parameter-file-changed": replaced("conf/settings.json", '"low": 1', '"low": 2'),
    "parameter-file-grown": replaced("conf/settings.json", '"low": 1}', '"low": 1}, "new": 1'),
    "variable-changed": replaced("conf/settings.json", '"end"', '"END"'),
    "command-changed": replaced("dvc.yaml", "python src/train.py", "python -O src/train.py"),
    "command-written-otherwise": replaced("dvc.yaml", ">-\n      python src/train.py\n     ", "python src/train.py"),
    "command-of-a-list-changed": replaced("dvc.yaml", "echo ${item.size}", "echo -n ${item.size}"),
    "input-added": replaced("dvc.yaml", "deps: [data/raw.csv,", "deps: [lib/one.py, data/raw.csv,"),
    "input-removed": replaced("dvc.yaml", "src/train.py, lib]", "src/train.py]"),
    "input-written-otherwise": replaced("dvc.yaml", "src/train.py, lib]", "src/train.py, ./lib]"),
    "output-added": replaced("dvc.yaml", "outs: [data/clean.csv]", "outs: [data/clean.csv, data/more.csv]"),
    "output-removed": replaced("dvc.yaml", "    metrics:\n    - metrics.json:\n        cache: false\n", ""),
    "folder-file-changed": replaced("lib/two.py", "2", "3"),
    "folder-file-added": written("lib/three.py", "THREE = 3\n"),
    "folder-file-removed": lambda root: (root / "lib/one.py").unlink(),
    "raw-data-changed": written("data/raw.csv", "a,b\n1,3\n"),
    "metric-edited": written("metrics.json", '{"accuracy": 1}'),
    "foreach-item-added": replaced("params.yaml", "folds: [a, b]", "folds: [a, b, c]"),
    "foreach-item-removed": replaced("params.yaml", "folds: [a, b]", "folds: [a]"),
    "matrix-item-added": replaced("dvc.yaml", "size: [1, 2]", "size: [1, 2, 3]"),
    "stage-added": replaced("dvc.yaml", "  now:\n", f"{LATE}  now:\n"),
    "stage-renamed": replaced("dvc.yaml", "  whole:\n", "  entire:\n"),
    "stage-that-only-calls-added": replaced("dvc.yaml", "  now:\n", "  notify:\n    cmd: echo done\n  now:\n"),
    "frozen-command-changed": replaced("dvc.yaml", "lib/one.py pinned.txt", "lib/two.py pinned.txt"),
    "frozen-file-changed": replaced("lib/one.py", "1", "7"),
    "always-changed-file-changed": replaced("lib/two.py", "2", "8"),
    "folder-of-the-stage-changed": replaced("sub/run.py", "out'", "OUT'"),
    "comment-added": replaced("dvc.yaml", "stages:", "# a comment\nstages:"),
    "lock-removed": lambda root: (root / "dvc.lock").unlink(),
    "lock-of-dvc-2": without_algorithm,
    "lock-of-dvc-2-with-other-line-ends": old_lock_and_line_ends,
}  # fmt: skip


def main(dvc: str) -> None:
    """Run the project once, and each case on a copy of it."""
    FIXTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base"
        for path, content in FILES.items():
            (base / path).parent.mkdir(parents=True, exist_ok=True)
            (base / path).write_text(content, "utf-8")
        replaced("dvc.yaml", "frozen: true", "frozen: false")(base)  # a frozen stage must have run before
        for command in (
            ["git", "init", "-q"],
            [dvc, "init", "-q"],
            [dvc, "add", "-q", "data/raw.csv"],
            [dvc, "repro", "-q"],
        ):
            subprocess.run(command, cwd=base, check=True)
        replaced("dvc.yaml", "frozen: false", "frozen: true")(base)
        for name, change in CASES.items():
            root = Path(folder) / name
            shutil.copytree(base, root, symlinks=True)
            change(root)
            if name == "raw-data-changed":
                subprocess.run([dvc, "add", "-q", "data/raw.csv"], cwd=root, check=True)
            (FIXTURES / f"{name}.json").write_text(json.dumps(case(dvc, root), indent=1) + "\n")


def case(dvc: str, root: Path) -> dict[str, Any]:
    """What git would hold of a project, and what `dvc status` says of its pipeline."""
    said = subprocess.run([dvc, "status", "--json", "dvc.yaml"], cwd=root, check=False, capture_output=True, text=True)
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)
    held = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True, text=True).stdout
    files = {path: (root / path).read_bytes().decode() for path in sorted(held.split("\0")) if path}
    return {"files": files, "status": json.loads(said.stdout)}


if __name__ == "__main__":
    main(sys.argv[1])
