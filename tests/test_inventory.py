"""Does the inventory name what a receiving engineer asks first, and nothing that must not be shown?"""

from pathlib import Path

from mlaudit.listed import Item
from tests.conftest import audited, write

FILES = {
    "pyproject.toml": (
        '[project]\nname = "digits"\nversion = "1"\nrequires-python = ">=3.11"\n'
        'dependencies = ["torch==2.1.0+cu118", "scikit-learn>=1", "requests"]\n\n[project.scripts]\n'
        'digits = "digits.train:main"\n'
    ),
    "Dockerfile": "FROM nvidia/cuda:11.8.0-runtime-ubuntu22.04 AS base\nFROM base\nCOPY . .\n",
    "src/digits/__init__.py": "",
    "src/digits/__main__.py": "from .train import main\n\nif __name__ == '__main__':\n    main()\n",
    "src/digits/train.py": (
        "import os\n\nimport mlflow\nimport pandas as pd\nfrom datasets import load_dataset\nfrom sklearn.svm import SVC\n"
        "from transformers import AutoModel\n\n\ndef main():\n    token = os.environ['SERVICE_TOKEN']\n"
        "    depth = os.environ['NET_DEPTH']\n    rows = load_dataset('mnist', revision='0a1b2c')\n"
        "    table = pd.read_csv('https://ann:pass@data.example/rows.csv')\n"
        "    model = AutoModel.from_pretrained('bert-base-uncased')\n    SVC(random_state=depth).fit(rows, table)\n"
    ),
    "explore data.ipynb": ["import digits\n"],
}


def items(root: Path, kind: str) -> list[tuple[str, str, str]]:
    report = audited(write(root, FILES))
    assert report.crashes == ()
    return [(item.name, item.detail, item.note) for item in report.inventory if item.kind == kind]


def test_programs_and_how_they_run(tmp_path: Path) -> None:
    assert items(tmp_path, "program") == [
        ("digits", "digits", ""),
        ("explore data.ipynb", 'jupyter nbconvert --execute --to notebook "explore data.ipynb"', ""),
        ("src/digits/__main__.py", "python -m digits", ""),
    ]


def test_machines(tmp_path: Path) -> None:
    assert items(tmp_path, "python") == [("Python", ">=3.11", "requires-python")]
    assert items(tmp_path, "cuda") == [("CUDA", "11.8", "nvidia/cuda"), ("CUDA", "11.8", "torch")][:1]
    assert items(tmp_path, "image") == [("nvidia/cuda", "11.8.0-runtime-ubuntu22.04", "dockerfile")]


def test_frameworks(tmp_path: Path) -> None:
    assert items(tmp_path, "framework") == [
        ("scikit-learn", ">=1", ""),
        ("torch", "==2.1.0+cu118", ""),
        ("datasets", "", "imported, and declared nowhere"),
        ("pandas", "", "imported, and declared nowhere"),
        ("transformers", "", "imported, and declared nowhere"),
    ]


def test_data_and_models(tmp_path: Path) -> None:
    assert items(tmp_path, "dataset") == [
        ("mnist", "0a1b2c", "datasets.load_dataset"),
        ("https://***@data.example/rows.csv", "", "pandas.read_csv"),
    ]
    assert items(tmp_path, "model") == [("bert-base-uncased", "", "transformers.AutoModel.from_pretrained")]


def test_settings_by_name_only(tmp_path: Path) -> None:
    assert items(tmp_path, "variable") == [("NET_DEPTH", "", "the code fails without it")]
    assert items(tmp_path, "secret") == [("SERVICE_TOKEN", "", "the code fails without it")]
    assert ("data.example", "", "data") in items(tmp_path, "service")


def test_a_secret_is_never_shown(tmp_path: Path) -> None:
    report = audited(write(tmp_path, FILES))
    assert not any("pass" in text for item in report.inventory for text in item if isinstance(text, str))


def test_what_is_only_tried_is_no_framework(tmp_path: Path) -> None:
    code = "try:\n    import onnxruntime\nexcept ImportError:\n    onnxruntime = None\nprint(onnxruntime)\n"
    report = audited(write(tmp_path, {"a.py": code}))
    assert report.inventory == (Item("a.py", "python a.py", report.inventory[0].at, "", "program"),)


def test_a_command_is_the_program_that_its_module_names(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "a"\nversion = "1"\n\n[project.scripts]\na = "train:main"\n',
        "pretrain.py": "from transformers import Trainer\n\nTrainer(None).train()\n",
        "train.py": "def main():\n    print(1)\n",
    }
    report = audited(write(tmp_path, files))
    notes = {item.name: item.note for item in report.inventory if item.kind == "program"}
    assert notes == {"a": "", "pretrain.py": "trains a model"}
