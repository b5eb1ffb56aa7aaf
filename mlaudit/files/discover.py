"""Which files are there, which of them does git track, and which reader takes which?"""

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from mlaudit.facts import File
from mlaudit.files.git import StrPath, git

# Folders that tools fill.
EXCLUDED = frozenset(
    {
        ".git", ".hg", ".svn", ".venv", "node_modules", "site-packages", "__pycache__", ".tox", ".nox", ".mypy_cache",
        ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints", ".eggs", ".pixi", ".mlaudit_cache", "__pypackages__",
        ".conda",
    }
)  # fmt: skip
# Folders of other people's code, and of records that runs left: what is in them is known to be there, and not read.
VENDORED = frozenset(
    {
        "vendor",
        "_vendor",
        "vendored",
        "third_party",
        "thirdparty",
        "3rdparty",
        "mlruns",
        "mlartifacts",
        "lightning_logs",
    }
)  # fmt: skip
# Folders at the root that hold what a build made, unless git tracks what is in them.
BUILT = ("build", "dist")

# Path pattern → reader module below mlaudit.readers. The first that matches takes the file.
READERS: tuple[tuple[str, str], ...] = (
    (r"^(.*/)?(?i:readme(\.(md|rst|txt|markdown))?)$", "readme"),
    (r"(^|/)setup\.py$", "manifests.setup_py"),
    (r"(^|/)noxfile\.py$|\.pyi?$", "code.python"),
    (r"\.ipynb$", "code.notebook"),
    (r"(^|/)Snakefile$|\.smk$", "commands.snakemake"),
    (r"(^|/)pyproject\.toml$", "manifests.pyproject"),
    (r"(^|/)setup\.cfg$", "manifests.setup_cfg"),
    (r"(^|/)Pipfile$", "manifests.pipfile"),
    (r"(^|/)pixi\.toml$", "manifests.pixi"),
    (r"(^|/)uv\.toml$", "manifests.uv"),
    (r"(^|/)poetry\.lock$", "locks.poetry"),
    (r"(^|/)Pipfile\.lock$", "locks.pipfile"),
    (r"(^|/)pdm\.lock$", "locks.pdm"),
    (r"(^|/)uv\.lock$|\.py\.lock$", "locks.uv"),
    (r"(^|/)pylock(\.[^./]+)?\.toml$", "locks.pylock"),
    (r"(^|/)pixi\.lock$", "locks.pixi"),
    (r"(^|/)([^/]*[.-])?conda-lock\.ya?ml$", "locks.conda_lock"),
    (r"(^|/)(conda-[^/]*\.lock|[^/]*\.pin\.txt|(conda-)?(explicit|spec-(file|list))[^/]*\.txt)$", "locks.explicit"),
    (r"(^|/)[^/]*(requirements?|constraints?)[^/]*\.(txt|in|pip)$", "manifests.requirements"),
    (r"(^|/)(requirements?|reqs?|constraints)/[^/]+\.(txt|in)$", "manifests.requirements"),
    (r"(^|/)(reqs?|deps|dependencies|pip[-_]?(deps|packages))([-_.][^/]*)?\.(txt|in)$", "manifests.requirements"),
    (r"(^|/)dvc\.yaml$", "data.pipeline"),
    (r"(^|/)dvc\.lock$", "data.pipeline_lock"),
    (r"[^/]\.dvc$|(^|/)Dvcfile$", "data.pointer_file"),
    (r"(^|/)\.dvc/config$", "data.remotes"),
    (r"(^|/)conf/[^/]+/(?:.*/)?catalog[^/]*\.ya?ml$|(^|/)conf/[^/]+/catalog/.*\.ya?ml$", "data.catalog"),
    (r"(^|/)\.gitattributes$", "data.attributes"),
    (r"(^|/)python_env\.ya?ml$", "manifests.python_env"),
    (r"(^|/)(valohai|cog)\.ya?ml$|(^|/)MLproject$", "commands.platforms"),
    (r"(^|/)\.?devcontainer\.json$", "commands.devcontainer"),
    (r"(^|/)[^/]*(env|conda|environment)[^/]*\.ya?ml$", "manifests.conda"),
    (r"(^|/)meta\.ya?ml$", "manifests.recipe"),
    (r"(^|/)(\.python-version|\.tool-versions|runtime\.txt|\.?mise\.toml)$", "versions"),
    (r"(^|/)\.(git|dvc)ignore$|\.dockerignore$", "ignores"),
    (r"^\.gitmodules$", "submodules"),
    (r"(^|/)[^/]*([Dd]ocker|[Cc]ontainer)file[^/]*\.(md|rst|txt|html|json|ya?ml|dockerignore|in|orig|bak)$", ""),
    (r"(^|/)[^/]*([Dd]ocker|[Cc]ontainer)file[^/]*\.(j2|jinja2?|tmpl|template|tpl|erb|mustache)$", ""),
    (r"(^|/)([^/]*[._-])?([Dd]ocker|[Cc]ontainer)file([._-][^/]+)?$", "commands.dockerfile"),
    (r"(^|/)([^/]*[._-]|docker)?compose([._-][^/]*)?\.ya?ml$", "commands.compose"),
    (r"(^|/)(Singularity|Apptainer)[._-]([^/]*\.)?(md|rst|txt|html|ya?ml|json|py)$", ""),
    (r"(^|/)(Singularity|Apptainer)([._-][^/]+)?$|\.(def|singularity|apptainer)$", "commands.apptainer"),
    (r"^\.github/workflows/[^/]+\.ya?ml$|(^|/)action\.ya?ml$", "commands.workflow"),
    (r"(^|/)(\.gitlab-ci|azure-pipelines[^/]*|\.travis|\.circleci/config)\.ya?ml$", "commands.workflow"),
    (r"\.(sh|bash|zsh)$|(^|/)(postBuild|postbuild)$", "commands.script"),
    (r"(^|/)(GNU)?[Mm]akefile$|\.mk$", "commands.makefile"),
    (r"(^|/)tox\.ini$", "commands.tox"),
    (r"\.ya?ml$|(^|/)[^/]*(conf|param|setting|option|args)[^/]*\.json$", "configuration"),
    (r"^[^/]+\.json$|(^|/)[^/]*(hyper|hparams|train|experiment|default|paths)[^/]*\.json$", "configuration"),
    (r"\.toml$", "toml_configuration"),
)  # fmt: skip
# Endings that no reader takes, asked first: a repository has thousands of such files.
DATA = frozenset(
    "png jpg jpeg gif svg bmp tif tiff webp ico pdf csv tsv parquet npy npz pt pth ckpt pkl pickle h5 hdf5 bin onnx "
    "safetensors mp3 mp4 wav flac avi mov zip gz tgz bz2 xz tar whl html css js ts tsx jsx c cc cpp cu cuh h hpp java "
    "go rs r jl scala proto rst tex bib woff woff2 ttf eot map log out xml".split()
)
# Endings of which there may be as many, and without which word in its path no reader takes one: asked next.
WORDS = {
    "txt": re.compile(r"req|constraint|dep|pip|conda|explicit|spec-|\.pin\.|runtime"),
    "json": re.compile(r"conf|param|setting|option|args|devcontainer|hyper|train|experiment|default|paths|^[^/]+$"),
}
_TAKES = re.compile("|".join(f"(?P<r{number}>{pattern})" for number, (pattern, _) in enumerate(READERS)))
_READERS = {f"r{number}": reader for number, (_, reader) in enumerate(READERS)}
# What follows in the name of a README, asked before endings are: rst is one of data.
READMES = frozenset({"", ".md", ".rst", ".txt", ".markdown"})
LOCKS = frozenset({"poetry.lock", "Pipfile.lock", "pdm.lock", "uv.lock", "pylock.toml", "pixi.lock", "conda-lock.yml"})

