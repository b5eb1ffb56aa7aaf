"""Arguments → audit → reports → exit code. The only module that prints or exits."""

from __future__ import annotations

import gc
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from mlaudit import __version__

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping

    from mlaudit.config import Config
    from mlaudit.findings import Report, Rule
    from mlaudit.fixes import Machine
    from mlaudit.outputs import Wanted

OK, FINDINGS, ERROR, NOTHING = 0, 1, 2, 3


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
    gc.freeze()  # nothing is left to collect: what Python would seek at its exit costs a tenth of the run
    sys.exit(code)


def _run(words: list[str]) -> int:
    if words[:1] in (["--version"], ["-V"]):
        print(f"mlaudit {__version__}")
        return OK
    command = words[0] if words and words[0] in RUNS else "check"
    from mlaudit.arguments import parser

    options = parser(command).parse_args(words[1:] if words[:1] == [command] else words)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    from mlaudit.config import UsageError

    try:
        options.command = command
        return RUNS[command](options)
    except UsageError as error:
        print(f"mlaudit: {error}", file=sys.stderr)
        return ERROR


def _check(options: Namespace) -> int:
    from mlaudit.audit import audit
    from mlaudit.commands.progress import Progress
    from mlaudit.outputs import extras, wanted
    from mlaudit.prepared import cache, configuration, known_of, rules_of, targets

    root, scope = targets(options.paths)
    config = configuration(options, root)
    rules = rules_of(config, root)
    if _shown(options, root, config, rules):
        return OK
    asked = wanted(options, rules)
    if options.pre_commit:
        from mlaudit.changes.hook import resolve

        scope = resolve(options, root, scope)
    if options.staged or options.changed or options.since:
        return _check_change(options, asked, root, scope)
    fixing = options.fix or options.fix_only or options.diff
    with Progress(enabled=not options.no_progress and not options.quiet):
        known = known_of(options, root, config, rules)
        machine = _machine(root) if options.from_environment else None
        extra = extras({*asked.needs, *(("fixes",) if fixing else ())})

        def again(config: Config, edits: Mapping[str, bytes]) -> Report:
            kept = cache(options, root, rules)
            return audit(root, config, rules, scope, kept, known, machine=machine, edits=edits, **extra)

        report = again(config, {})
    if options.add_ignore is not None and report.read:
        from mlaudit.suppressions.adding import add

        print(f"mlaudit: {add(report, config, options.add_ignore)}", file=sys.stderr)
        config = configuration(options, root)
        report = again(config, {})
    if fixing and report.read:
        left = _fixed(report, partial(again, config), options)
        if isinstance(left, int):
            return left
        report = left
    return _told(options, asked, report, config)


def _check_change(options: Namespace, asked: Wanted, root: str, scope: tuple[str, ...]) -> int:
    from mlaudit.changes.running import audited
    from mlaudit.commands.progress import Progress

    with Progress(enabled=not options.no_progress and not options.quiet):
        report, config = audited(options, root, scope, asked.needs)
    if report is None:
        print(f"mlaudit: nothing {'is staged' if options.staged else 'has changed'}", file=sys.stderr)
        return OK
    return _told(options, asked, report, config)


def _told(options: Namespace, asked: Wanted, report: Report, config: Config) -> int:
    """Say what was found, in all forms, and give the exit code."""
    from mlaudit.arguments import colored
    from mlaudit.findings import LEVELS
    from mlaudit.outputs import below, completed, render, write

    if not report.read:
        told = f"nothing to audit in `{report.root}`: {report.files} files, none that mlaudit reads"
        print(f"mlaudit: {told}", file=sys.stderr)
        return OK if options.force_exclude else NOTHING
    report = completed(report, asked.needs, config)
    style = {"color": colored(options.color), "verbose": options.verbose, "quiet": options.quiet}
    sys.stdout.write(render(options.output_format, report, **style))
    for form, path in asked.outputs:
        write(path, render(form, report, color=False))
    if _crashed(report):
        return ERROR
    low = below(report, asked.floors) if asked.floors else []
    for line in low:
        print(f"mlaudit: {line}", file=sys.stderr)
    failed = config.fail_on != "never" and report.worst() >= LEVELS.index(config.fail_on)
    return FINDINGS if failed or low else OK


def _shown(options: Namespace, root: str, config: Config, rules: list[Rule]) -> bool:
    """Whether only the settings or the files of a run were asked for; then they are printed."""
    if options.show_settings:
        from mlaudit.reports.settings import effective

        sys.stdout.write(effective(config, [rule.id for rule in rules]))
    elif options.show_files:
        from mlaudit.commands.answers import files

        sys.stdout.write(files(root, config))
    return bool(options.show_settings or options.show_files)


