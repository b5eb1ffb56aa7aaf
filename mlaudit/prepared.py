"""What does a run take: which root, settings and rules, which cache, and what is known already?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import Namespace

    from mlaudit.config import Config
    from mlaudit.files.cache import Cache
    from mlaudit.findings import Baseline, Rule


def targets(paths: list[str]) -> tuple[str, tuple[str, ...]]:
    """The root of the repository, and the paths below it to which the findings are restricted."""
    from mlaudit.config import UsageError
    from mlaudit.files.discover import root_of

    for path in paths:
        if not os.path.exists(path):
            raise UsageError(f"`{path}` does not exist")
    named = [os.path.realpath(path) for path in paths or ["."]]
    roots = {root_of(path) for path in named}
    root = roots.pop() if len(roots) == 1 else os.path.commonpath([*roots])
    inside = [os.path.relpath(path, root).replace(os.sep, "/") for path in named]
    return root, () if "." in inside else tuple(inside)


def configuration(options: Namespace, root: str) -> Config:
    """The settings in force: those of the file, and what the command line says instead."""
    from mlaudit.config import load

    config = load(root, explicit=options.config, isolated=options.isolated)
    changes: dict[str, Any] = {}
    for name in ("select", "ignore", "extend_select"):
        if given := getattr(options, name, None):
            changes[name] = tuple(word.strip() for text in given for word in text.split(",") if word.strip())
    for name in ("exclude", "extend_exclude"):
        if given := getattr(options, name, None):
            changes[name] = tuple(given)
    for name in ("fail_on", "min_confidence", "as_of"):
        if given := getattr(options, name, None):
            changes[name] = given
    return config._replace(**changes)


def rules_of(config: Config, root: str) -> list[Rule]:
    """The rules that run, those of packs and of plug-ins too. Raises UsageError for a selector that names none."""
    from mlaudit.catalogue import chosen

    return chosen(config, root)


def cache(options: Namespace, root: str, rules: list[Rule]) -> Cache | None:
    """What is kept between runs of this repository."""
    if options.no_cache:
        return None
    from mlaudit.audit import code_role
    from mlaudit.files.cache import Cache

    return Cache(root, role=code_role(rules))


def known_of(options: Namespace, root: str, config: Config, rules: list[Rule]) -> Baseline | None:
    """What the run is held against: a commit, a file, or nothing."""
    named = options.baseline or config.baseline
    if not (options.baseline_ref or named or os.path.exists(os.path.join(root, ".mlaudit-baseline.json"))):
        return None
    from mlaudit.audit import audit
    from mlaudit.baselines import files, known
    from mlaudit.baselines.commits import files_of
    from mlaudit.findings import Baseline

    if options.baseline_ref:
        with files_of(root, options.baseline_ref) as folder:
            before = audit(folder, config, rules, (), cache(options, root, rules), drawn=False)
            return Baseline(options.baseline_ref, tuple(known((*before.findings, *before.unsure), folder)))
    if options.no_baseline:
        return None
    path = files.place(root, options.baseline, config)
    return Baseline(os.path.basename(path), tuple(files.load(path)))
