"""What can be said to the commands that have a module of their own?"""

import argparse

from mlaudit.arguments import add_configuration
from mlaudit.parser import Parser


def _why_parser() -> argparse.ArgumentParser:
    found = Parser(prog="mlaudit why", description="Why does a rule say something about a file, or nothing?")
    found.add_argument("path", metavar="PATH[:LINE]")
    found.add_argument("rule", metavar="ID|NAME")
    for name in ("--select", "--ignore", "--extend-select"):
        found.add_argument(name, action="append", metavar="RULES", help="ids, names, prefixes, families or ALL")
    found.add_argument("--fail-on", choices=("note", "warning", "error", "never"))
    found.add_argument("--min-confidence", choices=("low", "medium", "high"))
    found.add_argument("--baseline", metavar="FILE", help="instead of .mlaudit-baseline.json, where there is one")
    found.set_defaults(baseline_ref=None, no_baseline=False, no_cache=False)
    add_configuration(found)
    return found


def _init_parser() -> argparse.ArgumentParser:
    found = Parser(
        prog="mlaudit init",
        description="Begin: write settings, a pre-commit hook and a CI job; nothing that is there is overwritten.",
    )
    found.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="the repository; the current folder if none"
    )
    found.add_argument("--yes", "-y", action="store_true", help="ask nothing, and remember today's findings")
    found.add_argument(
        "--container",
        action="store_true",
        help="instead: Dockerfile, .dockerignore and .python-version from the facts",
    )
    found.set_defaults(no_cache=False)
    add_configuration(found)
    return found


PARSERS = {"init": _init_parser, "why": _why_parser}
