"""Do the verdicts on locks agree with the tools that wrote them? Fixtures: tools/lock_fixtures."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlaudit.facts import (
    Distribution,
    Fact,
    Include,
    InputDigest,
    Location,
    Lock,
    Manifest,
    PythonVersion,
    Requirement,
)
from mlaudit.readers.locks import conda_lock, digests, explicit, pdm, pipfile, pixi, poetry, pylock, uv
from mlaudit.readers.manifests import conda, pyproject, requirements
from mlaudit.readers.manifests import pipfile as pipfile_manifest
from mlaudit.readers.manifests import pixi as pixi_manifest
from mlaudit.resolution.locked.freshness import Freshness, Reason, freshness
from mlaudit.source import Source

FIXTURES = Path(__file__).parent.parent / "fixtures" / "locks"
CASES = sorted(path.parent.name for path in FIXTURES.glob("*/verdict.toml"))
READERS = {
    "poetry.lock": poetry.read,
    "pdm.lock": pdm.read,
    "uv.lock": uv.read,
    "Pipfile.lock": pipfile.read,
    "pixi.lock": pixi.read,
    "conda-lock.yml": conda_lock.read,
    "conda-linux-64.lock": explicit.read,
    "environment.yml": conda.read,
    "pixi.toml": pixi_manifest.read,
}

# Where the verdict is unknown, and why the tool could know.
NO_HEADER = "without a header nothing tells that a tool wrote the file"
NO_RECORD = "the lock does not record what was asked for, so a requirement that was dropped leaves no trace"
NO_SOURCE = "an explicit list does not name the file that it was made from"
ABSENT = "a selector in a comment may leave it out for this platform, or conda may give it another name"
UNKNOWN = {
    "conda-lock-dependency-absent": ABSENT,
    "conda-lock-fresh": NO_RECORD,
    "conda-lock-pip-absent": ABSENT,
    "conda-lock-platform-added": "platforms and channels are not compared",
    "explicit-dependency-absent": NO_SOURCE,
    "explicit-fresh": NO_SOURCE,
    "explicit-no-digest-fresh": NO_SOURCE,
    "explicit-python-outside": NO_SOURCE,
    "explicit-sha256-fresh": NO_SOURCE,
    "explicit-version-outside": NO_SOURCE,
    "pipenv-no-source-edited": "the digest holds the index of the machine that locked, and the pins fit",
    "pipenv-no-source-fresh": "the fixture's index has another name than the one that was hashed",
    "pixi-channel-added": "platforms and channels are not compared",
    "pixi-environment-added": "environments are not compared",
    "pixi-feature-absent": "a feature may be in no environment; environments are not compared",
    "pixi-feature-elsewhere": "environments are not compared",
    "pixi-fresh": NO_RECORD,
    "pixi-platform-added": "platforms and channels are not compared",
    "pixi-pyproject-fresh": NO_RECORD,
    "pixi-unrelated-edit": NO_RECORD,
    "pylock-hatch-env-edited": "pylock.toml does not say which environment of Hatch it is for",
    "pylock-hatch-fresh": NO_RECORD,
    "pylock-hatch-project-edited": "the same",
    "pylock-hatch-range-edited": NO_RECORD,
    "pylock-pip-added": "pip does not record what it locked",
    "pylock-pip-fresh": "the same",
    "pylock-pip-named-fresh": "the same",
    "pylock-pip-range-unfit": "the same",
    "pylock-uv-compile-fresh": NO_RECORD,
    "pylock-uv-export-fresh": NO_RECORD,
    "pylock-uv-export-removed": NO_RECORD,
    "uv-compile-no-header-added": NO_HEADER,
    "uv-compile-no-header-fresh": NO_HEADER,
    "uv-dynamic-dependencies-edited": "the dependencies are made by setup.py, which is not run",
    "uv-dynamic-dependencies-fresh": "the same",
    "uv-exclude-newer-earlier": "whether an artifact is newer is not read from the lock",
    "uv-exclude-newer-removed": "a cut-off may be set on the command line or in the user's configuration",
    "uv-export-dev-removed": NO_RECORD,
    "uv-export-fresh": NO_RECORD,
    "uv-group-python-edited": "uv adds the Python of a group to the markers of all that include it",
    "uv-group-python-fresh": "the same",
}


def facts_of(folder: Path) -> Iterator[Fact]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        source = Source(name, path.read_bytes()) if path.is_file() else None
        if source is None or path.name == "verdict.toml":
            continue
        if reader := READERS.get(path.name):
            yield from reader(source)
        elif path.name.startswith("pylock."):
            yield from pylock.read(source)
        elif path.name == "pyproject.toml":
            yield from _project(source)
        elif path.name == "uv.toml":
            settings = {"tool": {"uv": tomllib.loads(source.text)}}
            yield InputDigest(Location(source.path), "uv", (), inputs=digests.uv(settings))
        elif path.name == "Pipfile":
            yield from _pipfile(source)
        elif path.suffix in (".txt", ".in"):
            yield from requirements.read(source)


def _project(source: Source) -> Iterator[Fact]:
    found = list(pyproject.read(source))
    yield from found
    if not any(isinstance(fact, InputDigest) and fact.algorithm == "uv" for fact in found):
        yield InputDigest(Location(source.path), "uv", (), inputs=digests.uv(tomllib.loads(source.text)))


def _pipfile(source: Source) -> Iterator[Fact]:
    for fact in pipfile_manifest.read(source):
        inputs = digests.pipfile_inputs(tomllib.loads(source.text))
        yield fact._replace(inputs=inputs) if isinstance(fact, InputDigest) else fact


def judge(folder: Path) -> Freshness:
    """The verdict on the lock that a fixture is about, from all facts of its folder."""
    facts = list(facts_of(folder))
    about = tomllib.loads((folder / "verdict.toml").read_text())["lock"]
    lock = next((fact for fact in facts if isinstance(fact, Lock) and fact.at.path == about), None)
    if lock is None:
        return Freshness("unknown", (Reason(Location(about), "not read as a lock"),))

    def of(kind: type) -> list:
        return [fact for fact in facts if isinstance(fact, kind)]

    return freshness(
        lock,
        [fact for fact in of(Requirement) if fact.at.path != about],
        of(InputDigest),
        of(PythonVersion),
        of(Distribution),
        includes=of(Include),
        manifests=of(Manifest),
        files=[path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()],
    )


@pytest.mark.parametrize("case", CASES)
def test_verdict_is_that_of_the_tool(case: str) -> None:
    said = tomllib.loads((FIXTURES / case / "verdict.toml").read_text())["verdict"]
    found = judge(FIXTURES / case)
    if case in UNKNOWN:
        assert found.verdict == "unknown", UNKNOWN[case]
    else:
        assert found.verdict == said, found
    assert (found.verdict == "fresh") == (not found.reasons)


def test_the_table_of_the_unknown_names_fixtures() -> None:
    assert set(UNKNOWN) <= set(CASES)
