"""Is the machine a part of the commit?"""

from collections.abc import Iterable, Iterator

from mlaudit.containers import contents, contexts, copies, platforms, references, requirements
from mlaudit.containers.references import Named
from mlaudit.facts import Repo
from mlaudit.findings import Hit, Related
from mlaudit.machines import cudas, described, variables
from mlaudit.resolution import installs


def missing_container(repo: Repo) -> Iterator[Hit]:
    for need in described.undescribed(repo):
        others = (Related(at, does) for at, does in need.others)
        yield Hit(need, confidence=need.confidence, related=tuple(others))  # type: ignore[arg-type]


def untagged_image(repo: Repo) -> Iterator[Hit]:
    yield from _named(references.untagged(repo))


def image_without_digest(repo: Repo) -> Iterator[Hit]:
    yield from _named(references.without_digest(repo))


def container_misses_requirements(repo: Repo) -> Iterator[Hit]:
    for lack in requirements.lacking(repo):
        yield Hit(lack, confidence=lack.confidence)  # type: ignore[arg-type]


def missing_dockerignore(repo: Repo) -> Iterator[Hit]:
    for taking in contexts.unguarded(repo):
        yield Hit(taking, confidence=taking.confidence)  # type: ignore[arg-type]


def conflicting_cuda(repo: Repo) -> Iterator[Hit]:
    for found in cudas.conflicts(repo):
        first, second = found.first, found.second
        yield Hit(
            found,  # type: ignore[arg-type]
            level=found.level,
            confidence=found.confidence,
            related=(Related(first.at, f"{first.does} CUDA {cudas.described(first.version)}"),),
            second=second.text,
            does=second.does,
            version=cudas.described(second.version),
            first=first.text,
            did=first.does,
            other=cudas.described(first.version),
        )


def copied_untracked_path(repo: Repo) -> Iterator[Hit]:
    for path in copies.missing(repo):
        yield Hit(path, confidence=path.confidence)  # type: ignore[arg-type]


def undocumented_variable(repo: Repo) -> Iterator[Hit]:
    for first, others in variables.undocumented(repo):
        related = tuple(Related(other.at, "read here too") for other in others)
        yield Hit(first, confidence="" if first.does == "needs" else "low", related=related)


def unpinned_system_package(repo: Repo) -> Iterator[Hit]:
    for command, loose in contents.unpinned(repo):
        named = ", ".join(f"`{each.written}`" for each in loose)
        yield Hit(command, at=installs.span(loose), named=named)


def unverified_image_download(repo: Repo) -> Iterator[Hit]:
    for taken in contents.unverified(repo):
        yield Hit(taken, level=taken.level)  # type: ignore[arg-type]


def upgraded_image(repo: Repo) -> Iterator[Hit]:
    for upgrade in contents.upgrades(repo):
        yield Hit(upgrade)


def emulated_container(repo: Repo) -> Iterator[Hit]:
    for image in platforms.emulated(repo):
        related = (Related(image.asking, f"asks for `{image.asked}`"),) if image.asking else ()
        yield Hit(image, related=related)  # type: ignore[arg-type]


def _named(images: Iterable[Named]) -> Iterator[Hit]:
    for image in images:
        related = tuple(Related(at, "named here too") for at in image.others)
        yield Hit(image, level=image.level, confidence=image.confidence, related=related)  # type: ignore[arg-type]
