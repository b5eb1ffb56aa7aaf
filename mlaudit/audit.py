"""The whole run: discover → read → link → check → suppress → sort → Report."""

import os
import time
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mlaudit.config import Config
from mlaudit.facts import (
    Build,
    Fact,
    Include,
    InstallCommand,
    Location,
    Lock,
    PackageFile,
    Repo,
    Stage,
    TrackingRule,
    Unreadable,
    Variable,
)
from mlaudit.files.contents import begins, digests, stored, with_edits
from mlaudit.files.discover import Listing, discover, reader_for
from mlaudit.files.git import StrPath
from mlaudit.files.reading import CODE, MEGABYTE, facts_of_source, read
from mlaudit.findings import (
    CONFIDENCES,
    UNCHECKED,
    Baseline,
    Change,
    Compared,
    Crash,
    Finding,
    Fix,
    Report,
    Rule,
    Silenced,
)
from mlaudit.judging import judged, leveled
from mlaudit.listed import Item, Lineage, Part
from mlaudit.looked import idle, looked
from mlaudit.source import Source

if TYPE_CHECKING:
    from mlaudit.files.cache import Cache
    from mlaudit.fixes import Machine

NOTHING: Mapping[Any, Any] = MappingProxyType({})
_Fixes = tuple[Mapping[Finding, Fix], Mapping[Finding, Change], tuple[Crash, ...]]
NO_FIXES: _Fixes = (NOTHING, NOTHING, ())

TEMPLATE = "holds a template, whose files become something else: they are not audited"
# The families that ask what code does, and not only what it imports.
FOLLOWING = ("randomness", "data", "models", "environment", "notebooks", "automation", "monitoring", "portability")


def audit(
    root: StrPath,
    config: Config,
    rules: list[Rule],
    scope: tuple[str, ...] = (),
    cache: "Cache | None" = None,
    baseline: Baseline | None = None,
    listing: Listing | None = None,
    /,
    *,
    drawn: bool = True,
    billed: bool = False,
    fixing: bool = False,
    showing: bool = False,
    machine: "Machine | None" = None,
    edits: Mapping[str, bytes] = NOTHING,
) -> Report:
    """Audit the repository at `root`. With a scope (paths from the root) only findings below it are reported, with
    a baseline those that it does not know, with a listing its files alone are there. Where it is not `drawn`,
    picture and inventory are left out; a bill of materials is made where it is `billed`; what can be written for
    the findings is asked where it is `fixing`, of `machine` too where the user allows it. `edits` are contents of
    files, by path, that nobody has written yet."""
    started = time.perf_counter()
    listing = listing or discover(root, config.exclude, config.extend_exclude)
    if edits:
        listing = listing._replace(files=with_edits(listing.files, edits))
    repo, read = facts_of(listing, config.kind, cache, code_role(rules), config.large_file_mb * MEGABYTE)
    rules = leveled(rules, config)
    findings, silenced, crashes = judged(repo, rules, config, os.fspath(root))
    everything = sorted((finding for finding in findings if _is_in(finding, scope)), key=lambda finding: finding.order)
    found = [finding for finding in findings if finding.level != UNCHECKED]
    sure = {each for each in found if CONFIDENCES.index(each.confidence) >= CONFIDENCES.index(config.min_confidence)}
    old = _compared(baseline, listing, rules, sure, [finding for finding in found if finding not in sure], edits)
    seen = looked(repo, rules, read)
    shown = tuple(each for each in everything if each in sure and each not in old.known)
    fixes, changes, failed = NO_FIXES
    if fixing or showing:
        fixes, changes, failed = _fixes(repo, shown, config, os.fspath(root), machine, showing)
    return Report(
        root=str(root),
        files=len(listing.files),
        read=read,
        rules=tuple(rules),
        findings=shown,
        unsure=tuple(each for each in everything if each not in sure and each.level != UNCHECKED),
        unchecked=tuple(finding for finding in everything if finding.level == UNCHECKED),
        silenced=_ordered(silenced, scope),
        baselined=tuple(each for each in everything if each in old.known),
        stale=old.stale,
        baseline=baseline.name if baseline else "",
        crashes=(*crashes, *failed),
        lineage=_lineage(repo, rules) if drawn else Lineage(),
        inventory=_inventory(repo, rules) if drawn else (),
        bill=_bill(repo, rules, listing) if billed else None,
        looked=seen,
        idle=idle(repo, rules, seen),
        fixes=fixes,
        changes=changes,
        seconds=time.perf_counter() - started,
    )


