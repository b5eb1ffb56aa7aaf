"""What does a repository say of its data? Pointers, pipelines, their locks, remotes and what Git LFS takes."""

from typing import NamedTuple

from mlaudit.facts.place import Location


class Pointer(NamedTuple):
    """A small record that stands for data kept elsewhere: an output of a `.dvc` file, or what Git LFS keeps.

    `kind` is dvc or lfs, `path` the data's path from the root (a URL or an absolute path as it is written), `digest` ""
    where none is named; for lfs that means that git holds the content itself. `algorithm` is md5, md5-dos2unix (DVC 2:
    line ends of texts unified first), sha256, etag or "". `size` is in bytes and -1 where it is not named. `source` and
    `revision` are what `dvc import` and `dvc import-url` took it from, credentials masked; `revision` is a commit.
    `at` spans the path in a .dvc file, and is the whole file for lfs. `is_cached` is False for `cache: false`.
    """

    at: Location
    kind: str
    path: str
    digest: str = ""
    algorithm: str = ""
    size: int = -1
    files: int = 0
    is_folder: bool = False
    source: str = ""
    revision: str = ""
    is_cached: bool = True


class Written(NamedTuple):
    """A path as a pipeline writes it, its `${…}` unresolved. `is_cached` is False for an output with `cache: false`."""

    at: Location
    path: str
    is_cached: bool = True


class ParameterReference(NamedTuple):
    """A parameter that a stage names: the file from the stage's folder, and the dotted key; "" is the whole file."""

    at: Location
    file: str
    key: str


class Stage(NamedTuple):
    """A stage of a dvc.yaml, as written. `at` spans its name.

    `folder` is its `wdir`. `variables` (of the file), `own_variables`, `foreach` and `matrix` are JSON, or "" where
    they are not written.
    """

    at: Location
    name: str
    command: str | tuple[str, ...]
    inputs: tuple[Written, ...] = ()
    outputs: tuple[Written, ...] = ()
    parameters: tuple[ParameterReference, ...] = ()
    folder: str = ""
    frozen: bool = False
    always_changed: bool = False
    variables: str = ""
    own_variables: str = ""
    foreach: str = ""
    matrix: str = ""


class Recipe(NamedTuple):
    """A rule of a Snakefile, as written. `at` spans its name; `programs` are what it runs by `script:` and `notebook:`,
    from the folder of the file. `is_open`: it takes more than its texts say. Paths may hold wildcards.
    """

    at: Location
    name: str
    command: str
    programs: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    is_open: bool = False


class CatalogEntry(NamedTuple):
    """An entry of Kedro's data catalog: its name, and the path or URL at which its data lie, which `at` spans.

    `is_versioned`: each run writes another version, and one that is named may be read.
    """

    at: Location
    name: str
    path: str
    is_versioned: bool = False


class LockedFile(NamedTuple):
    """A file or folder that a dvc.lock records, its path as written there. `files` counts those in a folder."""

    at: Location
    path: str
    digest: str
    algorithm: str
    size: int = -1
    files: int = 0


class LockedValue(NamedTuple):
    """A parameter's value at the time of the run, as JSON."""

    at: Location
    file: str
    key: str
    value: str


class LockedStage(NamedTuple):
    """A stage's run as a dvc.lock records it. `at` spans the name."""

    at: Location
    name: str
    command: str | tuple[str, ...]
    inputs: tuple[LockedFile, ...] = ()
    outputs: tuple[LockedFile, ...] = ()
    parameters: tuple[LockedValue, ...] = ()


class Remote(NamedTuple):
    """A place that a .dvc/config names for the data, credentials masked. `at` spans the name, never the URL.

    A default that no section defines has the url "".
    """

    at: Location
    name: str
    url: str
    is_default: bool = False


class TrackingRule(NamedTuple):
    """A line of a .gitattributes that speaks of `filter`. `is_lfs` is False where it takes the filter away."""

    at: Location
    pattern: str
    is_lfs: bool


class Parameter(NamedTuple):
    """A value of a parameters file under its keys, as JSON. Mappings are taken apart, sequences are not."""

    at: Location
    keys: tuple[str, ...]
    value: str
