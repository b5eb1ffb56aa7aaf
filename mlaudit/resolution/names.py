"""Which package provides an import, which imports are the repository's own, and which does nothing declare?"""

import re
from typing import NamedTuple

from mlaudit.facts import (
    Command,
    Distribution,
    ImageRef,
    Import,
    InstallCommand,
    Lock,
    Manifest,
    Repo,
    Requirement,
    SearchPath,
)
from mlaudit.knowledge import (
    modules_of,
    packages_in,
    packages_listed_by,
    packages_of,
    platform_modules,
    standard_library,
)
from mlaudit.patterns import pattern
from mlaudit.resolution.pins import pypi_name
from mlaudit.resolution.projects import BESIDE, Project, home, projects

# What builds of one package for several machines append to its name.
VARIANT = pattern(r"-(cu\d+|cuda\d+x?|gpu|cpu|headless|binary|nightly|slim)$")
ROOTS = ("src", "lib", "python", "source", "code", "app", "backend")
# What every interpreter of the kind that runs the file has.
PROVIDED = frozenset({"pip", "setuptools", "pkg_resources", "wheel", "_distutils_hack", "__main__", "antigravity"})
IN_NOTEBOOKS = frozenset(
    {"IPython", "ipykernel", "ipywidgets", "jupyter", "nbformat", "traitlets", "notebook", "jupyter_core"}
)
HOSTED = ("google.colab", "kaggle_secrets", "kaggle_datasets")


class Undeclared(NamedTuple):
    """A third-party module that no manifest of its project declares. `packages` are those known to provide it."""

    module: str
    packages: frozenset[str]
    imports: tuple[Import, ...]
    project: Project | None


class Modules:
    """The modules that a repository holds itself."""

    def __init__(self, repo: Repo) -> None:
        self._folders: dict[str, set[str]] = {}
        for path in repo.files:
            if path.endswith((".py", ".pyi", ".pyx", ".so", ".ipynb", ".proto")):
                self._add(path)
        self._built = {module for fact in repo.all(Distribution) for module in (*fact.modules, _module(fact.name))}
        self._moves = {fact.at.path for fact in repo.all(SearchPath)}

    def _add(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        self._folders.setdefault(name.split(".")[0], set()).add(folder)
        while folder:
            folder, _, name = folder.rpartition("/")
            found = self._folders.setdefault(name, set())
            if folder in found:
                return
            found.add(folder)

    def holds(self, module: str, path: str) -> bool:
        """Whether an import of `module` in the file at `path` finds a module of the repository.

        Beside the file or in a folder above it, in one of their source roots; by name alone anywhere in the
        repository where no package of that name is known, since search paths can be set outside the code.
        """
        top = module.split(".", maxsplit=1)[0]
        if top in self._built or top.endswith(("_pb2", "_pb2_grpc")):
            return True
        folders = self._folders.get(top)
        if not folders:
            return False
        above = ["", *_ancestors(path)]
        if any(
            folder in folders or any(f"{folder}/{root}".strip("/") in folders for root in ROOTS) for folder in above
        ):
            return True
        return path in self._moves or not packages_of(module)


def _ancestors(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: length + 1]) for length in range(len(parts))]


def _module(distribution: str) -> str:
    return re.sub(r"[-.]+", "_", distribution)


def third_party(repo: Repo) -> list[Import]:
    """Imports of modules that are neither the standard library's, nor the repository's, nor a platform's."""
    return repo.view(_third_party)


def _third_party(repo: Repo) -> list[Import]:
    own = Modules(repo)
    hosted = {fact.at.path for fact in repo.all(Import) if fact.module.startswith(HOSTED) and not fact.condition}
    return [
        fact for fact in repo.all(Import) if not _is_given(fact, hosted) and not own.holds(fact.module, fact.at.path)
    ]


def _is_given(fact: Import, hosted: set[str]) -> bool:
    """Whether what runs the file brings the module. `hosted` are the files that only run in a hosted notebook."""
    top = fact.module.split(".")[0]
    if top in standard_library() or top in PROVIDED or top.startswith("_"):
        return True
    if top in IN_NOTEBOOKS and (fact.at.cell or fact.at.path in hosted):
        return True
    return not platform_modules().isdisjoint(_prefixes(fact.module))


def _prefixes(module: str) -> list[str]:
    """`a.b.c` and the packages that hold it: `a`, `a.b`, `a.b.c`."""
    parts = module.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


def are_declared(repo: Repo) -> bool:
    """Whether anything in the repository declares a package, or brings one in an image."""
    brought = any(packages_in(image.name) for image in repo.all(ImageRef))
    return brought or bool(repo.all(Manifest) or requirements(repo)) or bool(repo.all(Lock))


def told_in_prose(repo: Repo) -> str:
    """The README that tells its reader to install packages by name; "" where there is none."""
    commands = (command for command in repo.all(Command) if command.place == "readme")
    return next((command.at.path for command in commands if _installs_names(command.words)), "")


def _installs_names(words: tuple[str, ...]) -> bool:
    """Whether a command installs packages, and no file or folder."""
    if "install" not in words[:4]:
        return False
    given = words[words.index("install") + 1 :]
    return any(word[:1].isalpha() and "/" not in word for word in given) and not {"-r", "-e", "."} & set(given)


