"""Which tools look at reports, and where are they? Those that are missing skip their tests, but not where all must be
there, as in .ci/run: then the tests run, and fail of it."""

import importlib.util
import os
import shutil
from pathlib import Path

import pytest

ALL = bool(os.environ.get("MLAUDIT_ALL_TOOLS"))
# A folder with `node_modules`, as `npm ci --prefix .ci` makes it.
VALIDATORS = Path(os.environ.get("MLAUDIT_VALIDATORS") or Path(__file__).parent.parent.parent / ".ci") / "node_modules"
AXE = VALIDATORS / "axe-core" / "axe.min.js"
LIGHTHOUSE = VALIDATORS / "lighthouse" / "cli" / "index.js"
MULTITOOL = VALIDATORS / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

HAS_BROWSER = CHROMIUM is not None and importlib.util.find_spec("playwright") is not None
SAYS = "is missing: `npm ci --prefix .ci` installs it, MLAUDIT_VALIDATORS may name another folder"


def needs(is_there: object, reason: str) -> pytest.MarkDecorator:
    """Skip a test whose tool is missing, unless all must be there."""
    return pytest.mark.skipif(not (is_there or ALL), reason=reason)


needs_browser = needs(HAS_BROWSER, "needs Chromium on the path and `pip install playwright`")
needs_axe = needs(AXE.is_file(), f"axe-core {SAYS}")
needs_lighthouse = needs(LIGHTHOUSE.is_file() and CHROMIUM and shutil.which("node"), f"lighthouse {SAYS}")
needs_multitool = needs(os.access(MULTITOOL, os.X_OK), f"the SARIF multitool {SAYS}")