IsExcluded = Callable[[str, bool], bool]


class Listing(NamedTuple):
    """The files below the root, by path from it; whether git listed them; folders that could not be entered."""

    root: StrPath
    files: Mapping[str, File]
    is_git: bool
    closed: tuple[str, ...] = ()


def reader_for(path: str) -> str:
    """The reader that takes a path: a module below mlaudit.readers, or "" where none does."""
    name = path[path.rfind("/") + 1 :]
    if name.endswith(".py") and name not in ("setup.py", "noxfile.py"):
        return "code.python"
    if name[:6].lower() == "readme" and name[6:].lower() in READMES:
        return "readme"
    ending = name.rpartition(".")[2]
    if ending.lower() in DATA or (ending in WORDS and not WORDS[ending].search(path)):
        return ""
    match = _TAKES.search(path)
    return _READERS[match.lastgroup] if match and match.lastgroup else ""


def root_of(path: str) -> str:
    """The root of the repository that holds the absolute `path`: the checkout's top, or the folder itself."""
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    for candidate in above(folder):
        if os.path.exists(os.path.join(candidate, ".git")):
            inside = candidate == folder or git(candidate, "check-ignore", "-q", folder) is None
            return candidate if inside else folder
    return folder


def above(folder: str) -> Iterator[str]:
    """The folder and all above it."""
    yield folder
    while (parent := os.path.dirname(folder)) != folder:
        folder = parent
        yield folder


def discover(root: StrPath, exclude: tuple[str, ...] | None = None, extend_exclude: tuple[str, ...] = ()) -> Listing:
    """All regular files below `root` that are neither excluded nor ignored. Links are not followed out of it."""
    is_excluded = _excluder(exclude, extend_exclude)
    listed = _git_files(root) if os.path.exists(os.path.join(root, ".git")) else None
    if listed is None:
        closed: list[str] = []
        walked = dict(_walk(root, is_excluded, closed))
        return Listing(root, _without_environments(walked), False, tuple(closed))
    found = dict(_stated(root, listed, is_excluded))
    found |= dict(_ignored_locks(root, found))
    return Listing(root, _without_environments(found), True)


