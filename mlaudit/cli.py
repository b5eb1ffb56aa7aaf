"""Arguments → audit → reports → exit code. The only module that prints or exits."""

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

from mlaudit import __version__

OK, FINDINGS, ERROR, NOTHING = 0, 1, 2, 3
COMMANDS = ("check", "rule", "facts")
FORMATS = ("full", "concise", "json")
EPILOG = "exit codes: 0 nothing at or above --fail-on, 1 findings, 2 usage or internal error, 3 nothing to audit"


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run mlaudit and exit with its code."""
    gc.disable()  # a short run makes few cycles, and parsing is a tenth faster
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = OK
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def _run(words: list[str]) -> int:
    if words[:1] in (["--version"], ["-V"]):
        print(f"mlaudit {__version__}")
        return OK
    command = words[0] if words and words[0] in COMMANDS else "check"
    options = _parser(command).parse_args(words[1:] if words and words[0] in COMMANDS else words)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    from mlaudit.config import UsageError

    try:
        run = {"check": _check, "rule": _rule, "facts": _facts}[command]
        return run(options)
    except UsageError as error:
        print(f"mlaudit: {error}", file=sys.stderr)
        return ERROR


def _parser(command: str) -> argparse.ArgumentParser:
    if command == "rule":
        parser = _Parser(prog="mlaudit rule", description="Explain a rule.")
        parser.add_argument("rule", nargs="?", metavar="ID|NAME")
        parser.add_argument("--all", action="store_true", help="every rule")
        parser.add_argument("--output-format", choices=("text", "json"), default="text")
        return parser
    if command == "facts":
        parser = _Parser(prog="mlaudit facts", description="Show what was read, for when you wonder why.")
        parser.add_argument("kind", nargs="?", metavar="KIND", help="one kind of fact, such as Requirement")
        parser.add_argument("paths", nargs="*", metavar="PATH")
        parser.add_argument("--output-format", choices=("text", "json"), default="text")
        _add_configuration(parser)
        return parser
    return _check_parser()


def _check_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="mlaudit",
        description="Could somebody else get the same result from this commit?",
        epilog=f"commands: check (the default), rule ID|NAME, facts [KIND]. {EPILOG}",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; the current folder if none")
    parser.add_argument("--version", "-V", action="version", version=f"mlaudit {__version__}")
    rules = parser.add_argument_group("which rules")
    for name in ("--select", "--ignore", "--extend-select"):
        rules.add_argument(name, action="append", metavar="RULES", help="ids, names, prefixes, families or ALL")
    gate = parser.add_argument_group("which findings count")
    gate.add_argument("--fail-on", choices=("note", "warning", "error", "never"), help="the lowest level that exits 1")
    gate.add_argument("--min-confidence", choices=("low", "medium", "high"), help="findings below it are only counted")
    output = parser.add_argument_group("output")
    output.add_argument("--output-format", choices=FORMATS, default="full")
    output.add_argument("--output", action="append", default=[], metavar="FORMAT=FILE", help="also write; repeatable")
    output.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    output.add_argument("--no-progress", action="store_true")
    output.add_argument("-q", "--quiet", action="store_true", help="findings only, no footer")
    output.add_argument("-v", "--verbose", action="store_true", help="every finding of every rule, with its reasons")
    output.add_argument("--show-files", action="store_true", help="list the files that would be read, and by what")
    _add_configuration(parser)
    parser.add_argument(
        "--force-exclude", action="store_true", help="exclude files that are named on the command line too"
    )
    return parser


def _add_configuration(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("configuration")
    group.add_argument("--config", type=Path, metavar="FILE", help="read this file, and no other")
    group.add_argument("--isolated", action="store_true", help="read no configuration file")
    group.add_argument("--exclude", action="append", metavar="PATTERN", help="replaces the default exclusions")
    group.add_argument("--extend-exclude", action="append", metavar="PATTERN")


class _Parser(argparse.ArgumentParser):
    """argparse, with one line and the nearest right word for a mistake."""

    def error(self, message: str) -> NoReturn:
        from mlaudit.config import nearest

        if message.startswith("unrecognized arguments: "):
            word = message.split(": ", 1)[1].split()[0]
            known = [option for action in self._actions for option in action.option_strings]
            message = f"unknown option `{word}`{nearest(word.split('=')[0], known)}"
        print(f"{self.prog}: {message}", file=sys.stderr)
        sys.exit(ERROR)


def _check(options: argparse.Namespace) -> int:
    from mlaudit.audit import audit
    from mlaudit.findings import LEVELS

    root, scope = _targets(options.paths)
    config = _configuration(options, root)
    rules = _rules(config)
    if options.show_files:
        return _show_files(root, config)
    outputs = [_output(text) for text in options.output]
    with _Progress(enabled=not options.no_progress and not options.quiet):
        report = audit(root, config, rules, scope)
    if not report.read:
        print(f"mlaudit: nothing to audit in `{root}`: {report.files} files, none that mlaudit reads", file=sys.stderr)
        return OK if options.force_exclude else NOTHING
    style = {"color": _color(options.color), "verbose": options.verbose, "quiet": options.quiet}
    sys.stdout.write(_render(options.output_format, report, **style))
    for form, path in outputs:
        _write(path, _render(form, report, color=False))
    for crash in report.crashes:
        print(f"mlaudit: {crash.rule.id} {crash.rule.name} failed: {crash.error}", file=sys.stderr)
    if report.crashes:
        return ERROR
    return FINDINGS if config.fail_on != "never" and report.worst() >= LEVELS.index(config.fail_on) else OK


def _targets(paths: list[str]) -> tuple[Path, tuple[str, ...]]:
    """The root of the repository, and the paths below it to which the findings are restricted."""
    from mlaudit.config import UsageError
    from mlaudit.discover import root_of

    named = [Path(path) for path in paths or ["."]]
    for path in named:
        if not path.exists():
            raise UsageError(f"`{path}` does not exist")
    roots = {root_of(path.resolve()) for path in named}
    root = roots.pop() if len(roots) == 1 else Path(os.path.commonpath([*roots]))
    inside = [path.resolve().relative_to(root).as_posix() for path in named if path.resolve().is_relative_to(root)]
    return root, () if "." in inside else tuple(inside)


def _configuration(options: argparse.Namespace, root: Path) -> Any:
    from mlaudit.config import load

    config = load(root, explicit=options.config, isolated=options.isolated)
    changes: dict[str, Any] = {}
    for name in ("select", "ignore", "extend_select"):
        if given := getattr(options, name, None):
            changes[name] = tuple(word.strip() for text in given for word in text.split(",") if word.strip())
    for name in ("exclude", "extend_exclude"):
        if given := getattr(options, name, None):
            changes[name] = tuple(given)
    for name in ("fail_on", "min_confidence"):
        if given := getattr(options, name, None):
            changes[name] = given
    return config._replace(**changes)


def _rules(config: Any) -> Any:
    from mlaudit import rulebook
    from mlaudit.config import UsageError, nearest

    rules = rulebook.load()
    try:
        return rulebook.select(rules, config.select, config.ignore, config.extend_select)
    except LookupError as error:
        known = [word for rule in rules for word in (rule.id, rule.name, rule.family)]
        raise UsageError(f"no rule is called `{error.args[0]}`{nearest(error.args[0], known)}") from None


def _output(text: str) -> tuple[str, Path]:
    from mlaudit.config import UsageError, nearest

    form, equals, file = text.partition("=")
    if not equals or not file or form not in FORMATS:
        raise UsageError(
            f"--output: `{text}` is not FORMAT=FILE with a format of {', '.join(FORMATS)}{nearest(form, FORMATS)}"
        )
    return form, Path(file)


def _write(path: Path, text: str) -> None:
    from mlaudit.config import UsageError

    try:
        path.write_text(text, "utf-8", errors="backslashreplace")
    except OSError as error:
        raise UsageError(f"--output: `{path}` cannot be written: {error.strerror}") from None


def _render(form: str, report: Any, **style: bool) -> str:
    if form == "json":
        from mlaudit.reports import json

        return json.render(report)
    if form == "concise":
        from mlaudit.reports import concise

        return concise.render(report)
    from mlaudit.reports import terminal

    return terminal.render(report, **style)


def _color(wish: str) -> bool:
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _show_files(root: Path, config: Any) -> int:
    from mlaudit.discover import discover, reader_for
    from mlaudit.reports.text import plain

    listing = discover(root, config.exclude, config.extend_exclude)
    for path in listing.files:
        if reader := reader_for(path):
            print(f"{plain(path)}  ({reader})")
    return OK


def _rule(options: argparse.Namespace) -> int:
    from mlaudit import rulebook
    from mlaudit.config import UsageError, nearest
    from mlaudit.reports import page

    rules = rulebook.load()
    if not options.all:
        if options.rule is None:
            raise UsageError("rule: name a rule, or use --all")
        known = [word for rule in rules for word in (rule.id, rule.name)]
        rules = [rule for rule in rules if options.rule in (rule.id, rule.name)]
        if not rules:
            raise UsageError(f"no rule is called `{options.rule}`{nearest(options.rule, known)}")
    if options.output_format == "json":
        sys.stdout.write(page.as_json(rules))
    elif options.all:
        sys.stdout.write(page.listing(rules))
    else:
        sys.stdout.write(page.render(rules[0], rulebook.examples(rules[0])))
    return OK


def _facts(options: argparse.Namespace) -> int:
    from mlaudit import facts
    from mlaudit.audit import facts_of
    from mlaudit.config import UsageError, nearest
    from mlaudit.discover import discover
    from mlaudit.reports import facts as report

    kinds = {kind.__name__: kind for kind in facts.KINDS}
    kind = options.kind
    if kind is not None and kind not in kinds:
        if not Path(kind).exists():
            raise UsageError(f"no fact is called `{kind}`{nearest(kind, kinds)}; kinds: {', '.join(kinds)}")
        options.paths, kind = [kind, *options.paths], None
    root, scope = _targets(options.paths)
    config = _configuration(options, root)
    repo, _ = facts_of(discover(root, config.exclude, config.extend_exclude))
    chosen = [kinds[kind]] if kind else list(kinds.values())
    sys.stdout.write(report.render(repo, chosen, scope, as_json=options.output_format == "json"))
    return OK


class _Progress:
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
