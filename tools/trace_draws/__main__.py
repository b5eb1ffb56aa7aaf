"""What do these programs draw? Runs each one in its own process, and writes one JSON file of truths.

Usage: PYTHONPATH=tools python -m trace_draws PROGRAM_OR_FOLDER... --out TRUTHS.json [--python VENV_PYTHON] [--twice]

With --twice every program is run a second time: a stream whose state is another one in the second run was not seeded,
whatever seed it was given.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .agreement import agreed

HOME = Path(__file__).resolve().parent.parent
GRACE = 3  # seconds that a program has to save what it knows
ENTRIES = ("__main__.py", "main.py", "train.py", "run.py")
ENVIRONMENT = {
    "BROWSER": "true",
    "LOKY_MAX_CPU_COUNT": "1",
    "MPLBACKEND": "Agg",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PLOTLY_RENDERER": "json",
    "PYTHONHASHSEED": "0",  # the order of sets is another question
    "TRACE_DRAWS_HOME": str(HOME),
}


def main() -> int:
    """Run everything; what is written so far is kept when this is stopped."""
    options = _options()
    programs = [program for given in options.programs for program in listed(given.resolve())]
    done: list[dict[str, Any]] = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for truth in pool.map(lambda program: trace(program, options), programs):
            done.append(truth)
            options.out.write_text(json.dumps({"programs": done}, indent=1) + "\n", "utf-8")
            print(f"{len(done)}/{len(programs)}", truth["program"], len(truth["draws"]), truth["error"], flush=True)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("programs", type=Path, nargs="+", help="files, or folders of programs")
    parser.add_argument("--out", type=Path, required=True, help="the JSON file to write")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the libraries")
    parser.add_argument("--limit", type=float, default=60, help="seconds for one run")
    parser.add_argument("--jobs", type=int, default=2, help="programs that run at a time")
    parser.add_argument("--twice", action="store_true", help="run each program twice and compare the states")
    return parser.parse_args()


def listed(given: Path) -> list[Path]:
    """The programs of a folder: its main file if it has one, else all scripts and notebooks below it."""
    if given.is_file():
        return [given]
    entry = next((given / name for name in ENTRIES if (given / name).is_file()), None)
    if entry:
        return [entry]
    found = [*given.rglob("*.py"), *given.rglob("*.ipynb")]
    return sorted(path for path in found if path.name != "__init__.py")


def trace(program: Path, options: argparse.Namespace) -> dict[str, Any]:
    """The truth about one program."""
    first = _run(program, options)
    needs_second = options.twice and (first["draws"] or first["seeds"])
    found = agreed(first, _run(program, options)) if needs_second else agreed(first, None)
    return {"program": str(program), **found}


def _run(program: Path, options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "drawn.json"
        words = [options.python, "-m", f"{__package__}.run", str(program), str(out)]
        error = _error_of(words, options.limit)
        text = out.read_text("utf-8") if out.exists() else ""
    nothing = {"finished": False, "error": "", "reached": {}, "draws": [], "seeds": []}
    found: dict[str, Any] = {**nothing, **(json.loads(text) if text else {})}
    if not found["finished"]:
        found["error"] = error or found["error"]
    return found


def _error_of(words: list[str], limit: float) -> str:
    """Run the child, and end it with all its children when the time is over; why it ended, if not by itself."""
    process = subprocess.Popen(
        words,
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": _path()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        code = process.wait(limit)
    except subprocess.TimeoutExpired:
        return _ended(process)
    return f"ended by signal {-code}" if code < 0 else ""


def _ended(process: subprocess.Popen[bytes]) -> str:
    """End a child that ran out of time: it may save what it knows first."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return "out of time"


def _path() -> str:
    return os.pathsep.join([str(HOME), *filter(None, [os.environ.get("PYTHONPATH")])])


if __name__ == "__main__":
    sys.exit(main())
