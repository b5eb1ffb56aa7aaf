"""Do the programs that train write down what they measured, and with what?"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from mlaudit.facts import Code, Command, Import, Location, Repo, ResultTable, Transfer
from mlaudit.facts.syntax import Attribute, Call, Constant, Name, Operation, Table, located, nodes
from mlaudit.knowledge import trackers as known
from mlaudit.knowledge.layout import is_test
from mlaudit.lineage.references import WRITING, references
from mlaudit.programs import Effect, Program, Seed, programs
from mlaudit.running.options import reached
from mlaudit.running.services import is_meant
from mlaudit.running.spots import MOST, Spot

SEEDS = ("--seed", "--random_seed", "--random-seed", "--random_state", "--manual_seed", "--manualSeed", "--seeds")


class Output(NamedTuple):
    """What a tracker's runs left in git: its first file and folder, how many files, and the other folders, at the first
    file of each. `more` tells of those in words."""

    at: Location
    folder: str
    tracker: str
    files: int
    others: tuple[Location, ...] = ()
    more: str = ""


def untracked(repo: Repo) -> Iterator[Spot]:
    """Where each program trains that keeps nothing of what it measures."""
    writers = _writers(repo)
    told: set[Location] = set()
    for program, at in training(repo):
        if program.path in writers or at in told or _is_kept_by_its_caller(repo, program.path):
            continue
        codes = reached(repo, program.path)
        if not any(_keeps(code) for code in codes):
            told.add(at)
            yield Spot(at, program.path)


def unrecorded_seeds(repo: Repo) -> Iterator[Spot]:
    """Where a program starts a run of a tracker that is never told the seed which its user may give."""
    told: set[Location] = set()
    files = {code.at.path: code for code in repo.all(Code)}
    options, tells = (cache(lambda path, ask=ask: ask(files[path])) for ask in (_seed_options, _tells_parameters))
    for program in repo.view(programs):
        if program.kind != "script" or not any(isinstance(step.event, Seed) for step in program.steps):
            continue
        codes = reached(repo, program.path)
        starts = {located(code.at.path, span): name for code in codes for name, span in code.uses if known.starts(name)}
        paths = [code.at.path for code in codes] if starts else []
        option = next((text for path in paths for text in options(path)), "")
        if not option or any(map(tells, paths)):
            continue
        yield from (Spot(at, name, option) for at, name in starts.items() if at not in told)
        told.update(starts)


def committed_outputs(repo: Repo) -> list[Output]:
    """The run output of each tracker that git tracks."""
    found: dict[tuple[str, str], list[str]] = {}
    for path, file in sorted(repo.files.items()):
        if file.tracked and not is_test(path) and (where := known.output(path)):
            found.setdefault(where, []).append(path)
    groups: dict[str, list[tuple[str, list[str]]]] = {}
    for (folder, tracker), paths in found.items():
        if not any(folder.startswith(f"{other}/") for other, _ in found if other != folder):
            groups.setdefault(tracker, []).append((folder.rstrip("/"), paths))
    return [_output(tracker, folders) for tracker, folders in groups.items()]


def _output(tracker: str, folders: list[tuple[str, list[str]]]) -> Output:
    (folder, (first, *_)), rest = folders[0], folders[1:]
    more = f", with {len(rest)} more folder{'s' * (len(rest) > 1)}," if rest else ""
    others = tuple(Location(paths[0]) for _, paths in rest)
    return Output(Location(first), folder, tracker, sum(len(paths) for _, paths in folders), others[:MOST], more)


def single_runs(repo: Repo) -> Iterator[ResultTable]:
    """Tables of results in which nothing says how much they vary."""
    return (table for table in results(repo) if not table.varies)


def results(repo: Repo) -> Iterator[ResultTable]:
    """Tables of a README that tell of a metric."""
    return (table for table in repo.all(ResultTable) if any(map(known.is_metric, table.columns)))


def may_leave_output(repo: Repo) -> bool:
    """Whether some program trains, or asks for a tracker: else no run leaves anything."""
    asks = any(known.keeps_runs(fact.module) for fact in repo.all(Import) if not is_test(fact.at.path))
    return asks or any(True for _ in training(repo))


def training(repo: Repo) -> Iterator[tuple[Program, Location]]:
    """Each script that fits a model, and where."""
    for program in repo.view(programs):
        if program.kind == "script" and not is_test(program.path) and is_meant(repo, program.path):
            steps = (step.event for step in program.steps)
            fits = (each.at for each in steps if isinstance(each, Effect) and each.kind == "trains" and each.is_sure)
            at = next(fits, None) or _fits(repo, program.path)
            if at and not is_test(at.path):
                yield program, at


def _fits(repo: Repo, path: str) -> Location | None:
    """Where a script calls `fit`, in a file that takes an estimator from a library and measures or keeps it."""
    code = next((code for code in repo.all(Code) if code.at.path == path), None)
    if code is None or "fit" not in code.words or not any(known.is_estimator(name) for name, _ in code.uses):
        return None
    if not any(map(known.measures, code.words)):
        return None
    for each in nodes(code.body):
        match each:
            case Call(at, Name(dotted)) if dotted.endswith(".fit"):
                return located(path, at)
            case Call(at, Attribute(_, "fit")):
                return located(path, at)
    return None


def _writers(repo: Repo) -> frozenset[str]:
    """Programs that write a file other than a model, or open one of which that is not known."""
    found = (each for each in repo.view(references) if each.role in (WRITING, "appends", "opens", "runs"))
    return frozenset(each.program for each in found if each.row.kind != "model")


def _is_kept_by_its_caller(repo: Repo, path: str) -> bool:
    """Whether a command writes what the program prints into a file."""
    name = path.rpartition("/")[2]
    kept = {(each.at.path, each.at.line) for each in repo.all(Transfer) if each.tool == ">"}
    return any(
        (each.at.path, each.at.end_line) in kept and any(word.endswith(name) for word in each.words)
        for each in repo.all(Command)
    )


def _keeps(code: Code) -> bool:
    """Whether a file keeps what is measured: by a tracker, a log, or what it saves with a model."""
    if any(known.keeps_runs(name) for name, _ in code.uses) or any(map(known.keeps_runs, code.modules)):
        return True
    is_recording = not known.recording().isdisjoint(code.words)
    return is_recording or _saves_numbers(code) or _names_numbers(code) or _prints_records(code)


def _saves_numbers(code: Code) -> bool:
    if not any(known.saves(name) for name, _ in code.uses):
        return False
    tables = (each for each in nodes(code.body) if isinstance(each, Table))
    keys = (key.value for table in tables for key, _ in table.pairs if isinstance(key, Constant))
    return any(isinstance(key, str) and known.is_saved(key) for key in keys)


def _names_numbers(code: Code) -> bool:
    """Whether the name of a saved model says what was measured: `best-{accuracy}.pt`."""
    for each in nodes(code.body):
        match each:
            case Operation("" | "+", operands):
                parts = (part.value if isinstance(part, Constant) else "{}" for part in operands)
                text = "".join(map(str, parts))
            case Constant(str(text)):
                pass
            case _:
                continue
        if known.names_number(text):
            return True
    return False


def _prints_records(code: Code) -> bool:
    """Whether it prints JSON, which platforms read as metrics, or writes to a file that it was handed."""
    if "dumps" not in code.words and "print" not in code.words:
        return False
    for each in nodes(code.body):
        match each:
            case Call(_, Name("print"), arguments, keywords):
                if any(name == "file" for name, _ in keywords):
                    return True
                calls = (each.function for each in arguments if isinstance(each, Call))
                if any(isinstance(function, Name) and function.dotted.endswith("dumps") for function in calls):
                    return True
    return False


def _seed_options(code: Code) -> list[str]:
    if "add_argument" not in code.words and "option" not in code.words:
        return []
    texts = (text for each in nodes(code.body) if isinstance(each, Call) for text in each.arguments)
    return [str(text.value) for text in texts if isinstance(text, Constant) and text.value in SEEDS]


def _tells_parameters(code: Code) -> bool:
    """Whether a file may tell a tracker of parameters, or names something by its seed."""
    if any(map(known.is_automatic, code.modules)) or not known.parameters().isdisjoint(code.words):
        return True
    return any(_tells(each) for each in nodes(code.body))


def _tells(each: object) -> bool:
    match each:
        case Call(_, _, _, keywords) if any(name in known.parameters() for name, _ in keywords):
            return True
        case Operation("" | "+" | "%", operands):
            return any(isinstance(part, Name) and "seed" in part.dotted.lower() for part in operands)
        case Call(_, Name(dotted), arguments) if dotted.endswith(("vars", ".format", ".log", ".update")):
            return any(isinstance(part, Name) and "." not in part.dotted for part in arguments)
    return False
