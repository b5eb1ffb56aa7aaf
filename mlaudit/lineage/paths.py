"""Which paths and URLs that programs use lead elsewhere than into the commit?"""

import re
from collections.abc import Iterable, Iterator

from mlaudit.facts import Code, Repo
from mlaudit.facts.place import Location
from mlaudit.knowledge.places import is_made_by_tools, is_of_a_machine, is_placeholder, moving_branch, platform
from mlaudit.lineage import catalogs, commands
from mlaudit.lineage.leads import DATA, OBJECT, Lead, is_open_object, is_software
from mlaudit.lineage.places import candidates, is_in_repository, is_local, paths_of, pattern_of
from mlaudit.lineage.puts import puts
from mlaudit.lineage.references import READING, WRITING, Reference, in_own_code, references
from mlaudit.lineage.told import is_got_by_hand, is_in_doubt
from mlaudit.values import GAP, ROOT

FILES = (READING, WRITING, "unpacks", "moves")
OPEN = re.compile(r"[*?\[\0]")
# Files that must not be in a repository.
SECRET = re.compile(r"token|secret|credential|creds|passw|\.(?:key|pem|env)$", re.IGNORECASE)
TEMPLATE = re.compile(r"\{\{|\$\{|\$\w|<\w|^[\w.]+:\w+$")
# Words by which a file shows that it compares a digest.
DIGESTS = frozenset({"hashlib", "md5", "sha256", "sha1", "checksum", "crc32", "file_digest"})
# Calls that give the names of files.
LISTING = ("os.walk", "os.listdir", "os.scandir", "glob.glob")
# What is read there and is no data of a program.
OTHER = ("configuration", "log", "figure")


def machine_bound(repo: Repo) -> Iterator[Lead]:
    """Paths of one machine."""
    told: set[Location] = set()
    for reference in repo.view(in_own_code):
        if reference.role in FILES and reference.at not in told:
            text = next((text for text in reference.texts if _is_bound(repo, reference, text)), None)
            if text:
                told.add(reference.at)
                yield _lead(reference, text)
    yield from catalogs.machine_bound(repo)


def _is_bound(repo: Repo, reference: Reference, text: str) -> bool:
    """Whether a path is of one machine. A home folder is everywhere: what a program itself puts there is none."""
    if not is_of_a_machine(text) or (text.startswith("~") and reference.role == WRITING):
        return False
    return not (text.startswith("~/") and is_in_repository(repo, reference, text[2:]))


def platform_bound(repo: Repo) -> Iterator[Lead]:
    """Paths in the folders of a platform, and drives that are mounted there: the first of each file and platform."""
    told: set[tuple[str, str]] = set()
    for reference in repo.view(in_own_code):
        if reference.role not in (*FILES, "mounts"):
            continue
        for text in reference.texts:
            found = platform(text)
            if found is None or (reference.at.path, found.name) in told or _only_lists(reference, text, found.paths):
                continue
            if not is_in_repository(repo, reference, text):
                told.add((reference.at.path, found.name))
                is_meant = bool(found.files) and any(re.search(found.files, path) for path in repo.files)
                yield _lead(reference, text)._replace(detail=found.name, level="note" if is_meant else "")


def _only_lists(reference: Reference, text: str, folders: tuple[str, ...]) -> bool:
    """Whether a call only shows what a platform has: it walks the platform's own folder, of which it reads nothing."""
    return reference.name in LISTING and f"{text.rstrip('/')}/" in folders


def moving_urls(repo: Repo) -> Iterator[Lead]:
    """URLs whose content moves."""
    told: set[Location] = set()
    for reference in repo.view(in_own_code):
        if reference.role in (READING, "downloads", "unpacks", "models", "datasets") and reference.at not in told:
            for text in reference.texts:
                if (found := moving_branch(text)) and (found[0] != "its server" or DATA.search(text)):
                    told.add(reference.at)
                    host, branch = found
                    yield _lead(reference, text)._replace(detail=f"`{branch}` of {host}")
                    break
    yield from commands.moving_urls(repo)


def unverified_downloads(repo: Repo) -> Iterator[Lead]:
    """Files that are fetched, and whose content nothing compares with what it was."""
    told: set[Location] = set()
    comparing = {code.at.path for code in repo.all(Code) if not DIGESTS.isdisjoint(code.words)}
    for reference in repo.view(in_own_code):
        if reference.role != "downloads" or reference.at.path in comparing or reference.is_open():
            continue
        is_unverified = reference.given(*reference.row.verified) is None and _fetches_file(reference)
        if is_unverified and reference.at not in told:
            told.add(reference.at)
            shown = next(iter(reference.texts), "").replace(GAP, "…")
            yield _lead(reference, shown)._replace(detail=f"`{shown}`" if shown else "a file")
    yield from commands.unverified(repo)


