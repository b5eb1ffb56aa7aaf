"""Which Pythons do the files of a repository ask for, do they agree, and are they still maintained?"""

import posixpath
from collections.abc import Iterator

from mlaudit.facts import Comparison, ImageRef, Import, InstallCommand, Manifest, PythonVersion, Repo
from mlaudit.knowledge import end_of_life, packages_in
from mlaudit.patterns import pattern
from mlaudit.resolution.pins import compared
from mlaudit.resolution.projects import BESIDE, home, projects
from mlaudit.resolution.versions import pythons as minors

# Origins that say what the project wants, the strongest first; the others say what some machine has.
WANTED = ("requires-python", "poetry", "pipfile", "pixi", "conda", "python-version", "tool-versions", "mise", "runtime")
JOBS = frozenset({"ci", "tox", "nox", "command"})
# The system packages that hold a Python.
PACKAGE = pattern(r"python(\d\.\d+)(-(dev|venv|full|distutils|minimal))?$")
CONTAINERS = frozenset({"dockerfile", "command"})
# What a job installs that reads source text and runs none of it; pip to install it with.
LINTERS = frozenset(
    {
        "pip", "setuptools", "wheel", "uv", "ruff", "black", "flake8", "isort", "autopep8", "yapf", "pycodestyle",
        "pydocstyle", "pre-commit", "codespell", "yamllint", "interrogate", "darglint", "pyspelling", "nbstripout",
        "cpplint", "cmakelint", "clang-format", "bandit", "sphinx-lint", "toml-sort", "mdformat",
    }
)  # fmt: skip
INCIDENTAL = frozenset({"lock", "classifier"})


def statements(repo: Repo) -> list[PythonVersion]:
    """Every statement that narrows the Python down."""
    found = [fact for fact in repo.all(PythonVersion) if fact.origin not in INCIDENTAL]
    return [fact for fact in (*found, *_installed(repo)) if fact.comparisons or fact.choices]


def _installed(repo: Repo) -> Iterator[PythonVersion]:
    """Pythons that commands install: `conda create python=3.11`, `apt-get install python3.11`."""
    for command in repo.all(InstallCommand):
        for asked in command.requirements:
            if asked.ecosystem == "conda" and asked.name == "python":
                yield PythonVersion(asked.at, asked.comparisons, "command")
            elif asked.ecosystem == "system" and (match := PACKAGE.match(asked.written or asked.name)):
                yield PythonVersion(asked.at, (Comparison("==", f"{match[1]}.*"),), "command")


def admitted(statement: PythonVersion) -> frozenset[tuple[int, int]]:
    """The minor versions that a statement admits; for a matrix, those of any of its choices."""
    if not statement.choices:
        return minors(statement.comparisons)
    return frozenset().union(*(minors(choice) for choice in statement.choices))


def described(statement: PythonVersion) -> str:
    """The versions as text."""
    parts = statement.choices or (statement.comparisons,)
    return ", ".join(f"`{compared(part).removeprefix('==').removesuffix('.*')}`" for part in parts)


def are_named(repo: Repo) -> bool:
    """Whether anything says which Python: a statement, a framework's image of a fixed tag, a template to fill."""
    images = [image for image in repo.all(ImageRef) if image.tag not in ("", "latest") and packages_in(image.name)]
    return bool(statements(repo) or images) or any("{{" in path for path in repo.files)


def anchors(repo: Repo) -> list[Manifest | Import]:
    """Where to say that no Python is named: the manifest nearest to the root, else the first import."""
    manifests = sorted(repo.all(Manifest), key=lambda fact: (fact.at.path.count("/"), fact.at.path))
    imports: list[Import] = repo.all(Import)
    return [*manifests[:1]] or [*imports[:1]]


def conflicts(repo: Repo) -> Iterator[tuple[PythonVersion, PythonVersion, tuple[PythonVersion, ...]]]:
    """What a project wants, a statement that excludes it, and the other places that say the same as that one."""
    by_project: dict[str, list[PythonVersion]] = {}
    for statement in filter(_Speakers(repo), statements(repo)):
        project = repo.view(projects).of(statement.at.path)
        by_project.setdefault(project.folder if project else "", []).append(statement)
    for found in by_project.values():
        wanted = _wanted(found)
        if wanted is None:
            continue
        excluded: dict[tuple[str, str], list[PythonVersion]] = {}
        for other in found:
            if other is not wanted and other.origin != wanted.origin and _excludes(wanted, other, found):
                asked = "" if other.origin == "notebook" else described(other)
                excluded.setdefault((other.origin, asked), []).append(other)
        for others in excluded.values():
            yield wanted, others[0], tuple(others[1:])


class _Speakers:
    """Whether a statement can speak of the project's Python: not for a job that lints, or a container among data."""

    def __init__(self, repo: Repo) -> None:
        self._packages = {posixpath.dirname(path) for path in repo.files if path.endswith("/__init__.py")}
        commands: dict[str, list[InstallCommand]] = {}
        for command in repo.all(InstallCommand):
            commands.setdefault(command.at.path, []).append(command)
        self._lints = {path for path, found in commands.items() if all(map(_lints, found))}

    def __call__(self, statement: PythonVersion) -> bool:
        path = statement.at.path
        if statement.origin == "ci":
            return path not in self._lints
        return statement.origin not in CONTAINERS or not self._is_data(posixpath.dirname(path))

    def _is_data(self, folder: str) -> bool:
        """Whether a folder, itself no package, lies in one."""
        above = posixpath.dirname(folder)
        while above and above not in self._packages:
            above = posixpath.dirname(above)
        return above in self._packages and folder not in self._packages


def _lints(command: InstallCommand) -> bool:
    """Whether a command installs nothing but tools that read source text."""
    is_plain = not (command.opaque or command.files or command.projects)
    return is_plain and {fact.name for fact in command.requirements} <= LINTERS and bool(command.requirements)


def _wanted(found: list[PythonVersion]) -> PythonVersion | None:
    own = [statement for statement in found if BESIDE.isdisjoint(statement.at.path.split("/"))]
    ranked = [statement for origin in WANTED for statement in own if statement.origin == origin]
    return ranked[0] if ranked else None


def _excludes(wanted: PythonVersion, other: PythonVersion, found: list[PythonVersion]) -> bool:
    """Whether no Python satisfies both. A CI job with another one is no conflict where some job has the wanted."""
    left, right = admitted(wanted), admitted(other)
    if not left or not right or left & right:
        return False
    if other.origin in JOBS:
        return not any(admitted(job) & left for job in found if job.origin == other.origin)
    return True


def ended(repo: Repo) -> Iterator[tuple[PythonVersion, str, str]]:
    """Statements that admit only Pythons past their end of life: the statement, the newest of them, and its month."""
    table = end_of_life()
    found = statements(repo)
    for statement in found:
        names = [f"{major}.{minor}" for major, minor in sorted(admitted(statement))]
        if names and all(name in table for name in names) and _decides(statement, found):
            yield statement, names[-1], table[names[-1]]


def _decides(statement: PythonVersion, found: list[PythonVersion]) -> bool:
    """Whether a statement chooses the Python of the results. CI does, by its newest job, where nothing else speaks."""
    if statement.origin not in JOBS:
        return statement.origin != "notebook"
    others = [other for other in found if other.origin != "notebook" and home(other.at.path) == home(statement.at.path)]
    if any(other.origin not in JOBS for other in others):
        return False
    newest = max(others, key=lambda other: max(admitted(other), default=(0, 0)))
    return statement is newest
