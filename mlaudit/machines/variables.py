"""Which environment variables does code need that nothing in the repository sets or names?"""

from collections.abc import Iterable, Iterator, Mapping

from mlaudit.facts import Fact, File, Repo, Variable
from mlaudit.knowledge.layout import is_test
from mlaudit.knowledge.machines import is_known_variable

READING = ("needs", "asks")
# Files that hold code of another kind, or data: in all others people say what must be set, or set it; so may Python.
OTHER = frozenset(
    "pyi pyx pxd pyc so js jsx mjs cjs ts tsx vue svelte css scss less html htm c cc cpp cxx cu cuh h "
    "hpp java kt scala go rs rb php swift m mm r R jl lua pl cs fs proto lock csv tsv parquet arrow feather npy "
    "npz pt pth ckpt pkl pickle joblib h5 hdf5 nc mat bin onnx pb tflite safetensors gguf model png jpg jpeg gif "
    "svg bmp tif tiff webp ico pdf doc docx ppt pptx xls xlsx mp3 mp4 wav flac ogg avi mov webm zip gz tgz bz2 xz "
    "zst tar whl jar woff woff2 ttf otf eot map log out xml geojson db sqlite sqlite3 dvc sum min po mo tex bib "
    "cls sty".split()
)
LARGEST = 500_000


def undocumented(repo: Repo) -> Iterator[tuple[Variable, tuple[Variable, ...]]]:
    """Variables that code reads and that nothing sets or names, each once, with the other places that read it. A place
    that needs one comes before those that ask for it."""
    open_names = wanted(fact for fact in repo.all(Variable))
    found: dict[str, list[Variable]] = {}
    for fact in repo.all(Variable):
        if fact.name in open_names and fact.does in READING and not is_test(fact.at.path):
            found.setdefault(fact.name, []).append(fact)
    for facts in found.values():
        first = next((fact for fact in facts if fact.does == "needs"), facts[0])
        yield first, tuple(fact for fact in facts if fact is not first)


def wanted(facts: Iterable[Fact]) -> frozenset[str]:
    """The variables that code outside tests reads, that nobody knows, and that none of the facts sets or names."""
    read: set[str] = set()
    named: set[str] = set()
    for fact in facts:
        if isinstance(fact, Variable):
            if fact.does not in READING:
                named.add(fact.name)
            elif not is_test(fact.at.path):
                read.add(fact.name)
    return frozenset(name for name in read - named if not is_known_variable(name))


def texts(files: Mapping[str, File]) -> Iterator[str]:
    """The files in which such a name may stand."""
    for path, file in files.items():
        if 0 < file.size <= LARGEST and not file.vendored and path.rpartition(".")[2] not in OTHER:
            yield path
