"""What do the commands answer that audit nothing: pages of rules, saved runs in another form, what differs?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from mlaudit.config import Config
    from mlaudit.findings import Rule


def rule(options: Namespace) -> tuple[str, bool]:
    """The page of a rule, or the list of all; of `test` what the examples of packs give, and whether they hold."""
    import os

    from mlaudit.catalogue import catalogue
    from mlaudit.config import UsageError, load
    from mlaudit.files.discover import root_of

    root = root_of(os.path.realpath("."))
    config = load(root, explicit=options.config, isolated=options.isolated)
    if options.rule in ("test", "new"):
        from mlaudit.packs import commands

        if options.rule == "test":
            return commands.test(options.paths, config, root)
        if len(options.paths) != 1:
            raise UsageError("rule new: name the file to write, such as our-rules/house/pickled-array.toml")
        return commands.new(options.paths[0], config, root), True
    if options.paths:
        raise UsageError(f"rule: one rule at a time, not `{options.paths[0]}` too")
    return _page(options, catalogue(config, root)), True


def _page(options: Namespace, rules: list[Rule]) -> str:
    from mlaudit import rulebook
    from mlaudit.config import UsageError, nearest
    from mlaudit.reports import page

    if not options.all:
        if options.rule is None:
            raise UsageError("rule: name a rule, or use --all")
        known = [word for rule in rules for word in (rule.id, rule.name)]
        rules = [rule for rule in rules if options.rule in (rule.id, rule.name)]
        if not rules:
            raise UsageError(f"no rule is called `{options.rule}`{nearest(options.rule, known)}")
    if options.output_format == "json":
        return page.as_json(rules)
    return page.listing(rules) if options.all else page.render(rules[0], rulebook.examples(rules[0]))


def config(options: Namespace) -> str:
    """The settings that there are, one of them, or the schema of all."""
    from mlaudit.config import UsageError, nearest
    from mlaudit.reports import settings
    from mlaudit.settings import SETTINGS

    named = {setting.name: setting for setting in SETTINGS}
    if options.key and options.key not in named:
        raise UsageError(f"no setting is called `{options.key}`{nearest(options.key, named)}")
    return settings.schema() if options.schema else settings.told(named.get(options.key))


def report(options: Namespace) -> str:
    """A saved run in another format."""
    from mlaudit.commands.saved import load
    from mlaudit.outputs import needs_of, render

    found = load(options.results)
    if {"fingerprints", "bill"} & needs_of((options.format,)):
        from mlaudit.config import UsageError

        raise UsageError(
            f"report: {options.format} needs the files themselves: run `mlaudit --output {options.format}=…`"
        )
    return render(options.format, found)


def badge(options: Namespace) -> str:
    """A saved run as a badge."""
    from mlaudit.commands.saved import load
    from mlaudit.reports.badge import render

    return render(load(options.results))


def diff(options: Namespace) -> tuple[str, bool]:
    """What differs between two saved runs, and whether something is new."""
    from mlaudit.commands.saved import load
    from mlaudit.reports.difference import compare, render

    difference = compare(load(options.old), load(options.new))
    return render(difference), bool(difference.new)


def files(root: str, config: Config) -> str:
    """The files that would be read, and by what."""
    from mlaudit.files.discover import discover, reader_for
    from mlaudit.reports.text import plain

    listing = discover(root, config.exclude, config.extend_exclude)
    taken = ((path, reader_for(path)) for path, file in listing.files.items() if not file.vendored)
    return "".join(f"{plain(path)}  ({reader})\n" for path, reader in taken if reader)
