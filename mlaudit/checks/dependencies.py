"""Does the same commit install the same packages?"""

from collections.abc import Iterator

from mlaudit.facts import (
    Include,
    MachinePath,
    OldPython,
    PackageSource,
    Repo,
    Requirement,
)
from mlaudit.findings import UNCHECKED, Hit, Related
from mlaudit.knowledge import packages_of
from mlaudit.resolution import choices, conflicts, installs, kinds, locks, names, pins, pythons
from mlaudit.resolution.coverage import coverage
from mlaudit.resolution.projects import projects


def unpinned_requirement(repo: Repo) -> Iterator[Hit]:
    for requirement in choices.loose(repo):
        project = repo.view(projects).of(requirement.at.path)
        confidence = kinds.confidence(project, requirement)
        if confidence != "none":
            level = pins.weight(requirement)
            yield Hit(requirement, level=level, confidence=confidence, named=pins.described(requirement))


def missing_lock(repo: Repo) -> Iterator[Hit]:
    loose = {requirement.at.path for requirement in choices.loose(repo) if not pins.weight(requirement)}
    for project in repo.view(projects):
        open_manifests = [manifest for manifest in project.manifests if manifest.at.path in loose]
        if open_manifests and project.kind == "application":
            first = min(open_manifests, key=lambda manifest: manifest.at.path.count("/"))
            related = tuple(
                Related(other.at, "has ranges too") for other in open_manifests if other.at.path != first.at.path
            )
            yield Hit(first, path=first.at.path, related=related)


def stale_lock(repo: Repo) -> Iterator[Hit]:
    for lock, verdict in repo.view(locks.verdicts):
        related = tuple(Related(reason.at, reason.text) for reason in verdict.reasons)
        if verdict.verdict == "stale":
            reason = f"does not answer its manifest: {locks.summary(verdict)}"
            yield Hit(lock, path=lock.at.path, reason=reason, related=related)
        elif verdict.verdict == "unknown":
            yield Hit(lock, level=UNCHECKED, path=lock.at.path, reason=f"is {locks.summary(verdict)}")


def ignored_lock(repo: Repo) -> Iterator[Hit]:
    for lock in locks.untracked(repo):
        yield Hit(
            lock,
            path=lock.at.path,
            state="git ignores it" if repo.files[lock.at.path].ignored else "git does not track it",
        )
    for pattern in locks.ignoring(repo):
        yield Hit(pattern, path=pattern.pattern.strip("/"), state=f"`{pattern.at.path}` ignores it")


def conflicting_pins(repo: Repo) -> Iterator[Hit]:
    for first, second in conflicts.pairs(repo):
        related = (Related(first.at, f"asks for `{pins.written(first)}`"),)
        confidence = "high" if first.at.path == second.at.path else "medium"
        yield Hit(second, confidence=confidence, pin=pins.written(second), other=pins.written(first), related=related)


def missing_manifest(repo: Repo) -> Iterator[Hit]:
    imports = [fact for fact in names.third_party(repo) if fact.condition in ("", "deferred")]
    if not imports or names.are_declared(repo):
        return
    modules = sorted({fact.module.split(".")[0] for fact in imports})
    known = [module for module in modules if packages_of(module)]
    if known:
        shown = ", ".join(f"`{module}`" for module in known[:5]) + (
            f" and {len(known) - 5} more" if len(known) > 5 else ""
        )
        told = names.told_in_prose(repo)
        lack = f"only `{told}`, which no tool reads," if told else "nothing in the repository"
        first = next(fact for fact in imports if fact.module.split(".")[0] in known)
        yield Hit(first, level="warning" if told else "", modules=shown, lack=lack)


def undeclared_import(repo: Repo) -> Iterator[Hit]:
    if not names.are_declared(repo):
        return
    for entry in names.undeclared(repo):
        first = names.clearest(entry)
        others = tuple(Related(fact.at, "imported here too") for fact in entry.imports if fact is not first)
        yield Hit(
            first, confidence=names.confidence(entry), top=entry.module, package=names.likely(entry), related=others
        )


def moving_vcs_requirement(repo: Repo) -> Iterator[Hit]:
    for requirement in choices.direct(repo):
        if (
            pins.is_vcs(requirement)
            and not pins.names_commit(requirement)
            and not pins.VARIABLE.search(requirement.url)
        ):
            moving = pins.ref_described(requirement)
            yield Hit(requirement, level="warning" if pins.names_release(requirement) else "", ref=moving)


