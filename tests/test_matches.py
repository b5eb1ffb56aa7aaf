"""Does each key of a [match] ask for what the table says, and stay silent where that cannot be known?"""

import fnmatch
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlaudit.audit import facts_of
from mlaudit.config import Config
from mlaudit.files.discover import discover
from mlaudit.packs import reading
from mlaudit.packs.checking import judged
from mlaudit.packs.language import ANY, ARGUMENT, SUBJECTS
from mlaudit.packs.match import fits

Make = Callable[[dict[str, Any]], Path]


def lines(root: Path, match: str) -> list[str]:
    """Where a [match] finds something, as `a.py:3`."""
    config = Config()
    listing = discover(root, config.exclude, config.extend_exclude)
    repo, _ = facts_of(listing)
    found = judged(repo, reading.match_of(tomllib.loads(match), "a rule")).found
    return [f"{each.at.path}:{each.at.line}" for each in found]


CALLS = """\
import numpy as np, other
from settings import SEED, MANY
from lib import *
LOW = -1
TEXT = f"http://{SEED}"
SEVERAL = 1
SEVERAL = 2
def f(given, *rest, **more):
    np.g(1)
    np.g(a=1)
    np.g(a=None)
    np.g(a=given)
    np.g(a=SEED)
    np.g(a=LOW)
    np.g(a=SEVERAL)
    np.g(*rest)
    np.g(**more)
    np.g(0, 7)
    np.g(a="x" + ".csv")
    np.g(a=TEXT)
    np.g(a=np.float16)
    np.g(a=[1, 2])
    np.g(a=True)
    (lambda a: np.g(a=a))(1)
    [np.g(a=LOW) for LOW in rest]
    np.g(a=MANY)
"""
SETTINGS = "SEED = 3\nMANY = 1\nMANY = 2\n"


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("with.a = {}", [10, 11, 12, 13, 14, 15, 19, 20, 21, 22, 23, 24, 25, 26]),
        ("with.a = { position = 1 }", [10, 11, 12, 13, 14, 15, 18, 19, 20, 21, 22, 23, 24, 25, 26]),
        ('with.a = { is = "absent" }', [9, 16, 18]),
        ('with.a = { is = "absent", position = 1 }', [9]),
        ('with.a = { is = "none" }', [11]),
        ('with.a = { is = "constant" }', [10, 11, 13, 14, 19, 22, 23]),
        ('with.a = { is = "computed" }', [12, 15, 20, 21, 24, 25, 26]),
        ("with.a = { equals = 1 }", [10]),
        ("with.a = { equals = [3, -1, 7], position = 1 }", [13, 14, 18]),
        ("with.a = { equals = true }", [23]),
        ("with.a = { differs = [1, 3] }", [11, 14, 19, 22, 23]),
        ('with.a = { like = "*.csv" }', [19]),
        ('with.a = { like = "http://*" }', [20]),
        ('with.a = { names = "numpy.float*" }', [21]),
        ("without.a = { differs = 1 }", [9, 10, 16, 18]),
        ("with.a = { equals = 1 }\nwith.b = {}", []),
    ],
)
def test_arguments(asked: str, wanted: list[int], repo: Make) -> None:
    root = repo({"a.py": CALLS, "settings.py": SETTINGS})
    assert lines(root, f'call = "numpy.g"\n{asked}') == [f"a.py:{line}" for line in wanted]


NAMES = """\
import torch
import torch.nn as nn
from torch import nn as layers, load
from .near import make as build
from pkg.far import make
import sys as np
alias = torch.load
again = alias
alias("a")
again("a")
load("a")
nn.Linear(1)
layers.Linear(1)
build()
make()
print(1)
model = nn.Linear(1)
model.cuda()
model.half().cuda()
torch.cuda.is_available()
def f(torch, model):
    torch.load("a")
    model.cuda()
    def print(x): pass
    print(1)
class A:
    load = 1
    def g(self):
        return load("a"), self.cuda()
np.load("a")
from torch.nn import Linear
Linear.cuda
make().cuda()
"""


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("torch.load", [9, 10, 11, 29]),
        ("torch.nn.Linear", [12, 13, 17]),
        ("torch.nn.Linear.cuda", [18]),
        ("torch.*", [9, 10, 11, 12, 13, 17, 18, 19, 20, 29]),
        ("pkg.near.make", [14]),
        ("pkg.far.make", [15, 33]),
        ("print", [16]),
        (".cuda", [18, 19, 23, 29, 33]),
        ("numpy.load", []),
    ],
)
def test_names(pattern: str, wanted: list[int], repo: Make) -> None:
    root = repo({"pkg/a.py": NAMES, "pkg/near.py": "def make(): pass\n", "pkg/far.py": "", "pkg/__init__.py": ""})
    assert sorted({int(each.partition(":")[2]) for each in lines(root, f'call = "{pattern}"')}) == wanted


