"""Does a README say how to install and run what is there, and is what it names there?"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Command, Distribution, Import, Location, Readme, Repo, Target
from mlaudit.facts.syntax import located
from mlaudit.knowledge import automation as known
from mlaudit.knowledge import standard_library
from mlaudit.knowledge.layout import is_test
from mlaudit.lineage.places import paths_of, pattern_of
from mlaudit.lineage.puts import puts
from mlaudit.programs.entries import entries
from mlaudit.programs.modules import modules
from mlaudit.resolution.projects import projects
from mlaudit.running import options
from mlaudit.running.services import anchor
from mlaudit.values import GAP

PYTHON = re.compile(r"(?:python|py)[\d.]*(?:\.exe)?$")
# Launchers whose first word that ends so is the program.
LAUNCHERS = frozenset(
    "torchrun accelerate deepspeed streamlit horovodrun mpirun srun papermill jupyter ray bash sh".split()
)
SCRIPT = re.compile(r"[\w./\\-]+\.(?:py|ipynb|sh)$")
FILES = re.compile(r"(?:^-r|^--requirement|^-f|^--file|^-c|^--config(?:-file)?|^--cfg|^--config_file|^--configs?)$")
NAMED = re.compile(r"[\w.-]+(?:/[\w.-]+)*\.(?:ya?ml|toml|txt|json|cfg|ini|py|sh|ipynb)$")
PLACEHOLDER = re.compile(
    r"path[_/]?to|your|my[_-]|\bmy\b|<|>|\[|\]|\{|\}|\*|\.\.\.|…|xxx|foo|bar\.|example\.|some|script\.py$|^my\w{0,12}\.py$|^file|\$|XX|NAME|app\.py$|FILE|_name",
)
# Pages that run a repository's code, or explain it.
PAGES = re.compile(r"colab|binder|readthedocs|kaggle\.com/code|github\.io|/spaces/")
# A README of fewer words is a name and a line.
BRIEF = 40
# What brings files that are named after it, and what runs elsewhere.
FETCHERS = frozenset("wget curl gdown ssh scp kaggle huggingface-cli hf docker podman kubectl".split())
BORROWED = (("pip", "download"), ("dvc", "get"), ("aws", "s3"))


class Instruction(NamedTuple):
    """A place in a README and what is wrong there, in words."""

    at: Location
    problem: str
    level: str = ""
    confidence: str = ""


def missing(repo: Repo) -> Iterator[Instruction]:
    """What no README says, and what READMEs say that is not so."""
    programs = {entry.path for entry in repo.view(entries) if not is_test(entry.path)}
    if not programs:
        return
    yield from _silent(repo, programs)
    told: set[tuple[str, str]] = set()
    for command in repo.all(Command):
        if command.place == "readme":
            for found in _wrong(repo, command):
                if (found.at.path, found.problem) not in told:
                    told.add((found.at.path, found.problem))
                    yield found


def _silent(repo: Repo, programs: set[str]) -> Iterator[Instruction]:
    """A repository without a README, or whose READMEs say neither how to install nor how to run it."""
    readmes = sorted(repo.all(Readme), key=lambda readme: (readme.at.path.count("/"), readme.at.path))
    if not readmes:
        yield Instruction(anchor(repo), "There is no README, so nothing says how to install and to run the project")
        return
    if any(map(_is_in_other_words, readmes)):
        return
    commands = [each for each in repo.all(Command) if each.place == "readme"]
    lacks = []
    if _needs_packages(repo) and not _says_install(readmes, commands):
        lacks.append("install what it needs")
    if not _says_run(readmes, commands, programs):
        lacks.append("run it")
    if lacks:
        project = repo.view(projects).of("")
        level = "note" if project is not None and project.kind == "library" else ""
        yield Instruction(Location(readmes[0].at.path), f"No README says how to {' or to '.join(lacks)}", level)


def _is_in_other_words(readme: Readme) -> bool:
    """Whether a README is written in a language whose words are not known here, and says more than a name."""
    return readme.words > BRIEF and any(not heading.isascii() for heading in readme.headings)


def _needs_packages(repo: Repo) -> bool:
    known_modules = standard_library()
    return any(
        each.module.partition(".")[0] not in known_modules and not repo.view(modules).find(each.module, each.at.path)
        for each in repo.all(Import)
    )


def _says_install(readmes: list[Readme], commands: list[Command]) -> bool:
    if any(known.is_install(command.words) for command in commands) or any(
        "install" in each.orders for each in readmes
    ):
        return True
    named = ("requirements.txt", "environment.yml", "environment.yaml", "setup.py", "pyproject.toml", "install.sh")
    return any(
        known.says("install", text) for readme in readmes for text in (*readme.headings, *_own_links(readme))
    ) or any(posixpath.basename(file) in named for readme in readmes for file in readme.files)


def _says_run(readmes: list[Readme], commands: list[Command], programs: set[str]) -> bool:
    if any(not known.only_installs(command.words) for command in commands) or any("run" in r.orders for r in readmes):
        return True
    names = {posixpath.basename(path) for path in programs}
    for readme in readmes:
        if readme.shows_code or any(posixpath.basename(file) in names for file in readme.files):
            return True
        if any(known.says("run", text) for text in (*readme.headings, *_own_links(readme))):
            return True
    return False


def _own_links(readme: Readme) -> Iterator[str]:
    """Links to the repository's own pages, and to those that run or explain it; not to papers and badges."""
    for link in readme.links:
        name = _plain(link.partition("://")[2].partition("/")[0].removeprefix("www.").partition(".")[0])
        if len(name) > 4 and any(name in _plain(heading) for heading in readme.headings[:1]):
            yield f"documentation at {link.lower()}"
        elif not link.startswith("http") or PAGES.search(link):
            yield link.lower()


