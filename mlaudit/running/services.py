"""Does a service run the code of a repository, its tests and its training?"""

import posixpath
from collections.abc import Iterable, Iterator

from mlaudit.facts import Code, Command, EntryPoint, Location, Manifest, Readme, Repo, Target
from mlaudit.facts.syntax import Class, Constant, Function, Name, nodes
from mlaudit.knowledge import automation as known
from mlaudit.knowledge.layout import is_test
from mlaudit.programs import Effect, Program, programs
from mlaudit.programs.modules import Modules, modules
from mlaudit.resolution.projects import BESIDE, projects
from mlaudit.running.spots import Spot


def without_ci(repo: Repo) -> Iterator[Spot]:
    """The nearest manifest of a repository that has code, and nothing that tells a service to run it."""
    if repo.all(Code) and not any(map(known.is_ci, repo.files)):
        yield Spot(anchor(repo), "")


def without_tests(repo: Repo) -> Iterator[Spot]:
    """The same of one that has no test that imports its code; at the first test where there are tests."""
    own = [code for code in repo.all(Code) if code.kind == "module" and not is_test(code.at.path)]
    if not any(code.body for code in own) or _is_tested_otherwise(repo):
        return
    tests = [code for code in repo.all(Code) if _is_of_tests(code)]
    helping = [code for code in repo.all(Code) if tests and posixpath.basename(code.at.path) == "conftest.py"]
    if not any(_reaches(repo, code) for code in (*tests, *helping)):
        if tests:
            yield Spot(Location(tests[0].at.path), "None of the tests imports")
        else:
            yield Spot(anchor(repo), "No test imports")


def untested_training(repo: Repo) -> Iterator[Spot]:
    """A file of CI, where no file of CI runs a program that trains, or a test that reaches what trains."""
    files = sorted(filter(known.is_ci, repo.files))
    found = (program for program in training_programs(repo) if program.kind == "script")
    training = [program for program in found if is_meant(repo, program.path)]
    if not files or not training or any(map(_is_unread, files)):
        return
    trained = {step.event.at.path for program in training for step in program.steps if _trains(step.event)}
    wanted = trained | {program.path for program in training}
    if not _is_run(repo, wanted):
        yield Spot(Location(files[0]), training[0].path)


def is_meant(repo: Repo, path: str) -> bool:
    """Whether a program is what the project is for: no example, and nothing beside a library."""
    project = repo.view(projects).of(path)
    return BESIDE.isdisjoint(path.split("/")) and (project is None or project.kind != "library")


def training_programs(repo: Repo) -> list[Program]:
    """The programs that fit a model, without tests and what nobody runs."""
    found = (program for program in repo.view(programs) if program.kind in ("script", "notebook"))
    return [
        program for program in found if not is_test(program.path) and any(_trains(step.event) for step in program.steps)
    ]


def _trains(event: object) -> bool:
    return isinstance(event, Effect) and event.kind == "trains" and event.is_sure


def anchor(repo: Repo) -> Location:
    """Where to say that something is missing: the manifest, README or code that is nearest to the root."""
    found = [(path.count("/"), rank, path) for rank, paths in enumerate(_papers(repo)) for path in paths]
    return Location(min(found)[2] if found else next(iter(repo.files)))


def _papers(repo: Repo) -> tuple[set[str], ...]:
    """The manifests, the READMEs and the code of a repository."""
    facts: tuple[Iterable[Manifest | Readme | Code], ...] = (repo.all(Manifest), repo.all(Readme), repo.all(Code))
    return tuple({fact.at.path for fact in kind} for kind in facts)


def _is_of_tests(code: Code) -> bool:
    """Whether a module holds tests: functions by their names, or cases."""
    if code.kind != "module" or not (is_test(code.at.path) or "test" in posixpath.basename(code.at.path).lower()):
        return False
    return any(_is_a_test(each) for each in code.body)


def _is_a_test(statement: object) -> bool:
    match statement:
        case Function(name=name):
            return name.startswith("test")
        case Class(name=name, bases=bases, body=body):
            is_case = any(isinstance(base, Name) and base.dotted.endswith("TestCase") for base in bases)
            return is_case or name.startswith("Test") or any(_is_a_test(each) for each in body)
    return False


def _is_tested_otherwise(repo: Repo) -> bool:
    """Whether tests are run that are no modules of their own: in docstrings, in notebooks, by scripts."""
    commands = (command for command in repo.all(Command) if command.place != "readme")
    words = {word for command in commands for word in command.words}
    is_named = any("doctest" in word or "nbval" in word or "nbmake" in word or "treon" in word for word in words)
    is_scripted = any(path.endswith(".bats") or _is_test_script(path) for path in repo.files)
    return is_named or is_scripted or any(path.startswith(".test/") for path in repo.files)


def _is_test_script(path: str) -> bool:
    return is_test(path) and path.endswith((".sh", ".ipynb", ".R", ".feature", ".robot"))


