"""What does a repository say of the packages that it needs? Manifests, locks and install commands."""

import re
from typing import NamedTuple

from mlaudit.facts.place import Location

SEPARATORS = re.compile(r"[-_.]+")


def canonical(name: str) -> str:
    """The name of a package, extra or group as PEP 503 and 685 normalise it."""
    return SEPARATORS.sub("-", name).lower()


class Comparison(NamedTuple):
    """One clause of a version specifier, as written: ("==", "1.2.*"), ("^", "1.2"), conda's ("=", "1.2").

    A text that no grammar splits is kept whole under the operator "?".
    """

    operator: str
    version: str


class Requirement(NamedTuple):
    """A package that a manifest or an install command asks for.

    `at` spans the name and its specifier. `name` is normalised (PEP 503), `written` is not.
    `ecosystem` is pypi, conda, npm or system. `role` is requirement, constraint, override, build, or recipe (what a
    conda package will ask of those who install it).
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

    `signals` are the metadata keys that are written for an index (classifiers, license, urls …), and "computed" where
    some of the metadata is made by code.
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


class PackageFile(NamedTuple):
    """A file that a lock may install for a package. `file` is its address or name, "" where none is written;
    `algorithm` is in small letters: sha256, md5."""

    at: Location
    name: str
    version: str
    file: str
    algorithm: str
    digest: str


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


class MachinePath(NamedTuple):
    """A path of the machine on which a file was written: conda's `prefix:`."""

    at: Location
    path: str
    origin: str
