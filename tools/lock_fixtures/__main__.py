"""Which cases are there, and which of them are written now?"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .asking import Unclear
from .cases import Case, Hand
from .conda_by_hand import conda_cases
from .fixture import OUT, make, store_by_hand
from .names import leaks
from .pdm import pdm_cases
from .pip_compile import compile_cases
from .pipenv import pipenv_cases
from .pixi_by_hand import pixi_cases
from .poetry import poetry_cases
from .pylock import pylock_cases
from .uv import uv_cases
from .uv_options import uv_option_cases
from .uv_sources import uv_source_cases
from .uv_versions import uv_old_cases
from .workshop import Workshop

DESCRIPTION = """\
What does each real lock tool say of a lock after an edit of its manifest?  Writes tests/fixtures/locks/.

DIR holds one virtual environment per tool: poetry, poetry22 (2.2.*), poetry18 (1.8.*), each with
poetry-plugin-pypi-mirror; pipenv, pipenv23 (2023.12.1); pdm[locked]; uv, uv05 (0.5.*), uv08 (0.8.*); piptools;
pip (26 or newer); hatch.  Every case becomes a directory with the manifests, the lock as the tool wrote it, and
verdict.toml.  The package index is named https://index.example in everything that is kept; where that changes a
content hash, the tool's own code computes the new one on the renamed manifest and the tool is asked again.
"""


def tool_cases() -> Iterator[Case]:
    """Every case a real tool answers."""
    yield from poetry_cases()
    yield from uv_cases()
    yield from uv_source_cases()
    yield from uv_option_cases()
    yield from uv_old_cases()
    yield from pipenv_cases()
    yield from pdm_cases()
    yield from compile_cases()
    yield from pylock_cases()


def hand_cases() -> Iterator[Hand]:
    """Locks written by hand: no channel is at hand for these tools."""
    yield from pixi_cases()
    yield from conda_cases()


def answered(shop: Workshop, case: Case) -> bool:
    """Write one case and say how it went; False when the tool's answer was unclear."""
    try:
        answer = make(shop, case)
    except (Unclear, subprocess.TimeoutExpired) as error:
        print(f"UNCLEAR {error}", flush=True)
        return False
    note = " (rewritten)" if answer.renamed else ""
    print(f"{answer.said:6} {case.name}: {case.reason}{note}", flush=True)
    return True


def main() -> int:
    """Write the fixtures; 1 when a tool's answer was unclear or something leaked."""
    parser = argparse.ArgumentParser(
        "python -m tools.lock_fixtures", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    where = "directory with one virtual environment per tool"
    parser.add_argument("--tools", type=Path, required=True, metavar="DIR", help=where)
    parser.add_argument("--only", nargs="*", default=[], metavar="PREFIX", help="prefixes of case names")
    args = parser.parse_args()
    wanted = tuple(args.only) or ("",)
    with tempfile.TemporaryDirectory() as name:
        shop = Workshop(args.tools, Path(name).resolve())
        bad = [case for case in tool_cases() if case.name.startswith(wanted) and not answered(shop, case)]
        for hand in hand_cases():
            if hand.name.startswith(wanted):
                store_by_hand(hand)
        found = leaks(OUT, shop.names.index, (shop.tools, shop.scratch))
    print("\n".join(found))
    return 1 if bad or found else 0


if __name__ == "__main__":
    sys.exit(main())
