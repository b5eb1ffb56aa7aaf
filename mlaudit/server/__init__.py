"""What does `mlaudit server` run? A language server over standard input and output, for editors (docs/editors.md)."""

from __future__ import annotations

import gc
import os
from argparse import Namespace

from mlaudit.config import UsageError


def serve(options: Namespace) -> int:
    """Answer an editor until it leaves, and give the exit code. Raises UsageError where pygls is not installed."""
    try:
        from mlaudit.server.serving import server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol", "cattrs", "attrs"):
            raise
        raise UsageError("server: pygls is not installed; run `pip install 'mlaudit[server]'`") from None
    gc.enable()  # unlike a run of the command line, this one is long
    made = server(options)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints must not mix with the messages
    made.start_io(stdout=out)
    made.worker.stop()
    return 0 if made.is_shut else 1  # as the protocol says of an exit that nobody has announced