def _machine(root: str) -> Machine:
    from mlaudit.fixes.machine import active

    return active(root, os.environ)


def _fixed(report: Report, again: Callable[[Mapping[str, bytes]], Report], options: Namespace) -> Report | int:
    """The report after the fixes, which are written; the exit code where nothing is to be reported."""
    from mlaudit.commands import fix

    outcome = fix.fixed(report, again, options.unsafe_fixes)
    if not options.diff:
        fix.write(outcome)
    for line in fix.summary(outcome, written=not options.diff, verbose=options.verbose):
        print(f"mlaudit: {line}", file=sys.stderr)
    if options.diff:
        sys.stdout.flush()
        sys.stdout.buffer.write(fix.diff(outcome))
    if not (options.diff or options.fix_only):
        return outcome.report
    return ERROR if _crashed(outcome.report) else FINDINGS if options.diff and outcome.contents else OK


def _crashed(report: Report) -> bool:
    for crash in report.crashes:
        print(f"mlaudit: {crash.rule.id} {crash.rule.name} failed: {crash.error}", file=sys.stderr)
    return bool(report.crashes)


def _baseline(options: Namespace) -> int:
    from mlaudit.audit import audit
    from mlaudit.baselines import commands, files
    from mlaudit.findings import Baseline
    from mlaudit.prepared import cache, configuration, rules_of, targets

    root, _ = targets(options.paths)
    config = configuration(options, root)
    path = files.place(root, options.baseline, config)
    entries = commands.entries(options.action, path)
    if options.action == "show":
        sys.stdout.write(commands.listing(entries))
        return OK
    rules = rules_of(config, root)
    report = audit(root, config, rules, (), cache(options, root, rules), Baseline(path, tuple(entries)), drawn=False)
    if _crashed(report):
        return ERROR  # what a rule did not find would be lost: nothing is written
    after = commands.after(options.action, report, entries, root, options.allow_growth)
    files.save(path, after)
    print(commands.summary(options.action, entries, after, path))
    return OK


def _facts(options: Namespace) -> int:
    from mlaudit import facts
    from mlaudit.audit import facts_of
    from mlaudit.config import UsageError, nearest
    from mlaudit.files.discover import discover
    from mlaudit.prepared import configuration, targets
    from mlaudit.reports import facts as report

    kinds = {kind.__name__: kind for kind in facts.KINDS}
    kind = options.kind
    if kind is not None and kind not in kinds:
        if not os.path.exists(kind):
            raise UsageError(f"no fact is called `{kind}`{nearest(kind, kinds)}; kinds: {', '.join(kinds)}")
        options.paths, kind = [kind, *options.paths], None
    root, scope = targets(options.paths)
    config = configuration(options, root)
    repo, _ = facts_of(discover(root, config.exclude, config.extend_exclude))
    chosen = [kinds[kind]] if kind else list(kinds.values())
    sys.stdout.write(report.render(repo, chosen, scope, as_json=options.output_format == "json"))
    return OK


def _answered(options: Namespace) -> int:
    from mlaudit.commands import answers
    from mlaudit.outputs import write

    answer: Callable[[Namespace], str] = getattr(answers, options.command)
    text = answer(options)
    if getattr(options, "output", None):
        write(options.output, text)
    else:
        sys.stdout.write(text)
    return OK


def _rule(options: Namespace) -> int:
    from mlaudit.commands.answers import rule

    text, is_well = rule(options)
    sys.stdout.write(text)
    return OK if is_well else FINDINGS


def _diff(options: Namespace) -> int:
    from mlaudit.commands.answers import diff

    text, is_worse = diff(options)
    sys.stdout.write(text)
    return FINDINGS if is_worse else OK


def _server(options: Namespace) -> int:
    from mlaudit.server import serve

    return serve(options)


def _command(options: Namespace) -> int:
    """A command of a module of its own, which gives its exit code and what it says."""
    import importlib

    code, text = importlib.import_module(f"mlaudit.commands.{options.command}").run(options)
    sys.stdout.write(text)
    return int(code)


RUNS: dict[str, Callable[[Namespace], int]] = {
    "check": _check,
    "fix": _check,
    "baseline": _baseline,
    "config": _answered,
    "rule": _rule,
    "facts": _facts,
    "report": _answered,
    "diff": _diff,
    "badge": _answered,
    "init": _command,
    "why": _command,
    "server": _server,
}
