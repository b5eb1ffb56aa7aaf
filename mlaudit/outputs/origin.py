"""From what can a run be repeated: which commit, which rules, which settings?"""

import hashlib
import json
import shlex
from typing import Any

from mlaudit.config import Config
from mlaudit.files.git import git, said, without_filters
from mlaudit.findings import Origin, Report
from mlaudit.masking import masked
from mlaudit.patterns import pattern

# `https://host/owner/name.git` and `git@host:owner/name.git`, with or without credentials.
WEB = pattern(r"https?://(?:[^/@]*@)?([^/@:]+(?::\d+)?)/(.+?)(?:\.git)?/?")
SSH = pattern(r"(?:ssh://)?(?:[^/@]+@)([^/@:]+)[:/](?!\d)(.+?)(?:\.git)?/?")

# Settings that only a file can hold.
WITHOUT_OPTION = frozenset(
    """
    file kind large_file_mb ignores per_file_ignores levels baseline rule_packs plugins
    """.split()
)


def origin(report: Report, config: Config) -> Origin:
    """The origin of a report: nothing in it names this machine or this hour."""
    commit = said(report.root, "rev-parse", "HEAD")
    rules = [[str(value) for name, value in rule._asdict().items() if name != "path"] for rule in report.rules]
    return Origin(
        commit=commit,
        branch=said(report.root, "symbolic-ref", "--short", "-q", "HEAD", errors="replace") if commit else "",
        changed=bool(commit) and _is_changed(report.root),
        url=_page(said(report.root, "config", "--get", "remote.origin.url", errors="replace")) if commit else "",
        command=_command(config),
        rules=_digest(rules),
        settings=_digest(config._replace(file="")._asdict()),
    )


def _is_changed(root: str) -> bool:
    """Whether tracked files differ from the commit. Filters that the checkout configures are programs: none is run.
    Where git cannot tell, they may differ."""
    off = without_filters(root)
    return off is None or git(root, *off, "status", "--porcelain", "-uno", "--ignore-submodules=all") != b""


def _page(remote: str) -> str:
    """The https address of a remote; "" for one that is no host's."""
    match = WEB.fullmatch(remote) or SSH.fullmatch(remote)
    return masked(f"https://{match[1]}/{match[2]}") if match else ""


def _command(config: Config) -> str:
    """The command that audits with these settings: what differs from the defaults, written as options."""
    words = ["mlaudit"]
    for field, default in Config()._asdict().items():
        value = getattr(config, field)
        if value == default or field in WITHOUT_OPTION:
            continue
        option = f"--{field.replace('_', '-')}"
        words += [word for item in (value if isinstance(value, tuple) else (value,)) for word in (option, str(item))]
    return shlex.join(words)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]
