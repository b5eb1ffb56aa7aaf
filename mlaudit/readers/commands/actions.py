"""Which pieces of CI does a file take from elsewhere, and by which refs? Actions, templates, orbs.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses,
https://docs.gitlab.com/ci/yaml/#include, https://circleci.com/docs/orbs/use/orb-intro/,
https://learn.microsoft.com/en-us/azure/devops/pipelines/yaml-schema/resources-repositories-repository.
"""

import re
from collections.abc import Iterator

from yaml import MappingNode, Node, ScalarNode

from mlaudit.facts import ActionRef
from mlaudit.patterns import pattern
from mlaudit.readers.documents import yaml
from mlaudit.source import Source

WORKFLOW = pattern(r"/\.git(?:hub|ea)/workflows/[^/]+\.ya?ml$")
# The ref in the URL of a file: …/-/raw/REF/file.yml, raw…/owner/name/REF/file.yml
IN_URL = pattern(
    r"/(?:-/)?(?:raw|blob)/(?:refs/(?:heads|tags)/)?([^/]+)/|//raw\.[^/]+/[^/]+/[^/]+/(?:refs/(?:heads|tags)/)?([^/]+)/"
)
VARIABLE = pattern(r"\$|\{\{|<<")


def github(source: Source, node: Node | None) -> Iterator[ActionRef]:
    """`uses:` of a step or a job; what lies in this repository and images are no such pieces."""
    written = yaml.text(node)
    if node is None or not written or written.startswith(("./", "../", "docker://")) or VARIABLE.search(written):
        return
    name, _, ref = written.partition("@")
    kind = "workflow" if WORKFLOW.search(name) else "action"
    yield ActionRef(yaml.where(source, node), name, ref, kind)


def gitlab(source: Source, node: Node | None) -> Iterator[ActionRef]:
    """`include:` of a project, a component or an address; a template comes with the server."""
    for entry in yaml.sequence(node) or ([node] if node is not None else []):
        if isinstance(entry, ScalarNode):
            if re.match(r"https?://", entry.value):
                yield from _remote(source, entry)
        elif (remote := yaml.get(entry, "remote")) and yaml.get(entry, "integrity") is None:
            yield from _remote(source, remote)
        elif component := yaml.get(entry, "component"):
            name, _, ref = yaml.text(component).rpartition("@")
            if name and not VARIABLE.search(ref):
                yield ActionRef(yaml.where(source, component), name, ref, "component")
        elif project := yaml.get(entry, "project"):
            ref = yaml.text(yaml.get(entry, "ref"))
            if not VARIABLE.search(ref):
                at = yaml.where(source, yaml.get(entry, "ref") or project)
                yield ActionRef(at, yaml.text(project), ref, "include")


def circleci(source: Source, node: Node | None) -> Iterator[ActionRef]:
    """`orbs:`; one that is written in place is none."""
    for _, _, orb in yaml.items(node):
        written = yaml.text(orb)
        if "/" in written and not VARIABLE.search(written):
            name, _, ref = written.partition("@")
            yield ActionRef(yaml.where(source, orb), name, ref, "orb")


def azure(source: Source, node: Node | None) -> Iterator[ActionRef]:
    """Repositories of templates."""
    for entry in yaml.sequence(node):
        name, ref = yaml.get(entry, "name"), yaml.get(entry, "ref")
        if isinstance(entry, MappingNode) and name is not None and not VARIABLE.search(yaml.text(ref)):
            yield ActionRef(yaml.where(source, ref or name), yaml.text(name), yaml.text(ref), "repository")


def _remote(source: Source, node: Node) -> Iterator[ActionRef]:
    url = yaml.text(node)
    found = IN_URL.search(url)
    if found and not VARIABLE.search(url):
        yield ActionRef(yaml.where(source, node), url, found[1] or found[2], "remote")
