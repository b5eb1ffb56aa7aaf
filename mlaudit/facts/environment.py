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

    `name` has neither tag nor digest; `concrete` is False where a part of it is not known, or it is no reference.
    `origin` is dockerfile, compose, devcontainer, kubernetes, ci, valohai, mlproject, apptainer, code, or the name of
    another format. `role` is base (FROM), copy (COPY --from, a mount of RUN), frontend (# syntax=), run (what a step,
    job, pod or service runs in), service (what a CI job has beside it) or feature (of a dev container). `platform` is
    what the file asks for, "" where nothing is asked or it is not known. `alias` is the name of the stage that begins.
    """

    at: Location
    name: str
    tag: str = ""
    digest: str = ""
    origin: str = "dockerfile"
    stage: bool = False
    concrete: bool = True
    role: str = "base"
    platform: str = ""
    alias: str = ""


class Build(NamedTuple):
    """A statement that an image is built: by compose, a dev container, a command or a step of CI.

    `dockerfile` and `context` are paths from the root, "?" where they are not known; `names` are those that the image
    is given, tags included; `platforms` those that are asked for; `target` is the stage that is built, "" for the last.
    """

    at: Location
    dockerfile: str
    context: str = ""
    names: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    target: str = ""


class Upgrade(NamedTuple):
    """A command that brings all packages of a system to their newest versions: `apt-get upgrade`.

    `tool` and `action` as in InstallCommand; `place` too.
    """

    at: Location
    tool: str
    action: str
    place: str


class ActionRef(NamedTuple):
    """A piece of CI that a file takes from elsewhere: an action, a reusable workflow, a template, an orb.

    `name` is what is taken, `ref` the branch, tag, version or commit, "" where none is named. `kind` is action,
    workflow, include, component, remote, orb or repository.
    """

    at: Location
    name: str
    ref: str
    kind: str = "action"


class Copy(NamedTuple):
    """A COPY or ADD of a Dockerfile, or a file that a RUN binds (`is_mount`).

    `stage` is the stage's index, `origin` the stage or image of --from; `places` are those of the sources. `is_later`
    says that it waits for an image that builds on this one (ONBUILD).
    """

    at: Location
    sources: tuple[str, ...]
    destination: str
    stage: int = 0
    origin: str = ""
    places: tuple[Location, ...] = ()
    is_later: bool = False
    is_mount: bool = False


class ContainerCommand(NamedTuple):
    """A command of a Dockerfile: of RUN while the image is built, of CMD and ENTRYPOINT (`starts`) when a container
    starts. `words` are its first words; `stage` as in Copy."""

    at: Location
    words: tuple[str, ...]
    stage: int = 0
    starts: bool = False


class ContextRule(NamedTuple):
    """A line of a .dockerignore: what is left out of the context of a build, or taken back into it (`keeps`)."""

    at: Location
    pattern: str
    keeps: bool = False


class Submodule(NamedTuple):
    """Another repository at a path of this one, as .gitmodules names it."""

    at: Location
    path: str


class Kernel(NamedTuple):
    """A notebook's kernelspec and language_info. `at` spans the version, `name_at` the kernelspec's name."""

    at: Location
    name: str
    language: str
    version: str = ""
    name_at: Location | None = None


class Setting(NamedTuple):
    """A scalar of a configuration file under its keys, as YAML resolves it. `at` spans the value.

    `is_aside`: its key is none that programs ask for, but other settings may name it in a `${…}`; so are the entries of
    Hydra's defaults list, ("defaults", number) or ("defaults", number, group), and `# @package`, ("@package",).
    """

    at: Location
    keys: tuple[str, ...]
    value: str | int | bool | None
    is_aside: bool = False


class IgnorePattern(NamedTuple):
    """A line of a .gitignore, or of DVC's .dvcignore."""

    at: Location
    pattern: str


class Variable(NamedTuple):
    """An environment variable that a file speaks of.

    `does` is needs (the code fails without it), asks (it reads it, and has nothing in its place), sets, or names (a
    text, comment or message speaks of it). `at` spans the name.
    """

    at: Location
    name: str
    does: str