def _wrong(repo: Repo, command: Command) -> Iterator[Instruction]:
    """What a command names that is not there: its program, its files, a target, an option."""
    if command.block and _is_of_another(repo, command):
        return
    index = _script(command)
    if index is not None:
        word = command.words[index]
        path = _found(repo, command, word)
        if path is None and _is_ours(repo, command, word):
            yield _at(command, index, f"The README runs `{word}`, which is not there")
            return
        if path:
            yield from _wrong_options(repo, command, index, path)
    for index, word in enumerate(command.words[1:-1], 1):
        if FILES.match(word) and _names_own_file(repo, command, command.words[index + 1]):
            yield _at(command, index + 1, f"The README names `{command.words[index + 1]}`, which is not there")
    yield from _wrong_target(repo, command)


def _at(command: Command, index: int, problem: str) -> Instruction:
    return Instruction(located(command.at.path, command.spans[index]), problem)


def _script(command: Command) -> int | None:
    """The index of the word that names the program which a command runs."""
    first = posixpath.basename(command.words[0])
    if command.words[0].startswith("./") and SCRIPT.match(command.words[0]):
        return 0
    if PYTHON.match(first):
        for index, word in enumerate(command.words[1:], 1):
            if word in ("-m", "-c"):
                return None
            if not word.startswith("-"):
                return index if SCRIPT.match(word) and word != "setup.py" else None
        return None
    if first in LAUNCHERS:
        return next((index for index, word in enumerate(command.words[1:], 1) if SCRIPT.match(word)), None)
    return None


def _is_of_another(repo: Repo, command: Command) -> bool:
    """Whether a README fetches another repository before, or its block anything: what it names may lie there."""
    told = [each for each in repo.view(_by_file)[command.at.path] if each.at.line <= command.at.line]
    if any(each.words[:2] == ("git", "clone") and not _is_own_clone(repo, each) for each in told):
        return True
    block = [each for each in told if each.block == command.block]
    return any(each.words[0] in FETCHERS or each.words[:2] in BORROWED for each in block)


def _by_file(repo: Repo) -> dict[str, list[Command]]:
    found: dict[str, list[Command]] = {}
    for command in repo.all(Command):
        found.setdefault(command.at.path, []).append(command)
    return found