REQUIREMENTS = """\
a==1.2
b>=1
c
d~=1.4
e @ git+https://git.example/e@main
f @ https://files.example/f-1.0.tar.gz
-e ./g
h==1.*
"""


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("pinned = true", [1, 5, 6, 7]),
        ("pinned = false", [2, 3, 4, 8]),
        ('operators = ["~=", "none"]', [3, 4]),
        ('operators = "=="', [1, 8]),
        ('pins = "<2"', [1]),
        ('pins = ">=2"', []),
        ('admits = "==1.2"', [1, 2, 3, 8]),
        ('admits = ">=3"', [2, 3]),
        ('source = "vcs"', [5]),
        ('source = ["url", "path"]', [6, 7]),
        ('ecosystem = "conda"', []),
    ],
)
def test_requirements(asked: str, wanted: list[int], repo: Make) -> None:
    root = repo({"requirements.txt": REQUIREMENTS, "g/setup.py": ""})
    assert lines(root, f'requirement = "*"\n{asked}') == [f"requirements.txt:{line}" for line in wanted]


IMAGES = """\
# syntax=docker/dockerfile:1
FROM python AS build
FROM nvcr.io/nvidia/cuda:latest
FROM localhost:5000/team/base:1@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
COPY --from=ghcr.io/tools/uv:0.8 /uv /bin/
COPY --from=build /a /a
"""


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ('image = "*"', [2, 3, 4, 5]),
        ('image = "*"\nexcept = ["docker.io/library/*", "ghcr.io/*"]', [3, 4]),
        ('image = "python"', [2]),
        ('image = "docker.io/*"', [2]),
        ('image = "localhost:5000/*"', [4]),
        ('image = "*"\ntag = ["latest", ""]', [2, 3]),
        ('image = "*"\ndigest = true', [4]),
        ('image = "*"\nrole = "copy"', [5]),
        ('image = "*"\nrole = "frontend"', [1]),
    ],
)
def test_images(asked: str, wanted: list[int], repo: Make) -> None:
    assert lines(repo({"Dockerfile": IMAGES}), asked) == [f"Dockerfile:{line}" for line in wanted]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("", ["nb.ipynb", "run.py", "src/lib.py", "tests/test_a.py"]),
        ('in = "programs"', ["run.py"]),
        ('in = ["modules", "tests"]', ["src/lib.py", "tests/test_a.py"]),
        ('in = "notebooks"', ["nb.ipynb"]),
        ('within = "src/"', ["src/lib.py"]),
        ('outside = ["src/", "*.ipynb"]', ["run.py", "tests/test_a.py"]),
    ],
)
def test_places(asked: str, wanted: list[str], repo: Make) -> None:
    code = "import numpy\ndef go():\n    numpy.g(1)\n"
    files: dict[str, Any] = {"run.py": f"import src.lib\n{code}go()\n", "src/lib.py": code, "tests/test_a.py": code}
    root = repo({**files, "nb.ipynb": [code]})
    for subject in ('call = "numpy.g"', 'import = "numpy"'):
        assert [each.partition(":")[0] for each in lines(root, f"{subject}\n{asked}")] == wanted


def test_data(repo: Make) -> None:
    code = 'import pandas as pd\npd.read_csv("./data/a.csv")\npd.DataFrame().to_csv("data/b.csv")\npd.read_csv("s3://x/y")\n'
    root = repo({"a.py": code})
    assert lines(root, 'data = "data/*"') == ["a.py:2", "a.py:3"]
    assert lines(root, 'data = "data/*"\ndoes = "writes"') == ["a.py:3"]
    assert lines(root, 'data = "*"\nexcept = ["data/*"]') == ["a.py:4"]


def test_every_key_is_asked_here() -> None:
    text = Path(__file__).read_text("utf-8")
    keys = {key.name for each in SUBJECTS.values() if each.word != "file" for key in each.keys}
    for name in (*keys, *(key.name for key in (*ANY, *ARGUMENT))):
        assert re.search(rf"{name} =|{name}\.a", text), name


@given(st.text("ab.*", max_size=12), st.text("ab*.", max_size=7))
def test_patterns(text: str, pattern: str) -> None:
    assert fits(text, [pattern]) == (fnmatch.fnmatchcase(text, pattern))


def test_a_pattern_of_many_stars_is_quick() -> None:
    assert not fits("a" * 20_000 + "b", ["a*" * 2_000 + "c"])
