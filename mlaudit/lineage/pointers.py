"""Can the data that a commit points to be had, and does the commit hold what it should only point to?"""

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mlaudit.facts import File, LockedStage, Pointer, Remote, Repo, Stage, TrackingRule, Unreadable
from mlaudit.facts.place import Location
from mlaudit.lineage.attributes import kept_by_lfs
from mlaudit.lineage.templates import joined, known

MEGABYTE = 1_000_000
# Endings of data; models are another rule's (MOD008), pictures and sound are data only in a folder of data.
ENDINGS = frozenset(
    "7z arff arrow avro bz2 csv db dcm dta duckdb fasta fastq feather fits geojson gpkg gz h5 hdf5 jsonl las "
    "laz mat mdb nc ndjson netcdf nii npy npz orc parquet pcap pickle pkl rar rdata rds sas7bdat sav shp "
    "sqlite sqlite3 tar tfrecord tfrecords tgz tsv txt vcf xls xlsx xpt xz zarr zip zst".split()
)
PARTLY = frozenset("json xml bin dat png jpg jpeg tif tiff bmp gif webp wav flac mp3 ogg m4a mp4 avi mov mkv".split())
MODELS = re.compile(
    r"\.(?:pt|pth|ckpt|safetensors|onnx|keras|gguf|ggml|tflite|pb|caffemodel|joblib)$|model[^/]*\.\w+$", re.IGNORECASE
)
WEIGHTS = re.compile(
    r"\.(?:pt|pth|ckpt|safetensors|onnx|keras|gguf|ggml|tflite|pb|caffemodel|joblib)$"
    r"|(?:model|weights|checkpoints?)[^/]*(?:/[^/]+)*\.(?:h5|hdf5|bin|pkl|pickle|npz|model|zip)$",
    re.IGNORECASE,
)
TESTS = re.compile(r"(?:^|/)(?:tests?|testing|[^/]*fixtures?|testdata|test[-_]data)/", re.IGNORECASE)
DATA = re.compile(
    r"(?:^|/)(?:[^/]*[-_])?(?:data|datas|datasets?|corpus|corpora|raw|inputs?|train|val|valid|images)/", re.IGNORECASE
)
OTHER = re.compile(
    r"(?:^|/)(?:tests?|testing|[^/]*fixtures?|testdata|test[-_]data|docs?|documentation|assets|static|public|media|figures?|"
    r"figs|img|screenshots?|models?|weights|checkpoints?|vendor|node_modules)/",
    re.IGNORECASE,
)
LOCAL = re.compile(r"(?![a-zA-Z][\w+.-]+://)|file://", re.IGNORECASE)


class Committed(NamedTuple):
    """A file of data that git holds, and its size."""

    at: Location
    path: str
    megabytes: int


class Broken(NamedTuple):
    """A pointer that leads nowhere, or a file that should be one: `reason` says which."""

    at: Location
    path: str
    reason: str


class Unreachable(NamedTuple):
    """A DVC project whose data others cannot fetch. `name` is what stands at the place."""

    at: Location
    name: str
    reason: str


def large(repo: Repo) -> Iterator[Committed]:
    """Files of data above the size that counts as large, which git holds itself."""
    yield from _held_by_git(repo, _is_data)


def large_models(repo: Repo) -> Iterator[Committed]:
    """Models above that size, which git holds itself."""
    yield from _held_by_git(repo, _is_model)


def _held_by_git(repo: Repo, is_wanted: Callable[[File], bool]) -> Iterator[Committed]:
    big = [file for file in repo.files.values() if file.tracked and file.size > repo.large and is_wanted(file)]
    if big:
        elsewhere = set(kept_by_lfs(repo.all(TrackingRule), (file.path for file in big)))
        for file in big:
            if file.path not in elsewhere:
                yield Committed(Location(file.path), file.path, round(file.size / MEGABYTE))


def _is_model(file: File) -> bool:
    return not file.vendored and WEIGHTS.search(file.path) is not None and not TESTS.search(file.path)


def _is_data(file: File) -> bool:
    if file.vendored or MODELS.search(file.path):
        return False
    data, other = DATA.search(file.path), OTHER.search(file.path)
    if other and (data is None or other.start() < data.start()):  # `data/test/` is a part of the data
        return False
    ending = posixpath.basename(file.path).rpartition(".")[2].lower()
    return ending in ENDINGS or (ending in PARTLY and data is not None)


