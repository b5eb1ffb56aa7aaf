"""What can be written for a finding, and where does each value of it come from?

rules/<family>/<a-b>.toml with `fixable` binds to mlaudit.fixes.<family>.a_b, which gives a Fix, or None where nothing
certain can be written.
"""

import importlib
import posixpath
from collections.abc import Callable, Iterable
from typing import NamedTuple

from mlaudit.config import Config
from mlaudit.facts import FactType, Location, LockedStage, Repo
from mlaudit.files.contents import content
from mlaudit.findings import Crash, Edit, Finding, Fix
from mlaudit.rulebook import safeties
from mlaudit.source import Source


class Machine(NamedTuple):
    """What the user allows to be read of this machine: folders of installed packages, and of the Hugging Face cache."""

    packages: tuple[str, ...] = ()
    models: str = ""


class Asked:
    """What the functions of the fixes may ask: all facts and views, the texts of files, and what the user allows."""

    def __init__(self, repo: Repo, root: str, machine: Machine | None = None) -> None:
        self.repo = repo
        self.machine = machine
        self._root = root
        self._sources: dict[str, Source] = {}

    def source(self, path: str) -> Source:
        """The text of a listed file; an empty one where it cannot be read."""
        if path not in self._sources:
            try:
                held = content(self._root, self.repo.files[path])
            except (OSError, KeyError):
                held = b""
            self._sources[path] = Source(path, held)
        return self._sources[path]

    def fact(self, kind: type[FactType], at: Location) -> FactType | None:
        """The first fact of a kind at a place."""
        return next((fact for fact in self.repo.all(kind) if fact.at == at), None)

    def text(self, at: Location) -> str:
        """What stands at a place."""
        return self.source(at.path).under(at)

    def span(self, at: Location) -> tuple[int, int]:
        """A place as offsets of the file's text."""
        return self.source(at.path).span(at)

    def places(self, finding: Finding, text: str) -> list[Location]:
        """The places of a finding in its own file; none where one of them holds another text than this."""
        found = dict.fromkeys([finding.at, *(each.at for each in finding.related if each.at.path == finding.at.path)])
        return [] if any(self.text(at) != text for at in found) else list(found)

    def edit(self, at: Location, text: str) -> Edit:
        """What stands at a place becomes `text`."""
        return Edit(at.path, *self.span(at), text)


Write = Callable[[Finding, Asked], Fix | None]


def proposed(findings: Iterable[Finding], asked: Asked, config: Config) -> tuple[dict[Finding, Fix], tuple[Crash, ...]]:
    """The fixes of findings, as far as the configuration wants them, and what failed."""
    findings = list(findings)
    wanted = safeties(
        {finding.rule for finding in findings}, config.extend_safe_fixes, config.extend_unsafe_fixes, config.unfixable
    )
    found: dict[Finding, Fix] = {}
    crashes: list[Crash] = []
    for finding in findings:
        rule = finding.rule
        if rule.id not in wanted:
            continue
        try:
            fix = writer(finding)(finding, asked)
        except Exception as error:  # a fault of ours in one fix must not take the run with it; it is said
            crashes.append(
                Crash(rule, f"its fix at {finding.at.path}:{finding.at.line}: {type(error).__name__}: {error}")
            )
            continue
        if fix is not None and fix.edits:
            fix = _recorded(fix, asked.repo)
            found[finding] = fix._replace(safety=wanted[rule.id] or fix.safety or rule.fixable)
    return found, tuple(crashes)


def _recorded(fix: Fix, repo: Repo) -> Fix:
    """A file whose digest a dvc.lock holds is changed only where the user says so: its stage has to run again."""
    held = repo.view(_held)
    if not any(edit.path == path or edit.path.startswith(f"{path}/") for edit in fix.edits for path in held):
        return fix
    return fix._replace(title=f"{fix.title}; the stage that reads this file then has to run again", safety="unsafe")


def _held(repo: Repo) -> frozenset[str]:
    """The files and folders that stages of DVC read and write, as dvc.lock records them."""
    return frozenset(
        posixpath.normpath(posixpath.join(posixpath.dirname(stage.at.path), each.path))
        for stage in repo.all(LockedStage)
        for each in (*stage.inputs, *stage.outputs)
    )


def writer(finding: Finding) -> Write:
    """The function of the same name as the finding's rule."""
    module = importlib.import_module(f"mlaudit.fixes.{finding.rule.family}")
    found: Write = getattr(module, finding.rule.name.replace("-", "_"))
    return found
