"""For which platform is an image built, and for which was it asked?"""

from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.containers.references import reference
from mlaudit.facts import Build, ImageRef, Location, Repo
from mlaudit.knowledge.containers import platform_of

SAME = {
    "amd64": "linux/amd64",
    "linux/x86_64": "linux/amd64",
    "linux/x86-64": "linux/amd64",
    "arm64": "linux/arm64",
    "linux/aarch64": "linux/arm64",
    "linux/arm64/v8": "linux/arm64",
    "linux/armhf": "linux/arm",
    "linux/arm/v7": "linux/arm",
}


class Emulated(NamedTuple):
    """An image for one platform that is asked for on another; `asking` is where, if that is another place."""

    at: Location
    written: str
    platform: str
    asked: str
    asking: Location | None


def emulated(repo: Repo) -> Iterator[Emulated]:
    """Images for another platform than the one that is asked for: by the same line, or by who builds the Dockerfile."""
    last: dict[str, ImageRef] = {}
    for image in repo.all(ImageRef):
        if image.role == "base":
            last[image.at.path] = image
        named = platform_of(image.name)
        if named and image.platform and plain(image.platform) != plain(named):
            yield Emulated(image.at, reference(image), named, image.platform, None)
    for build in repo.all(Build):
        final = last.get(build.dockerfile)
        if final and not build.target:
            yield from _built(build, final)


def plain(platform: str) -> str:
    """The name of a platform of which there are several: `linux/arm64/v8` is `linux/arm64`."""
    return SAME.get(platform.lower(), platform.lower())


def _built(build: Build, final: ImageRef) -> Iterator[Emulated]:
    """What a build asks for and its last stage is not."""
    own = final.platform or platform_of(final.name)
    others = [asked for asked in build.platforms if own and plain(asked) != plain(own)]
    if others:
        yield Emulated(final.at, reference(final), own, ", ".join(others), build.at)
