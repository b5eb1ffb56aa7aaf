"""Which images do the manifests of clusters and training services run?

Those of Kubernetes, Argo, Kubeflow, Azure ML, Vertex AI, SkyPilot, Ray, Determined, BentoML, Truss and dstack, and the
values of Helm charts.

What a template leaves open is not known: a file of Helm's templates is no YAML, and says nothing here.
"""

from collections.abc import Iterator
from typing import NamedTuple

from yaml import MappingNode, Node, ScalarNode

from mlaudit.facts import Fact
from mlaudit.facts.images import image
from mlaudit.patterns import pattern
from mlaudit.readers.documents import images, yaml
from mlaudit.source import Source

# Texts without one of these keys name no image.
MENTION = pattern(r"\b(?:image|image_?[Uu]ri|image_id|containerUri|base_image|repository)[\"']?[ \t]*:")
RUNS = frozenset({"containers", "container", "script", "steps", "stepTemplate"})
BESIDE = frozenset({"initContainers", "ephemeralContainers", "sidecars"})
# Services that name an image under a key of its own, wherever it stands.
KEYS = frozenset({"imageUri", "containerUri", "image_uri", "containerImageUri"})


class Format(NamedTuple):
    """A kind of file: the `keys` at its root that tell it, the keys under which its mappings name an image ("" is the
    root), and the keys of the images in them."""

    origin: str
    keys: frozenset[str]
    parents: frozenset[str]
    names: frozenset[str] = frozenset({"image"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FORMATS = (
    Format("kubernetes", _words("apiVersion kind"), RUNS | BESIDE),
    Format("kubeflow", _words("implementation"), _words("container")),
    Format("kubeflow", _words("deploymentSpec"), _words("container")),
    Format("azureml", _words("$schema"), frozenset({"environment", ""})),
    Format("skypilot", _words("resources"), _words("resources any_of ordered"), _words("image_id")),
    Format("ray", _words("cluster_name docker"), _words("docker")),
    Format(
        "determined", _words("searcher environment"), _words("environment image"), _words("image cpu gpu cuda rocm")
    ),
    Format("bentoml", _words("service docker"), _words("docker"), _words("base_image")),
    Format("truss", _words("base_image model_name"), _words("base_image")),
    Format("dstack", _words("type image commands"), frozenset({""})),
)


def of_document(source: Source, root: Node) -> Iterator[Fact]:
    """The images that a document names, if it is of one of these kinds."""
    if not isinstance(root, MappingNode):
        return
    keys = {name for name, _, _ in yaml.items(root)}
    formats = [each for each in FORMATS if each.keys <= keys and _is_meant(each, root)]
    for parent, mapping in _mappings(root):
        for name, _, node in yaml.items(mapping):
            origin = _origin(name, parent, formats)
            if origin and isinstance(node, ScalarNode):
                yield from _image(source, node, origin, "service" if parent in BESIDE else "run")
        if "apiVersion" not in keys and (parent == "image" or parent.endswith("Image")):
            yield from _of_chart(source, mapping)


def _is_meant(each: Format, root: MappingNode) -> bool:
    return each.origin != "azureml" or "azureml" in yaml.text(yaml.get(root, "$schema"))


def _origin(name: str, parent: str, formats: list[Format]) -> str:
    if name in KEYS:
        return "vertex"
    return next((each.origin for each in formats if parent in each.parents and name in each.names), "")


def _image(source: Source, node: ScalarNode, origin: str, role: str) -> Iterator[Fact]:
    if origin != "skypilot":
        yield from images.of_node(source, node, origin, role)
    elif node.value.startswith("docker:"):
        at = yaml.passage(source, node).locate(len("docker:"), len(node.value))
        yield image(node.value.removeprefix("docker:"), at, origin, role=role)


def _of_chart(source: Source, mapping: MappingNode) -> Iterator[Fact]:
    """`image: {repository: acme/serve, tag: latest}` of a values.yaml; without a tag, the chart says which."""
    repository, tag = yaml.get(mapping, "repository"), yaml.text(yaml.get(mapping, "tag"))
    if isinstance(repository, ScalarNode) and repository.value and tag:
        registry = yaml.text(yaml.get(mapping, "registry"))
        name = f"{registry}/{repository.value}" if registry else repository.value
        digest = yaml.text(yaml.get(mapping, "digest"))
        written = f"{name}:{tag}@{digest}" if digest else f"{name}:{tag}"
        yield image(written, yaml.where(source, yaml.get(mapping, "tag") or repository), "helm", role="run")


def _mappings(root: Node) -> Iterator[tuple[str, MappingNode]]:
    """Every mapping, once, with the key under which it, or the list that holds it, stands."""
    seen: set[int] = set()
    waiting: list[tuple[str, Node]] = [("", root)]
    while waiting:
        parent, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, MappingNode):
            yield parent, node
            waiting.extend((name, value) for name, _, value in reversed(list(yaml.items(node))))
        else:
            waiting.extend((parent, value) for value in reversed(yaml.sequence(node)))
