"""Which file of the repository does a dotted name mean?"""

import posixpath
from collections.abc import Iterable, Iterator

from mlaudit.facts import Code, Distribution, Repo
from mlaudit.knowledge import packages_of, standard_library


class Modules:
    """The Python files of a repository, by the names under which code may import them."""

    def __init__(self, paths: Iterable[str], projects: Iterable[str] = ()) -> None:
        """`projects` are the names of the packages that the repository builds, "" for one that is not known."""
        self._projects = {name.lower().replace("_", "-") for name in projects}
        self._paths = frozenset(paths)
        self._by_tail: dict[str, list[str]] = {}
        for path in sorted(self._paths):
            if path.endswith(".py"):
                self._by_tail.setdefault(_stem(path).rpartition("/")[2], []).append(path)
        self._parts = {part.removesuffix(".py") for path in self._paths for part in path.split("/")}
        self._found: dict[tuple[str, str], tuple[str, str] | None] = {}

    def find(self, dotted: str, importer: str) -> tuple[str, str] | None:
        """The file that a dotted path (with leading dots where it is relative) begins in, and the names left over.

        None for what lies outside the repository. `importer` is the path of the importing file.
        """
        key = (dotted, importer)
        if key not in self._found:
            self._found[key] = self._find(dotted, importer)
        return self._found[key]

    def _find(self, dotted: str, importer: str) -> tuple[str, str] | None:
        folder = posixpath.dirname(importer)
        if dotted.startswith("."):
            rest = dotted.lstrip(".")
            for _ in range(len(dotted) - len(rest) - 1):
                folder = posixpath.dirname(folder)
            return self._below(folder, rest)
        if dotted.partition(".")[0] not in self._parts:
            return None
        is_common = _is_library(dotted.partition(".")[0])
        for root in self._roots(folder):
            if is_common and f"{root}/__init__.py" in self._paths:
                continue  # inside a package, a plain import never means a neighbour
            if is_common and root.endswith("src") and not self._is_built(dotted.partition(".")[0]):
                continue  # a folder of src is on the path if it is installed
            if found := self._below(root, dotted, is_absolute=True):
                return found
        return self._elsewhere(dotted)

    def _roots(self, folder: str) -> Iterator[str]:
        """The folders in which an absolute import is looked for: the script's own, those above it, their src."""
        yield folder
        if not folder:
            yield "src"
        while folder:
            folder = posixpath.dirname(folder)
            yield folder
            yield posixpath.join(folder, "src")

    def _is_built(self, module: str) -> bool:
        """Whether the repository builds the package that a module is known to come from."""
        return bool(self._projects & {"", module.lower().replace("_", "-"), *packages_of(module)})

    def _below(self, folder: str, dotted: str, is_absolute: bool = False) -> tuple[str, str] | None:
        parts = dotted.split(".") if dotted else []
        for length in range(len(parts), 0 if is_absolute else -1, -1):
            base = posixpath.join(folder, *parts[:length])
            for path in (f"{base}.py", posixpath.join(base, "__init__.py")):
                if path in self._paths:
                    return path, ".".join(parts[length:])
        return None

    def _elsewhere(self, dotted: str) -> tuple[str, str] | None:
        """A file of the repository whose folder is put on the path by other means: it must be the only one."""
        if _is_library(dotted.partition(".")[0]):
            return None
        parts = dotted.split(".")
        for length in range(len(parts), 0, -1):
            tail = "/".join(parts[:length])
            named = [*self._by_tail.get(parts[length - 1], ())]
            fitting = [path for path in named if f"/{_stem(path)}".endswith(f"/{tail}")]
            if len(fitting) == 1:
                return fitting[0], ".".join(parts[length:])
        return None


def modules(repo: Repo) -> Modules:
    """The modules of a repository's code."""
    return Modules((code.at.path for code in repo.all(Code)), (each.name for each in repo.all(Distribution)))


def _is_library(module: str) -> bool:
    return module in standard_library() or bool(packages_of(module))


def _stem(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__")


def dotted(path: str) -> str:
    """The dotted name of a file, counted from the root (or from src)."""
    return _stem(path).removeprefix("src/").replace("/", ".")