def _without_environments(files: Mapping[str, File]) -> dict[str, File]:
    """The files in order, without virtual environments: folders that hold a pyvenv.cfg, whatever their name."""
    marker = "/pyvenv.cfg"
    environments = tuple(path.removesuffix("pyvenv.cfg") for path in files if path.endswith(marker))
    kept = {path: file for path, file in files.items() if not environments or not path.startswith(environments)}
    return {path: _marked(file) for path, file in sorted(kept.items())}


def _marked(file: File) -> File:
    return file if VENDORED.isdisjoint(file.path.split("/")[:-1]) else file._replace(vendored=True)


def _excluder(exclude: tuple[str, ...] | None, extend: tuple[str, ...]) -> IsExcluded:
    patterns = [*(exclude or ()), *extend]
    spec = None
    if patterns:
        from pathspec import GitIgnoreSpec

        spec = GitIgnoreSpec.from_lines(patterns)

    def is_excluded(path: str, tracked: bool) -> bool:
        if exclude is None:
            parts = path.split("/")[:-1]
            if not EXCLUDED.isdisjoint(parts) or (parts and parts[0] in BUILT and not tracked):
                return True
        return spec is not None and spec.match_file(path)

    return is_excluded


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Whether a path from the root matches gitignore patterns."""
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns).match_file


def _git_files(root: StrPath) -> list[tuple[str, bool]] | None:
    """Every path that git tracks or does not ignore, and whether it tracks it."""
    output = git(root, "ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard")
    if output is None:
        return None
    entries = {entry[2:]: entry[:1] != b"?" for entry in output.split(b"\0") if entry}
    return [(os.fsdecode(path), tracked) for path, tracked in entries.items()]


def _stated(root: StrPath, listed: list[tuple[str, bool]], is_excluded: IsExcluded) -> Iterator[tuple[str, File]]:
    base = os.fspath(root)
    for path, tracked in listed:
        if not is_excluded(path, tracked) and (size := _size(base, path)) is not None:
            yield path, File(path, size, tracked)


def _size(base: str, path: str) -> int | None:
    """The size of a regular file; of a link, where its target is a regular file inside the root. Else None."""
    full = os.path.join(base, path)
    try:
        status = os.lstat(full)
        if stat.S_ISLNK(status.st_mode):
            if not os.path.realpath(full).startswith(os.path.realpath(base) + os.sep):
                return None
            status = os.stat(full)
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _ignored_locks(root: StrPath, found: Mapping[str, File]) -> Iterator[tuple[str, File]]:
    """Lock files that lie beside listed files although git ignores them: that is a fault rules ask about."""
    folders = {path.rpartition("/")[0] for path in found if path.endswith((".toml", "Pipfile", ".yml", ".yaml"))}
    base = os.fspath(root)
    for folder in folders:
        for name in LOCKS:
            path = f"{folder}/{name}" if folder else name
            if path not in found and (size := _size(base, path)) is not None:
                yield path, File(path, size, tracked=False, ignored=True)


def _walk(root: StrPath, is_excluded: IsExcluded, closed: list[str]) -> Iterator[tuple[str, File]]:
    """The same without git: nested .gitignore files are honoured, folders they ignore are not entered."""
    base = os.fspath(root)
    pending: list[tuple[str, tuple[tuple[str, object], ...]]] = [("", ())]
    while pending:
        folder, specs = pending.pop()
        try:
            entries = sorted(os.scandir(os.path.join(base, folder)), key=lambda entry: entry.name)
        except OSError:
            closed.append(folder)
            continue
        if any(entry.name == ".gitignore" and entry.is_file(follow_symlinks=False) for entry in entries):
            specs = (*specs, (folder, _spec(os.path.join(base, folder, ".gitignore"))))
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_excluded(f"{path}/" if is_folder else path, False) or _is_ignored(path, is_folder, specs):
                continue
            if is_folder:
                pending.append((path, specs))
            elif (size := _size(base, path)) is not None:
                yield path, File(path, size)


def _spec(path: str) -> object:
    from pathspec import GitIgnoreSpec

    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return GitIgnoreSpec.from_lines(file)
    except (OSError, ValueError):
        return GitIgnoreSpec.from_lines([])


def _is_ignored(path: str, is_folder: bool, specs: tuple[tuple[str, object], ...]) -> bool:
    """The deepest .gitignore that speaks of a path decides."""
    for folder, spec in reversed(specs):
        inner = path[len(folder) + 1 :] if folder else path
        verdict = spec.check_file(f"{inner}/" if is_folder else inner).include  # type: ignore[attr-defined]
        if verdict is not None:
            return bool(verdict)
    return False
