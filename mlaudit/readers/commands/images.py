"""Which name, tag and digest has a reference to an image?"""

from mlaudit.facts import ImageRef, Location
from mlaudit.patterns import pattern

# registry:5000/python is a port and no tag: a tag has no slash after it.
REFERENCE = pattern(r"(?P<name>[^@]*?)(?::(?P<tag>[^:/@]+))?(?:@(?P<digest>\S+))?$")


def image(reference: str, at: Location, origin: str, *, stage: bool = False) -> ImageRef:
    """The parts of a reference such as `registry:5000/team/python:3.12@sha256:…`."""
    match = REFERENCE.match(reference)
    name, tag, digest = (match["name"], match["tag"], match["digest"]) if match else (reference, None, None)
    return ImageRef(at, name, tag or "", digest or "", origin, stage, concrete="$" not in reference)
