"""What does the context of a build hold, and what does a .dockerignore leave out of it?

The patterns are those of https://docs.docker.com/build/concepts/context/#dockerignore-files: from the context's root,
the last that matches a path or a folder above it decides.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from mlaudit.containers.builds import WHOLE, Dockerfile, dockerfiles, final, inside, is_of_context, plain
from mlaudit.facts import ContextRule, Location, Repo
from mlaudit.lineage.leads import DATA

IGNORE = ".dockerignore"
SECRET = re.compile(
    r"(^|/)(\.env|\.netrc|\.pypirc|kaggle\.json|id_(rsa|ed25519|ecdsa)|credentials(\.json)?|client_secrets?\.json"
    r"|service[-_]account[\w-]*\.json|[^/]+\.(pem|p12|pfx))$"
)
MEGABYTE = 1_000_000


class Taking(NamedTuple):
    """A COPY that takes all of a context into the image, and what lies there that the image does not need."""

    at: Location
    source: str
    held: str
    confidence: str = ""


def unguarded(repo: Repo) -> Iterator[Taking]:
    """The first COPY of each Dockerfile that takes a whole context in which nothing is left out."""
    for file in repo.view(dockerfiles):
        taken = next(_whole(file), None)
        contexts = file.contexts if file.context is None else (file.context,)
        if taken is None or any(ignore_file(repo, file, context) for context in contexts):
            continue
        at, source = taken
        if held := _held(repo, contexts[0]):
            yield Taking(at, source, " and ".join(held), "low" if file.context is None else "")


def _whole(file: Dockerfile) -> Iterator[tuple[Location, str]]:
    stages = final(file)
    for copy in file.copies:
        if is_of_context(copy) and not copy.is_mount and copy.stage in stages:
            yield from (
                (at, source) for source, at in zip(copy.sources, copy.places, strict=True) if plain(source) == WHOLE
            )


def _held(repo: Repo, context: str) -> list[str]:
    """What a context holds besides code, in words."""
    prefix = f"{context}/" if context else ""
    files = [file for path, file in repo.files.items() if path.startswith(prefix)]
    data = sum(file.size for file in files if DATA.search(file.path) and not file.vendored)
    secrets = [file.path for file in files if SECRET.search(file.path)]
    found = ["`.git`"] if repo.is_git and not context else []
    found += [f"{data // MEGABYTE} MB of data"] if data >= repo.large else []
    return [*found, *(f"`{path}`" for path in secrets[:1])]


def ignore_file(repo: Repo, file: Dockerfile, context: str) -> str:
    """The file that says what is left out of a build; "" where there is none."""
    own = f"{file.path}{IGNORE}"
    shared = inside(context, IGNORE)
    return own if own in repo.files else shared if shared in repo.files else ""


def is_left_out(repo: Repo, path: str, ignores: str) -> bool:
    """Whether a path of the context, and all that may lie below it, is left out by an ignore file."""
    verdict = False
    for rule in repo.all(ContextRule):
        if rule.at.path == ignores:
            if _pattern(rule.pattern).match(path):
                verdict = not rule.keeps
            elif rule.keeps and (
                path == WHOLE or rule.pattern.strip("/").startswith(f"{path}/") or "*" in rule.pattern
            ):
                verdict = False
    return verdict


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """A pattern of a .dockerignore, over paths and what lies below them."""
    parts = re.split(r"(\*\*/?|\*|\?)", re.sub(r"/+", "/", text.strip("/").removeprefix("./")))
    signs = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(signs.get(part, re.escape(part)) for part in parts) + r"(?:/.*)?$", re.DOTALL)
