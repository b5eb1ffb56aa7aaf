"""Does a dvc.lock record what dvc.yaml and the files of the commit say? What `dvc status` asks, from files alone."""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from mlaudit.facts import IgnorePattern, LockedFile, LockedStage, LockedValue, Pointer, Repo, Stage, Unreadable
from mlaudit.facts.place import Location
from mlaudit.lineage.templates import Expanded, Unresolved, expanded, joined, text, values

CHANGED = "changed"
# What git does to texts between systems: to DVC the file is another, to people it is the same.
ENDS = "has other line ends"
OTHER_ENDS = "md5-other-ends"


class Difference(NamedTuple):
    """One thing that is not as the lock records it: where the lock says so, and what it is."""

    at: Location | None
    text: str


class Verdict(NamedTuple):
    """What is known of a stage, or of a whole dvc.yaml without a lock.

    `state` is stale, unknown, or "line ends" where nothing else differs.
    """

    at: Location
    name: str
    state: str
    reason: str
    differences: tuple[Difference, ...] = ()


def by_file(repo: Repo) -> Iterator[Verdict]:
    """The verdicts, those of one file and state in one: the first stage speaks for the others."""
    found: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts(repo):
        if verdict.state == "unknown":
            yield verdict
        else:
            found.setdefault((verdict.at.path, verdict.state), []).append(verdict)
    for first, *others in found.values():
        names = ", ".join(f"`{each.name}`" for each in others)
        differences = tuple(each for verdict in (first, *others) for each in verdict.differences)
        reason = (
            f"{first.reason} (and {names} {'are' if len(others) > 1 else 'is'} stale too)" if others else first.reason
        )
        yield first._replace(reason=reason, differences=differences)


def verdicts(repo: Repo) -> Iterator[Verdict]:
    """Every stage whose lock is stale, and every one that cannot be compared."""
    files: dict[str, list[Stage]] = {}
    for stage in repo.all(Stage):
        files.setdefault(stage.at.path, []).append(stage)
    for path, stages in files.items():
        lock = f"{path.removesuffix('dvc.yaml')}dvc.lock"
        if any(fact.at.path == lock and not fact.partly for fact in repo.all(Unreadable)):
            continue
        if fault := _missing(repo, lock):
            if any(_is_locked(stage) for stage in stages):
                count = f"{len(stages)} stage{'s' * (len(stages) > 1)}"
                yield Verdict(stages[0].at, path, "stale", f"has {count}, and {fault}")
        else:
            locked = {fact.name: fact for fact in repo.all(LockedStage) if fact.at.path == lock}
            yield from (verdict for stage in stages if (verdict := _verdict(repo, stage, locked)))


def _missing(repo: Repo, lock: str) -> str:
    file = repo.files.get(lock)
    if file is None:
        return "no `dvc.lock` records a run"
    return "its `dvc.lock` is not tracked by git" if file.tracked is False else ""


def _is_locked(stage: Stage) -> bool:
    """Whether the lock of a stage matters: one that always runs writes it anew each time."""
    return not stage.always_changed and bool(stage.inputs or stage.outputs or stage.parameters)


def _verdict(repo: Repo, stage: Stage, locked: Mapping[str, LockedStage]) -> Verdict | None:
    if not _is_locked(stage):
        return None
    try:
        every = expanded(repo, stage)
    except Unresolved as error:
        return Verdict(stage.at, stage.name, "unknown", f"names `{error}`, whose value the commit does not say")
    for each in every:
        if each.name not in locked:
            return Verdict(stage.at, each.name, "stale", "never ran: `dvc.lock` does not name it")
        if found := tuple(_differences(repo, stage, each, locked[each.name])):
            shown = ", ".join(difference.text for difference in found[:3])
            more = f" and {len(found) - 3} more" if len(found) > 3 else ""
            state = "line ends" if all(each.text.endswith(ENDS) for each in found) else "stale"
            return Verdict(stage.at, each.name, state, f"is not as `dvc.lock` records it: {shown}{more}", found)
    return None


def _differences(repo: Repo, stage: Stage, now: Expanded, then: LockedStage) -> Iterator[Difference]:
    command = [text(line) for line in now.command] if isinstance(now.command, list) else text(now.command)
    if command != (list(then.command) if isinstance(then.command, tuple) else then.command):
        yield Difference(then.at, "its command changed")
    if not stage.frozen:  # DVC asks neither inputs nor parameters of a frozen stage
        yield from _files(repo, now, now.inputs, then.inputs, "input")
        yield from _parameters(repo, now, then)
    outputs = tuple(output.path for output in now.outputs)
    yield from _files(repo, now, outputs, then.outputs, "output")


def _files(
    repo: Repo, now: Expanded, paths: tuple[str, ...], then: tuple[LockedFile, ...], role: str
) -> Iterator[Difference]:
    recorded = {file.path: file for file in then}
    for path in paths:
        if path not in recorded:
            yield Difference(None, f"`{path}` is a new {role}")
        elif how := _changed(repo, joined(now.folder, path), recorded[path], is_input=role == "input"):
            yield Difference(recorded[path].at, f"`{path}` {how}")


