"""How is a change audited? The whole state after it, and the states before it as far as nobody remembers them."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import TYPE_CHECKING, NamedTuple

from mlaudit.audit import audit
from mlaudit.baselines import known
from mlaudit.baselines.files import NAME
from mlaudit.changes import Before, elsewhere, narrowed, states
from mlaudit.changes.lines import Touched, touched
from mlaudit.changes.remembered import Remembered
from mlaudit.config import UsageError
from mlaudit.files.discover import Listing
from mlaudit.files.git import said
from mlaudit.findings import Report
from mlaudit.outputs import extras
from mlaudit.outputs.fingerprints import fingerprints
from mlaudit.prepared import cache, configuration, known_of, rules_of

if TYPE_CHECKING:
    from argparse import Namespace

    from mlaudit.config import Config
    from mlaudit.files.cache import Cache
    from mlaudit.findings import Rule

# What a person reads: there, that nothing changed is said without an audit.
TEXTS = ("full", "concise")
WRITING = ("add_ignore", "fix", "fix_only", "diff", "baseline_ref")


class Audited(NamedTuple):
    """What was found, with the settings in force; `report` is None where nothing has changed."""

    report: Report | None
    config: Config


class _Run(NamedTuple):
    """What both audits of a run share."""

    root: str
    config: Config
    rules: list[Rule]
    cache: Cache | None
    remembered: Remembered | None
    listing: Listing
    ignored: tuple[tuple[str, int, int], ...]


def audited(options: Namespace, root: str, scope: tuple[str, ...], needs: set[str]) -> Audited:
    """The report on a change, with what its outputs `need`. Raises UsageError outside of a checkout, for a name that
    git does not know, and for options that go with no part of a repository."""
    option = "--staged" if options.staged else "--since" if options.since else "--changed"
    for name in WRITING:
        if getattr(options, name, None) not in (None, False, ""):
            raise UsageError(f"{option} does not go together with --{name.replace('_', '-')}")
    states.checked(root, option)
    index = states.index_of(root) if options.staged else ""
    bases = states.bases(root, options.since or "")
    with states.staged(root, index) if options.staged else nullcontext(states.After(root)) as after:
        config = _configured(options, root, after)
        listing = states.listed(after, config, options.staged)
        lines = [_touched(root, base, options.staged, index, listing) for base in bases]
        if not any(lines) and not options.output and options.output_format in TEXTS:
            return Audited(None, config)
        run = _run(options, root, config, listing)
        report = _after(options, run, after, scope, needs)
        befores = [_before(run, base, where, report) for base, where in zip(bases, lines, strict=True)]
        report = narrowed(report, befores, listing.files, options.since or "HEAD")
        if "fingerprints" in needs:
            report = report._replace(fingerprints=fingerprints(report))
        return Audited(report._replace(root=root), config)


def _after(options: Namespace, run: _Run, after: states.After, scope: tuple[str, ...], needs: set[str]) -> Report:
    """All that is found after the change; what the index holds is remembered for when it is a commit."""
    baseline = known_of(options, after.folder if NAME in after.differs else run.root, run.config, run.rules)
    asked = extras(needs)
    drawn, billed = asked["drawn"], asked["billed"]
    report = audit(
        after.folder, run.config, run.rules, scope, run.cache, baseline, run.listing, drawn=drawn, billed=billed
    )
    if run.remembered and after.signature and not scope and not report.crashes:
        found = known((*report.findings, *report.baselined, *report.unsure), after.folder)
        run.remembered.put(run.remembered.key(after.signature, run.ignored), found)
    return report


def _configured(options: Namespace, root: str, after: states.After) -> Config:
    """The settings that the state after the change holds; those above the repository where it has none."""
    if not any(path.endswith(".toml") for path in after.differs):
        return configuration(options, root)
    config = configuration(options, after.folder)
    if options.config or config.file.startswith(after.folder):
        return config
    return configuration(options, os.path.dirname(root))


def _touched(root: str, base: str, is_staged: bool, index: str, listing: Listing) -> Touched:
    where = touched(root, base, staged=is_staged, index=index)
    new = (path for path, file in listing.files.items() if not (is_staged or file.tracked or file.ignored))
    return {**where, **dict.fromkeys(new)}


def _run(options: Namespace, root: str, config: Config, listing: Listing) -> _Run:
    rules = rules_of(config, root)
    kept = cache(options, root, rules)
    day = config.as_of or said(root, "log", "-1", "--format=%cs")
    stats = ((file.path, file.size, _time(root, file.path)) for file in listing.files.values() if file.ignored)
    is_told = not any(rule.plugin for rule in rules)  # what a plug-in says may change with its code
    remembered = Remembered(root, rules, config, day) if kept and is_told else None
    return _Run(root, config, rules, kept, remembered, listing, tuple(stats))


def _time(root: str, path: str) -> int:
    try:
        return os.stat(os.path.join(root, path)).st_mtime_ns
    except OSError:
        return 0


def _before(run: _Run, base: str, where: Touched, report: Report) -> Before:
    """A state before the change. What was found there is asked only where a finding may have been there already."""
    if not elsewhere(report, where):
        return Before(where)
    key = run.remembered.key(states.signature_of(run.root, base), run.ignored) if run.remembered else ""
    found = run.remembered.get(key) if run.remembered else None
    if found is not None:
        return Before(where, tuple(found))
    with states.before(run.root, base, run.listing) as folder:
        old = audit(folder, run.config, run.rules, (), run.cache, drawn=False)
        found = known((*old.findings, *old.unsure), folder)
    if run.remembered and not old.crashes:
        run.remembered.put(key, found)
    return Before(where, tuple(found), frozenset(crash.rule.id for crash in old.crashes))
