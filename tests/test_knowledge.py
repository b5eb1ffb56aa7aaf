"""Do the quick look-ups in the tables agree with the tables as TOML?"""

import re
import tomllib
from pathlib import Path

import pytest

from mlaudit import knowledge

TABLE = tomllib.loads((Path(knowledge.__file__).parent / "imports.toml").read_text("utf-8"))
PACKAGES = TABLE["packages"]
PLAIN = [name.partition("==")[0] for name in TABLE["plain"]["names"]]


def test_modules_of_every_package() -> None:
    assert {name: list(knowledge.modules_of(name)) for name in PACKAGES} == {
        name: row["imports"] for name, row in PACKAGES.items()
    }
    assert all(knowledge.modules_of(name) == (name.replace("-", "_"),) for name in PLAIN)


def test_packages_of_every_module() -> None:
    for name, row in PACKAGES.items():
        for module in (*row["imports"], *row.get("earlier", ())):
            assert name in knowledge.packages_of(module), module


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("cv2", "opencv-python"),
        ("sklearn.model_selection", "scikit-learn"),
        ("PIL.Image", "pillow"),
        ("yaml", "pyyaml"),
        ("bs4", "beautifulsoup4"),
        ("skimage", "scikit-image"),
        ("google.protobuf", "protobuf"),
        ("mpl_toolkits.mplot3d", "matplotlib"),
        ("pkg_resources", "setuptools"),
        ("torch.nn.functional", "torch"),
    ],
)
def test_well_known_modules(module: str, package: str) -> None:
    assert package in knowledge.packages_of(module)


def test_unknown() -> None:
    assert knowledge.packages_of("no_such_module") == frozenset()
    assert knowledge.modules_of("no-such-package") == ()


def test_names_are_canonical() -> None:
    for name in (*PACKAGES, *PLAIN, *filter(None, knowledge.conda_names().values())):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name), name


def test_images_and_pythons_and_platforms_load() -> None:
    assert "torch" in knowledge.packages_in("pytorch/pytorch")
    assert knowledge.packages_in("ubuntu") == frozenset()
    assert knowledge.end_of_life()["3.8"] == "2024-10"
    assert "google.colab" in knowledge.platforms()["colab"]
    assert {"os", "urllib2", "distutils"} <= knowledge.standard_library()
