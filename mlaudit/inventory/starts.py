"""Which programs has a repository, and by which command does each run?"""

import posixpath
from collections.abc import Iterator

from mlaudit.facts import Code, EntryPoint, Repo, Stage
from mlaudit.facts.place import Location
from mlaudit.listed import Item
from mlaudit.programs import Effect, Program
from mlaudit.programs import programs as walked
from mlaudit.programs.entries import entries, file_of


def programs(repo: Repo) -> Iterator[Item]:
    """Scripts and notebooks that people run, the commands of installed packages, and the stages of pipelines."""
    codes = {code.at.path: code for code in repo.all(Code)}
    known = {program.path: program for program in repo.view(walked) if program.kind != "unreached"}
    for point in repo.all(EntryPoint):
        yield Item(point.name, point.name, point.at, _does(known.get(file_of(repo, point))))
    for stage in repo.all(Stage):
        yield Item(stage.name, f"dvc repro {stage.name}", stage.at, "stage of a pipeline")
    for path in (entry.path for entry in repo.view(entries) if not entry.function):
        yield Item(path, _command(codes[path], repo), Location(path), _does(known.get(path)))


def _command(code: Code, repo: Repo) -> str:
    """The command by which a file runs from the root. One that imports its siblings by dots runs as a module."""
    path = code.at.path
    if code.kind == "notebook":
        return f"jupyter nbconvert --execute --to notebook {_quoted(path)}"
    is_packaged = posixpath.join(posixpath.dirname(path), "__init__.py") in repo.files
    if is_packaged and (path.endswith("/__main__.py") or any(module.startswith(".") for module in code.modules)):
        dotted = path.removeprefix("src/").removesuffix(".py").removesuffix("/__main__").replace("/", ".")
        return f"python -m {dotted}"
    return f"python {_quoted(path)}"


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path


def _does(program: Program | None) -> str:
    """What is known of what a program does, in words."""
    if program is None:
        return ""
    effects = {step.event.kind for step in program.steps if isinstance(step.event, Effect)}
    return "trains a model" if "trains" in effects else ""
