"""Is something said while a run takes long?"""

import sys
from typing import Any


class Progress:
    """A line on stderr when a run on a terminal takes longer than a second."""

    def __init__(self, enabled: bool) -> None:
        self._timer: Any = None
        if enabled and sys.stderr.isatty():
            import threading

            self._timer = threading.Timer(
                1.0, lambda: print("mlaudit: reading …", end="\r", file=sys.stderr, flush=True)
            )
            self._timer.daemon = True

    def __enter__(self) -> None:
        if self._timer:
            self._timer.start()

    def __exit__(self, *_: object) -> None:
        if self._timer:
            self._timer.cancel()
            print("\x1b[2K", end="\r", file=sys.stderr, flush=True)
