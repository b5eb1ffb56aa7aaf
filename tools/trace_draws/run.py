"""What does one program draw? Runs it in this process, under hooks. The parent starts it: run.py PROGRAM OUT."""

import json
import os
import runpy
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import CodeType, ModuleType

from .seeding import hook
from .tracing import CELL, Tracer


def main() -> int:
    """Run the program, write what it drew; 0 if it came to its end."""
    program, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    root = program.parent
    tracer = Tracer(root, out)
    os.register_at_fork(after_in_child=tracer.stop)
    signal.signal(signal.SIGTERM, lambda number, frame: _leave(tracer))
    _enter(root, program)
    act = _notebook(program) if program.suffix == ".ipynb" else _script(program)
    hook(tracer.recorder)
    tracer.recorder.write()
    tracer.recorder.error = _error(act, tracer)
    tracer.recorder.finished = not tracer.recorder.error
    tracer.recorder.write()
    return int(not tracer.recorder.finished)


def _enter(root: Path, program: Path) -> None:
    """Stand where the program expects to: its folder, first on the path, and its own arguments."""
    os.chdir(root)
    sys.path[:] = [str(root), *(entry for entry in sys.path[1:] if entry != os.environ.get("TRACE_DRAWS_HOME"))]
    sys.argv[:] = [str(program)]


def _leave(tracer: Tracer) -> None:
    """The time is over: save what is known, and end without a word to the program."""
    tracer.stop()
    tracer.recorder.settle_now()
    tracer.recorder.write()
    os._exit(1)


def _error(act: Callable[[], object], tracer: Tracer) -> str:
    """How the program ended: "" if well."""
    tracer.start()
    try:
        act()
    except SystemExit as error:
        return "" if error.code in (None, 0) else f"SystemExit: {error.code}"
    except BaseException as error:
        traceback.print_exc()
        return f"{type(error).__name__}: {error}"[:300]
    finally:
        tracer.stop()
        tracer.recorder.settle_now()
    return ""


def _script(path: Path) -> Callable[[], object]:
    return lambda: runpy.run_path(str(path), run_name="__main__")


def _notebook(path: Path) -> Callable[[], object]:
    """The cells of a notebook from top to bottom, without its magics, in one namespace."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    module = ModuleType("__main__")
    sys.modules["__main__"] = module

    def act() -> None:
        for number, cell in enumerate(cells, 1):
            if cell["cell_type"] == "code":
                exec(_compiled("".join(cell["source"]), f"{path}{CELL}{number}"), module.__dict__)

    return act


def _compiled(source: str, name: str) -> CodeType:
    lines = ["pass" if line.lstrip()[:1] in {"%", "!", "?"} else line for line in source.split("\n")]
    return compile("\n".join(lines), name, "exec")


if __name__ == "__main__":
    sys.exit(main())
