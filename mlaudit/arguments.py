"""What can be said on the command line?"""

import argparse
import os
import sys

from mlaudit import __version__
from mlaudit.parser import Parser

# The formats, and what each needs beside the findings: hashes of lines, or where the run can be repeated.
FORMATS = {
    "full": (),
    "concise": (),
    "json": ("origin", "drawn", "changes"),
    "json-lines": ("origin", "changes"),
    "sarif": ("fingerprints", "origin", "changes"),
    "github": (),
    "gitlab": (),
    "junit": (),
    "markdown": ("origin", "changes"),
    "html": ("origin", "drawn", "changes"),
    "cyclonedx": ("origin", "bill"),
}
_FORMATS = ", ".join(FORMATS)
COMMANDS = (
    "check (the default), fix, init, baseline, config [KEY], why PATH RULE, report, diff, badge, server, "
    "rule ID|NAME|test|new, facts [KIND]"
)
EPILOG = "exit codes: 0 nothing at or above --fail-on, 1 findings, 2 usage or internal error, 3 nothing to audit"


def parser(command: str) -> argparse.ArgumentParser:
    """The parser of a command."""
    makers = {
        "check": _check_parser,
        "fix": _fix_parser,
        "baseline": _baseline_parser,
        "config": _config_parser,
        "rule": _rule_parser,
        "facts": _facts_parser,
        "report": _report_parser,
        "diff": _diff_parser,
        "badge": _badge_parser,
        "server": _server_parser,
    }
    if command not in makers:
        from mlaudit.commands import words

        return words.PARSERS[command]()
    return makers[command]()


def _report_parser() -> argparse.ArgumentParser:
    found = Parser(prog="mlaudit report", description="Render a saved run in another format.")
    found.add_argument("results", metavar="RESULTS.json", help="what `mlaudit --output json=RESULTS.json` wrote")
    found.add_argument(
        "--format", choices=[*FORMATS], default="html", metavar="FORMAT", help=f"{_FORMATS}; html if none"
    )
    found.add_argument("-o", "--output", metavar="FILE", help="instead of standard output")
    return found


def _diff_parser() -> argparse.ArgumentParser:
    found = Parser(
        prog="mlaudit diff",
        description="What is new, fixed and moved between two saved runs?",
        epilog="exit codes: 0 nothing new, 1 new findings, 2 usage error",
    )
    found.add_argument("old", metavar="OLD.json")
    found.add_argument("new", metavar="NEW.json")
    return found


def _badge_parser() -> argparse.ArgumentParser:
    found = Parser(prog="mlaudit badge", description="Draw a saved run as a badge, in SVG.")
    found.add_argument("results", metavar="RESULTS.json")
    found.add_argument("-o", "--output", metavar="FILE", help="instead of standard output")
    return found


def _rule_parser() -> argparse.ArgumentParser:
    found = Parser(prog="mlaudit rule", description="Explain a rule, or try or begin your own.")
    found.add_argument("rule", nargs="?", metavar="ID|NAME|test|new", help="a rule; or try packs, or begin a rule")
    found.add_argument("paths", nargs="*", metavar="PATH", help="test: folders of packs; new: the file to write")
    found.add_argument("--all", action="store_true", help="every rule")
    found.add_argument("--output-format", choices=("text", "json"), default="text")
    found.add_argument("--config", metavar="FILE", help="read this file, and no other")
    found.add_argument("--isolated", action="store_true", help="read no configuration file, and ask no plug-in")
    return found


def _facts_parser() -> argparse.ArgumentParser:
    found = Parser(prog="mlaudit facts", description="Show what was read, for when you wonder why.")
    found.add_argument("kind", nargs="?", metavar="KIND", help="one kind of fact, such as Requirement")
    found.add_argument("paths", nargs="*", metavar="PATH")
    found.add_argument("--output-format", choices=("text", "json"), default="text")
    add_configuration(found)
    return found


def _config_parser() -> argparse.ArgumentParser:
    found = Parser(prog="mlaudit config", description="Which settings a configuration may hold.")
    found.add_argument("key", nargs="?", metavar="KEY", help="one setting, with an example")
    found.add_argument("--schema", action="store_true", help="the JSON Schema of the configuration")
    return found


def _baseline_parser() -> argparse.ArgumentParser:
    found = Parser(
        prog="mlaudit baseline",
        description="Remember the findings that are there, so that only new ones count.",
        epilog="create: write the file; update: write it anew; prune: drop what is no longer there; show: list it",
    )
    found.add_argument("action", choices=("create", "update", "prune", "show"))
    found.add_argument("paths", nargs="*", metavar="PATH", help="the repository; the current folder if none")
    found.add_argument("--baseline", metavar="FILE", help="instead of .mlaudit-baseline.json")
    found.add_argument("--allow-growth", action="store_true", help="update: take up new findings on a CI machine, too")
    for name in ("--select", "--ignore", "--extend-select"):
        found.add_argument(name, action="append", metavar="RULES", help="ids, names, prefixes, families or ALL")
    found.add_argument("--min-confidence", choices=("low", "medium", "high"))
    add_configuration(found)
    found.add_argument("--no-cache", action="store_true", help="read every file anew, and remember nothing")
    return found


def _fix_parser() -> argparse.ArgumentParser:
    """That of check, with the fixes on."""
    found = _check_parser()
    found.prog = "mlaudit fix"
    found.set_defaults(fix=True)
    return found