def _fixes(
    repo: Repo, findings: Iterable[Finding], config: Config, root: str, machine: "Machine | None", showing: bool
) -> _Fixes:
    """What can be written for findings, how it is shown, and the fixes that failed."""
    from mlaudit.fixes import Asked, proposed

    asked = Asked(repo, root, machine)
    fixes, failed = proposed(findings, asked, config)
    if not showing:
        return fixes, NOTHING, failed
    from mlaudit.fixes.showing import shown

    return fixes, shown(fixes, asked.source), failed


def _compared(
    baseline: Baseline | None,
    listing: Listing,
    rules: list[Rule],
    sure: Iterable[Finding],
    unsure: Iterable[Finding],
    edits: Mapping[str, bytes],
) -> Compared:
    """What the baseline knows of the findings."""
    if baseline is None:
        return Compared()
    from mlaudit.baselines import compare

    asked = {rule.id for rule in rules}
    return compare(sure, baseline.entries, os.fspath(listing.root), listing.files, unsure, asked, edits)


def _lineage(repo: Repo, rules: Iterable[Rule]) -> Lineage:
    """The picture of data and models, where a rule asks for them."""
    if not any(rule.family in ("data", "models") for rule in rules):
        return Lineage()
    from mlaudit.lineage.picture import picture

    return picture(repo)


def _inventory(repo: Repo, rules: Iterable[Rule]) -> tuple[Item, ...]:
    """What there is to run and what it needs, where code was followed."""
    if code_role(rules):
        return ()
    from mlaudit.inventory import inventory

    return inventory(repo)


def _bill(repo: Repo, rules: Iterable[Rule], listing: Listing) -> tuple[Part, ...]:
    """The bill of materials; the files of locked packages are read for it alone."""
    from mlaudit.bill import bill

    locks = {lock.at.path: lock.format for lock in repo.all(Lock)}
    found = (read(listing.root, listing.files[path], "locks.files", form) for path, form in locks.items())
    files = [fact for facts in found for fact in facts if isinstance(fact, PackageFile)]
    return bill(repo, files, followed=not code_role(rules))


def code_role(rules: Iterable[Rule]) -> str:
    """What the readers of code are asked for: "" for everything, `imports` where no rule follows what code does."""
    return "" if any(rule.family in FOLLOWING or rule.is_own for rule in rules) else "imports"


def facts_of(
    listing: Listing, kind: str = "", cache: "Cache | None" = None, code: str = "", large: int = 5 * MEGABYTE
) -> tuple[Repo, int]:
    """All facts of the listed files, and how many files were read. `code` is the role of the readers of code."""
    facts: list[Fact] = [Unreadable(Location(folder), "cannot be entered") for folder in listing.closed]
    templates = {path.partition("{{")[0] for path in listing.files if "{{" in path}
    facts += (Unreadable(Location(path or "."), TEMPLATE, partly=True) for path in sorted(templates))
    own = (path for path, file in listing.files.items() if not file.vendored and "{{" not in path)
    # What configurations set is asked by those who follow code.
    unasked = "configuration" if code else ""
    readers = {path: reader for path in own if (reader := reader_for(path)) and reader != unasked}
    for path, reader in readers.items():
        facts += read(listing.root, listing.files[path], reader, code if reader in CODE else "", cache)
    if cache:
        cache.save()
    for path in _dockerfiles(facts, listing, readers):
        readers[path] = "commands.dockerfile"
        facts += read(listing.root, listing.files[path], "commands.dockerfile")
    pending = _named(facts, listing, readers)
    while pending:
        for path, role in pending.items():
            readers[path] = "manifests.requirements"
            facts += read(listing.root, listing.files[path], "manifests.requirements", role)
        pending = _named(facts, listing, readers)
    facts += _of_data(facts, listing)
    facts += _of_variables(facts, listing)
    facts.sort(key=lambda fact: (fact.at.path, fact.at.line, fact.at.column))
    digest = digests(listing.root, listing.files)
    return Repo(listing.files, iter(facts), is_git=listing.is_git, kind=kind, large=large, digest=digest), len(readers)