def machine_bound_requirement(repo: Repo) -> Iterator[Hit]:
    for requirement in choices.direct(repo):
        if fault := choices.local_fault(repo, requirement):
            yield Hit(requirement, text=pins.written(requirement), fault=fault)
    for requirement in repo.all(Requirement):
        if requirement.name == "pkg-resources":
            yield Hit(
                requirement, text=pins.written(requirement), fault="is a leftover of one system's freeze, on no index"
            )
    for include in repo.all(Include):
        if not include.target.startswith(("http:", "https:")) and include.target not in repo.files:
            yield Hit(
                include,
                text=include.written,
                fault="is a file outside the repository" if include.escapes else "is no file here",
            )
    for source in repo.all(PackageSource):
        if source.option == "find-links" and choices.MACHINE.match(source.value):
            yield Hit(source, text=source.value, fault="is a place of one machine")
    for fact in repo.all(MachinePath):
        yield Hit(fact, level="warning", text=fact.path, fault="is a folder of the machine that wrote this file")


def unhashed_url_requirement(repo: Repo) -> Iterator[Hit]:
    for requirement in choices.direct(repo):
        if requirement.url.startswith(("http://", "https://", "ftp://")) and not requirement.hashes:
            yield Hit(requirement)


def unpinned_install_command(repo: Repo) -> Iterator[Hit]:
    for command, loose in installs.loose(repo):
        named = ", ".join(dict.fromkeys(f"`{requirement.written or requirement.name}`" for requirement in loose))
        level = "note" if all(map(pins.weight, loose)) else ""
        yield Hit(command, at=installs.span(loose), level=level, named=named, verb=f"{command.tool} {command.action}")


def undeclared_python_version(repo: Repo) -> Iterator[Hit]:
    if pythons.are_named(repo) or not any(path.endswith((".py", ".ipynb")) for path in repo.files):
        return
    for anchor in pythons.anchors(repo):
        yield Hit(anchor)


def conflicting_python_versions(repo: Repo) -> Iterator[Hit]:
    for wanted, other, same in pythons.conflicts(repo):
        level = "warning" if other.origin in ("notebook", "ci", "tox", "nox") else ""
        first = Related(wanted.at, f"{wanted.origin} asks for {pythons.described(wanted)}")
        yield Hit(
            other,
            level=level,
            asked=pythons.described(other),
            verb="last ran this notebook" if other.origin == "notebook" else "is asked for here",
            wanted=pythons.described(wanted),
            place=wanted.at.path,
            related=(first, *(Related(fact.at, f"{pythons.described(fact)} here") for fact in same)),
        )


def moving_package_source(repo: Repo) -> Iterator[Hit]:
    for source in repo.all(PackageSource):
        if fault := installs.moving_source(repo, source):
            yield Hit(source, fault=fault)
    for manifest in installs.without_channels(repo):
        yield Hit(manifest, option="channels", fault="names no channel, so each machine's settings choose")


def installs_around_lock(repo: Repo) -> Iterator[Hit]:
    for commands, lock, fault in installs.around_locks(repo):
        others = (Related(command.at, "does the same") for command in commands[1:])
        yield Hit(commands[0], lock=lock.at.path, fault=fault, related=(Related(lock.at, "the lock"), *others))


def unhashed_requirement(repo: Repo) -> Iterator[Hit]:
    covered = repo.view(coverage)
    for requirement in repo.all(Requirement):
        is_plain = requirement.ecosystem == "pypi" and requirement.role == "requirement" and not requirement.url
        is_bare = not requirement.hashes and not covered.lock_of(requirement.at.path)
        if is_plain and is_bare and pins.is_pinned(requirement):
            yield Hit(requirement)


def end_of_life_python(repo: Repo) -> Iterator[Hit]:
    for statement, version, ended in pythons.ended(repo):
        yield Hit(statement, version=version, ended=ended)
    old = repo.all(OldPython)
    if old:
        related = tuple(Related(fact.at, fact.construct) for fact in old[1:])
        yield Hit(old[0], version="2", ended="2020-01", related=related)