def _is_own_clone(repo: Repo, clone: Command) -> bool:
    """Whether what is cloned is this repository: by the name of its package, or the README's first heading."""
    name = _plain(clone.words[-1].rstrip("/").removesuffix(".git").rpartition("/")[2])
    tops = (readme for readme in repo.all(Readme) if "/" not in readme.at.path)
    own = [_plain(heading) for readme in tops for heading in readme.headings[:1]]
    own += [_plain(each.name) for each in repo.all(Distribution)]
    return bool(name) and any(name in each and len(name) * 2 >= len(each) for each in own)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _found(repo: Repo, command: Command, word: str) -> str | None:
    """The file that a word names: below the folder of the command, of the README, or the root; "" where a file of that
    name is elsewhere, or a program puts it there; None where there is none."""
    word = word.replace("\\", "/").removeprefix("./")
    folders = dict.fromkeys((command.directory, posixpath.dirname(command.at.path), ""))
    for folder in folders:
        path = posixpath.normpath(posixpath.join(folder.strip("/"), word))
        if path in repo.files:
            return path
    name = posixpath.basename(word)
    if any(path.endswith(f"/{name}") or path == name for path in repo.files):
        return ""
    return "" if any(pattern_of(put.text).match(word) for put in repo.view(puts) if put.text.strip(GAP)) else None


def _is_ours(repo: Repo, command: Command, word: str) -> bool:
    """Whether a program that is named must be the repository's: it lies in a folder that is there, or the repository is
    what people run."""
    word = word.removeprefix("./")
    if PLACEHOLDER.search(word) or word.startswith(("/", "~", "..")) or command.directory.startswith("/"):
        return False
    folder = posixpath.dirname(word)
    if folder:
        return folder.partition("/")[0] in repo.view(paths_of) or posixpath.join(
            posixpath.dirname(command.at.path), folder.partition("/")[0]
        ) in repo.view(paths_of)
    readme = next((each for each in repo.all(Readme) if each.at.path == command.at.path), None)
    if readme is None or readme.shows_code or any(word in link for link in readme.links):
        return False
    project = repo.view(projects).of(command.at.path)
    return project is None or project.kind != "library"


def _names_own_file(repo: Repo, command: Command, word: str) -> bool:
    """Whether a word names a file that must be in the repository, and is not."""
    if not NAMED.match(word) or PLACEHOLDER.search(word) or _found(repo, command, word) is not None:
        return False
    project = repo.view(projects).of(command.at.path)
    folder = posixpath.dirname(word.removeprefix("./"))
    if folder:
        return folder in repo.view(paths_of)
    return (project is None or project.kind != "library") and bool(re.search(r"require|environment", word))


def _wrong_options(repo: Repo, command: Command, index: int, path: str) -> Iterator[Instruction]:
    """Options that the program's parser does not know."""
    known_options = options.of_program(repo, path)
    if known_options is None:
        return
    wrong = []
    for place, word in enumerate(command.words[index + 1 :], index + 1):
        name = word.partition("=")[0]
        if re.fullmatch(r"--[A-Za-z][\w-]*", name) and not options.has(known_options, name):
            wrong.append((place, name))
    if wrong:
        (place, name), more = wrong[0], f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        yield _at(command, place, f"The README gives `{path}` the option `{name}`{more}, which it does not have")


def _wrong_target(repo: Repo, command: Command) -> Iterator[Instruction]:
    """A target that the Makefile beside the README, or at the root, does not have."""
    if posixpath.basename(command.words[0]) != "make" or len(command.words) != 2 or not command.block > 0:
        return
    folders = {command.directory, posixpath.dirname(command.at.path), ""}
    makefiles = {target.at.path for target in repo.all(Target) if posixpath.dirname(target.at.path) in folders}
    names = {target.name for target in repo.all(Target) if target.at.path in makefiles}
    word = command.words[1]
    is_open = any("%" in name or "$" in name or name == word for name in names) or _includes(repo)
    is_file = any(posixpath.basename(path) == word for path in repo.files)
    if names and not is_open and not is_file and re.fullmatch(r"[a-z][\w.-]*", word):
        yield _at(command, 1, f"The README makes `{word}`, and no Makefile has that target")


def _includes(repo: Repo) -> bool:
    """Whether targets may come from other files."""
    return any(path.endswith((".mk", ".mak", "CMakeLists.txt")) for path in repo.files)
