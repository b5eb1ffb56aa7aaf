"""Does the bill of materials hold what the repository says, and nothing else? Validated by the schema's own validator."""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from mlaudit import rulebook
from mlaudit.audit import audit
from mlaudit.config import Config
from mlaudit.facts import Location, Lock, PackageFile
from mlaudit.files.discover import reader_for
from mlaudit.findings import Report
from mlaudit.listed import Digest, Part
from mlaudit.outputs.origin import origin
from mlaudit.readers.locks import files
from mlaudit.reports import cyclonedx
from mlaudit.source import Source
from tests.conftest import commit, git, write
from tests.reports.conftest import HOSTILE

LOCKS = Path(__file__).parent.parent / "fixtures" / "locks"
SHA = "ab" * 32
FILES = {
    "pyproject.toml": """
[project]
name = "digits"
version = "1"
dependencies = ["numpy>=1", "torch"]
optional-dependencies = { plots = ["matplotlib==3.9.0"] }
[dependency-groups]
dev = ["pytest==8.3.0"]
""",
    "uv.lock": f"""version = 1
requires-python = ">=3.11"

[[package]]
name = "digits"
version = "1"
source = {{ virtual = "." }}
dependencies = [{{ name = "numpy" }}]

[[package]]
name = "filelock"
version = "3.15.0"
source = {{ registry = "https://index.example/simple" }}

[[package]]
name = "numpy"
version = "1.26.4"
source = {{ registry = "https://index.example/simple" }}
sdist = {{ url = "https://ann:secret@files.example/numpy-1.26.4.tar.gz", hash = "sha256:{SHA}", size = 5 }}
wheels = [
    {{ url = "https://files.example/numpy-1.26.4-cp311.whl", hash = "sha256:{SHA.replace("a", "c")}", size = 5 }},
]

[[package]]
name = "torch"
version = "2.3.0"
source = {{ git = "https://github.com/ann/torch?rev=main#0123456789012345678901234567890123456789" }}
""",
    "Dockerfile": f"FROM ghcr.io/ann/base:1.2@sha256:{SHA}\nRUN apt-get install -y libgomp1\n",
    ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: pip install ruff==0.6.0\n",
    "data/rows.csv.dvc": "outs:\n- md5: 22a1a2931c8370d3aeedd7183606fd7f\n  hash: md5\n  size: 14\n  path: rows.csv\n",
    "models/digits.pt": "weights",
    "train.py": """
import joblib
import pandas as pd
import openai
from sklearn.ensemble import RandomForestClassifier
from transformers import AutoModel

rows = pd.read_csv("data/rows.csv")
labels = pd.read_csv("labels.csv")
forest = RandomForestClassifier(random_state=0).fit(rows, labels)
joblib.dump(forest, "out/forest.joblib")
encoder = AutoModel.from_pretrained("ann/encoder", revision="0123456789012345678901234567890123456789")
""",
    "labels.csv": "1\n",
}


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report on a small repository, with its bill."""
    root = write(tmp_path_factory.mktemp("billed"), FILES)
    commit(root)
    git(root, "remote", "add", "origin", "https://ann:secret@github.com/ann/digits.git")
    report = audit(root, Config(), rulebook.load(), billed=True)
    return report._replace(origin=origin(report, Config()))


@pytest.fixture(scope="module")
def written(billed: Report) -> dict[str, Any]:
    return dict(json.loads(cyclonedx.render(billed)))


def of(bill: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [each for each in (*bill["components"], *bill["services"]) if each["name"] == name]
    return dict(found)


def said(component: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in component.get("properties", ())}


@pytest.mark.parametrize("name", ["sample", "hostile", "clean", "billed", "bad"])
def test_the_official_schema_holds(name: str, request: pytest.FixtureRequest) -> None:
    text = cyclonedx.render(request.getfixturevalue(name))
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    refs = [each["bom-ref"] for each in json.loads(text).get("components", ())]
    assert len(refs) == len(set(refs))


def test_packages_have_the_versions_of_locks_and_pins(written: dict[str, Any]) -> None:
    numpy = of(written, "numpy")
    assert (numpy["purl"], numpy["scope"], said(numpy)) == (
        "pkg:pypi/numpy@1.26.4",
        "required",
        {"mlaudit:asked": ">=1"},
    )
    files = {link["url"]: link["hashes"][0]["content"] for link in numpy["externalReferences"]}
    assert files == {
        "https://***@files.example/numpy-1.26.4.tar.gz": SHA,
        "https://files.example/numpy-1.26.4-cp311.whl": SHA.replace("a", "c"),
    }
    assert "scope" not in of(written, "filelock"), "who needs it is not followed"
    assert of(written, "matplotlib")["scope"] == "optional"
    assert of(written, "pytest")["scope"] == "excluded"
    assert of(written, "ruff")["scope"] == "excluded"
    assert "purl" not in of(written, "libgomp1")
    assert of(written, "torch")["version"] == "2.3.0"
    assert "digits" not in [each["name"] for each in written["components"]], "it is what the bill is of"


def test_images_have_their_digest(written: dict[str, Any]) -> None:
    image = of(written, "ghcr.io/ann/base")
    assert image["type"] == "container"
    assert image["hashes"] == [{"alg": "SHA-256", "content": SHA}]
    assert image["purl"] == f"pkg:docker/ann/base@sha256:{SHA}?repository_url=ghcr.io"


def test_data_and_models_say_where_they_stand(written: dict[str, Any]) -> None:
    rows = of(written, "data/rows.csv")
    assert rows["type"] == "data"
    assert rows["data"] == [{"type": "dataset", "name": "data/rows.csv"}]
    assert rows["hashes"] == [{"alg": "MD5", "content": "22a1a2931c8370d3aeedd7183606fd7f"}]
    assert of(written, "labels.csv")["hashes"][0]["alg"] == "SHA-256"
    assert of(written, "models/digits.pt")["type"] == "machine-learning-model"
    encoder = of(written, "ann/encoder")
    assert encoder["purl"] == "pkg:huggingface/ann/encoder@0123456789012345678901234567890123456789"
    assert "modelCard" not in encoder, "nothing is known of it"
    forest = of(written, "out/forest.joblib")
    datasets = forest["modelCard"]["modelParameters"]["datasets"]
    assert datasets == [{"ref": "data:data/rows.csv"}, {"ref": "data:labels.csv"}]
    assert {place["location"] for place in forest["evidence"]["occurrences"]} == {"train.py"}


def test_services_and_the_repository(written: dict[str, Any]) -> None:
    assert of(written, "OpenAI")["bom-ref"] == "service:OpenAI"
    root = written["metadata"]["component"]
    assert len(root["version"]) == 40
    assert root["externalReferences"] == [{"type": "vcs", "url": "https://github.com/ann/digits"}]
    (depends,) = [each["dependsOn"] for each in written["dependencies"] if "dependsOn" in each]
    assert "package:pypi:numpy:1.26.4" in depends
    assert "package:pypi:filelock:3.15.0" not in depends


def test_the_same_repository_gives_the_same_bytes(billed: Report, written: dict[str, Any]) -> None:
    assert billed.bill is not None
    assert cyclonedx.render(billed) == cyclonedx.render(billed._replace(seconds=9.0))
    assert "timestamp" not in written["metadata"]
    other = json.loads(cyclonedx.render(billed._replace(bill=billed.bill[1:])))
    assert other["serialNumber"] != written["serialNumber"], "another content is another bill"


@pytest.fixture
def bad() -> Report:
    """A bill whose every text is hostile."""
    at = Location(f"a/{HOSTILE}.py", 3)
    parts = tuple(
        Part(
            kind, f"{HOSTILE}/{HOSTILE}", HOSTILE, registry, digests=(Digest("sha256", HOSTILE, HOSTILE), Digest(HOSTILE, SHA)),
            places=(at,), said=((HOSTILE, HOSTILE),), address=f"https://{HOSTILE}#{HOSTILE}", inputs=(("data", "", HOSTILE, ""),),
        )
        for kind, registry in (("package", "pypi"), ("package", ""), ("data", ""), ("model", "huggingface"), ("image", "docker"), ("service", ""))
    )  # fmt: skip
    return Report(root=f"/nowhere/{HOSTILE}", files=1, read=1, rules=(), findings=(), bill=parts)


def test_hostile_text_is_text(bad: Report) -> None:
    text = cyclonedx.render(bad)
    assert len(json.loads(text)["components"]) == 5
    shown = json.loads(text)
    assert not [
        each for each in map(ord, json.dumps(shown, ensure_ascii=False)) if each < 10 or 0x202A <= each <= 0x202E
    ]


def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "numpy==1.26.4\n"})
    code = (
        "import sys\nsys.modules['cyclonedx'] = None\n"
        "from mlaudit.cli import main\nmain(['.', '--output', 'cyclonedx=bill.json'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert (
        done.stderr == "mlaudit: the format cyclonedx needs the extra `cyclonedx`: pip install 'mlaudit[cyclonedx]'\n"
    )
    assert not (tmp_path / "bill.json").exists()


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(LOCKS.glob("*/*")) if reader_for(path.name).startswith("locks.")],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_locks_that_hold_digests_give_them(path: Path) -> None:
    """Each package of a lock of the real tools that its reader calls hashed has a file with a digest."""
    reader = reader_for(path.name)
    source = Source(path.name, path.read_bytes())
    module = importlib.import_module(f"mlaudit.readers.{reader}")
    for lock in (fact for fact in module.read(source) if isinstance(fact, Lock)):
        found = [fact for fact in files.read(source, lock.format) if isinstance(fact, PackageFile)]
        assert {fact.name for fact in found} == {each.name for each in lock.packages if each.hashed and not each.source}
