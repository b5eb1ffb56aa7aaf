"""An ML bill of materials, CycloneDX 1.6: packages, datasets, models, images and services. Needs the extra `cyclonedx`.

It holds only what the repository says. There is no clock in it, and its serial number follows from its content.
"""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence
from cyclonedx.model.service import Service
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from mlaudit import __version__
from mlaudit.findings import Report
from mlaudit.listed import Digest, Part
from mlaudit.reports.help import HOME
from mlaudit.reports.json import name_of
from mlaudit.reports.text import plain

TYPES = {
    "package": ComponentType.LIBRARY,
    "data": ComponentType.DATA,
    "model": ComponentType.MACHINE_LEARNING_MODEL,
    "image": ComponentType.CONTAINER,
}
HASHES = {
    "md5": (HashAlgorithm.MD5, 32),
    "sha1": (HashAlgorithm.SHA_1, 40),
    "sha256": (HashAlgorithm.SHA_256, 64),
    "sha384": (HashAlgorithm.SHA_384, 96),
    "sha512": (HashAlgorithm.SHA_512, 128),
}
ROOT = "the-repository"
HEX = re.compile("[0-9a-f]+")
# A reference is an address by IRI's grammar; everything else is written in percents.
ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


def render(report: Report) -> str:
    """The bill as JSON. A saved run has none: then the bill is empty, and says so."""
    parts = report.bill or ()
    refs = {part.key: _ref(part) for part in parts}
    bom = Bom()
    bom.metadata.component = root = _root(report)
    found = [(part, _service(part) if part.kind == "service" else _component(part)) for part in parts]
    bom.components.update(each for _, each in found if isinstance(each, Component))
    bom.services.update(each for _, each in found if isinstance(each, Service))
    # What the repository itself names. Who needs which of the rest is not followed.
    bom.register_dependency(root, [each for part, each in found if part.is_direct])
    data: dict[str, Any] = json.loads(JsonV1Dot6(bom).output_as_string())
    data["metadata"] = {"component": data["metadata"]["component"], "tools": _tools()}
    _add_what_the_library_lacks(data, parts, refs)
    del data["serialNumber"]
    content = json.dumps(data, sort_keys=True)
    serial = {"serialNumber": uuid5(NAMESPACE_URL, f"{HOME}#{content}").urn}
    return json.dumps({"$schema": data.pop("$schema"), **serial, **data}, indent=2) + "\n"


def _tools() -> dict[str, Any]:
    """No version of the library that wrote it: the same repository gives the same bytes."""
    return {"components": [{"type": "application", "name": "mlaudit", "version": __version__}]}


def _root(report: Report) -> Component:
    origin = report.origin
    links = [ExternalReference(type=ExternalReferenceType.VCS, url=_uri(origin.url))] if origin.url else []
    changed = [Property(name="mlaudit:changed", value="files differ from the commit")] if origin.changed else []
    return Component(
        type=ComponentType.APPLICATION,
        bom_ref=ROOT,
        name=_text(name_of(report)) or "repository",
        version=origin.commit or None,
        external_references=links,
        properties=changed,
    )


def _ref(part: Part) -> str:
    return _text(":".join((part.kind, *filter(None, (part.registry, part.name, part.version)))))


def _component(part: Part) -> Component:
    purl = _purl(part)
    own = [found for digest in part.digests if not _is_of_files(part, digest) and (found := _hash(digest))]
    links = [_distribution(digest, part, purl) for digest in part.digests if _is_of_files(part, digest)]
    if part.address:
        links.append(ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=_uri(part.address)))
    return Component(
        type=TYPES[part.kind],
        bom_ref=_ref(part),
        name=_text(part.name),
        version=_text(part.version) or None,
        scope=ComponentScope(part.scope) if part.scope else None,
        purl=purl,
        hashes=own,
        external_references=[link for link in links if link is not None],
        properties=_properties(part),
        evidence=ComponentEvidence(occurrences=_occurrences(part)),
    )


