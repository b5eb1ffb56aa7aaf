"""What does a repository say of the machine that its code runs on? Pythons, images, what git leaves out."""

from typing import NamedTuple

from mlaudit.facts.packages import Comparison
from mlaudit.facts.place import Location


class PythonVersion(NamedTuple):
    """A statement on which Python is meant.

    `origin` is requires-python, poetry, python-version, tool-versions, mise, runtime, conda, pipfile, pixi, dockerfile,
    ci, tox, nox, notebook, cog, valohai, mlproject, classifier, lock, readme … `choices` holds more than one entry for
    a matrix: any of them may run. `at` spans the version.
    """

    at: Location
    comparisons: tuple[Comparison, ...]
    origin: str
    choices: tuple[tuple[Comparison, ...], ...] = ()


class ImageRef(NamedTuple):
    """A container image that a file builds on or runs in, its variables resolved. `stage` is true for a build stage.

    `name` has neither tag nor digest; `concrete` is False where a variable is left in it.
    """

    at: Location
    name: str
    tag: str = ""
    digest: str = ""
    origin: str = "dockerfile"
    stage: bool = False
    concrete: bool = True


class Copy(NamedTuple):
    """A COPY or ADD of a Dockerfile. `stage` is the stage's index; `origin` the stage or image of --from."""

    at: Location
    sources: tuple[str, ...]
    destination: str
    stage: int = 0
    origin: str = ""


class Kernel(NamedTuple):
    """A notebook's kernelspec and language_info."""

    at: Location
    name: str
    language: str
    version: str = ""


class Setting(NamedTuple):
    """A scalar of a configuration file under its keys, as YAML resolves it. `at` spans the value."""

    at: Location
    keys: tuple[str, ...]
    value: str | int | bool | None


class IgnorePattern(NamedTuple):
    """A line of a .gitignore, or of DVC's .dvcignore."""

    at: Location
    pattern: str
