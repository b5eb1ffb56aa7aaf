"""At what did each family look? A rule that had nothing to judge neither held nor failed."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from mlaudit.facts import (
    ActionRef,
    Cell,
    Code,
    Command,
    Copy,
    ImageRef,
    Import,
    InstallCommand,
    Kernel,
    Lock,
    Manifest,
    PackageSource,
    Pointer,
    PythonVersion,
    Readme,
    Repo,
    Requirement,
    Stage,
    Suppression,
    Variable,
)
from mlaudit.findings import Looked, Rule

DEPENDENCIES = {
    "requirement": Requirement,
    "manifest": Manifest,
    "lock": Lock,
    "install command": InstallCommand,
    "import": Import,
    "Python version": PythonVersion,
    "package source": PackageSource,
}
# What the references of each role are called, by family.
DATA = {"reads": "read", "writes": "write", "downloads": "download", "datasets": "dataset", "queries": "query"}
MODELS = {"models": "model", "weights": "model", "artifacts": "model"}
# The things that a rule judges, where they are not all that its family looks at.
JUDGES = {
    "unreadable-file": ("file",),
    "unused-suppression": ("suppression",),
    "unknown-rule-in-suppression": ("suppression",),
    "unattached-suppression": ("suppression",),
    "expired-suppression": ("suppression",),
    "suppression-without-reason": ("suppression",),
    "unpinned-requirement": ("requirement",),
    "missing-lock": ("manifest", "requirement"),
    "stale-lock": ("lock",),
    "ignored-lock": ("lock",),
    "conflicting-pins": ("requirement",),
    "missing-manifest": ("import",),
    "undeclared-import": ("import",),
    "moving-vcs-requirement": ("requirement",),
    "machine-bound-requirement": ("requirement",),
    "unhashed-requirement": ("requirement",),
    "unhashed-url-requirement": ("requirement",),
    "unpinned-install-command": ("install command",),
    "installs-around-lock": ("install command",),
    "conflicting-python-versions": ("Python version",),
    "end-of-life-python": ("Python version",),
    "undeclared-python-version": ("import", "manifest", "requirement"),
    "moving-package-source": ("package source", "requirement"),
    "unseeded-stream": ("draw",),
    "unseeded-generator": ("draw",),
    "unseeded-call": ("draw",),
    "late-seed": ("draw",),
    "moving-seed": ("draw",),
    "optional-seed": ("draw",),
    "reseeded-loop": ("draw",),
    "shared-random-state": ("draw",),
    "reused-random-key": ("draw",),
    "dangling-data-path": ("read",),
    "overwritten-input": ("write",),
    "unordered-query": ("query",),
    "unversioned-dataset": ("dataset",),
    "unverified-download": ("download",),
    "moving-data-url": ("read", "download"),
    "unversioned-object": ("read",),
    "stale-pipeline-lock": ("stage",),
    "broken-pointer": ("pointer",),
    "undeclared-stage-input": ("stage",),
    "overwritten-artifact": ("saved model",),
    "moving-model-revision": ("model",),
    "moving-model-alias": ("model",),
    "moving-weights": ("model",),
    "undated-hosted-model": ("model",),
    "untagged-image": ("image",),
    "image-without-digest": ("image",),
    "missing-container": ("program",),
    "container-misses-requirements": ("image build",),
    "missing-dockerignore": ("copied path",),
    "conflicting-cuda": ("image", "requirement"),
    "copied-untracked-path": ("copied path",),
    "undocumented-variable": ("environment variable",),
    "emulated-container": ("image",),
    "upgraded-image": ("image build",),
    "unverified-image-download": ("image build",),
    "unpinned-system-package": ("image build",),
    "moving-action": ("CI reference",),
    "out-of-order-execution": ("run cell",),
    "partly-executed": ("run cell",),
    "saved-error": ("saved output",),
    "undefined-in-order": ("code cell",),
    "stateful-magic": ("code cell",),
    "local-kernel": ("kernel",),
    "missing-ci": ("program", "file of code"),
    "missing-tests": ("file of code",),
    "undeclared-order": ("program",),
    "missing-run-instructions": ("program",),
    "untested-training": ("training program",),
    "moving-pipeline-value": ("command", "stage", "file of code"),
    "untracked-training": ("training program",),
    "unrecorded-seed": ("training program",),
    "committed-run-output": ("file in git",),
    "single-run-result": ("table of results",),
}


def looked(repo: Repo, rules: Iterable[Rule], read: int) -> tuple[Looked, ...]:
    """What the families of the rules looked at, by family and thing, and how many there are of it. The things that
    code does are counted only for families that follow code."""
    count: Mapping[str, Callable[[Repo], Mapping[str, int]]] = {
        "audit": lambda repo: {"file": read, "suppression": len(repo.all(Suppression))},
        "dependencies": _dependencies,
        "randomness": _randomness,
        "data": _data,
        "models": _models,
        "environment": _environment,
        "automation": _automation,
        "notebooks": _notebooks,
        "monitoring": _monitoring,
        "portability": _portability,
    }
    families = sorted({rule.family for rule in rules} & count.keys())
    try:
        ours = [Looked(family, thing, n) for family in families for thing, n in count[family](repo).items()]
        return (*ours, *_of_packs(repo, [rule for rule in rules if rule.match and rule.family not in count]))
    except Exception:  # what fails here has failed under the rules that ask for it, and each of them says so
        return ()


def idle(repo: Repo, rules: Iterable[Rule], seen: Iterable[Looked]) -> frozenset[str]:
    """The ids of the rules that had nothing to judge."""
    numbers: dict[str, dict[str, int]] = {}
    for each in seen:
        numbers.setdefault(each.family, {})[each.thing] = each.number
    rules = list(rules)
    ours = (rule for rule in rules if not rule.is_own and rule.family in numbers)
    own = [rule for rule in rules if rule.match is not None]
    without = {rule.id for rule in ours if not _things(rule, numbers[rule.family])}
    return frozenset(without | ({rule.id for rule in own if not _number(repo, rule)} if own else set()))


def _number(repo: Repo, rule: Rule) -> int:
    """How many things a rule of a pack had to judge."""
    from mlaudit.packs.checking import judged

    try:
        return judged(repo, rule.match).number
    except Exception:  # the rule has failed, and said so
        return 1


def _things(rule: Rule, numbers: Mapping[str, int]) -> int:
    return sum(numbers.get(thing, 0) for thing in JUDGES.get(rule.name, numbers))


def _of_packs(repo: Repo, rules: Iterable[Rule]) -> Iterable[Looked]:
    """What the rules of packs look at, in families of their own."""
    rules = list(rules)
    if not rules:
        return ()
    from mlaudit.packs.checking import things

    return (Looked(family, thing, number) for family, thing, number in things(repo, rules))


def _dependencies(repo: Repo) -> Mapping[str, int]:
    return {thing: len(repo.all(kind)) for thing, kind in DEPENDENCIES.items()}


def _randomness(repo: Repo) -> Mapping[str, int]:
    from mlaudit.programs import Draw, programs

    found = [program for program in repo.view(programs) if program.kind != "unreached"]
    draws = {step.event.at for program in repo.view(programs) for step in program.steps if isinstance(step.event, Draw)}
    return {"program": len(found), "draw": len(draws)}


def _data(repo: Repo) -> Mapping[str, int]:
    from mlaudit.lineage.references import in_own_code

    found = Counter(DATA[each.role] for each in repo.view(in_own_code) if each.role in DATA and _is_data(each.row.kind))
    pipeline = {"stage": len(repo.all(Stage)), "pointer": len(repo.all(Pointer))}
    return {**{thing: found[thing] for thing in DATA.values()}, **pipeline}


def _models(repo: Repo) -> Mapping[str, int]:
    from mlaudit.lineage.references import in_own_code

    found = repo.view(in_own_code)
    saved = sum(each.role == "writes" and each.row.kind == "model" for each in found)
    return {"model": sum(each.role in MODELS for each in found), "saved model": saved}


def _environment(repo: Repo) -> Mapping[str, int]:
    from mlaudit.programs.entries import entries

    read = {fact.name for fact in repo.all(Variable) if fact.does in ("needs", "asks")}
    images = sum(not image.stage for image in repo.all(ImageRef))
    builds = {image.at.path for image in repo.all(ImageRef) if image.role == "base"}
    copies = sum(not copy.origin for copy in repo.all(Copy))
    return {
        "program": len([entry for entry in repo.view(entries) if entry.kind != "test"]),
        "image": images,
        "image build": len(builds),
        "requirement": len(repo.all(Requirement)),
        "copied path": copies,
        "environment variable": len(read),
    }


def _automation(repo: Repo) -> Mapping[str, int]:
    from mlaudit.programs.entries import entries
    from mlaudit.running.services import training_programs

    return {
        "file of code": len(repo.all(Code)),
        "program": len(repo.view(entries)),
        "training program": len(training_programs(repo)),
        "README": len(repo.all(Readme)),
        "command": len(repo.all(Command)),
        "stage": len(repo.all(Stage)),
        "CI reference": len(repo.all(ActionRef)),
    }


def _monitoring(repo: Repo) -> Mapping[str, int]:
    from mlaudit.running.tracking import may_leave_output, results, training

    tracked = sum(file.tracked is True for file in repo.files.values())
    return {
        "training program": len(list(training(repo))),
        "file in git": tracked if may_leave_output(repo) else 0,
        "table of results": len(list(results(repo))),
    }


def _portability(repo: Repo) -> Mapping[str, int]:
    return {"file of code": len(repo.all(Code))}


def _notebooks(repo: Repo) -> Mapping[str, int]:
    from mlaudit.notebooks.executed import was_run

    cells = [cell for cell in repo.all(Cell) if not cell.is_empty]
    outputs = sum(cell.has_outputs for cell in cells)
    kernels = len({kernel.name for kernel in repo.all(Kernel) if kernel.name})
    return {"code cell": len(cells), "run cell": sum(map(was_run, cells)), "saved output": outputs, "kernel": kernels}


def _is_data(kind: str) -> bool:
    return kind not in ("configuration", "log", "figure", "model")
