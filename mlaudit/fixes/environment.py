"""What can be written so that the machine is a part of the commit? Only what the repository itself says elsewhere."""

from mlaudit.containers import references
from mlaudit.facts import ImageRef
from mlaudit.findings import Finding, Fix
from mlaudit.fixes import Asked
from mlaudit.knowledge.containers import names_version


def untagged_image(finding: Finding, asked: Asked) -> Fix | None:
    image = _image(finding, asked)
    if image is None or image.tag not in ("", "latest"):
        return None
    return _as_elsewhere(image, finding, asked, {"", image.tag})


def image_without_digest(finding: Finding, asked: Asked) -> Fix | None:
    image = _image(finding, asked)
    return image and _as_elsewhere(image, finding, asked, {image.tag})


def _image(finding: Finding, asked: Asked) -> ImageRef | None:
    """The image at the place of a finding, where all of it stands there as it is."""
    found = next((each for each in asked.repo.view(references.pulled) if each.at == finding.at), None)
    return found if found and asked.text(found.at) == references.reference(found) else None


def _as_elsewhere(image: ImageRef, finding: Finding, asked: Asked, tags: set[str]) -> Fix | None:
    """The one version and digest that another place names for the image. An image of these tags may have no version of
    its own: then any that is named elsewhere will do; else only a digest of the same tag."""
    has_version = names_version(image.tag) if image.tag else False
    named = {
        (other.tag, other.digest): other
        for other in asked.repo.view(references.pulled)
        if references.plain(other.name) == references.plain(image.name)
        if (other.digest and other.tag in tags) or (not has_version and other.tag and names_version(other.tag))
    }
    if len(named) != 1:
        return None
    other = next(iter(named.values()))
    text = references.reference(other._replace(name=image.name))
    edits = tuple(asked.edit(at, text) for at in asked.places(finding, references.reference(image)))
    return Fix(f"Name `{text}`", f"`{other.at.path}`, line {other.at.line}", "", edits) if edits else None
