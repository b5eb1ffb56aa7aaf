"""Are the digests those that the tools record? tests/resolution/test_freshness.py asks of every fixture besides."""

import json
import tomllib
from pathlib import Path

import pytest

from mlaudit.readers.locks import digests

FIXTURES = Path(__file__).parents[2] / "fixtures" / "locks"


def manifest(case: str, name: str = "pyproject.toml") -> dict[str, object]:
    return tomllib.loads((FIXTURES / case / name).read_text())


@pytest.mark.parametrize(
    ("case", "place"),
    [
        ("poetry-legacy-fresh", 0),
        ("poetry-pep621-groups-fresh", 0),
        ("poetry22-groups-fresh", 1),
        ("poetry18-legacy-fresh", 0),
    ],
)
def test_poetry(case: str, place: int) -> None:
    lock = tomllib.loads((FIXTURES / case / "poetry.lock").read_text())
    assert digests.poetry(manifest(case))[place] == lock["metadata"]["content-hash"]


def test_pdm() -> None:
    lock = tomllib.loads((FIXTURES / "pdm-fresh" / "pdm.lock").read_text())
    assert f"sha256:{digests.pdm(manifest('pdm-fresh'))[0]}" == lock["metadata"]["content_hash"]


def test_pdm_is_not_known_where_a_group_stands_twice_or_the_project_is_converted_first() -> None:
    twice = {
        "project": {"name": "x"},
        "dependency-groups": {"Dev": []},
        "tool": {"pdm": {"dev-dependencies": {"dev": []}}},
    }
    assert digests.pdm(twice) == ()
    assert digests.pdm({"tool": {"poetry": {"name": "x"}}}) == ()


@pytest.mark.parametrize("case", ["pipenv-fresh", "pipenv-names-fresh", "pipenv23-names-fresh"])
def test_pipfile(case: str) -> None:
    lock = json.loads((FIXTURES / case / "Pipfile.lock").read_text())
    assert lock["_meta"]["hash"]["sha256"] in digests.pipfile(manifest(case, "Pipfile"))


def test_what_uv_compares_besides_requirements() -> None:
    found = digests.uv(
        {
            "project": {"dynamic": ["version"], "optional-dependencies": {"Net_Work": []}},
            "dependency-groups": {"docs": []},
            "tool": {
                "uv": {
                    "dev-dependencies": ["x"],
                    "sources": {"Torch": [{"index": "cpu"}]},
                    "index": [{"name": "cpu", "url": "https://index.example"}, {"url": "https://other.example"}],
                    "workspace": {"members": ["packages/*"]},
                    "resolution": "lowest",
                    "compile-bytecode": True,
                },
                "pdm": {"distribution": True},
                "pixi": {"pypi-dependencies": {}},
            },
        }
    )
    assert found == (
        'dynamic=["version"]',
        'extras=["net-work"]',
        'groups=["dev", "docs"]',
        'other-tables=["pixi"]',
        'source:torch=[{"index": "cpu"}]',
        'index:cpu="https://index.example"',
        'workspace:members=["packages/*"]',
        'resolution="lowest"',
    )


@pytest.mark.parametrize("data", [{}, {"project": 1}, {"tool": []}, {"tool": {"uv": 1, "pdm": 2, "poetry": 3}}])
def test_odd_manifests_do_no_harm(data: dict[str, object]) -> None:
    assert len(digests.poetry(data)) == 3
    assert digests.pdm(data) == ()
    assert digests.uv(data)
    assert digests.pipfile(data)