def _service(part: Part) -> Service:
    """What the code contacts; where it does stands in the properties, since a service has no evidence."""
    places = [Property(name="mlaudit:place", value=_text(f"{at.path}:{at.line}")) for at in part.places]
    return Service(
        name=_text(part.name),
        bom_ref=_ref(part),
        endpoints=[_uri(part.address)] if part.address else [],
        properties=[*_properties(part), *places],
    )


def _is_of_files(part: Part, digest: Digest) -> bool:
    """Whether a digest is that of one of the files of which an install takes one."""
    return part.kind == "package" and bool(digest.file or len(part.digests) > 1)


def _distribution(digest: Digest, part: Part, purl: PackageURL | None) -> ExternalReference | None:
    found = _hash(digest)
    address = digest.file or (purl.to_string() if purl else part.name)
    if found is None:
        return None
    return ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=_uri(address), hashes=[found])


def _hash(digest: Digest) -> HashType | None:
    algorithm, length = HASHES.get(digest.algorithm, (None, 0))
    value = digest.value.lower()
    if algorithm is None or len(value) != length or not HEX.fullmatch(value):
        return None
    return HashType(alg=algorithm, content=value)


def _properties(part: Part) -> list[Property]:
    registry = [("registry", part.registry)] if part.registry == "system" else []
    return [
        Property(name=_text(f"mlaudit:{name}"), value=_text(value)) for name, value in (*registry, *part.said) if value
    ]


def _occurrences(part: Part) -> list[Occurrence]:
    lines = sorted({(at.path, at.line) for at in part.places})
    return [Occurrence(location=_text(path), line=line) for path, line in lines]


def _purl(part: Part) -> PackageURL | None:
    """The package URL, where the registry is known. A digest of an image, or a commit of a hub, is the version."""
    owner, _, name = part.name.rpartition("/")
    version = _text(part.version) or None
    if part.kind == "package" and part.registry in ("pypi", "conda", "npm"):
        return PackageURL(part.registry, _text(owner) or None, _text(name), version) if name else None
    if part.registry == "huggingface" and name:
        return PackageURL("huggingface", _text(owner) or None, _text(name), version)
    if part.registry != "docker" or not name:
        return None
    host, _, rest = owner.partition("/")
    is_host = "." in host or ":" in host or host == "localhost"
    digest = next((f"{each.algorithm}:{each.value}" for each in part.digests), "")
    return PackageURL(
        "docker",
        _text(rest if is_host else owner) or None,
        _text(name),
        _text(digest) or version,
        {"repository_url": _text(host)} if is_host else None,
    )


def _add_what_the_library_lacks(data: dict[str, Any], parts: Iterable[Part], refs: dict[Any, str]) -> None:
    """What a `data` component is, and the data that made a model."""
    by_ref = {refs[part.key]: part for part in parts}
    known = {refs[part.key] for part in parts}
    for component in data.get("components", ()):
        part = by_ref[component["bom-ref"]]
        if places := component.get("evidence", {}).get("occurrences"):
            places.sort(key=lambda place: (place["location"], place["line"]))  # the library's order is none
        if part.kind == "data":
            component["data"] = [{"type": "dataset", "name": component["name"]}]
        made_of = [refs[key] for key in part.inputs if key in refs and refs[key] in known]
        if part.kind == "model" and made_of:
            component["modelCard"] = {"modelParameters": {"datasets": [{"ref": ref} for ref in made_of]}}


def _uri(text: str) -> XsUri:
    """An IRI reference: whatever its grammar refuses is written in percents."""
    safe = quote(_text(text), safe=":/?#[]@!$&'()*+,;=%~-._") if ADDRESS.match(text) else quote(_text(text), safe="/")
    head, mark, rest = safe.partition("#")
    return XsUri(re.sub("%(?![0-9A-Fa-f]{2})", "%25", head + mark + rest.replace("#", "%23")))


def _text(text: str) -> str:
    return plain(text)
