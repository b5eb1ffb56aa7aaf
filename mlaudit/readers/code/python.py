"""What does a Python file import, and what does it install?"""

import ast
import re
from collections.abc import Callable, Iterator

from mlaudit.depth import deep
from mlaudit.facts import Fact, Location, Script, SearchPath, Unreadable
from mlaudit.readers.code import tree as trees
from mlaudit.readers.code.expressions import Place
from mlaudit.readers.code.imports import imports, line_imports
from mlaudit.readers.code.mentions import Mentions
from mlaudit.readers.code.whole import Lowered, joined, lowered
from mlaudit.source import GUESSED, Source

# Calls that fit a model, in the frameworks' own words. Which program reaches them is not judged here. They are sought
# as plain texts first: a pattern of alternatives takes a tenth of the time that parsing takes.
TRAINING = (".backward(", ".fit(", ".fit_generator(", ".fit_one_cycle(", ".minimize(", ".apply_gradients(", ".learn(")
TRAINERS = ("trainer.train(", "Trainer(", "LightningCLI(")
TRAINER = re.compile(r"\b(?:trainer\.train|Trainer|LightningCLI)\(")
FRAMEWORK = re.compile(
    r"\b(?:import|from)\s+(?:torch|tensorflow|keras|jax|flax|sklearn|xgboost|lightgbm|catboost|lightning|pytorch_lightning|"
    r"transformers|trl|mxnet|paddle|fastai|stable_baselines3|gpytorch|spacy)\b"
)
# Without one of these words no call of a text can install anything.
INSTALLERS = ("pip", "conda", "mamba", "poetry", "session.install", "packages_to_install", "uv", "apt", "npm")
# Without one of these words no text reads or sets an environment variable.
ENVIRONMENT = re.compile(r"\benviron\b|\b(?:getenv|putenv|setenv)\b")

Locate = Callable[[ast.AST], Location]


def read(source: Source, role: str = "") -> Iterator[Fact]:
    """Import, InstallCommand, SearchPath; Code, unless the role is `imports`; the PEP 723 header; OldPython or
    Unreadable where it does not parse."""
    declares = "# /// script" in source.text
    if declares:
        from mlaudit.readers.manifests import script

        yield from script.read(source)
    if "__main__" in source.text:
        yield Script(source.location(0, 0), _trains(source.text), declares)
    if source.encoding == GUESSED:
        yield Unreadable(source.location(0), "is not UTF-8 and declares no encoding: Python refuses it", partly=True)
    tree = trees.parse(source)
    if isinstance(tree, Unreadable):
        yield from unparsed(source, tree)
    else:
        locate = trees.locator(source)
        yield from module(tree, locate, source.text, role)
        if role != "imports":
            whole = source.location(0, 0)
            found = code(tree, trees.spans(source), whole)
            yield joined(whole, "module", [found]) if isinstance(found, Lowered) else found


def code(tree: ast.Module, place: Place, whole: Location) -> Lowered | Unreadable:
    """What a module or cell does, in order. `place` gives the span of a node."""
    try:
        with deep():
            return lowered(tree.body, place)
    except RecursionError:
        return Unreadable(whole, "is nested too deeply: what it does is not followed", partly=True)


def module(tree: ast.Module, locate: Locate, text: str, role: str = "") -> Iterator[Fact]:
    """The facts of a parsed module or cell; without its environment variables where the role is `imports`."""
    yield from imports(tree.body, locate, Mentions(text, "import"))
    if "install" in text and any(word in text for word in INSTALLERS):
        from mlaudit.readers.code import calls

        yield from calls.commands(Mentions(text, *calls.WORDS).nodes(tree), locate)
    if "sys.path" in text:
        yield from (SearchPath(locate(node)) for node in Mentions(text, "sys.path").nodes(tree) if _changes_path(node))
    if role != "imports" and "env" in text and ENVIRONMENT.search(text):
        from mlaudit.readers.code import variables

        yield from variables.variables(tree, text, locate)


def unparsed(source: Source, problem: Unreadable) -> Iterator[Fact]:
    """The imports of a file that has no tree, by line, and what it is instead: Python 2, newer Python, or broken."""
    if old := trees.old_python(source, problem):
        yield old
    elif not trees.is_newer(source, problem):
        yield problem
    yield from line_imports(source.passage())


def _trains(text: str) -> bool:
    if not FRAMEWORK.search(text):
        return False
    calls_trainer = any(word in text for word in TRAINERS) and TRAINER.search(text) is not None
    return calls_trainer or any(method in text for method in TRAINING)


def _changes_path(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "path" and getattr(node.value, "id", "") == "sys"