def undeclared(repo: Repo) -> list[Undeclared]:
    """The third-party modules that are imported for certain and declared nowhere, one entry a project and module."""
    found: dict[tuple[str, str], list[Import]] = {}
    for fact in third_party(repo):
        if fact.condition in ("optional", "typing"):
            continue
        project = repo.view(projects).of(fact.at.path)
        names, modules = _declared(repo)(project)
        if not _provides(fact.module, names, modules):
            folder = project.folder if project else ""
            found.setdefault((folder, _top(fact.module)), []).append(fact)
    optional = {(fact.at.path, _top(fact.module)) for fact in repo.all(Import) if fact.condition == "optional"}
    entries = []
    for (_, module), imports in found.items():
        certain = tuple(fact for fact in imports if (fact.at.path, module) not in optional)
        if certain:
            project = repo.view(projects).of(certain[0].at.path)
            entries.append(Undeclared(module, packages_of(certain[0].module), certain, project))
    return entries


def _top(module: str) -> str:
    """The name to report: the first part, or more of it in a namespace package."""
    parts = module.split(".")
    return ".".join(parts[:3]) if parts[0] in ("google", "azure") else parts[0]


def clearest(entry: Undeclared) -> Import:
    """The import to show: one that runs for certain, as near to the root as any."""
    return min(entry.imports, key=lambda fact: (fact.condition == "deferred", fact.at.path.count("/")))


def confidence(entry: Undeclared) -> str:
    """How sure it is that the program needs the module: "" for the rule's own confidence."""
    library = entry.project is not None and entry.project.kind == "library"
    computed = entry.project is not None and any(manifest.computed for manifest in entry.project.manifests)
    deferred = all(fact.condition == "deferred" for fact in entry.imports)
    beside = all(not BESIDE.isdisjoint(fact.at.path.split("/")) for fact in entry.imports)
    if computed or beside or not entry.packages or (library and deferred):
        return "low"
    return "medium" if deferred else ""


def likely(entry: Undeclared) -> str:
    """The package to declare, in words: the known ones, else whatever provides the module."""
    known = sorted(entry.packages)
    if not known:
        return "what provides it"
    plain = entry.module.replace("_", "-").lower()
    first = plain if plain in known else min(known, key=len)
    return f"`{first}`"


class _Declared:
    """The packages and modules that the manifests of a project, and those of no other project, declare."""

    def __init__(self, repo: Repo) -> None:
        self._repo = repo
        self._manifests = {manifest.at.path for manifest in repo.all(Manifest)}
        self._found: dict[str | None, tuple[frozenset[str], frozenset[str]]] = {}

    def __call__(self, project: Project | None) -> tuple[frozenset[str], frozenset[str]]:
        key = project.folder if project else None
        if key not in self._found:
            names = frozenset(self._names(project))
            self._found[key] = (
                names,
                frozenset(module for name in names for module in (*modules_of(name), _module(name))),
            )
        return self._found[key]

    def _names(self, project: Project | None) -> set[str]:
        folders = None if project is None else {project.folder, "", *_ancestors(f"{project.folder}/x")}
        names = {
            pypi_name(requirement)
            for requirement in requirements(self._repo)
            if folders is None or home(requirement.at.path) in folders or self._is_in(requirement.at.path, project)
        }
        names |= {VARIANT.sub("", name) for name in names}
        for lock in self._repo.all(Lock):
            if folders is None or home(lock.at.path) in folders:
                names |= {package.name for package in lock.packages}
        for image in self._repo.all(ImageRef):
            if folders is None or home(image.at.path) in folders:
                names |= packages_in(image.name)
        return names.union(*map(packages_listed_by, names)) - {""}

    def _is_in(self, path: str, project: Project | None) -> bool:
        """Whether an install command's file belongs to the project: what it installs is there when its code runs."""
        return path not in self._manifests and self._repo.view(projects).of(path) == project


def _declared(repo: Repo) -> _Declared:
    return repo.view(_Declared)


def requirements(repo: Repo) -> list[Requirement]:
    """The requirements of all manifests and of all install commands."""
    found = list(repo.all(Requirement))
    for command in repo.all(InstallCommand):
        found += command.requirements
    return [fact for fact in found if fact.ecosystem in ("pypi", "conda")]


def _provides(module: str, names: frozenset[str], modules: frozenset[str]) -> bool:
    parts = module.split(".")
    known = packages_of(module)
    plain = {VARIANT.sub("", name) for name in known}
    if not modules.isdisjoint(_prefixes(module)) or not names.isdisjoint(known | plain):
        return True
    lowered = parts[0].lower().replace("_", "-")
    if lowered in names or f"python-{lowered}" in names or f"py{lowered}" in names or f"{lowered}-python" in names:
        return True
    if parts[0] in ("google", "azure", "llama_index", "opentelemetry"):
        return any(name.startswith(f"{parts[0].replace('_', '-')}-") for name in names) and len(parts) > 1
    return len(known) != 1 and any(name.startswith(f"{lowered}-") for name in names)