def _changed(repo: Repo, path: str, then: LockedFile, *, is_input: bool) -> str:
    """How what the commit holds, or says to be, under a path differs from what was recorded; "" unless that is sure."""
    if not then.digest or then.algorithm not in ("md5", "md5-dos2unix") or "://" in then.path:
        return ""
    if path in repo.view(_pointers):
        return CHANGED if _differs(repo.view(_pointers)[path], then) else ""
    if _is_held(repo, path):
        return _compared(partial(repo.digest, path), then)
    held = [file for file in _below(repo.view(_paths), path) if _is_held(repo, file)]
    if held:
        return _folder_changed(repo, path, held, then) if then.digest.endswith(".dir") else CHANGED
    if is_input and any(_differs(output, then) for output in repo.view(_outputs).get(path, ())):
        return CHANGED
    return ""


def _differs(now: Pointer | LockedFile, then: LockedFile) -> bool:
    if now.algorithm == then.algorithm:
        return bool(now.digest) and now.digest != then.digest
    return now.algorithm == "sha256" and -1 != now.size != then.size != -1


def _compared(digest: Callable[[str], str], then: LockedFile) -> str:
    found = digest(then.algorithm)
    if not found or found == then.digest:
        return ""
    return ENDS if digest(OTHER_ENDS) == then.digest else CHANGED


def _folder_changed(repo: Repo, path: str, held: list[str], then: LockedFile) -> str:
    """The same of the tracked files of a folder. There may be more that git does not track, as caches of Python: with
    fewer than were recorded nothing is known, with as many or more the content decides."""
    is_partial = any(file in repo.view(_pointers) for file in held)
    if not then.files or len(held) < then.files or repo.view(_has_ignores) or is_partial:
        return ""
    if len(held) > then.files:
        return CHANGED
    return _compared(partial(_folder_digest, repo, path, held), then)


def _folder_digest(repo: Repo, path: str, held: list[str], algorithm: str) -> str:
    """The digest of a folder as DVC makes it: of the list of its files, in order of their names."""
    rows = [{"md5": repo.digest(file, algorithm), "relpath": file[len(path) + 1 :]} for file in held]
    if not all(row["md5"] for row in rows):
        return ""
    content = json.dumps(rows, sort_keys=True).encode()
    return f"{hashlib.md5(content, usedforsecurity=False).hexdigest()}.dir"


def _below(paths: list[str], folder: str) -> list[str]:
    """The paths in a folder, of all paths in order: "0" is what comes after "/"."""
    return paths[bisect_left(paths, f"{folder}/") : bisect_left(paths, f"{folder}0")]


def _paths(repo: Repo) -> list[str]:
    return sorted(repo.files)


def _is_held(repo: Repo, path: str) -> bool:
    """Whether the commit holds a file; without git, whether it is there."""
    file = repo.files.get(path)
    return file is not None and file.tracked is not False


def _pointers(repo: Repo) -> dict[str, Pointer]:
    return {pointer.path: pointer for pointer in repo.all(Pointer) if pointer.digest}


def _outputs(repo: Repo) -> dict[str, list[LockedFile]]:
    """What stages recorded to have written, by path."""
    folders = {(stage.at.path.removesuffix("yaml") + "lock", stage.name): stage for stage in repo.all(Stage)}
    found: dict[str, list[LockedFile]] = {}
    for locked in repo.all(LockedStage):
        stage = folders.get((locked.at.path, locked.name.partition("@")[0]))
        if stage is not None and "${" not in stage.folder:
            base = joined(stage.at.path.rpartition("/")[0], stage.folder)
            for output in locked.outputs:
                found.setdefault(joined(base, output.path), []).append(output)
    return found


def _has_ignores(repo: Repo) -> bool:
    """Whether DVC leaves files out of folders, by patterns that are not followed here."""
    return any(pattern.at.path.endswith(".dvcignore") for pattern in repo.all(IgnorePattern))


def _parameters(repo: Repo, now: Expanded, then: LockedStage) -> Iterator[Difference]:
    keys: dict[str, list[str]] = {}
    for reference in now.parameters:
        keys.setdefault(reference.file, []).append(reference.key)
    for file, names in keys.items():
        path = joined(now.folder, file)
        if path in repo.view(values) and _is_held(repo, path):
            recorded = {value.key: value for value in then.parameters if value.file == file}
            yield from _values(repo.view(values)[path], file, names, recorded)


def _values(
    table: dict[str, Any], file: str, names: list[str], recorded: Mapping[str, LockedValue]
) -> Iterator[Difference]:
    if not recorded:
        yield Difference(None, f"no value of `{file}` is recorded")
        return
    is_partial = file.endswith(".py")  # not all that Python may compute is read
    for name in names if "" not in names else sorted({*table, *recorded}):
        is_known, value = _under(table, name)
        if any(sign in name for sign in "*?[") or (is_partial and not is_known):
            continue
        if not is_known:
            yield Difference(recorded[name].at if name in recorded else None, f"`{file}` has no `{name}`")
        elif name not in recorded:
            yield Difference(None, f"`{name}` of `{file}` is a new parameter")
        elif json.loads(recorded[name].value) != value:
            yield Difference(recorded[name].at, f"`{name}` of `{file}` changed")


def _under(table: Any, name: str) -> tuple[bool, Any]:
    """Whether there is a value under a dotted name, and the value."""
    for key in name.split("."):
        if isinstance(table, dict) and key in table:
            table = table[key]
        elif isinstance(table, list) and key.isdigit() and int(key) < len(table):
            table = table[int(key)]
        else:
            return False, None
    return True, table
