"""What does the build of an image take from outside that may be something else tomorrow?"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import (
    ContainerCommand,
    Copy,
    ImageRef,
    InstallCommand,
    Location,
    PackageSource,
    Repo,
    Requirement,
    Transfer,
    Upgrade,
)
from mlaudit.knowledge.containers import is_release
from mlaudit.lineage import commands
from mlaudit.patterns import pattern

# Where the commands stand that build an image.
BUILDING = frozenset({"dockerfile", "apptainer"})
TOOLS = frozenset({"curl", "wget", "aria2c", "ADD", "git"})
INTERPRETERS = frozenset("sh bash zsh dash ash ksh eval source . python python3 perl node php ruby".split())
# What may stand before the program of a command.
BEFORE = frozenset("sudo env exec time if then do else ! {".split())
SCRIPTS = (".sh", ".bash")
# Programs that make files of what they are handed; others look at it only.
KEEPING = frozenset("tar bsdtar gunzip gzip zcat xz unxz bzip2 unzip funzip cpio dpkg rpm apk tee cat install".split())
WEB = pattern(r"(?:https?|ftp|git|ssh)://|[\w.-]+@[\w.-]+:")
OWN_HOST = pattern(r"://(?:localhost|127\.|0\.0\.0\.0|169\.254\.|host\.docker\.internal|\[::1\])")
# Keys and lists of archives: what comes from there is signed, or named by its own version.
SIGNING = pattern(
    r"\.(?:gpg|asc|key|pub|list|repo|sources)(?:$|[?#\"'])|/(?:gpg|keys?|apt-key)(?:$|[/?#.])|keyring", re.IGNORECASE
)
KEYS = pattern(r"/(?:keyrings|trusted\.gpg\.d|sources\.list\.d|yum\.repos\.d|apt/trusted)|\.(?:gpg|asc|key)$")
COMMIT = pattern(r"[0-9a-f]{7,64}$")


class Taken(NamedTuple):
    """Something that a build takes: `what` it is, as written, and `how` it is taken; `level` as in Hit."""

    at: Location
    what: str
    how: str
    level: str = ""


def unpinned(repo: Repo) -> Iterator[tuple[InstallCommand, list[Requirement]]]:
    """Commands that install packages of the system at no version, onto images that are not fixed by a digest."""
    fixed = _snapshots(repo) | _sealed(repo)
    for command in repo.all(InstallCommand):
        loose = [each for each in command.requirements if each.ecosystem == "system" and not each.comparisons]
        if command.place in BUILDING and loose and command.at.path not in fixed:
            yield command, [each for each in loose if not each.url]


def upgrades(repo: Repo) -> Iterator[Upgrade]:
    """Commands that upgrade a whole image, from an archive that moves."""
    fixed = _snapshots(repo)
    for upgrade in repo.all(Upgrade):
        if _is_building(repo, upgrade) and upgrade.at.path not in fixed:
            yield upgrade


def unverified(repo: Repo) -> Iterator[Taken]:
    """What builds fetch that nothing fixes: programs, archives, clones. Data and weights are unverified-download's."""
    data = {lead.at for lead in commands.unverified(repo)}
    for transfer in repo.all(Transfer):
        if _fetches(transfer) and _is_building(repo, transfer) and transfer.at not in data:
            for source in transfer.sources:
                if WEB.match(source) and not OWN_HOST.search(source):
                    yield from _cloned(transfer, source) if transfer.tool == "git" else _fetched(transfer, source)


def _fetches(transfer: Transfer) -> bool:
    return transfer.does == "fetch" and transfer.tool in TOOLS


def _is_building(repo: Repo, command: Transfer | Upgrade) -> bool:
    """Whether a command runs while an image is built: in its Dockerfile, or in a script that one copies and runs."""
    return command.place in BUILDING or (command.place == "shell" and command.at.path in repo.view(_scripts))


def _scripts(repo: Repo) -> set[str]:
    """The scripts that the builds of images run: those of a name that only one file has, and that is copied."""
    named: dict[str, list[str]] = {}
    for path in repo.files:
        if path.endswith(SCRIPTS):
            named.setdefault(posixpath.basename(path), []).append(path)
    copies: dict[str, list[Copy]] = {}
    for copy in repo.all(Copy):
        copies.setdefault(copy.at.path, []).append(copy)
    runs = (command for command in repo.all(ContainerCommand) if not command.starts)
    found = ((run.at.path, named.get(posixpath.basename(_script(run)), [])) for run in runs)
    return {
        paths[0]
        for dockerfile, paths in found
        if len(paths) == 1 and any(_brings(copy, paths[0]) for copy in copies.get(dockerfile, ()))
    }


def _script(command: ContainerCommand) -> str:
    """The script that a command runs: `./setup.sh`, `sudo bash -x /tmp/setup.sh`; "" where it runs none."""
    words = [word for word in command.words if not word.startswith("-")]
    first = next((word for word in words if posixpath.basename(word) not in INTERPRETERS | BEFORE), "")
    return first if first.endswith(SCRIPTS) else ""


def _brings(copy: Copy, path: str) -> bool:
    """Whether a COPY from the context takes a file: by its name, with its folder, or with everything."""
    sources = () if copy.origin else map(posixpath.normpath, copy.sources)
    return any(source in (".", "*") or posixpath.basename(source) in path.split("/") for source in sources)


def _cloned(transfer: Transfer, source: str) -> Iterator[Taken]:
    ref = transfer.revision
    if COMMIT.match(ref) or "$" in ref:
        return
    if not ref:
        yield Taken(transfer.at, source, "is cloned at its newest commit")
    else:
        level = "note" if is_release(ref) else ""
        yield Taken(transfer.at, source, f"is cloned at `{ref}`, a name that can be set to another commit", level)


def _fetched(transfer: Transfer, source: str) -> Iterator[Taken]:
    is_signing = SIGNING.search(source) or KEYS.search(transfer.target) or transfer.into in ("gpg", "apt-key")
    is_kept = transfer.into in INTERPRETERS | KEEPING if transfer.into else transfer.keeps
    if is_kept and not (is_signing or transfer.is_verified or transfer.is_versioned):
        does = "is run" if transfer.into in INTERPRETERS else "is taken"
        yield Taken(transfer.at, source, f"{does} as it comes: nothing compares it with a checksum")


def _snapshots(repo: Repo) -> set[str]:
    """The files that install from an archive as it was on one day."""
    return {source.at.path for source in repo.all(PackageSource) if source.option == "snapshot"}


def _sealed(repo: Repo) -> set[str]:
    """The files all of whose images have a digest."""
    bases: dict[str, list[bool]] = {}
    for image in repo.all(ImageRef):
        if image.role == "base" and not image.stage:
            bases.setdefault(image.at.path, []).append(bool(image.digest))
    return {path for path, sealed in bases.items() if all(sealed)}