def broken(repo: Repo) -> Iterator[Broken]:
    """Pointers without a hash or a rule, contents where a pointer should be, and data in both git and DVC."""
    kept = set(kept_by_lfs(repo.all(TrackingRule), (pointer.path for pointer in repo.all(Pointer))))
    for pointer in repo.all(Pointer):
        if pointer.kind == "dvc" and not pointer.digest and not pointer.revision:
            yield Broken(pointer.at, pointer.at.path, f"names no hash of `{pointer.path}`")
        elif pointer.kind == "lfs" and not pointer.digest:
            yield Broken(pointer.at, pointer.path, "is in git itself, though a `.gitattributes` gives it to Git LFS")
        elif pointer.kind == "lfs" and pointer.path not in kept and repo.files[pointer.path].tracked is not False:
            yield Broken(pointer.at, pointer.path, "is a Git LFS pointer that no `.gitattributes` speaks of")
    for at, path in _outputs(repo):
        if any(repo.files[held].tracked for held in _held(repo, path)):
            yield Broken(at, path, "is tracked by git and is an output of DVC too")


def _outputs(repo: Repo) -> Iterator[tuple[Location, str]]:
    """What DVC keeps in its cache: the place that says so, and the path from the root."""
    for pointer in repo.all(Pointer):
        if pointer.kind == "dvc" and pointer.is_cached:
            yield pointer.at, pointer.path
    for stage in repo.all(Stage):
        if any(output.is_cached for output in stage.outputs):
            yield from _cached(repo, stage)


def _cached(repo: Repo, stage: Stage) -> Iterator[tuple[Location, str]]:
    for each in known(repo, stage):
        yield from ((output.at, joined(each.folder, output.path)) for output in each.outputs if output.is_cached)


def _held(repo: Repo, path: str) -> Iterator[str]:
    """The file of that path, or those in the folder of that path."""
    if path in repo.files:
        yield path
    elif path in repo.view(_folders):
        yield from (held for held in repo.files if held.startswith(f"{path}/"))


def _folders(repo: Repo) -> frozenset[str]:
    found: set[str] = set()
    for path in repo.files:
        while (path := posixpath.dirname(path)) and path not in found:
            found.add(path)
    return frozenset(found)


def unreachable(repo: Repo) -> Iterator[Unreachable]:
    """Projects with data in DVC's cache and no remote that others can reach, each told once."""
    told: set[str] = set()
    for at, _ in _needed(repo):
        project = _project(repo, at.path)
        if project not in told:
            told.add(project)
            yield from _fault(repo, project, at)


def _needed(repo: Repo) -> Iterator[tuple[Location, str]]:
    """Outputs that a remote must hold: recorded ones, and those that cannot be imported again."""
    for pointer in repo.all(Pointer):
        if pointer.kind == "dvc" and pointer.is_cached and pointer.digest and not pointer.source:
            yield pointer.at, pointer.path
    locked = {fact.at.path for fact in repo.all(LockedStage) if fact.outputs}
    for stage in repo.all(Stage):
        if f"{stage.at.path.removesuffix('yaml')}lock" in locked:
            yield from ((output.at, output.path) for output in stage.outputs if output.is_cached)


def _project(repo: Repo, path: str) -> str:
    """The folder of the DVC project that a file belongs to: the nearest with a .dvc/config, else the root."""
    folder = posixpath.dirname(path)
    while folder and f"{folder}/.dvc/config" not in repo.files:
        folder = posixpath.dirname(folder)
    return folder


def _fault(repo: Repo, project: str, at: Location) -> Iterator[Unreachable]:
    config = joined(project, ".dvc/config")
    if any(fact.at.path == config for fact in repo.all(Unreadable)):
        return
    remotes = [remote for remote in repo.all(Remote) if remote.at.path == config]
    chosen = [remote for remote in remotes if remote.is_default] or remotes
    if not chosen and config in repo.files:
        yield Unreachable(Location(config), config, "names no remote for the data that DVC keeps")
    elif not chosen:
        yield Unreachable(at, at.path, "names data that DVC keeps, and no `.dvc/config` a remote")
    elif chosen[0].is_default and not chosen[0].url:
        yield Unreachable(chosen[0].at, chosen[0].name, "is the default remote, and no section defines it")
    elif all(_is_local(repo, remote) for remote in chosen):
        yield Unreachable(chosen[0].at, chosen[0].name, f"is a remote in a folder of one machine, `{chosen[0].url}`")


def _is_local(repo: Repo, remote: Remote) -> bool:
    """Whether a remote is a path, and not one that the commit holds itself."""
    if not remote.url or not LOCAL.match(remote.url):
        return False
    path = joined(posixpath.dirname(remote.at.path), remote.url)
    return not any(file.tracked is not False for held in _held(repo, path) for file in (repo.files[held],))
