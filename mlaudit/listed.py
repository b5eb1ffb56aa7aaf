"""What does a report list beside its findings: the lineage of data, an inventory, a bill of materials?"""

from typing import NamedTuple

from mlaudit.facts import Location

# The states of data that a tool keeps by its digest.
BY_DVC, BY_LFS = "kept by DVC", "kept by Git LFS"


class LineageNode(NamedTuple):
    """A source, file, program or model: `state` is that of its versioning, or the kind of a program."""

    id: str
    kind: str
    name: str
    state: str


class LineageEdge(NamedTuple):
    """What flows from one node to another: `does` is reads, writes, downloads or loads."""

    source: str
    target: str
    does: str


class Lineage(NamedTuple):
    """The picture of who writes and who reads what."""

    nodes: tuple[LineageNode, ...] = ()
    edges: tuple[LineageEdge, ...] = ()


class Item(NamedTuple):
    """Something of the inventory: what it is called, its version, revision or command ("" where none is named), where
    that stands, and what is to be said of it. `kind` is program, python, cuda, framework, image, dataset, model,
    variable, secret or service."""

    name: str
    detail: str
    at: Location
    note: str = ""
    kind: str = ""


class Digest(NamedTuple):
    """A digest of something, and of which file of it where it has several: an address or a name, or ""."""

    algorithm: str
    value: str
    file: str = ""


class Part(NamedTuple):
    """Something that a repository is made of, for its bill of materials.

    `kind` is package, data, model, image or service. `registry` is where its name is known: pypi, conda, npm, system,
    docker, huggingface, or "". `scope` is required, optional or excluded (from what runs), "" where nothing says so.
    `said` are names and values of what else is known; `inputs` the keys of the data that made a model.
    """

    kind: str
    name: str
    version: str = ""
    registry: str = ""
    scope: str = ""
    digests: tuple[Digest, ...] = ()
    places: tuple[Location, ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    address: str = ""
    is_direct: bool = True
    inputs: tuple[tuple[str, str, str, str], ...] = ()

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What no other part has."""
        return (self.kind, self.registry, self.name, self.version)
