"""What does MLflow's python_env.yaml declare? A Python, and packages in pip's grammar."""

from collections.abc import Iterator

from mlaudit.facts import Fact, Manifest, PythonVersion, Requirement, Unreadable
from mlaudit.readers.documents import Malformed, yaml
from mlaudit.readers.manifests import requirements
from mlaudit.readers.versions import exact
from mlaudit.source import Source


def read(source: Source) -> Iterator[Fact]:
    """PythonVersion, Requirement and Include, as MLflow's projects page gives the format."""
    try:
        roots = yaml.documents(source)
    except Malformed as error:
        yield Unreadable(source.location(error.offset), error.reason)
        return
    root = roots[0] if roots else None
    if python := yaml.get(root, "python"):
        yield PythonVersion(yaml.where(source, python), exact(yaml.text(python)), "mlproject")
    listed = list(yaml.scalars(yaml.get(root, "dependencies")))
    if listed:
        yield Manifest(source.location(0), "mlproject")
    for entry in listed:
        for fact in requirements.statement(yaml.passage(source, entry), source.path):
            yield fact._replace(origin=source.path) if isinstance(fact, Requirement) else fact