def _reaches(repo: Repo, code: Code) -> bool:
    """Whether a test imports a module of the repository that is no test, or speaks of one of its programs."""
    own = repo.view(modules)
    targets = (own.find(dotted, code.at.path) for dotted in code.modules)
    if any(target and not is_test(target[0]) for target in targets):
        return True
    is_run = any(path in repo.files for path in _spoken_of(code))
    return is_run or _imports_by_name(repo, code) or _asks_a_server(code)


def _asks_a_server(code: Code) -> bool:
    """Whether it speaks to a program that was started beforehand on the same machine."""
    texts = (each.value for each in nodes(code.body) if isinstance(each, Constant) and isinstance(each.value, str))
    return any("localhost" in text or "127.0.0.1" in text for text in texts)


def _imports_by_name(repo: Repo, code: Code) -> bool:
    """Whether it imports a package that the repository builds, as it is installed."""
    roots = {path.split("/")[-2] for path in repo.files if path.endswith("/__init__.py")}
    return any(module.partition(".")[0] in roots for module in code.modules)


def _spoken_of(code: Code) -> Iterator[str]:
    """The paths of programs in a file's texts: what it runs as a process of its own."""
    for each in nodes(code.body):
        if isinstance(each, Constant) and isinstance(each.value, str) and len(each.value) < 200:
            yield from (
                word.removeprefix("./") for word in each.value.split() if word.endswith((".py", ".ipynb", ".sh"))
            )


def _is_unread(path: str) -> bool:
    """Whether a file of CI is one that no reader takes: what it runs is not known."""
    return posixpath.basename(path).lower().startswith("jenkinsfile") or not path.endswith((".yml", ".yaml"))


def _is_run(repo: Repo, wanted: set[str]) -> bool:
    """Whether CI runs one of some files, directly, through tests, targets and scripts, or by what may run anything."""
    return any(
        _reaches_training(repo, command, wanted, set()) for command in repo.all(Command) if command.place == "ci"
    )


def _reaches_training(repo: Repo, command: Command, wanted: set[str], seen: set[str]) -> bool:
    program = posixpath.basename(command.words[0])
    if known.runs_tests(command.words):
        return program in ("tox", "nox") or _tests_reach(repo, wanted)
    if known.runs_pipeline(program) or known.is_opaque(program) or command.words[0].startswith("$"):
        return True
    if program == "make":
        return any(_reaches_training(repo, each, wanted, seen) for each in _of_targets(repo, command.words[1:], seen))
    names = [word.removeprefix("./") for word in command.words if word.endswith((".py", ".ipynb", ".sh"))]
    if any(_names_any(name, wanted) for name in names) or ("-m" in command.words and _module_is(command, wanted)):
        return True
    inner = (
        each for name in names if name.endswith(".sh") and name not in seen for each in _of_script(repo, name, seen)
    )
    is_own = any(point.name == program for point in repo.all(EntryPoint))
    return is_own or any(_reaches_training(repo, each, wanted, seen) for each in inner)


def _of_script(repo: Repo, name: str, seen: set[str]) -> list[Command]:
    seen.add(name)
    return [each for each in repo.all(Command) if each.place != "ci" and f"/{each.at.path}".endswith(f"/{name}")]


def _of_targets(repo: Repo, names: Iterable[str], seen: set[str]) -> list[Command]:
    """The commands of targets and of those that they need; of the first target where none is named."""
    targets = repo.all(Target)
    waiting = [name for name in names if not name.startswith("-") and "=" not in name] or [t.name for t in targets[:1]]
    found: list[Command] = []
    while waiting:
        name = waiting.pop()
        if f"make {name}" not in seen:
            seen.add(f"make {name}")
            waiting += [need for target in targets if target.name == name for need in target.needs]
            found += [each for each in repo.all(Command) if name in each.under.split()]
    return found


def _names_any(name: str, wanted: set[str]) -> bool:
    return any(f"/{path}".endswith(f"/{name.lstrip('./')}") for path in wanted)


def _module_is(command: Command, wanted: set[str]) -> bool:
    behind = command.words[command.words.index("-m") + 1 :]
    return bool(behind) and any(
        path.removesuffix(".py").removesuffix("/__main__").replace("/", ".").endswith(behind[0]) for path in wanted
    )


def _tests_reach(repo: Repo, wanted: set[str]) -> bool:
    """Whether a test imports, at any distance, a file in which a model is trained, or runs one as a program."""
    own = repo.view(modules)
    tests = [code for code in repo.all(Code) if is_test(code.at.path) or "test" in posixpath.basename(code.at.path)]
    if any(_names_any(path, wanted) for code in tests for path in _spoken_of(code)):
        return True
    return not wanted.isdisjoint(_imported(repo, own, tests))


def _imported(repo: Repo, own: Modules, starts: Iterable[Code]) -> set[str]:
    codes = {code.at.path: code for code in repo.all(Code)}
    waiting = [code.at.path for code in starts]
    reached: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            targets = (own.find(dotted, path) for dotted in codes[path].modules)
            waiting += [target[0] for target in targets if target and target[0] in codes]
    return reached