def _dockerfiles(facts: Iterable[Fact], listing: Listing, readers: Mapping[str, str]) -> list[str]:
    """Files that others build images from, whatever their names, and that no reader has taken yet."""
    named = {fact.dockerfile for fact in facts if isinstance(fact, Build)}
    return sorted(path for path in named & listing.files.keys() if path not in readers)


def _named(facts: Iterable[Fact], listing: Listing, readers: dict[str, str]) -> dict[str, str]:
    """Files that others name as requirement files (`-r`, `-c`) and that no reader has taken yet, with their role."""
    includes = [fact for fact in facts if isinstance(fact, Include)]
    includes += [include for fact in facts if isinstance(fact, InstallCommand) for include in fact.files]
    named = {include.target: include.role for include in includes}
    return {path: role for path, role in named.items() if path in listing.files and path not in readers}


def _of_data(facts: list[Fact], listing: Listing) -> list[Fact]:
    """What is found only when other facts say where: the parameters that stages name, and the pointers of Git LFS."""
    from mlaudit.lineage import attributes, templates
    from mlaudit.readers.data import lfs

    found: list[Fact] = []
    stages = [fact for fact in facts if isinstance(fact, Stage)]
    for path in sorted(templates.parameter_files(stages) & listing.files.keys()):
        found += read(listing.root, listing.files[path], "data.parameters")
    rules = [fact for fact in facts if isinstance(fact, TrackingRule)]
    kept = set(attributes.kept_by_lfs(rules, listing.files))
    for path in attributes.maybe_pointers(listing.files.values(), kept):
        if begins(listing.root, path, lfs.STARTS):
            found += read(listing.root, listing.files[path], "data.lfs")
    if listing.is_git and kept:
        unseen = kept - {fact.at.path for fact in found}
        blobs = stored(listing.root, (path for path in unseen if listing.files[path].tracked))
        found += (
            fact
            for path, blob in sorted(blobs.items())
            for fact in facts_of_source(Source(path, blob), "data.lfs", "stored")
        )
    return found


def _of_variables(facts: list[Fact], listing: Listing) -> list[Fact]:
    """Which texts speak of the environment variables that code needs. Most repositories have none that is open."""
    if not any(isinstance(fact, Variable) for fact in facts):
        return []
    from mlaudit.machines import variables

    names = variables.wanted(facts)
    if not names:
        return []
    role = " ".join(sorted(names))
    paths = variables.texts(listing.files)
    return [fact for path in paths for fact in read(listing.root, listing.files[path], "variables", role)]


def _ordered(silenced: Iterable[Silenced], scope: tuple[str, ...]) -> tuple[Silenced, ...]:
    inside = (each for each in silenced if _is_in(each.finding, scope))
    return tuple(sorted(inside, key=lambda each: each.finding.order))


def _is_in(finding: Finding, scope: tuple[str, ...]) -> bool:
    places = [finding.at.path, *(related.at.path for related in finding.related)]
    return not scope or any(_below(path, place) for path in scope for place in places)


def _below(folder: str, path: str) -> bool:
    return folder in ("", ".") or path == folder or path.startswith(f"{folder}/")
