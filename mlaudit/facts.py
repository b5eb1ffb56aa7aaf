"""What does a repository say? Frozen records of what was read, and the Repo that holds them.

Facts are readings, never verdicts. Each is a named tuple: it is made several times faster than a
frozen dataclass, it cannot be changed, and importing this module costs nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar


class Location(NamedTuple):
    """Where a text stands. Lines and columns count from 1; columns are code points; the end is exclusive.

    In a notebook, `line` and `column` are those of the JSON file and `cell` counts all cells from 1.
    """

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1
    cell: int = 0


class File(NamedTuple):
    """A file that discover listed. `tracked` is None where there is no git checkout."""

    path: str
    size: int
    tracked: bool | None = None
    ignored: bool = False


class Comparison(NamedTuple):
    """One clause of a version specifier, as written: ("==", "1.2.*"), ("^", "1.2"), conda's ("=", "1.2").

    A text that no grammar splits is kept whole under the operator "?".
    """

    operator: str
    version: str


class Requirement(NamedTuple):
    """A package that a manifest or an install command asks for.

    `at` spans the name and its specifier. `name` is normalised (PEP 503), `written` is not.
    `ecosystem` is pypi, conda, npm or system. `role` is requirement, constraint, override or build.
    `group` is "" for what is always installed, else the extra, dependency group or environment.
    `url` holds a direct reference: `git+https://…@ref`, `https://….whl`, `file:///…`, `path:` and a path from the
    repository's root, `workspace:`, `index:NAME`. `revision` is the ref of a VCS reference, "" where none is named;
    `revision_kind` says rev, tag or branch where the format tells them apart.
    """

    at: Location
    name: str
    comparisons: tuple[Comparison, ...] = ()
    written: str = ""
    ecosystem: str = "pypi"
    role: str = "requirement"
    group: str = ""
    extras: tuple[str, ...] = ()
    marker: str = ""
    url: str = ""
    hashes: tuple[str, ...] = ()
    editable: bool = False
    build: str = ""
    origin: str = ""
    revision: str = ""
    revision_kind: str = ""


class Include(NamedTuple):
    """A requirement file that another one, a manifest or a command names (`-r`, `-c`).

    `target` is a path from the repository's root, or the URL. `escapes` says it leaves the root.
    """

    at: Location
    target: str
    role: str = "requirement"
    written: str = ""
    escapes: bool = False


class PackageSource(NamedTuple):
    """A statement on where packages come from: an option such as `--pre` or `--extra-index-url`, a channel.

    `option` is the option without dashes, or "channel"; `value` its argument.
    """

    at: Location
    option: str
    value: str = ""


class Manifest(NamedTuple):
    """A file, or a table of one, in which a person declares requirements.

    `format` is requirements, constraints, project, groups, poetry, pdm, hatch, uv, pixi, setup.py, setup.cfg,
    pipfile, conda, recipe, script or mlproject. `computed` says that some of it is made by code, so unknown.
    `directory` is the folder it speaks for.
    """

    at: Location
    format: str
    computed: bool = False


class Distribution(NamedTuple):
    """A package that this repository builds: [project], [tool.poetry] or setup().

    `signals` are the metadata keys that are written for an index (classifiers, license, urls …).
    `modules` are extension modules that its build makes. `buildable` is False where the tool only installs.
    """

    at: Location
    name: str
    version: str = ""
    signals: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    buildable: bool = True


class InputDigest(NamedTuple):
    """The digest of a manifest as a lock tool would record it. `values` holds each value that tool's versions give.

    `certain` is False where the digest also depends on the settings of the machine that locked.
    `inputs` are what a tool without a digest compares besides requirements, `key=value` each (digests.uv).
    """

    at: Location
    algorithm: str
    values: tuple[str, ...]
    certain: bool = True
    inputs: tuple[str, ...] = ()


class LockedPackage(NamedTuple):
    """One package of a lock file, at one version. `line` is 1-based, 0 where it was not looked for."""

    name: str
    version: str = ""
    source: str = ""
    hashed: bool = False
    marker: str = ""
    ecosystem: str = "pypi"
    line: int = 0


class Member(NamedTuple):
    """What a lock recorded of one project of a workspace: uv's [package.metadata].

    `kind` is editable, virtual, directory or path; `settings` are `key=value` each, as in Lock.
    """

    name: str
    path: str
    version: str = ""
    requires: tuple[Requirement, ...] = ()
    extras: tuple[str, ...] = ()
    buildable: bool = True
    groups: tuple[str, ...] = ()
    kind: str = ""
    settings: tuple[str, ...] = ()


class Lock(NamedTuple):
    """A file that a tool wrote and that fixes every transitive version.

    `format` is poetry, pipfile, pdm, uv, pylock, pixi, conda-lock, explicit or compiled.
    `sources` are the paths, from the root, of the manifests it says it was made from. `requirements` are those that it
    recorded as asked for, `settings` the options, `key=value` each.
    """

    at: Location
    format: str
    packages: tuple[LockedPackage, ...] = ()
    digest: str = ""
    tool: str = ""
    requires_python: str = ""
    sources: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    command: str = ""
    settings: tuple[str, ...] = ()


class InstallCommand(NamedTuple):
    """A command that installs packages, wherever it is written.

    `tool` is pip, uv, conda, poetry, pdm, pipenv, pixi, npm …; `action` its verb (install, sync, create, run …).
    `place` is dockerfile, ci, shell, makefile, notebook, tox, nox or python.
    `requirements` are the packages it names; `files` the requirement files; `projects` the local folders and archives.
    `options` are the long names of its options, without values. `opaque` says that some argument is a variable.
    """

    at: Location
    tool: str
    action: str
    place: str
    requirements: tuple[Requirement, ...] = ()
    files: tuple[Include, ...] = ()
    projects: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    opaque: bool = False


class Copy(NamedTuple):
    """A COPY or ADD of a Dockerfile. `stage` is the stage's index; `origin` the stage or image of --from."""

    at: Location
    sources: tuple[str, ...]
    destination: str
    stage: int = 0
    origin: str = ""


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


