"""What does a command run: a program of Python, a notebook, tests, targets, a pipeline?"""

import posixpath
import re
from collections.abc import Iterator, Sequence

from mlaudit.facts.automation import Command
from mlaudit.facts.syntax import spanned
from mlaudit.patterns import pattern
from mlaudit.readers.commands.folders import Folders
from mlaudit.readers.commands.shell import Word, simple_commands
from mlaudit.readers.commands.tools import KEYWORDS, RUNNERS, SHELLS, WRAPPERS
from mlaudit.source import Passage

# Texts without one of these words run nothing that is asked for.
MENTION = pattern(
    r"python|py\b|pytest|unittest|tox|nox|make\b|just\b|invoke|\bsh\b|bash|\.sh\b|\.ipynb|jupyter|papermill|torchrun|"
    r"accelerate|deepspeed|dvc|snakemake|nextflow|mlflow|kedro|prefect|luigi|dagster|zenml|metaflow|kaggle|docker|"
    r"podman|pip|conda|mamba|poetry|pipenv|pdm|pixi|\buv\b|hatch|streamlit|uvicorn|gunicorn|gradio|vh\b|cog\b|ray\b|"
    r"coverage|nbmake|treon|npm|git\s+clone|fastapi|flask|horovodrun|mpirun|srun|sbatch"
)
PYTHON = pattern(r"(?:python|pypy|py)[\d.]*(?:\.exe)?$")
PROGRAM = pattern(
    r"(?:python|pypy|py)[\d.]*(?:\.exe)?$|(?:pip[\d.]*|pytest|tox|nox|make|just|invoke|sh|bash|jupyter|jupyter-lab|papermill"
    r"|torchrun|accelerate|deepspeed|dvc|snakemake|nextflow|mlflow|kedro|prefect|luigi|dagster|zenml|docker|podman"
    r"|docker-compose|conda|mamba|micromamba|poetry|pipenv|pdm|pixi|uv|uvx|hatch|streamlit|uvicorn|gunicorn|gradio|vh|cog"
    r"|ray|nbmake|treon|npm|yarn|pnpm|git|fastapi|flask|horovodrun|mpirun|srun|sbatch|singularity|apptainer|pipx)$"
)
ASSIGNMENT = pattern(r"[A-Za-z_]\w*\+?=")
DURATION = pattern(r"\d+(?:\.\d+)?[smhd]?$")
SCRIPT = pattern(r"[\w./-]+\.(?:py|sh|bash|ipynb|R|jl)$")
# `uv run`, `conda run -n x`: options of the runner that take a value.
VALUED = ("-n", "--name", "-p", "--prefix", "--with", "--extra", "--group", "--python", "--env", "-e", "--project")
QUIET = frozenset(
    "for case in echo cd export set unset source . mkdir rm cp mv ln ls cat chmod chown exit return test [ [[ "
    "read printf sleep "
    "apt apt-get yum apk brew sed awk grep tar unzip wget curl touch true false local fi done esac pushd popd".split()
)
MOST = 40  # words of a command
LONGEST = 300  # characters of a word


def commands(passage: Passage, place: str, directory: str = "", under: str = "") -> Iterator[Command]:
    """The commands of a shell text that run something."""
    if not MENTION.search(passage.text):
        return
    first = passage.locate(0, 0)
    folders = Folders(directory, posixpath.dirname(first.path))
    for simple in simple_commands(passage.text):
        folder = folders.enter(simple)
        yield from _command(simple.words, passage, place, folder, under, first.line)


def is_program(name: str) -> bool:
    """Whether a word is the name of a program that runs or installs something."""
    return PROGRAM.match(name) is not None


def _command(
    words: Sequence[Word], passage: Passage, place: str, folder: str, under: str, block: int
) -> Iterator[Command]:
    words = _from_program(words)[:MOST]
    if not words or words[0].text in QUIET or len(words[0].text) > LONGEST:
        return
    name = posixpath.basename(words[0].text)
    if name in SHELLS and (script := _script_of(words)):
        inner = Passage(script.text, lambda start, end: passage.locate(*script.span(start, end)))
        yield from (each._replace(block=block) for each in commands(inner, place, folder, under))
        return
    texts = tuple(word.text[:LONGEST] for word in words)
    spans = tuple(spanned(passage.locate(word.start, word.end)) for word in words)
    at = passage.locate(words[0].start, words[-1].end)
    yield Command(at, texts, spans, place, folder, under, any(word.variable for word in words), block)


def _from_program(words: Sequence[Word]) -> Sequence[Word]:
    """The words from the program on: behind keywords, assignments, wrappers and runners."""
    at = 0
    while at < min(len(words), MOST):
        text = words[at].text
        name = posixpath.basename(text)
        if text in KEYWORDS or ASSIGNMENT.match(text) or text in ("then", "do", "else", "-", "@"):
            at += 1
        elif name in WRAPPERS and name != "uvx":
            at = _behind_options(words, at + 1)
            at += at < len(words) and DURATION.match(words[at].text) is not None
        elif name in RUNNERS and (verb := _run_verb(words, at)):
            at = _behind_options(words, verb)
        else:
            return words[at:]
    return ()


def _run_verb(words: Sequence[Word], at: int) -> int:
    """The index behind the verb `run` of a runner; 0 where it has another."""
    behind = _behind_options(words, at + 1)
    return behind + 1 if behind < len(words) and words[behind].text == "run" else 0


def _behind_options(words: Sequence[Word], at: int) -> int:
    while at < len(words) and words[at].text.startswith("-"):
        is_valued = words[at].text in VALUED
        at += 1 + is_valued
    return at


def _script_of(words: Sequence[Word]) -> Word | None:
    """The text that `bash -c` runs."""
    for index, word in enumerate(words[1:-1], 1):
        if re.fullmatch(r"-[A-Za-z]*c", word.text):
            return words[index + 1]
        if not word.text.startswith("-"):
            return None
    return None