def unversioned_objects(repo: Repo) -> Iterator[Lead]:
    """Objects of a store that are read by a name under which others may be written. Each name and place once."""
    told: set[str | Location] = set()
    for reference in repo.view(in_own_code):
        if reference.role in (READING, "downloads", "datasets") and not reference.is_open():
            text = next((text for text in reference.texts if is_open_object(text)), "")
            is_versioned = (
                reference.given(*reference.row.revision, "version_id", "VersionId", "versionAsOf") is not None
            )
            is_told = text in told or reference.at in told
            if text and not is_told and not is_versioned and not _is_own(repo, reference, text):
                told |= {text, reference.at}
                # What is not known may be a version, or the whole of the name.
                yield _lead(reference, text)._replace(confidence="low" if GAP in text else "")
    yield from catalogs.unversioned(repo)
    yield from commands.unversioned_objects(repo)


def _is_own(repo: Repo, reference: Reference, text: str) -> bool:
    """Whether the program that reads an object also writes it."""
    own = (put.text for put in repo.view(puts) if put.origin == reference.at.path)
    return any(text == put or text.startswith(f"{put}/") for put in own if "://" in put)


def _fetches_file(reference: Reference) -> bool:
    """Whether a call fetches a file: it is given a place for it, or the URL ends as those of files do."""
    if (
        reference.row.note == "verified"
        or reference.row.owned
        or reference.row.prefix
        or any(map(OBJECT.match, reference.texts))
    ):
        return False
    if any(map(is_software, reference.texts)):
        return False
    return bool(reference.row.target and reference.given(reference.row.target)) or any(
        DATA.search(text) for text in reference.texts
    )


def dangling(repo: Repo) -> Iterator[Lead]:
    """Files that programs read, and that neither the commit has nor any program puts there. Each once."""
    told: set[str | Location] = set()
    asked = _asked_for(repo)
    moving = {reference.program for reference in repo.view(in_own_code) if reference.role == "enters"}
    for reference in repo.view(in_own_code):
        if reference.role != READING or reference.row.kind in OTHER or not reference.texts:
            continue
        if not all(
            _dangles(repo, each, text, asked.get(each.program, ()))
            for each in _alike(repo, reference)
            for text in reference.texts
        ):
            continue
        text = reference.texts[0]
        if text not in told and reference.at not in told:
            told |= {text, reference.at}
            is_sure = reference.kind in ("script", "notebook") and not OPEN.search(text)
            is_sure = is_sure and reference.program not in moving and not is_in_doubt(repo, reference, text)
            by_hand = is_sure and is_got_by_hand(repo, reference, text)
            confidence, level = ("low", "") if not is_sure else ("medium", "warning") if by_hand else ("", "")
            yield _lead(reference, text)._replace(confidence=confidence, level=level)
    yield from catalogs.dangling(repo)


def _alike(repo: Repo, reference: Reference) -> Iterator[Reference]:
    """The same read in each program that comes to it: one of them may have the file where it runs."""
    for program in repo.view(_programs_at)[reference.at]:
        yield reference._replace(program=program)


def _programs_at(repo: Repo) -> dict[Location, list[str]]:
    """The programs that come to each place, in their order."""
    found: dict[Location, list[str]] = {}
    for reference in repo.view(references):
        found.setdefault(reference.at, []).append(reference.program)
    return {at: list(dict.fromkeys(programs)) for at, programs in found.items()}


def _dangles(repo: Repo, reference: Reference, text: str, asked: Iterable[str]) -> bool:
    if not is_local(text) or text.startswith(GAP) or platform(text) or not _has_a_name(text.removeprefix(ROOT)):
        return False
    pattern = pattern_of(text)
    if _is_below(text, repo.view(_named_by_hubs)) or any(pattern.match(other) for other in asked):
        return False
    outside = not any(candidates(text, reference.program)) or _is_from_above(repo, text)
    return not outside and not is_in_repository(repo, reference, text)


def _is_from_above(repo: Repo, text: str) -> bool:
    """Whether a path begins with the repository's own folder: the program is run from above it."""
    first, _, rest = text.removeprefix("./").partition("/")
    known = repo.view(paths_of)
    return "/" in rest and first not in known and rest in known


def _is_below(text: str, names: frozenset[str]) -> bool:
    """Whether a path is one of some names, or lies below one: what a hub has may have been put there by hand."""
    while text:
        if text in names:
            return True
        text = text.rpartition("/")[0]
    return False


def _named_by_hubs(repo: Repo) -> frozenset[str]:
    """Names under which programs ask hubs for datasets and models."""
    found = (each for each in repo.view(in_own_code) if each.role in ("datasets", "models"))
    return frozenset(text for each in found for text in each.texts)


def _has_a_name(text: str) -> bool:
    """Whether a text says which file it names: `.`, `-`, a gap or a template alone do not, nor does `module:name`."""
    if not re.search(r"[A-Za-z0-9]", text) or is_made_by_tools(text):
        return False
    return not TEMPLATE.search(text) and not SECRET.search(text) and not is_placeholder(text)


def _asked_for(repo: Repo) -> dict[str, set[str]]:
    """Paths of which each program asks whether they are there."""
    found: dict[str, set[str]] = {}
    for reference in repo.view(references):
        if reference.role == "asks":
            found.setdefault(reference.program, set()).update(filter(is_local, reference.texts))
    return found


def _lead(reference: Reference, text: str) -> Lead:
    does = {READING: "reads", WRITING: "writes", "downloads": "fetches"}.get(reference.role, "uses")
    return Lead(reference.at, reference.name, text.replace(GAP, "…").removeprefix(f"{ROOT}/"), does)