class Import(NamedTuple):
    """An import of a module that is not relative. `condition` is "", optional (try/except ImportError) or typing."""

    at: Location
    module: str
    condition: str = ""


class Kernel(NamedTuple):
    """A notebook's kernelspec and language_info."""

    at: Location
    name: str
    language: str
    version: str = ""


class IgnorePattern(NamedTuple):
    """A line of a .gitignore."""

    at: Location
    pattern: str


class MachinePath(NamedTuple):
    """A path of the machine on which a file was written: conda's `prefix:`."""

    at: Location
    path: str
    origin: str


class SearchPath(NamedTuple):
    """Code that changes where modules are looked for: sys.path.append, PYTHONPATH."""

    at: Location


class OldPython(NamedTuple):
    """Code that parses only as Python 2. `construct` is what tells."""

    at: Location
    construct: str


class Unreadable(NamedTuple):
    """A file that could not be read, or was read in part (`partly`): never passed over in silence."""

    at: Location
    reason: str
    partly: bool = False


Fact = (
    Requirement
    | Include
    | PackageSource
    | Manifest
    | Distribution
    | InputDigest
    | Lock
    | InstallCommand
    | Copy
    | PythonVersion
    | Import
    | Kernel
    | IgnorePattern
    | MachinePath
    | SearchPath
    | OldPython
    | Unreadable
)
KINDS: tuple[type, ...] = Fact.__args__
FactType = TypeVar("FactType", bound=Fact)
View = TypeVar("View")


class Repo:
    """All facts of one repository, by kind, and the views that were asked of it.

    `kind` is "application" or "library" where the configuration says so, else "".
    """

    def __init__(
        self, files: Mapping[str, File], facts: Iterator[Fact], *, is_git: bool = False, kind: str = ""
    ) -> None:
        self.files = files
        self.is_git = is_git
        self.kind = kind
        self._facts: dict[type, list[Any]] = {}
        self._views: dict[Callable[..., Any], Any] = {}
        for fact in facts:
            self._facts.setdefault(type(fact), []).append(fact)

    def all(self, kind: type[FactType]) -> list[FactType]:
        """Every fact of a kind, in order of path and place."""
        return self._facts.get(kind, [])

    def view(self, build: "Callable[[Repo], View]") -> View:
        """What `build` makes of this repository, computed once."""
        if build not in self._views:
            self._views[build] = build(self)
        found: View = self._views[build]
        return found
