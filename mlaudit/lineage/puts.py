"""Which files do programs and commands put into place, as far as they say?"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from mlaudit.facts import CatalogEntry, Command, Pointer, Repo, Stage, Transfer
from mlaudit.lineage.references import Reference, references
from mlaudit.lineage.templates import Unresolved, expanded, joined
from mlaudit.values import GAP, ROOT

VARIABLE = re.compile(r"\$\{[^}]*\}|\$\w+|\$\([^)]*\)|`[^`]*`|\{[\w.\[\]]*\}|\*")
# A name of its own: more than a folder and gaps.
NAMED = re.compile(r"[^./\0]")
# Options of programs that say where results go: `--out`, `--save-dir`, `--output_file=a.csv`.
RESULT = re.compile(
    r"--?(?:[\w-]+[-_])?(?:out|outputs?|outdir|outfile|save|saved|dest|destination|results?|export|write)(?:[-_]\w+)*(?:=|$)"
)
# Tools that name what they fetch otherwise than the file is called.
UNNAMED = ("kaggle", "gdown", "hf", "huggingface-cli")


class Put(NamedTuple):
    """A path at which something is put, with gaps, the file in which that is said, and the program that does it, where
    the path has no name of its own."""

    text: str
    origin: str
    program: str = ""


def puts(repo: Repo) -> tuple[Put, ...]:
    """Everything that programs write, fetch, unpack and move, and that commands, stages and data versioning do."""
    found = [
        Put(text, each.at.path, "" if NAMED.search(text) else each.program)
        for each in repo.view(references)
        for text in _of_reference(each)
    ]
    found += [Put(text, transfer.at.path) for transfer in repo.all(Transfer) for text in targets_of(transfer)]
    found += [Put(text, command.at.path) for command in repo.all(Command) for text in _told_to(command.words)]
    found += [Put(f"{ROOT}/{pointer.path}", pointer.at.path) for pointer in repo.all(Pointer)]
    found += [Put(f"{ROOT}/{path}", stage.at.path) for stage in repo.all(Stage) for path in _outputs(repo, stage)]
    if repo.all(CatalogEntry):
        from mlaudit.lineage import catalogs

        found += [Put(catalogs.rooted(each), each.at.path) for each in catalogs.made(repo)]
    return tuple(dict.fromkeys(found))


def _outputs(repo: Repo, stage: Stage) -> Iterator[str]:
    """What a stage of a pipeline makes, as paths from the root; what cannot be resolved is a gap."""
    try:
        stages = expanded(repo, stage)
    except Unresolved:
        folder = posixpath.join(posixpath.dirname(stage.at.path), stage.folder)
        yield from (joined(folder, VARIABLE.sub(GAP, output.path)) for output in stage.outputs)
        return
    yield from (joined(each.folder, output.path) for each in stages for output in each.outputs)


def _of_reference(reference: Reference) -> Iterator[str]:
    match reference.role:
        case "writes" | "appends":
            yield from reference.texts
        case "unpacks":
            yield from (posixpath.join(text, GAP) for text in reference.targets() or ("",))
        case "downloads" | "moves":
            targets = reference.targets()
            yield from targets
            yield from (posixpath.join(target, _name(text)) for text in reference.texts for target in targets or ("",))
        case "models" | "datasets":
            yield from reference.targets()
        case "runs":
            yield from (path for text in reference.texts for path in _of_command(text.split()))


def _of_command(words: list[str]) -> Iterator[str]:
    """The paths that a command names, which it may put there."""
    yield from filter(_is_path, words)
    if any(word in UNNAMED for word in words[:1]):
        yield GAP


def _told_to(words: tuple[str, ...]) -> Iterator[str]:
    """The paths at which a command tells a program of Python to put its results."""
    if not any(word.endswith((".py", ".ipynb")) or word == "-m" for word in words[:6]):
        return
    for word, following in zip(words, (*words[1:], ""), strict=True):
        if match := RESULT.match(word):
            text = word[match.end() :] if word[match.end() - 1] == "=" else following
            if text and not text.startswith("-"):
                yield VARIABLE.sub(GAP, text.strip("'\""))


def targets_of(transfer: Transfer) -> Iterator[str]:
    """The paths at which a command puts something, with gaps."""
    target = VARIABLE.sub(GAP, transfer.target)
    if transfer.does == "upload":
        return
    if transfer.does == "unpack":
        yield posixpath.join(target, GAP)
        return
    if target:
        yield target
        if re.search(r"\.\w{1,8}$", target) and transfer.tool != "valohai":
            return
    for source in transfer.sources or ("",):
        is_unnamed = transfer.tool in UNNAMED or source.startswith("datum:")
        name = GAP if is_unnamed or not source else _name(VARIABLE.sub(GAP, source))
        if transfer.tool in ("git", "wget"):
            name = unquote(name).removesuffix(".git")
        yield posixpath.join(target, name)


def _name(text: str) -> str:
    """The last part of a path or URL."""
    return posixpath.basename(text.partition("?")[0].rstrip("/")) or GAP


def _is_path(word: str) -> bool:
    return "/" in word.strip("/") or bool(re.search(r"\w\.\w{1,6}$", word))


def kept_by_dvc(repo: Repo) -> frozenset[str]:
    """What DVC keeps, from the root: what `.dvc` files and stages name."""
    found = (put for put in repo.view(puts) if put.origin.endswith((".dvc", "dvc.yaml")))
    return frozenset(put.text.removeprefix(f"{ROOT}/") for put in found)
