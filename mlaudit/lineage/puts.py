"""Which files do programs and commands put into place, as far as they say?"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Repo, Transfer
from mlaudit.lineage.references import Reference, references
from mlaudit.values import GAP

VARIABLE = re.compile(r"\$\{[^}]*\}|\$\w+|\$\([^)]*\)|`[^`]*`|\{[\w.\[\]]*\}|\*")
# Tools that name what they fetch otherwise than the file is called.
UNNAMED = ("kaggle", "gdown", "hf", "huggingface-cli")


class Put(NamedTuple):
    """A path at which something is put, with gaps, and the file in which that is said."""

    text: str
    origin: str


def puts(repo: Repo) -> tuple[Put, ...]:
    """Everything that programs write, fetch, unpack and move, and that commands do."""
    found = [Put(text, each.at.path) for each in repo.view(references) for text in _of_reference(each)]
    found += [Put(text, transfer.at.path) for transfer in repo.all(Transfer) for text in targets_of(transfer)]
    return tuple(dict.fromkeys(found))


def _of_reference(reference: Reference) -> Iterator[str]:
    match reference.role:
        case "writes":
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


def targets_of(transfer: Transfer) -> Iterator[str]:
    """The paths at which a command puts something, with gaps."""
    target = VARIABLE.sub(GAP, transfer.target)
    if transfer.does == "unpack":
        yield posixpath.join(target, GAP)
        return
    if target:
        yield target
    for source in transfer.sources or ("",):
        name = GAP if transfer.tool in UNNAMED or not source else _name(VARIABLE.sub(GAP, source))
        if transfer.tool == "git":
            name = name.removesuffix(".git")
        yield posixpath.join(target, name)


def _name(text: str) -> str:
    """The last part of a path or URL."""
    return posixpath.basename(text.partition("?")[0].rstrip("/")) or GAP


def _is_path(word: str) -> bool:
    return "/" in word.strip("/") or bool(re.search(r"\w\.\w{1,6}$", word))
