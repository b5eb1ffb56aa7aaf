"""Which images, data, models and services is a repository made of, and what is known of each?"""

import posixpath
import re
from collections.abc import Container, Iterator

from mlaudit.containers.references import pulled
from mlaudit.facts import Location, LockedStage, Pointer, Repo, Stage
from mlaudit.inventory import settings, sources
from mlaudit.lineage.picture import picture
from mlaudit.lineage.pointers import TESTS, WEIGHTS
from mlaudit.listed import Digest, Item, LineageNode, Part
from mlaudit.masking import masked
from mlaudit.programs import Effect, programs

# Calls whose names for models are those of the hub.
HUB = ("transformers.", "diffusers.", "huggingface_hub.", "sentence_transformers.", "peft.", "timm.", "datasets.")
OWNER = "/"
# What the picture's words for a state say where there is no picture.
STATES = {
    "tracked": "in git",
    "untracked": "not tracked by git",
    "nowhere": "not in the commit",
    "written": "made by a program of the repository",
    "elsewhere": "outside of the repository",
}
# Texts that set a program up, and pictures of it: they are no data.
SETTINGS = re.compile(r"\.(?:ya?ml|toml|ini|cfg|conf|env|md|rst|py|sh|lock|log|html|css|js)$", re.IGNORECASE)


def images(repo: Repo) -> Iterator[Part]:
    """The images that are pulled, with their digests."""
    for image in (each for each in repo.view(pulled) if each.role not in ("feature", "frontend")):
        algorithm, _, value = image.digest.partition(":")
        digests = (Digest(algorithm, value),) if value else ()
        said = (("tag", image.tag), ("role", image.role), ("platform", image.platform))
        yield Part(
            "image", image.name, image.tag or image.digest, "docker", digests=digests, places=(image.at,),
            said=tuple((name, text) for name, text in said if text),
        )  # fmt: skip


def reached(repo: Repo) -> Iterator[Part]:
    """What code reaches for, what DVC and Git LFS keep, models that git holds, and services."""
    yield from (_named(item, "data") for item in sources.datasets(repo))
    yield from (_named(item, "model") for item in sources.models(repo))
    yield from _drawn(repo)
    yield from _kept(repo)
    for item in settings.services(repo):
        address = item.name if "://" in item.name else ""
        yield Part("service", item.name, places=(item.at,), said=(("by", item.note),), address=address)


def _named(item: Item, kind: str) -> Part:
    """A dataset or model by its name on a hub or its address; the revision is what the code asks for."""
    is_on_hub = kind == "model" and item.note.startswith(HUB) and OWNER in item.name
    address = item.name if "://" in item.name else ""
    return Part(
        kind, item.name, item.detail, "huggingface" if is_on_hub else "", places=(item.at,),
        said=(("by", item.note),), address=address,
    )  # fmt: skip


def _drawn(repo: Repo) -> Iterator[Part]:
    """The files that programs read, and the models that they read or make, from the picture of data and models."""
    drawn = repo.view(picture)
    names = {node.id: node.name for node in drawn.nodes}
    near: dict[str, set[Location]] = {}
    for edge in drawn.edges:
        near.setdefault(edge.source, set()).add(Location(names[edge.target]))
        near.setdefault(edge.target, set()).add(Location(names[edge.source]))
    read = {edge.source for edge in drawn.edges}
    training = {program.path for program in repo.view(programs) if any(_trains(step.event) for step in program.steps)}
    for node in drawn.nodes:
        if not node.id.startswith("file:") or not _is_part(node, read):
            continue
        makers = {edge.source for edge in drawn.edges if edge.target == node.id and names[edge.source] in training}
        taken = {names[edge.source] for edge in drawn.edges if edge.target in makers and node.kind == "model"}
        yield Part(
            "model" if node.kind == "model" else "data", node.name, digests=_digests(repo, node.name),
            places=tuple(near[node.id]), said=(("state", STATES.get(node.state, node.state)),),
            inputs=tuple(("data", "", name, "") for name in sorted(taken)),
        )  # fmt: skip


def _trains(event: object) -> bool:
    return isinstance(event, Effect) and event.kind in ("trains", "fits") and event.is_sure


def _is_part(node: LineageNode, read: Container[str]) -> bool:
    """Whether a file is a model, or data that a program takes and none of them makes; names that hold a gap, or stand
    in a text for what the reader has, are none's."""
    if "*" in node.name or "path/to" in node.name or node.state == "unknown":
        return False
    return node.kind == "model" or (node.id in read and node.state != "written" and not SETTINGS.search(node.name))


def _kept(repo: Repo) -> Iterator[Part]:
    """What pointers stand for, and weights that git holds itself."""
    for pointer in repo.all(Pointer):
        keeper = "kept by DVC" if pointer.kind == "dvc" else "kept by Git LFS"
        source = masked(pointer.source)
        said = [("state", keeper), ("source", source), ("revision", pointer.revision)]
        said += [("bytes", str(pointer.size))] if pointer.size >= 0 else []
        said += [("files", str(pointer.files))] if pointer.files else []
        yield _held(pointer.path, pointer.algorithm, pointer.digest, pointer.at, said)._replace(
            address=source if "://" in source else ""
        )
    yield from _recorded(repo)
    pointed = repo.view(_pointed)
    for path, file in repo.files.items():
        is_weights = WEIGHTS.search(path) and not TESTS.search(path)
        if is_weights and file.tracked and not file.vendored and path not in pointed:
            said = [("state", STATES["tracked"])]
            yield Part("model", path, digests=_digests(repo, path), places=(Location(path),), said=tuple(said))


def _recorded(repo: Repo) -> Iterator[Part]:
    """The files that a dvc.lock records at the digests of the last run; where a stage runs elsewhere, none: their paths
    are written from there."""
    elsewhere = {(posixpath.dirname(stage.at.path), stage.name) for stage in repo.all(Stage) if stage.folder}
    for stage in repo.all(LockedStage):
        folder = posixpath.dirname(stage.at.path)
        for each in (*stage.inputs, *stage.outputs) if (folder, stage.name.partition("@")[0]) not in elsewhere else ():
            path = posixpath.normpath(posixpath.join(folder, each.path))
            if each.digest and not SETTINGS.search(path):
                yield _held(path, each.algorithm, each.digest, each.at, [("state", "recorded by dvc.lock")])


def _held(path: str, algorithm: str, digest: str, at: Location, said: list[tuple[str, str]]) -> Part:
    """A file by the digest that a tool keeps of it. That of a folder, or of a text whose line ends were unified, is not
    one of bytes: it is said as it is written."""
    is_plain = algorithm in ("md5", "sha256") and not digest.endswith(".dir")
    if digest and not is_plain:
        said = [*said, ("digest", f"{algorithm}:{digest}")]
    return Part(
        "model" if WEIGHTS.search(path) else "data", path, places=(at,),
        digests=(Digest(algorithm, digest),) if digest and is_plain else (),
        said=tuple((name, text) for name, text in said if text),
    )  # fmt: skip


def _digests(repo: Repo, path: str) -> tuple[Digest, ...]:
    """The digest of a file that git tracks: what else lies here is no part of the commit. Pointers name that of what
    they stand for."""
    file = repo.files.get(path)
    if file is None or not file.tracked or path in repo.view(_pointed):
        return ()
    value = repo.digest(path, "sha256")
    return (Digest("sha256", value),) if value else ()


def _pointed(repo: Repo) -> frozenset[str]:
    return frozenset(pointer.path for pointer in repo.all(Pointer))
