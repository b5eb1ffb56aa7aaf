"""What does it cost to follow the programs of a repository, counted in parses of its Python files?

    python benchmarks/programs.py REPOSITORY

prints the CPU time of linking (facts at hand, to the ordered events of every program) as a ratio to that of
`ast.parse` on the same files, both in this process, and what the randomness family adds to a whole audit.
"""

import ast
import gc
import os
import sys
import time
import warnings
from collections.abc import Callable

from mlaudit import rulebook
from mlaudit.audit import audit, facts_of
from mlaudit.config import Config
from mlaudit.facts import Code
from mlaudit.files.discover import discover
from mlaudit.findings import Rule
from mlaudit.programs import programs

FAMILY = "randomness"


def main() -> int:
    """Print three lines of figures."""
    root = sys.argv[1]
    gc.disable()
    warnings.simplefilter("ignore")
    repo, _ = facts_of(discover(root, (), ()))
    texts = [_text(os.path.join(root, code.at.path)) for code in repo.all(Code) if code.at.path.endswith(".py")]
    parsing = _seconds(lambda: [_parsed(text) for text in texts])
    linking = _seconds(lambda: programs(repo))
    lines = sum(text.count("\n") for text in texts)
    print(f"{len(texts)} Python files, {lines} lines, {len(programs(repo))} programs and functions")
    print(f"linking {linking:.2f} s CPU, {linking / parsing:.2f} times ast.parse ({parsing:.2f} s)")
    rules = rulebook.load()
    others = [rule for rule in rules if rule.family != FAMILY]
    without = min(_audited(root, others) for _ in range(3))
    with_family = min(_audited(root, rules) for _ in range(3))
    print(f"the family adds {with_family / without - 1:.0%} to an audit without it ({without:.2f} s CPU)")
    return 0


def _audited(root: str, rules: list[Rule]) -> float:
    """The CPU seconds of a whole audit by some rules, without a cache."""
    return _seconds(lambda: audit(root, Config(), rules))


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _text(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None


if __name__ == "__main__":
    raise SystemExit(main())