def _add_fixes(found: argparse.ArgumentParser) -> None:
    group = found.add_argument_group("fixes")
    group.add_argument("--fix", action="store_true", help="write the safe fixes, and report what is left")
    group.add_argument("--fix-only", action="store_true", help="write the safe fixes, and report nothing")
    group.add_argument("--unsafe-fixes", action="store_true", help="those too that may change what a program computes")
    group.add_argument("--diff", action="store_true", help="print what would be written, for git apply; write nothing")
    group.add_argument(
        "--from-environment",
        action="store_true",
        help="versions and revisions may also come from the active environment and model cache of this machine",
    )


def _server_parser() -> argparse.ArgumentParser:
    found = Parser(
        prog="mlaudit server",
        description="Show findings in an editor: a language server over standard input and output.",
        epilog="needs pygls: pip install 'mlaudit[server]'",
    )
    found.add_argument("--stdio", action="store_true", help="what some editors add; there is no other way")
    for name in ("--select", "--ignore", "--extend-select"):
        found.add_argument(name, action="append", metavar="RULES", help="ids, names, prefixes, families or ALL")
    found.add_argument("--min-confidence", choices=("low", "medium", "high"))
    found.add_argument("--baseline", metavar="FILE", help="instead of .mlaudit-baseline.json, where there is one")
    found.add_argument("--no-baseline", action="store_true", help="show what the baseline knows, too")
    found.set_defaults(baseline_ref=None, as_of=None)
    add_configuration(found)
    return found


def _check_parser() -> argparse.ArgumentParser:
    found = Parser(
        prog="mlaudit",
        description="Could somebody else get the same result from this commit?",
        epilog=f"commands: {COMMANDS}. {EPILOG}",
    )
    found.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; the current folder if none")
    found.add_argument("--version", "-V", action="version", version=f"mlaudit {__version__}")
    rules = found.add_argument_group("which rules")
    for name in ("--select", "--ignore", "--extend-select"):
        rules.add_argument(name, action="append", metavar="RULES", help="ids, names, prefixes, families or ALL")
    gate = found.add_argument_group("which findings count")
    gate.add_argument("--fail-on", choices=("note", "warning", "error", "never"), help="the lowest level that exits 1")
    gate.add_argument("--min-confidence", choices=("low", "medium", "high"), help="findings below it are only counted")
    gate.add_argument(
        "--as-of", type=_date, metavar="DATE", help="the day for `until=` of suppressions; else that of the commit"
    )
    gate.add_argument(
        "--min-score", action="append", default=[], metavar="FAMILY=N", help="exit 1 where a family scores less"
    )
    _add_changes(found)
    known = found.add_argument_group("what is known already")
    known.add_argument("--baseline", metavar="FILE", help="instead of .mlaudit-baseline.json, where there is one")
    known.add_argument("--no-baseline", action="store_true", help="every finding counts")
    known.add_argument("--baseline-ref", metavar="REF", help="only what is new since this branch or commit counts")
    known.add_argument(
        "--add-ignore",
        metavar="REASON",
        help="write a comment that silences it, for each finding shown, and look again",
    )
    _add_fixes(found)
    output = found.add_argument_group("output")
    output.add_argument(
        "--output-format", choices=[*FORMATS], default="full", metavar="FORMAT", help=", ".join(FORMATS)
    )
    output.add_argument("--output", action="append", default=[], metavar="FORMAT=FILE", help="also write; repeatable")
    output.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    output.add_argument("--no-progress", action="store_true")
    output.add_argument("-q", "--quiet", action="store_true", help="findings only, no footer")
    output.add_argument("-v", "--verbose", action="store_true", help="every finding of every rule, with its reasons")
    output.add_argument("--show-settings", action="store_true", help="the settings in force, and who decided")
    output.add_argument("--show-files", action="store_true", help="list the files that would be read, and by what")
    add_configuration(found)
    found.add_argument("--no-cache", action="store_true", help="read every file anew, and remember nothing")
    found.add_argument(
        "--force-exclude", action="store_true", help="exclude files that are named on the command line too"
    )
    return found


def _add_changes(found: argparse.ArgumentParser) -> None:
    group = found.add_argument_group("a change, and no more: what stands on its lines, and what it caused elsewhere")
    ways = group.add_mutually_exclusive_group()
    ways.add_argument("--staged", action="store_true", help="what git's index holds, against HEAD")
    ways.add_argument("--changed", action="store_true", help="the working tree against HEAD")
    ways.add_argument("--since", metavar="REF", help="the working tree against where the branch left REF")
    ways.add_argument(
        "--pre-commit", action="store_true", help="what pre-commit asks for: staged, a range, or the files it names"
    )


def _date(text: str) -> str:
    from mlaudit.config import is_date

    if not is_date(text):
        raise argparse.ArgumentTypeError(f"`{text}` is not YYYY-MM-DD")
    return text


def add_configuration(parser: argparse.ArgumentParser) -> None:
    """What says which configuration counts."""
    group = parser.add_argument_group("configuration")
    group.add_argument("--config", metavar="FILE", help="read this file, and no other")
    group.add_argument("--isolated", action="store_true", help="read no configuration file, and ask no plug-in")
    group.add_argument("--exclude", action="append", metavar="PATTERN", help="replaces the default exclusions")
    group.add_argument("--extend-exclude", action="append", metavar="PATTERN")


def colored(wish: str) -> bool:
    """Whether the terminal report is in colour: `auto` asks the environment and the terminal."""
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
