"""The whole run: discover → read → link → check → suppress → sort → Report."""

import importlib
import os
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mlaudit.config import Config
from mlaudit.contents import begins, digests, stored
from mlaudit.discover import Listing, StrPath, discover, reader_for
from mlaudit.facts import (
    Build,
    Fact,
    File,
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
from mlaudit.findings import CONFIDENCES, UNCHECKED, Baseline, Compared, Finding, Item, Lineage, Part, Report, Rule
from mlaudit.judging import judged, leveled
from mlaudit.looked import idle, looked
from mlaudit.source import Source

if TYPE_CHECKING:
    from mlaudit.cache import Cache

MEGABYTE = 1_000_000
NOTEBOOK = "code.notebook"
LIMITS = {NOTEBOOK: 1000 * MEGABYTE, "locks": 50 * MEGABYTE}
# What a notebook may hold beside its outputs.
THIN_LIMIT = 100 * MEGABYTE
TEMPLATE = "holds a template, whose files become something else: they are not audited"
# The readers whose facts are kept between runs: parsing Python is most of a run.
CODE = ("code.python", NOTEBOOK)
# The families that ask what code does, and not only what it imports.
FOLLOWING = ("randomness", "data", "models", "environment", "notebooks", "automation", "monitoring", "portability")
LIMIT = 5 * MEGABYTE
# What every suppression holds, in UTF-8 and in UTF-16: a file without it has none.
MENTION, WIDE = b"mlaudit", b"m\0l\0a\0u\0d\0i\0t"


def audit(
    root: StrPath,
    config: Config,
    rules: list[Rule],
    scope: tuple[str, ...] = (),
    cache: "Cache | None" = None,
    baseline: Baseline | None = None,
    *,
    drawn: bool = True,
    billed: bool = False,
) -> Report:
    """Audit the repository at `root`. With a scope (paths from the root) only findings below it are reported, with a
    baseline those that it does not know. Where it is not `drawn`, picture and inventory are left out; a bill of
    materials is made where it is `billed`."""
    started = time.perf_counter()
    listing = discover(root, config.exclude, config.extend_exclude)
    repo, read = facts_of(listing, config.kind, cache, code_role(rules), config.large_file_mb * MEGABYTE)
    rules = leveled(rules, config)
    findings, silenced, crashes = judged(repo, rules, config, os.fspath(root))
    everything = sorted((finding for finding in findings if _is_in(finding, scope)), key=lambda finding: finding.order)
    found = [finding for finding in findings if finding.level != UNCHECKED]
    sure = {each for each in found if CONFIDENCES.index(each.confidence) >= CONFIDENCES.index(config.min_confidence)}
    old = _compared(baseline, listing, rules, sure, [finding for finding in found if finding not in sure])
    seen = looked(repo, rules, read)
    return Report(
        root=str(root),
        files=len(listing.files),
        read=read,
        rules=tuple(rules),
        findings=tuple(each for each in everything if each in sure and each not in old.known),
        unsure=tuple(each for each in everything if each not in sure and each.level != UNCHECKED),
        unchecked=tuple(finding for finding in everything if finding.level == UNCHECKED),
        silenced=tuple(
            sorted((each for each in silenced if _is_in(each.finding, scope)), key=lambda each: each.finding.order)
        ),
        baselined=tuple(each for each in everything if each in old.known),
        stale=old.stale,
        baseline=baseline.name if baseline else "",
        crashes=crashes,
        lineage=_lineage(repo, rules) if drawn else Lineage(),
        inventory=_inventory(repo, rules) if drawn else (),
        bill=_bill(repo, rules, listing) if billed else None,
        looked=seen,
        idle=idle(rules, seen),
        seconds=time.perf_counter() - started,
    )


def _compared(
    baseline: Baseline | None, listing: Listing, rules: list[Rule], sure: Iterable[Finding], unsure: Iterable[Finding]
) -> Compared:
    """What the baseline knows of the findings."""
    if baseline is None:
        return Compared()
    from mlaudit.baselines import compare

    asked = {rule.id for rule in rules}
    return compare(sure, baseline.entries, os.fspath(listing.root), listing.files, unsure, asked)


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
    return "" if any(rule.family in FOLLOWING for rule in rules) else "imports"


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
            fact for path, blob in sorted(blobs.items()) for fact in _facts(Source(path, blob), "data.lfs", "stored")
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


def read(root: StrPath, file: File, reader: str, role: str = "", cache: "Cache | None" = None) -> list[Fact]:
    """The facts of one file. Whatever goes wrong becomes a fact too."""
    whole = Location(file.path)
    limit = LIMITS.get(reader) or LIMITS.get(reader.partition(".")[0]) or LIMIT
    if file.size > limit:
        return [Unreadable(whole, f"is larger than {limit // MEGABYTE} MB")]
    try:
        with open(os.path.join(root, file.path), "rb") as opened:
            content = opened.read(limit + 1)
    except OSError as error:
        return [Unreadable(whole, f"cannot be read: {error.strerror}")]
    if reader == NOTEBOOK:
        content = _thinned(content)
        if len(content) > THIN_LIMIT:
            return [Unreadable(whole, f"is larger than {THIN_LIMIT // MEGABYTE} MB without its outputs")]
    facts = _remembered(file.path, content, reader, role, cache)
    is_wide = b"\0" in content[:4] or content[:1] in (b"\xff", b"\xfe")
    if MENTION in content or (is_wide and WIDE in content):
        facts = [*facts, *_facts(Source(file.path, content), "comments", "")]
    return facts


def _remembered(path: str, content: bytes, reader: str, role: str, cache: "Cache | None") -> list[Fact]:
    if cache is None or reader not in CODE:
        return _facts(Source(path, content), reader, role)
    key = cache.key(path, content, role)
    facts = cache.get(key)
    if facts is None:
        facts = _facts(Source(path, content), reader, role)
        cache.put(key, facts)
    return facts


def _thinned(content: bytes) -> bytes:
    from mlaudit.readers.code import outputs

    return outputs.thinned(content)


def _facts(source: Source, reader: str, role: str) -> list[Fact]:
    whole = Location(source.path)
    try:
        module = importlib.import_module(f"mlaudit.readers.{reader}")
        return list(module.read(source, role) if role else module.read(source))
    except (RecursionError, MemoryError):
        return [Unreadable(whole, "is nested too deeply")]
    except Exception as error:  # a fault of ours on one file must not lose the others; it is reported, never hidden
        return [Unreadable(whole, f"could not be read by mlaudit ({reader}: {type(error).__name__}: {error})")]


def _is_in(finding: Finding, scope: tuple[str, ...]) -> bool:
    places = [finding.at.path, *(related.at.path for related in finding.related)]
    return not scope or any(_below(path, place) for path in scope for place in places)


def _below(folder: str, path: str) -> bool:
    return folder in ("", ".") or path == folder or path.startswith(f"{folder}/")
