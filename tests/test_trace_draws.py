"""Is the truth by execution true? Tiny programs whose draws are known, and findings whose verdicts are known."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tools.trace_draws.judging import judge
from tools.trace_draws.statements import Sources, cell_starts

ROOT = Path(__file__).parent.parent
LIBRARY = """
import random

def mix(xs):
    xs = list(xs)
    random.shuffle(xs)
    return xs

def quiet(xs):
    return sorted(xs)

def each(act, n):
    return [act() for _ in range(n)]

class Model:
    def __init__(self):
        self.own = random.Random()

    def fit(self, xs):
        return self.own.choice(xs)
"""


def traced(tmp_path, files, *options):
    library, programs = tmp_path / "library", tmp_path / "programs"
    for folder in (library, programs):
        folder.mkdir(exist_ok=True)
    (library / "drawing.py").write_text(LIBRARY)
    for name, text in files.items():
        (programs / name).write_text(dedent(text).lstrip())
    out = tmp_path / "truths.json"
    command = [sys.executable, "-m", "trace_draws", str(programs / next(iter(files))), "--out", str(out), *options]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "tools"), str(library)])}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return json.loads(out.read_text())["programs"][0]


def draws(truth):
    return [(d["file"], d["line"], d["stream"], d["seeded"], d["via"], d["count"]) for d in truth["draws"]]


def test_a_draw_by_a_library_stands_at_the_line_that_called_it(tmp_path):
    program = """
    import random
    import drawing

    xs = drawing.quiet([1, 2, 3])
    xs = drawing.mix(xs)
    y = random.random()
    """
    truth = traced(tmp_path, {"main.py": program})
    assert truth["finished"]
    assert draws(truth) == [
        ("main.py", 5, "python", False, "drawing.mix", 1),
        ("main.py", 6, "python", False, "", 1),
    ]


def test_what_comes_after_a_seed_is_seeded_until_it_is_undone(tmp_path):
    program = """
    import random

    random.random()
    random.seed(0)
    for _ in range(3):
        random.random()
    random.seed()
    random.random()
    """
    truth = traced(tmp_path, {"main.py": program})
    assert draws(truth) == [
        ("main.py", 3, "python", False, "", 1),
        ("main.py", 6, "python", True, "", 3),
        ("main.py", 8, "python", False, "", 1),
    ]
    assert [(seed["line"], seed["value"], seed["moving"]) for seed in truth["seeds"]] == [
        (4, "0", False),
        (7, None, True),
    ]


def test_the_innermost_line_of_the_program_counts_even_under_a_library(tmp_path):
    files = {
        "main.py": "import drawing\nfrom beside import draw\ndrawing.each(draw, 2)\n",
        "beside.py": "import random\ndef draw():\n    return random.random()\n",
    }
    truth = traced(tmp_path, files)
    assert draws(truth) == [("beside.py", 3, "python", False, "", 2)]
    assert set(truth["reached"]) == {"main.py", "beside.py"}


def test_a_generator_from_entropy_remembers_where_it_was_made(tmp_path):
    program = """
    import random
    import drawing

    random.seed(0)
    fixed = random.Random(7)
    fixed.random()
    late = random.Random()
    late.seed(1)
    late.random()
    model = drawing.Model()
    unused = random.Random()
    model.fit([1, 2, 3])
    """
    truth = traced(tmp_path, {"main.py": program})
    assert draws(truth) == [("main.py", 12, "generator", False, "drawing.Model.fit", 1)]
    assert truth["draws"][0]["made"] == {"file": "main.py", "line": 10, "via": "drawing.Model.__init__"}


def test_a_state_is_as_good_as_it_was_when_it_was_taken(tmp_path):
    program = """
    import random

    unknown = random.getstate()
    random.seed(0)
    known = random.getstate()
    random.setstate(unknown)
    random.random()
    random.setstate(known)
    random.random()
    """
    truth = traced(tmp_path, {"main.py": program})
    assert [(line, seeded) for _, line, _, seeded, _, _ in draws(truth)] == [(7, False), (9, True)]


def test_a_generator_is_as_good_as_the_state_that_it_is_given(tmp_path):
    program = """
    import random

    own = random.Random(3)
    own.setstate(random.getstate())
    own.random()
    random.seed(0)
    own.setstate(random.getstate())
    own.random()
    late = random.Random()
    late.setstate(own.getstate())
    late.random()
    own.setstate(random.Random().getstate())
    own.random()
    """
    truth = traced(tmp_path, {"main.py": program})
    assert [(line, stream, seeded) for _, line, stream, seeded, _, _ in draws(truth)] == [
        (5, "generator", False),
        (13, "generator", False),
    ]


def test_a_state_of_numpy_keeps_its_worth_in_another_generator(tmp_path):
    pytest.importorskip("numpy")
    program = """
    import copy
    import numpy as np

    own = np.random.RandomState()
    own.set_state(np.random.get_state())
    own.rand()
    np.random.seed(0)
    own.set_state(np.random.get_state())
    own.rand()
    open_ = np.random.default_rng()
    seeded = np.random.default_rng(1)
    seeded.bit_generator.state = open_.bit_generator.state
    seeded.random()
    open_.bit_generator.state = np.random.default_rng(2).bit_generator.state
    open_.random()
    twin = copy.deepcopy(seeded)
    twin.random()
    late = np.random.RandomState()
    late.seed(3)
    late.rand()
    late.seed()
    late.rand()
    """
    truth = traced(tmp_path, {"main.py": program})
    assert [(line, stream, seeded) for _, line, stream, seeded, _, _ in draws(truth)] == [
        (6, "generator", False),
        (13, "generator", False),
        (17, "generator", False),
        (22, "generator", False),
    ]


def test_what_a_function_draws_for_nothing_is_overlooked_under_any_other(tmp_path):
    library = """
    import random

    class BaseLibSVM:
        def __init__(self, probability):
            self.probability = probability

        def fit(self):
            random.random()
            state = random.getstate()
            random.random()

    class Search:
        def __init__(self, model):
            self.model = model

        def fit(self):
            return self.model.fit()

    def shuffled(model):
        model.fit()
        random.random()
    """
    folder = tmp_path / "library" / "sklearn"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "svm.py").write_text(dedent(library).lstrip())
    program = """
    from sklearn.svm import BaseLibSVM, Search, shuffled

    BaseLibSVM(False).fit()
    Search(BaseLibSVM(False)).fit()
    Search(BaseLibSVM(True)).fit()
    shuffled(BaseLibSVM(False))
    """
    truth = traced(tmp_path, {"main.py": program})
    assert [line for _, line, *_ in draws(truth)] == [5, 6]


def test_a_second_run_finds_a_seed_that_moves(tmp_path):
    program = """
    import random
    import time

    random.seed(time.time_ns())
    random.random()
    random.seed(3)
    random.random()
    """
    truth = traced(tmp_path, {"main.py": program}, "--twice")
    assert [(line, seeded) for _, line, _, seeded, _, _ in draws(truth)] == [(5, False), (7, True)]
    assert [seed["moving"] for seed in truth["seeds"]] == [True, False]


@pytest.mark.parametrize(
    ("end", "error"),
    [("raise ValueError('x')", "ValueError: x"), ("import time; time.sleep(60)", "out of time")],
)
def test_what_was_drawn_before_the_end_is_kept(tmp_path, end, error):
    truth = traced(tmp_path, {"main.py": f"import random\nrandom.random()\n{end}\n"}, "--limit", "3")
    assert (truth["finished"], truth["error"]) == (False, error)
    assert draws(truth) == [("main.py", 2, "python", False, "", 1)]


def test_a_notebook_is_run_cell_by_cell(tmp_path):
    cells = [
        {"cell_type": "markdown", "source": ["# random\n"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "import random\n"]},
        {"cell_type": "code", "source": ["x = 1\n", "random.random()"]},
    ]
    text = json.dumps({"cells": cells}, indent=1)
    truth = traced(tmp_path, {"main.ipynb": text})
    assert [(d["file"], d["cell"], d["line"]) for d in truth["draws"]] == [("main.ipynb", 3, 2)]
    assert text.split("\n")[cell_starts(text)[2] + 2 - 1].strip() == '"random.random()"'


def truth_of(lines, *unseeded, via=""):
    draw = {"file": "main.py", "stream": "numpy", "seeded": False, "made": None, "via": via}
    found = [{**draw, "line": line} for line in unseeded]
    return {"program": "main.py", "draws": found, "seeds": [], "reached": {"main.py": lines}}


def finding(line, *related):
    return {"path": "main.py", "line": line, "related": [{"path": "main.py", "line": other} for other in related]}


def classes(verdict):
    names = ("right", "wrong", "without_effect", "not_reached", "missed")
    return {name: len(getattr(verdict, name)) for name in names if getattr(verdict, name)}


SPREAD = "f(\n    1,\n    g(),\n)\n"


@pytest.mark.parametrize(
    ("source", "truth", "findings", "expected"),
    [
        (SPREAD, truth_of([1, 2, 3], 3), [finding(1)], {"right": 1}),  # anywhere in the statement
        ("a\n" * 4, truth_of([1, 4], 4), [finding(4)], {"right": 1}),
        ("a\n" * 4, truth_of([1, 4], 4), [finding(1, 4)], {"right": 1}),  # a related place will do
        ("a\n" * 4, truth_of([1, 4], 4), [finding(1)], {"wrong": 1, "missed": 1}),
        ("for a in b:\n    c\n    d\n", truth_of([1, 2, 3], 3), [finding(1)], {"wrong": 1, "missed": 1}),
        ("a\n" * 4, truth_of([1, 4]), [finding(4)], {"wrong": 1}),
        ("a\n" * 4, truth_of([1]), [finding(4)], {"not_reached": 1}),
        (
            "a\n" * 4,
            truth_of([1, 4], 4, via="importlib._bootstrap._find_and_load"),
            [finding(4)],
            {"without_effect": 1},
        ),
        (
            "a\n" * 4,
            truth_of([1, 4], 4, via="mapie.exchangeability_testing.martingales.OnlineMartingaleTest.update"),
            [],
            {},
        ),
        ("a\n" * 4, truth_of([1, 4], 4), [], {"missed": 1}),
    ],
)
def test_a_finding_is_held_against_whole_statements(tmp_path, source, truth, findings, expected):
    (tmp_path / "main.py").write_text(source)
    assert classes(judge(truth, findings, Sources(tmp_path))) == expected
